"""A form's summary that stands twice because Telegram's answer was lost: whichever copy is pressed, neither is left."""

from __future__ import annotations

import asyncio

from sqlalchemy import select

from bot.chat_context import ChatContext
from bot.delivery.outcome import Sent
from bot.delivery.settle import settle
from bot.forms.open_draft import open_draft
from bot.inbound import drafts
from tests.unit.conversation import walk
from tests.unit.conversation.town import Town
from workflows.people import members
from workflows.store import outbox
from workflows.store.tables import MessageState, OutboxMessage
from workflows.store.unit_of_work import UnitOfWork

LAST_QUESTION = "Kapan surat diterima?"
FIRST_COPY, SECOND_COPY = 90001, 90002  # messages of a summary whose sending was in doubt
BOTH_GONE = {("delete", FIRST_COPY), ("delete", SECOND_COPY)}
MOMENT_SECONDS = 0.5  # enough for the other transaction to come as far as it can


async def at_the_last_question(town: Town) -> None:
    """Bagian Umum enters a letter up to its last question."""
    umum = town["bagian_umum"]
    await walk.ask(town)
    await umum.press("Agendakan")
    await umum.press("Penting")
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


class InDoubt:
    """The summary is being sent a second time, when Bagian Umum presses its first copy."""

    def __init__(self, town: Town, row: int, question: int) -> None:
        self._town, self._row, self.question = town, row, question

    async def pressed(self, work: UnitOfWork) -> None:
        """Do what the press does to the form."""
        chat = self._town["bagian_umum"].id
        member = await members.whois(work, chat)
        assert member is not None
        draft = await open_draft(self._town.app, work, member)
        assert draft is not None
        context = ChatContext(app=self._town.app, work=work, member=member, chat_id=chat, pressed=FIRST_COPY)
        await drafts.finish(context, draft)

    async def noted(self, work: UnitOfWork) -> None:
        """Note the second copy."""
        row = await outbox.by_id(work, self._row)
        await settle(work, row, Sent(message_id=SECOND_COPY, subject="form", shown="x", strip_old=True))

    async def left(self) -> set[tuple[str, int]]:
        """What is done to messages from here on; none is the form's any more."""
        chat = self._town["bagian_umum"].id
        async with self._town.app.database.read() as work:
            assert await outbox.card(work, chat, "form") is None
            rows = await work.session.scalars(
                select(OutboxMessage).where(OutboxMessage.chat_id == chat, OutboxMessage.id > self._row)
            )
            return {(row.kind, row.params["message"]) for row in rows}


async def in_doubt(town: Town) -> InDoubt:
    await at_the_last_question(town)
    await town.stop()
    chat = town["bagian_umum"].id
    async with town.app.database.write() as work:
        number = await outbox.put(work, chat, "form", {"fresh": True})
        assert number is not None
        row, question = await outbox.by_id(work, number), await outbox.card(work, chat, "form")
        assert question is not None
        row.state, row.doubtful = MessageState.SENDING, True
        return InDoubt(town, number, question.message_id)


async def test_a_press_while_the_second_copy_is_noted(town: Town) -> None:
    doubt = await in_doubt(town)

    async def press() -> None:
        async with town.app.database.write() as work:
            await doubt.pressed(work)

    async with town.app.database.write() as work:
        await doubt.noted(work)
        pressing = asyncio.create_task(press())
        await asyncio.sleep(MOMENT_SECONDS)
    await pressing
    assert await doubt.left() == BOTH_GONE | {("strip", doubt.question)}


async def test_a_second_copy_that_is_noted_while_the_press_is_carried_out(town: Town) -> None:
    doubt = await in_doubt(town)

    async def note() -> None:
        async with town.app.database.write() as work:
            await doubt.noted(work)

    async with town.app.database.write() as work:
        await doubt.pressed(work)
        noting = asyncio.create_task(note())
        await asyncio.sleep(MOMENT_SECONDS)
    await noting
    assert await doubt.left() == BOTH_GONE | {("strip", doubt.question)}
