"""The course of a case as a picture, with the words of it for who cannot see it."""

from __future__ import annotations

from bot.callback_data import Do, encode
from tests.unit.conversation import walk
from tests.unit.conversation.town import Town


async def test_who_opens_the_request_sees_its_course(town: Town) -> None:
    head = town["kepala_opd"]
    await walk.ask(town)
    await head.press("Lihat permohonan")
    await head.press("Perjalanan")
    shown = await head.wait_for(lambda message: message.text.startswith("Perjalanan HST-2026-0001"))
    assert (await head.download(shown)).startswith((b"\x89PNG", b"\xff\xd8"))
    said = shown.text.splitlines()[1:]
    assert len(said) == 10
    assert said[0].startswith("1. ")
    assert ": selesai, " in said[0]
    assert ": sedang berjalan, " in said[1]
    assert all(line.endswith(": belum dimulai") for line in said[2:])


async def test_another_opd_sees_nothing_of_it(town: Town) -> None:
    await walk.ask(town)
    stranger = await town.move_in("kepala_opd", "drg. Lain", "DISDIK")
    menu = (await stranger.messages())[-1]
    for case in ("1", "999", "x"):
        assert "bukan wewenang Anda" in (await stranger.press_data(encode(Do("case_course", (case,))), menu)).text
    assert not [message for message in await stranger.messages() if message.file or "HST-" in message.text]
