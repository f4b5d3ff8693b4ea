"""One slip of a finger does not lose the answers of a form; what stops it says so and takes it up again."""

from __future__ import annotations

from tests.unit.conversation.test_filling_in import at_subdomain
from tests.unit.conversation.town import Town
from workflows.store import drafts

AGAIN = "Buka lagi isian ini"


async def test_a_form_that_was_stopped_goes_on_where_it_was(town: Town) -> None:
    head = town["kepala_opd"]
    await at_subdomain(head)
    await head.press("Batal")
    stopped = await head.wait_for("dihentikan")
    await head.send_command("tugas")
    await head.wait_for("Tidak ada tugas")
    assert not any("Lanjutkan pengisian?" in message.text for message in await head.messages()), "it is not under way"
    async with town.app.database.read() as work:
        assert head.id not in await drafts.chats(work), "after a pause nobody is told that they were interrupted in it"
    await head.press(AGAIN, message=stopped)
    assert "7/12" in (await head.wait_for("(subdomain)")).text
    await head.send_text("e-arsip")
    await head.wait_for("jenis aplikasinya")


async def test_another_form_takes_its_place_and_an_old_button_does_nothing(town: Town) -> None:
    head = town["kepala_opd"]
    await at_subdomain(head)
    await head.send_command("batal")
    stopped = await head.wait_for("dihentikan")
    await head.send_command("menu")
    await head.press("Ajukan hosting")
    await head.wait_for("Bagaimana surat permohonan disampaikan")
    answer = await head.press(AGAIN, message=stopped)
    assert "sudah selesai atau dihentikan" in answer.text
    await head.press("Buatkan surat")
    await head.wait_for("nomor surat")


async def test_a_form_that_was_hardly_begun_is_simply_over(town: Town) -> None:
    head = town["kepala_opd"]
    await head.send_command("menu")
    await head.press("Ajukan hosting")
    await head.press("Batal")
    assert (await head.wait_for("dihentikan")).button(AGAIN) is None
