"""A closed hosting is called to mind week by week, with the buttons that decide it, and stands among the tasks."""

from __future__ import annotations

import datetime as dt

from provisioning.spec import State
from tests.unit.conversation.standing import DOMAIN, add_hosting, card_of, the_hosting
from tests.unit.conversation.test_suspension import REASON, suspend
from tests.unit.conversation.town import Town
from workflows.hosting import suspension, undecided
from workflows.people import members
from workflows.store import suspensions

REVIEW = "Hari peninjauan"


async def back_dated(town: Town, days: int, *, reminded: int | None = None) -> None:
    """Let the review of the town's suspended hosting be so many days ago, and the last reminder too."""
    async with town.app.database.write() as work:
        row = await suspensions.present(work, (await the_hosting(town)).id)
        assert row is not None
        row.until = work.now.date() - dt.timedelta(days=days)
        row.reminded_at = None if reminded is None else work.now - dt.timedelta(days=reminded)


async def look_twice(town: Town) -> None:
    for _ in range(2):
        async with town.app.database.write() as work:
            await undecided.remind(work)


async def reminders(town: Town, role: str) -> int:
    return len([message for message in await town[role].messages() if REVIEW in message.text])


async def tasks_of(town: Town, role: str) -> str:
    await town[role].send_command("tugas")
    return (await town[role].wait_for(lambda one: "Tugas Anda" in one.text or "Tidak ada tugas" in one.text)).text


async def test_it_is_reviewed_two_weeks_later_unless_a_day_is_named(town: Town) -> None:
    await add_hosting(town)
    await suspend(town["engineer"])
    await town["engineer"].wait_for("sudah ditangguhkan")
    async with town.app.database.read() as work:
        row = await suspensions.present(work, (await the_hosting(town)).id)
        assert row is not None
        assert row.until is not None
        assert abs((row.until - work.now.date()) - suspension.REVIEW_AFTER) <= dt.timedelta(days=1)  # WITA or UTC
    assert DOMAIN not in await tasks_of(town, "kabid")
    await look_twice(town)
    assert await reminders(town, "kabid") == 0


async def test_engineers_and_kabid_are_reminded_weekly_until_one_decides_and_nothing_opens_by_itself(
    town: Town,
) -> None:
    await add_hosting(town)
    engineer, kabid = town["engineer"], town["kabid"]
    await suspend(engineer)
    await engineer.wait_for("sudah ditangguhkan")
    await back_dated(town, 1)
    await look_twice(town)
    for role in ("engineer", "kabid"):
        told = await town[role].wait_for(REVIEW, since=0)
        assert REASON in told.text
        assert await reminders(town, role) == 1
        assert (told.button("Arsipkan") is not None) is (role == "kabid")
        assert DOMAIN in await tasks_of(town, role)
    assert DOMAIN not in await tasks_of(town, "kepala_opd")
    await back_dated(town, 7, reminded=6)
    await look_twice(town)
    assert await reminders(town, "kabid") == 1, "a week is not over"
    await back_dated(town, 8, reminded=7)
    async with town.app.database.write() as work:
        await undecided.remind(work)
    assert (await the_hosting(town)).spec.state is State.SUSPENDED
    told = await kabid.wait_for(REVIEW, since=0)
    await kabid.press("Aktifkan kembali", message=told)
    await kabid.press("Ya, aktifkan")
    await kabid.wait_for("sudah aktif kembali")
    assert DOMAIN not in await tasks_of(town, "kabid")
    await look_twice(town)
    assert (await card_of(kabid)).button("Aktifkan kembali") is None


async def test_what_nobody_could_be_told_is_told_when_somebody_holds_the_office(town: Town) -> None:
    await add_hosting(town)
    await suspend(town["engineer"])
    await town["engineer"].wait_for("sudah ditangguhkan")
    await back_dated(town, 1)
    async with town.app.database.write() as work:
        for role in ("engineer", "kabid"):
            for person in await members.holders(work, role):
                person.telegram_id = None
        await work.flush()
        await undecided.remind(work)
        row = await suspensions.present(work, (await the_hosting(town)).id)
        assert row is not None
        assert row.reminded_at is None
