"""Engineers and administrators may read English; everybody else, and every letter, stays in Indonesian."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from bot import formats, language, texts
from bot.callback_data import Do, encode
from bot.language import spoken
from bot.sandbox.client import SandboxUser
from tests.unit.conversation import walk
from tests.unit.conversation.intruder import attempt, press, text
from tests.unit.conversation.standing import DOMAIN, add_hosting, press_on_card
from tests.unit.conversation.test_use import counted
from tests.unit.conversation.town import Town, failure
from workflows.people import members
from workflows.people.languages import Language
from workflows.store import people
from workflows.usage.figures import MB

ENGLISH = encode(Do("language", ("en",)))


async def choose(reader: SandboxUser, label: str = "English") -> None:
    """Choose a language as anybody would: by the command, then by the button."""
    await reader.send_command("bahasa")
    await reader.wait_for("Bahasa / Language")
    await reader.press(label)
    await reader.wait_for("Layanan DKISP")


async def described(reader: SandboxUser, command: str) -> str:
    await reader.command_names()
    return next((one["description"] for one in reader.commands if one["command"] == command), "")


async def test_whoever_chooses_english_has_menu_toast_and_commands_in_it_at_once(town: Town) -> None:
    engineer = town["engineer"]
    await engineer.send_command("bantuan")
    await engineer.press("Bahasa / Language")
    pressed = await engineer.press("English", message=await engineer.wait_for("Bahasa percakapan dengan bot"))
    assert pressed.text == "This chat is now in English."
    menu = await engineer.wait_for("No task is waiting for you.")
    assert menu.button("My tasks (0)")
    assert await described(engineer, "tasks") == "What is waiting for you"
    assert "tugas" not in await engineer.command_names()
    await choose(engineer, "Bahasa Indonesia")
    assert await described(engineer, "tugas") == "Yang menunggu tindakan Anda"


async def test_a_command_is_understood_by_either_name_in_either_language(town: Town) -> None:
    engineer = town["engineer"]
    for name in ("tasks", "tugas"):
        await engineer.send_command(name)
        await engineer.wait_for("Tidak ada tugas yang menunggu tindakan Anda.")
    await choose(engineer)
    for name in ("language", "bahasa"):
        await engineer.send_command(name)
        await engineer.wait_for("The language the bot talks to you in")


async def test_english_is_not_offered_to_an_office_that_runs_no_machine(town: Town) -> None:
    kabid = town["kabid"]
    await kabid.send_command("bantuan")
    assert (await kabid.wait_for("Bantuan")).button("Bahasa / Language") is None
    await kabid.send_command("language")
    await kabid.wait_for("tidak dikenali")
    assert "bahasa" not in await kabid.command_names()
    forged = await attempt(town.app, press(kabid.id, ENGLISH))
    assert "bukan wewenang Anda" in forged.words
    assert "people" not in forged.written


async def test_about_one_case_each_is_told_in_their_own_language(town: Town) -> None:
    engineer, kabid = town["engineer"], town["kabid"]
    await choose(engineer)
    town.fleet.failures.append(failure())
    await walk.until_decision(town)
    await walk.approve(town)
    alert = await engineer.wait_for("Building a hosting failed", since=0)
    assert "Step: Setting up the site\nCause: This site's Apache configuration does not pass the test" in alert.text
    refused = await engineer.press_data(encode(Do("quorum", ("1",))), alert)
    assert refused.text == "This is not yours to do."
    card = await engineer.wait_for("Step 6 of 10", since=0)
    assert "Standard time 2 hari" in card.text, "what the SOP says stays as it says it"
    theirs = await kabid.wait_for("Langkah 6 dari 10", since=0)
    assert "Waktu baku 2 hari" in theirs.text
    assert not any("Step" in message.text for message in await kabid.messages())
    await engineer.press("Lihat log", message=alert)
    await engineer.wait_for("Job log")


async def test_pictures_are_drawn_and_told_in_the_language_of_who_asks(town: Town) -> None:
    await add_hosting(town)
    await counted(town, disk=1024 * MB)
    engineer, kabid = town["engineer"], town["kabid"]
    await press_on_card(kabid, "Penggunaan")
    indonesian = await kabid.wait_for_file()
    assert "Ruang berkas: 1 GB dari 2 GB" in indonesian.text
    await choose(engineer)
    await engineer.send_command("hosting")
    await engineer.press(DOMAIN, message=await engineer.wait_for("State:"))
    await engineer.press("📊 Reports", message=await engineer.wait_for("Address:"))
    await engineer.press("Use", message=await engineer.wait_for("what the site logged"))
    english = await engineer.wait_for_file()
    assert "Disk: 1 GB of 2 GB (50%)" in english.text
    assert await kabid.download(indonesian) != await engineer.download(english)


async def test_whoever_loses_the_office_reads_indonesian_again(town: Town) -> None:
    engineer = town["engineer"]
    await choose(engineer)
    async with town.app.database.write() as work:
        person = await people.by_telegram_id(work, engineer.id)
        assert person is not None
        (held,) = await people.mandates(work, person.id, members.today(work))
        await members.end_mandate(work, None, held.id)
        await members.grant(work, person.id, role="sub_koordinator", starts=members.today(work))
    assert "Tidak ada tugas yang menunggu" in (await attempt(town.app, text(engineer.id, "/tugas"))).words


@pytest.mark.parametrize("data", ["d1:language:xx", "d1:language", "d1:language:en:id"])
async def test_a_language_that_there_is_not_changes_nothing(town: Town, data: str) -> None:
    got = await attempt(town.app, press(town["engineer"].id, data))
    assert "Tombol ini tidak berlaku lagi" in got.words
    assert "people" not in got.written


async def test_chats_side_by_side_do_not_meet_in_a_language() -> None:
    """Two tasks take turns at every await: each finds its own language, and leaves none behind."""

    async def say(chosen: Language, turns: asyncio.Barrier) -> list[str]:
        said = []
        with spoken(chosen):
            for _ in range(3):
                await turns.wait()
                said.append(texts.plain("perintah.menu"))
                said.append(await asyncio.to_thread(texts.plain, "perintah.menu"))
        said.append(texts.plain("perintah.menu"))
        return said

    turns = asyncio.Barrier(2)
    english, indonesian = await asyncio.gather(say(Language.ENGLISH, turns), say(Language.INDONESIAN, turns))
    assert english == ["Main menu"] * 6 + ["Menu utama"]
    assert indonesian == ["Menu utama"] * 7
    assert language.current() is Language.INDONESIAN


def test_the_language_is_given_back_where_saying_it_fails() -> None:
    with pytest.raises(texts.UnknownTextError), spoken(Language.ENGLISH):
        texts.plain("menu.tidak_ada_teks_ini")
    assert language.current() is Language.INDONESIAN


def test_dates_numbers_and_spans_are_written_as_english_does() -> None:
    with spoken(Language.ENGLISH):
        assert formats.date("2026-08-17") == "17 August 2026"
        assert formats.instant("2026-08-17T02:15:00+00:00") == "17 August 2026, 10:15 WITA"
        assert formats.weekday_date(dt.date(2026, 8, 17)) == "Monday, 17 August 2026"
        assert formats.duration(3660) == "1 hour 1 minute"
        assert formats.duration(7500) == "2 hours 5 minutes"
        assert formats.number(20_000.5, 1) == "20,000.5"
        assert formats.megabytes(1536) == "1.5 GB"
        assert formats.month(5) == "May"
