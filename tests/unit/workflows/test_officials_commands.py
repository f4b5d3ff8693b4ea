"""Officials who are not on Telegram, as the administrator enters them on the command line."""

from __future__ import annotations

import asyncio
import datetime as dt

from bot import settings
from bot.doctor.records import of_officials_on_paper
from tests.unit.record.conftest import Layanan, folder, layanan, office
from tests.unit.workflows.conftest import Desk
from workflows.people import members

__all__ = ["folder", "layanan", "office"]

HEAD = ("--name", "Hendra Arfandi", "--nip", "197505161995011001")


async def vacate(office: Desk) -> None:
    async with office.database.write() as work:
        kepala = await office.member(work, "kepala_dkisp")
        await members.end_mandate(work, None, kepala.mandates[0].id)


async def test_an_official_is_entered_listed_and_the_doctor_says_what_waits(office: Desk, layanan: Layanan) -> None:
    office.clock.now = dt.datetime.now(dt.UTC)  # as the commands' own
    await vacate(office)
    told = await asyncio.to_thread(layanan, "enter-official", *HEAD, "--role", "kepala_dkisp")
    assert told.exit_code == 0, told.output
    assert "Hendra Arfandi is entered as kepala_dkisp." in told.output
    assert "OFFICE_ON_PAPER=decisions" in told.output
    listed = await asyncio.to_thread(layanan, "people")
    assert "Hendra Arfandi | - | on paper | kepala_dkisp" in listed.output
    async with office.database.read() as work:
        findings = [finding.sentence async for finding in of_officials_on_paper(settings.load(), work)]
    assert len(findings) == 1
    assert findings[0].startswith("Office kepala_dkisp: Hendra Arfandi is not on Telegram")


async def test_what_cannot_be_is_refused_in_a_sentence(office: Desk, layanan: Layanan) -> None:
    for role, told in (
        ("kepala_dkisp", "Kepala Dkisp holds this office already."),
        ("kabid", "Nothing of this office can be entered from paper; invite its holder."),
        ("walikota", "There is no role walikota"),
    ):
        refused = await asyncio.to_thread(layanan, "enter-official", *HEAD, "--role", role)
        assert refused.exit_code == 1
        assert told in refused.output
