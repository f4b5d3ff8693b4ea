"""Everybody finds the guide for their own office under the help, and nobody that of another."""

from __future__ import annotations

from pathlib import Path

from bot.sandbox.client import Sandbox
from tests.stories.letters import words_of
from tests.unit.conversation.town import Town, town_of


async def test_the_help_offers_ones_own_guide_and_sends_it_as_pdf(town: Town) -> None:
    head = town["kepala_opd"]
    await head.send_command("bantuan")
    helped = await head.wait_for("Bantuan")
    assert [label for label in helped.labels if "Panduan" in label] == ["📘 Panduan Kepala OPD"]
    await head.press("Panduan Kepala OPD")
    sent = await head.wait_for_file()
    assert sent.file is not None
    assert sent.file.name == "Panduan-Kepala-OPD.pdf"
    words = await words_of(head, sent)
    assert "Mengajukan hosting" in words
    assert "Masuk pertama kali" in words  # what all guides share


async def test_the_guide_of_another_office_is_not_sent(town: Town) -> None:
    head, kabid = town["kepala_opd"], town["kabid"]
    await kabid.send_command("bantuan")
    helped = await kabid.wait_for("Bantuan")
    theirs = next(button.data for button in helped.buttons if "Panduan" in button.text)
    assert theirs is not None
    await head.send_command("bantuan")
    press = await head.press_data(theirs, await head.wait_for("Bantuan"))
    assert "tidak berlaku" in press.text
    assert not any(message.file for message in await head.messages())


async def test_whoever_is_told_to_ask_the_office_finds_how(sandbox: Sandbox, tmp_path: Path, database_url: str) -> None:
    async with town_of(sandbox, tmp_path, database_url, phone="(0551) 21000", email="dkisp@tarakankota.go.id") as town:
        await town["kepala_opd"].send_command("bantuan")
        helped = await town["kepala_opd"].wait_for("Menghubungi DKISP")
    assert "(0551) 21000" in helped.text
    assert "dkisp@tarakankota.go.id" in helped.text
