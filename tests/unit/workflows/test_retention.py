"""What was kept for its time goes at night, is counted in the record, and nothing else goes."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import func, select

from tests.unit.workflows.conftest import Desk
from tests.unit.workflows.standing import add_hosting
from tests.unit.workflows.test_case import ask
from workflows.people import members
from workflows.record.readings import ReadingKind, note_reading
from workflows.retention import schedule
from workflows.retention.schedule import OWN_FILE, Periods
from workflows.store import cases, drafts, ledger, outbox, people, saved_searches
from workflows.store.tables import (
    Base,
    Draft,
    Hosting,
    HostingState,
    Incident,
    LedgerEntry,
    Outage,
    Paper,
    Reading,
    Search,
    SuspectFinding,
)
from workflows.store.tables.messages import MessageParams

PERIODS = Periods()
HOUR = dt.timedelta(hours=1)


async def leave_traces(desk: Desk) -> str:
    """Let the Kabid search, read, begin a form and ask for their own data; return that file."""
    case = await ask(desk)
    sha256 = await desk.office.files.write(b"data pribadi")
    async with desk.database.write() as work:
        kabid = await desk.member(work, "kabid")
        await saved_searches.keep(work, kabid.person.id, "arsip")
        await drafts.start(work, kabid.person.id, form="cari", purpose={}, answers={}, position="kata")
        row = await cases.get(work, case.id)
        assert row is not None
        await note_reading(desk.office, work, kabid, row, ReadingKind.CARD)
        await note_reading(desk.office, work, kabid, row, ReadingKind.CARD)
        await outbox.put(work, kabid.person.telegram_id or 0, OWN_FILE, {"sha256": sha256, "person": kabid.person.id})
    return sha256


async def count(desk: Desk, table: type[Base]) -> int:
    async with desk.database.read() as work:
        return await work.session.scalar(select(func.count()).select_from(table)) or 0


async def test_each_kind_goes_when_its_own_time_is_over(desk: Desk) -> None:
    sha256 = await leave_traces(desk)
    assert await count(desk, Reading) == 1
    desk.clock.pass_time(days=8)
    counts = await schedule.purge_by_night(desk.database, desk.office.files, PERIODS)
    assert {kind for kind, number in counts.items() if number} == {"own_files"}
    assert not desk.office.files.path(sha256).exists()
    desk.clock.pass_time(days=30)
    counts = await schedule.purge_by_night(desk.database, desk.office.files, PERIODS)
    assert (counts["searches"], counts["drafts"], counts["readings"]) == (1, 0, 0)
    desk.clock.pass_time(days=400)
    counts = await schedule.purge_by_night(desk.database, desk.office.files, PERIODS)
    assert (counts["searches"], counts["drafts"], counts["readings"]) == (0, 1, 1)
    assert [await count(desk, table) for table in (Search, Draft, Reading)] == [0, 0, 0]
    async with desk.database.read() as work:
        newest = await ledger.newest(work)
        assert newest is not None
        assert (newest.action, newest.data["counts"]["readings"]) == ("retention", 1)
        assert await cases.by_number(work, "HST-2026-0001") is not None


@pytest.mark.parametrize("holder", ["a paper", "an answer", "a photo that was just sent", "a newer message", "nothing"])
async def test_a_file_goes_only_when_nothing_else_is_the_same_to_the_byte(desk: Desk, holder: str) -> None:
    sha256 = await leave_traces(desk)
    desk.clock.pass_time(days=8)
    async with desk.database.write() as work:
        kabid, draft = await desk.member(work, "kabid"), await drafts.of_person(work, desk.ids["kabid"])
        assert draft is not None
        match holder:
            case "a paper":
                case = await cases.by_number(work, "HST-2026-0001")
                work.add(
                    Paper(
                        case_id=case.id if case else None, kind="lampiran", sha256=sha256, name="a.pdf", size=12,
                        media_type="application/pdf", created_at=work.now,
                    )
                )  # fmt: skip
            case "an answer":
                draft.answers = {"lampiran": {"sha256": sha256}}
            case "a photo that was just sent":
                draft.scratch = {"pages": [sha256]}
            case "a newer message":
                params: MessageParams = {"sha256": sha256, "person": kabid.person.id}
                await outbox.put(work, kabid.person.telegram_id or 0, "hosting_file", params)
    counts = await schedule.purge_by_night(desk.database, desk.office.files, PERIODS)
    assert counts["own_files"] == 1
    assert desk.office.files.path(sha256).exists() is (holder != "nothing")


async def test_a_rehearsal_counts_the_same_and_deletes_nothing(desk: Desk) -> None:
    sha256 = await leave_traces(desk)
    desk.clock.pass_time(days=400)
    lines = await count(desk, LedgerEntry)
    rehearsed = await schedule.rehearse(desk.database, PERIODS)
    assert await count(desk, LedgerEntry) == lines
    assert await count(desk, Search) == 1
    assert desk.office.files.path(sha256).exists()
    assert await schedule.purge_by_night(desk.database, desk.office.files, PERIODS) == rehearsed


async def test_a_night_without_anything_to_delete_leaves_no_line(desk: Desk) -> None:
    lines = await count(desk, LedgerEntry)
    assert not any((await schedule.purge_by_night(desk.database, desk.office.files, PERIODS)).values())
    assert await count(desk, LedgerEntry) == lines


PAGE, PICTURE = b"<title>SLOT GACOR</title>", b"gambar"


async def watched(desk: Desk) -> tuple[int, list[str]]:
    """Let a site be down for an hour, and three of its pages and files be suspected; return its id and the evidence."""
    hosting = await add_hosting(desk, "e-arsip")
    hashes = [await desk.office.files.write(content) for content in (PAGE, PICTURE, b"what it was before")]
    older = [{"sha256": hashes[2], "seen": desk.clock.now.isoformat()}]
    evidence = {"sha256": hashes[0], "picture": hashes[1], "status": 200, "older": older}
    async with desk.database.write() as work:
        incident = Incident(server_id=1, began_at=work.now, rang_at=work.now, ended_at=work.now + HOUR)
        work.add(incident)
        await work.flush()
        times = {"began_at": work.now, "ended_at": work.now + HOUR}
        work.add(Outage(hosting_id=hosting, incident_id=incident.id, cause="no_answer", **times))
        for subject, kind, state in (("/a", "page", "gone"), ("/b", "page", "dismissed"), ("b.php", "file", "open")):
            settled = None if state == "open" else work.now
            facts = evidence if kind == "page" else {"sha256": "a" * 64}
            work.add(
                SuspectFinding(
                    hosting_id=hosting, kind=kind, subject=subject, fingerprint=subject, score=100, traits=[],
                    facts=facts, state=state, found_at=work.now, seen_at=work.now, settled_at=settled,
                )
            )  # fmt: skip
    return hosting, hashes


async def seen_again(desk: Desk, subject: str) -> None:
    async with desk.database.write() as work:
        row = (await work.session.scalars(select(SuspectFinding).where(SuspectFinding.subject == subject))).one()
        row.seen_at = work.now


async def suspected(desk: Desk) -> dict[str, bool]:
    """Return the findings that are kept, each with whether its facts still name a file."""
    async with desk.database.read() as work:
        rows = await work.session.scalars(select(SuspectFinding).order_by(SuspectFinding.id))
        return {row.subject: "sha256" in row.facts for row in rows}


async def test_what_watching_left_behind_goes_but_for_what_still_stands(desk: Desk) -> None:
    hosting, hashes = await watched(desk)
    desk.clock.pass_time(days=181)
    await seen_again(desk, "/b")
    counts = await schedule.purge_by_night(desk.database, desk.office.files, PERIODS)
    assert {kind: number for kind, number in counts.items() if number} == {"evidence": 1}
    assert await suspected(desk) == {"/a": False, "/b": True, "b.php": True}
    assert all(desk.office.files.path(one).exists() for one in hashes), "the other page is the same to the byte"
    desk.clock.pass_time(days=560)
    await seen_again(desk, "/b")
    counts = await schedule.purge_by_night(desk.database, desk.office.files, PERIODS)
    assert (counts["outages"], counts["findings"], counts["evidence"]) == (1, 1, 0)
    assert await suspected(desk) == {"/b": True, "b.php": True}, "set aside and still there; still open"
    assert [await count(desk, table) for table in (Outage, Incident)] == [0, 0]
    async with desk.database.write() as work:
        row = await work.session.get(Hosting, hosting)
        assert row is not None
        row.state = HostingState.RELEASED
    desk.clock.pass_time(days=731)
    counts = await schedule.purge_by_night(desk.database, desk.office.files, PERIODS)
    assert (counts["findings"], counts["evidence"]) == (2, 1)
    assert not any(desk.office.files.path(one).exists() for one in hashes)


async def test_an_outage_that_lasts_is_kept_however_long(desk: Desk) -> None:
    await watched(desk)
    async with desk.database.write() as work:
        incident = (await work.session.scalars(select(Incident))).one()
        incident.ended_at = None
    desk.clock.pass_time(days=1000)
    assert (await schedule.purge_by_night(desk.database, desk.office.files, PERIODS))["outages"] == 0
    assert await count(desk, Outage) == 1


async def test_who_left_cannot_be_reached_any_more_but_their_name_stays(desk: Desk) -> None:
    await ask(desk)
    async with desk.database.write() as work:
        head = await desk.member(work, "kepala_opd")
        await members.end_mandate(work, None, head.mandates[0].id)
        deputy = await desk.member(work, "tim_teknis")
        (await people.mandate(work, deputy.mandates[0].id)).ends_on = dt.date(2026, 12, 31)
    desk.clock.pass_time(days=729)
    assert (await schedule.purge_by_night(desk.database, desk.office.files, PERIODS))["leavers"] == 0
    desk.clock.pass_time(days=2)
    assert (await schedule.purge_by_night(desk.database, desk.office.files, PERIODS))["leavers"] == 1
    async with desk.database.read() as work:
        gone = await people.by_id(work, desk.ids["kepala_opd"])
        assert (gone.name, gone.phone, gone.telegram_id) == ("Kepala Opd", "", None)
        assert (await people.by_id(work, desk.ids["tim_teknis"])).phone
        assert (await people.by_id(work, desk.ids["kabid"])).phone
    desk.clock.pass_time(days=40)
    assert (await schedule.purge_by_night(desk.database, desk.office.files, PERIODS))["leavers"] == 1
