"""A form's summary that stands twice because Telegram's answer was lost: whichever copy is pressed, neither is left."""

from __future__ import annotations

from bot.delivery.outcome import Sent
from bot.delivery.settle import settle
from tests.unit.conversation import walk
from tests.unit.conversation.town import Town
from workflows.store import outbox

LAST_QUESTION = "Kapan surat diterima?"


async def at_the_last_question(town: Town) -> None:
    """Bagian Umum enters a letter up to its last question."""
    umum = town["bagian_umum"]
    await walk.ask(town)
    await umum.press("Agendakan")
    await umum.press("Penting")
    await umum.press("Gunakan 500.12.3")
    await umum.wait_for(LAST_QUESTION)


async def test_a_press_on_the_first_copy_leaves_the_question_before_it_and_no_copy(town: Town) -> None:
    umum = town["bagian_umum"]
    await at_the_last_question(town)
    await town.sandbox.order("cut_after", "sendMessage", chat_id=umum.id)  # it arrives, and we cannot know
    await umum.send_text("24 November 2026")
    summary, _ = await umum.find_button("Simpan agenda")
    await umum.press("Simpan agenda", message=summary)
    await umum.wait_gone(summary)
    await umum.wait_for("Nomor agenda: 1", since=0)
    await umum.wait_for(lambda message: LAST_QUESTION in message.text and not message.labels, since=0)
    assert not any("Simpan agenda" in message.labels for message in await umum.messages())


async def test_a_second_copy_that_comes_when_the_form_is_over_is_taken_away(town: Town) -> None:
    umum = town["bagian_umum"]
    await at_the_last_question(town)
    await umum.send_text("24 November 2026")
    await umum.press("Simpan agenda")
    await umum.wait_for("Nomor agenda: 1")
    copy = await umum.wait_for("Nomor agenda: 1", since=0)  # any message of ours will do for the late copy
    async with town.app.database.write() as work:
        number = await outbox.put(work, umum.id, "form", {"fresh": True})
        assert number is not None
        row = await outbox.by_id(work, number)
        row.doubtful, row.state = True, "sending"
        await settle(work, row, Sent(message_id=copy.id, subject="form", shown="x"))
    await umum.wait_gone(copy)
    async with town.app.database.read() as work:
        assert await outbox.card(work, umum.id, "form") is None
