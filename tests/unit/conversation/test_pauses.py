"""What was pressed while nobody heard it is gone at Telegram: whom it may concern is told, once, and nobody else."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.unit.conversation import walk
from tests.unit.conversation.town import Town
from workflows.calendar.office_calendar import calendar_of
from workflows.clock import pauses
from workflows.store import settings
from workflows.words import WITA

TOLD = "tidak tersambung"


async def cut_off(town: Town, span: dt.timedelta) -> None:
    """Let the bot have heard nothing for so long, and hear again, twice."""
    async with town.app.database.write() as work:
        await settings.put(work, pauses.NAME, {"until": (work.now - span).isoformat()})
    for _ in range(2):
        await pauses.note_hearing(town.app.office, town.app.database)


async def told(town: Town, role: str) -> int:
    return len([message for message in await town[role].messages() if TOLD in message.text])


async def test_after_more_than_a_day_everybody_is_told_once(town: Town) -> None:
    await cut_off(town, dt.timedelta(hours=25))
    for role in ("kepala_opd", "bagian_umum", "engineer"):
        message = await town[role].wait_for(TOLD, since=0)
        assert "kirim kembali" in message.text
        assert await told(town, role) == 1


async def test_after_an_upgrade_in_office_hours_those_are_told_for_whom_something_waits(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pauses, "matters", lambda _calendar, begin, end: end - begin > pauses.PRESSES_LIVE)
    await walk.until_decision(town)
    await cut_off(town, dt.timedelta(minutes=2))
    await cut_off(town, dt.timedelta(minutes=9))
    message = await town["kepala_dkisp"].wait_for(TOLD, since=0)
    assert "ketuk sekali lagi" in message.text
    assert "kirim kembali" not in message.text
    assert [await told(town, role) for role in ("kepala_dkisp", "tim_teknis", "bagian_umum")] == [1, 0, 0]


@pytest.mark.parametrize(
    ("begin", "minutes", "expected"),
    [
        (dt.datetime(2026, 11, 25, 10, 0, tzinfo=WITA), 2, False),  # Telegram keeps a press for so long
        (dt.datetime(2026, 11, 25, 10, 0, tzinfo=WITA), 3, True),
        (dt.datetime(2026, 11, 25, 22, 0, tzinfo=WITA), 60, False),  # an upgrade in the evening wakes nobody
        (dt.datetime(2026, 11, 28, 8, 0, tzinfo=WITA), 25 * 60, True),
    ],
)
async def test_what_could_be_lost_depends_on_how_long_and_when(
    town: Town, begin: dt.datetime, minutes: int, expected: bool
) -> None:
    async with town.app.database.read() as work:
        calendar = await calendar_of(work)
    assert pauses.matters(calendar, begin, begin + dt.timedelta(minutes=minutes)) is expected
