"""Numbers that were given after a backup was made are not given again once the office is restored from it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from dotenv import dotenv_values

from bot import bootstrap, settings
from tests.unit.record.conftest import Layanan, approve_one
from tests.unit.record.machine import Machine
from tests.unit.workflows.conftest import Desk, desk
from tests.unit.workflows.test_case import ask
from workflows.agenda import book_view
from workflows.agenda.book_view import Gap
from workflows.agenda.skipping import SkipError, skip
from workflows.store import ledger, registers

__all__ = ["desk"]

KNOWN = ("surat_keluar", "surat_masuk")
REASON = "dipulihkan dari cadangan 24 November"


async def test_a_restored_office_goes_on_after_the_numbers_that_were_given_since(
    office: Desk, identity: Path, layanan: Layanan, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    await approve_one(office)
    backup = identity.with_name("office.age")
    assert (await asyncio.to_thread(layanan, "backup", "--to", backup)).exit_code == 0
    assert (await ask(office, subdomain="e-sesudah")).number == "HST-2026-0002"
    monkeypatch.delenv("DATABASE_URL")
    code, told = await asyncio.to_thread(machine.restore, backup, identity)
    assert (code, "layanan numbers skip" in told) == (0, True)
    for name, value in dotenv_values(machine.environment).items():
        monkeypatch.setenv(name, value or "")
    year = (await asyncio.to_thread(layanan, "numbers", "list")).stdout.partition("perkara_hosting ")[2][:4]
    arguments = ("numbers", "skip", "perkara_hosting", "--through", 2, "--reason", REASON, "--year", year)
    told_there = await asyncio.to_thread(layanan, *arguments)
    assert told_there.exit_code == 0, told_there.output
    assert f"perkara_hosting {year}: 2 to 2 are left out; the next number is 3." in told_there.stdout
    again = await asyncio.to_thread(layanan, *arguments)
    assert (again.exit_code, "has come to 2 already" in again.stderr) == (1, True)
    found = settings.load()
    async with bootstrap.open_database(found) as database:
        database.clock = office.clock
        restored = bootstrap.make_office(found, bootstrap.load_sops(), office.office.fleet, "layanan_bot")
        case = await ask(Desk(restored, database, office.clock, office.ids), subdomain="e-baru")
    assert case.number == "HST-2026-0003"
    assert (await asyncio.to_thread(layanan, "verify-ledger")).exit_code == 0


async def test_the_gap_stays_in_the_book_with_its_reason_and_in_the_ledger(desk: Desk) -> None:
    async with desk.database.write() as work:
        await registers.take(work, "surat_keluar", 2026, str)
        await skip(work, KNOWN, "surat_keluar", 57, reason=REASON)
        following = await registers.take(work, "surat_keluar", 2026, str)
    assert following.sequence == 58
    async with desk.database.read() as work:
        lines = await registers.in_order(work, "surat_keluar", 2026, 0)
        gaps = book_view.gaps_before(lines, [one.sequence for one in lines])
        noted = await ledger.newest(work)
    assert [(one.sequence, one.subject, one.outside) for one in lines] == [
        (1, "", False), (57, REASON, True), (58, "", False),
    ]  # fmt: skip
    assert gaps == {lines[1].id: Gap(2, 56)}
    assert noted is not None
    assert (noted.action, noted.data["first"], noted.data["reason"]) == ("register.skipped", 2, REASON)


@pytest.mark.parametrize(
    ("register", "through", "year", "why"),
    [
        ("surat_kelaur", 9, None, "there is no register surat_kelaur; there are surat_keluar, surat_masuk"),
        ("surat_keluar", 1, None, "has come to 1 already"),
        ("surat_keluar", 5700, None, "leaves out more than 1000 numbers"),
        ("surat_keluar", 9, 2062, "2062 has not begun"),
    ],
)
async def test_a_slip_of_the_finger_skips_nothing(
    desk: Desk, register: str, through: int, year: int | None, why: str
) -> None:
    async with desk.database.write() as work:
        await registers.take(work, "surat_keluar", 2026, str)
    with pytest.raises(SkipError, match=why):
        async with desk.database.write() as work:
            await skip(work, KNOWN, register, through, reason=REASON, year=year)
    async with desk.database.read() as work:
        assert await registers.last(work, "surat_keluar", 2026) == 1
