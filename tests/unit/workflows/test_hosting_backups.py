"""Backups of hostings as the office keeps them: when, what is told, what waits for them, what is let go of."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select

from bot.texts import html
from provisioning.agent.backup.wire import Drilled, KeepRule, Restored, RestorePart, TakenSnapshot
from provisioning.fleet import ProvisioningError
from provisioning.plan import ErrorCode
from provisioning.spec import HostingSpec, Kind
from tests.unit.fleet_double import FleetDouble
from tests.unit.workflows.conftest import Desk
from workflows.hosting import databases
from workflows.hosting.backups import nightly, ordering, outcome, retention, worker
from workflows.hosting.backups.ordering import RestoreRequest
from workflows.hosting.backups.retention import RetentionRules, keep_of
from workflows.hosting.opening import new_job
from workflows.hosting.orders import THE_OFFICE, OrderedBy
from workflows.refusal import Refused
from workflows.store import backups, hostings, ledger
from workflows.store.people import opd_by_code
from workflows.store.tables import Backup, Hosting, Move, OutboxMessage, Server
from workflows.words import WITA

AWAY = ProvisioningError(ErrorCode.BACKUP_UNREACHABLE, "connection refused", step="backup")


class Keeping(FleetDouble):
    """Servers that keep what they are told to; `away` is raised as long as it is set."""

    def __init__(self) -> None:
        self.away: ProvisioningError | None = None
        self.asked: list[tuple[str, str]] = []
        self.keeps: list[KeepRule] = []
        self.same = 5

    def _hear(self, what: str, order_id: str) -> None:
        self.asked.append((what, order_id))
        if self.away is not None:
            raise self.away

    async def snapshot(self, _server: Any, _spec: HostingSpec, reason: Any, *, order_id: str) -> TakenSnapshot:
        self._hear(f"snapshot {reason}", order_id)
        return TakenSnapshot(snapshot=f"{len(self.asked):064x}", size_bytes=5_000_000_000, files=7, added_bytes=10)

    async def restore(self, _server: Any, _spec: HostingSpec, order: Any, *, order_id: str) -> Restored:
        self._hear(f"restore {order.part} {order.path}".strip(), order_id)
        return Restored(size_bytes=10, files=1, before="" if order.beside else "b" * 64)

    async def drill(self, _server: Any, _spec: HostingSpec, snapshot: str, *, order_id: str) -> Drilled:
        self._hear(f"drill {snapshot[-2:]}", order_id)
        return Drilled(
            same=self.same, different=(), different_count=0, changed_since=1, size_bytes=9, tables=2, rows=3,
            has_database=True, seconds=1.5,
        )  # fmt: skip

    async def forget(self, _server: Any, keeps: Any) -> dict[str, tuple[str, ...]]:
        self._hear("forget", "")
        self.keeps = list(keeps)
        return {keep.slug: () for keep in keeps}


class Bureau:
    """The office with a server that keeps backups, and two hostings on it."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.database, self.fleet = desk, desk.database, Keeping()
        self.office: Any = desk.office
        object.__setattr__(desk.office, "fleet", self.fleet)

    async def hosting(self, slug: str = "arsip") -> Hosting:
        async with self.database.read() as work:
            found = await hostings.by_slug(work, slug)
        assert found is not None
        return found

    async def run(self) -> int:
        """Carry out what is due, as the worker does; return how many orders that were."""
        async with self.database.read() as work:
            due = await backups.due(work)
        for row in due:
            await worker.run_one(self.office, self.database, row.id)
        return len(due)

    async def rows(self, **wanted: str) -> list[Backup]:
        async with self.database.read() as work:
            found = await work.session.scalars(select(Backup).order_by(Backup.id))
            return [row for row in found if all(getattr(row, name) == value for name, value in wanted.items())]

    async def told(self, kind: str = "notice") -> list[OutboxMessage]:
        async with self.database.read() as work:
            return list(await work.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == kind)))

    async def record(self) -> list[str]:
        async with self.database.read() as work:
            return [line.action async for line, _ in ledger.lines(work) if line.action.startswith("backup.")]

    async def snapshot(self) -> Backup:
        async with self.database.write() as work:
            row = await ordering.snapshot_now(work, await self.hosting(), by=await self.by())
        await self.run()
        return row

    async def by(self, who: str = "tim_teknis") -> OrderedBy:
        return OrderedBy(person_id=self.desk.ids[who])


@pytest.fixture
async def bureau(desk: Desk) -> Bureau:
    await desk.office.fleet.aclose()
    async with desk.database.write() as work:
        server = (await work.session.scalars(select(Server))).one()
        server.backup_place = "/var/backups/layanan"
        disdik = await opd_by_code(work, "DISDIK")
        assert disdik is not None
        for slug in ("arsip", "berita"):
            spec = HostingSpec(slug=slug, domains=(f"{slug}.tarakankota.go.id",), kind=Kind.STATIC)
            work.add(
                Hosting(
                    opd_id=disdik.id, server_id=server.id, slug=slug, domain=spec.domains[0], state="wanted",
                    spec=spec, wanted_revision=1, applied_revision=1, created_at=work.now,
                )
            )  # fmt: skip
    return Bureau(desk)


def at(day: int, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(2026, 11, day, hour, minute, tzinfo=WITA)


async def test_each_hosting_has_its_turn_once_a_night_spread_over_it(bureau: Bureau) -> None:
    bureau.desk.clock.now = at(25, 1, 10)
    for _ in range(3):
        await nightly.plan_the_night(bureau.database)
    rows = await bureau.rows(deed="snapshot")
    assert [row.reason for row in rows] == ["nightly", "nightly"]
    times = [row.due_at.astimezone(WITA) for row in rows]
    assert all(at(25, 1, 30) <= time <= at(25, 4, 30) for time in times)
    assert len(set(times)) == 2
    assert await bureau.run() == 0, "before the night has begun"
    bureau.desk.clock.now = at(25, 4, 40)
    assert await bureau.run() == 2
    assert {row.state for row in await bureau.rows(deed="snapshot")} == {"done"}
    assert [row.size_bytes for row in await bureau.rows(deed="snapshot")] == [5_000_000_000] * 2
    assert await bureau.record() == []
    bureau.desk.clock.now = at(26, 9)
    await nightly.plan_the_night(bureau.database)
    assert len(await bureau.rows(deed="snapshot")) == 4, "a night that was missed is made good in the morning"


async def test_a_server_without_a_place_is_left_alone(bureau: Bureau) -> None:
    async with bureau.database.write() as work:
        (await work.session.scalars(select(Server))).one().backup_place = None
    await nightly.plan_the_night(bureau.database)
    assert await bureau.rows() == []
    async with bureau.database.write() as work:
        with pytest.raises(Refused) as refused:
            await ordering.snapshot_now(work, await bureau.hosting(), by=await bureau.by())
        assert refused.value.code == "no_backup_place"
        hosting = await bureau.hosting()
        assert await ordering.before_risky_change(work, hosting, new_job(work, hosting)) is None


async def test_who_asked_is_told_and_so_many_may_be_asked_for_a_day(bureau: Bureau) -> None:
    for _ in range(ordering.ASKED_A_DAY):
        await bureau.snapshot()
    assert [row.params["text"] for row in await bureau.told()] == ["cadangan.selesai"] * ordering.ASKED_A_DAY
    with pytest.raises(Refused) as refused:
        await bureau.snapshot()
    assert refused.value.code == "backup_enough"
    assert (await bureau.record())[:2] == ["backup.asked", "backup.snapshot"]
    bureau.desk.clock.pass_time(days=1)
    await bureau.snapshot()


async def test_engineers_hear_once_of_a_repository_that_is_away_and_it_is_tried_again(bureau: Bureau) -> None:
    bureau.desk.clock.now = at(25, 6)
    await nightly.plan_the_night(bureau.database)
    bureau.fleet.away = AWAY
    for _ in range(outcome.TRIES + 1):
        await bureau.run()
        bureau.desk.clock.pass_time(hours=3)
    assert {row.state for row in await bureau.rows(deed="snapshot")} == {"failed"}
    assert [row.attempt for row in await bureau.rows(deed="snapshot")] == [outcome.TRIES] * 2
    alerts = await bureau.told("backup_alert")
    assert len(alerts) == 1
    assert len({order for what, order in bureau.fleet.asked if what.startswith("snapshot")}) == 2, "the same requests"


async def test_what_a_dead_process_left_running_is_taken_again_under_the_same_id(bureau: Bureau) -> None:
    async with bureau.database.write() as work:
        row = await ordering.snapshot_now(work, await bureau.hosting(), by=await bureau.by())
    taken = await worker._take(bureau.database, row.id)
    assert taken is not None
    assert await bureau.run() == 1
    assert bureau.fleet.asked == [("snapshot asked", row.request_id)]
    assert len(await bureau.told()) == 1


async def test_a_risky_change_waits_for_its_snapshot_or_for_an_engineers_word(bureau: Bureau) -> None:
    hosting = await bureau.hosting()
    async with bureau.database.write() as work:
        job = new_job(work, hosting)
        waiting = await ordering.before_risky_change(work, hosting, job, last=True)
        assert waiting is not None
    bureau.fleet.away = AWAY
    for _ in range(12):
        await bureau.run()
        bureau.desk.clock.pass_time(minutes=10)
        async with bureau.database.read() as work:
            assert await hostings.open_jobs(work) == []
    assert len(await bureau.told("backup_alert")) == 1
    bureau.fleet.away = None
    await bureau.run()
    async with bureau.database.read() as work:
        assert [one.id for one in await hostings.open_jobs(work)] == [job.id]
    assert [row.reason for row in await bureau.rows(state="done")] == ["last"]

    async with bureau.database.write() as work:
        second = new_job(work, hosting)
        held = await ordering.before_risky_change(work, hosting, second)
        assert held is not None
        assert await outcome.go_on_without(work, held, by=THE_OFFICE)
        assert not await outcome.go_on_without(work, held, by=THE_OFFICE)
    async with bureau.database.read() as work:
        assert second.id in [one.id for one in await hostings.open_jobs(work)]
    assert (await bureau.record())[-1] == "backup.skipped"


async def test_an_import_of_sql_waits_for_its_snapshot(bureau: Bureau) -> None:
    async with bureau.database.write() as work:
        hosting = await hostings.get(work, (await bureau.hosting()).id)
        assert hosting is not None
        hosting.spec = dataclasses.replace(hosting.spec, database=True, kind=Kind.PHP, php_version="8.2")
        job = await databases.want_load(bureau.office, work, hosting, "lama.sql", by=await bureau.by())
    async with bureau.database.read() as work:
        assert await hostings.open_jobs(work) == []
    await bureau.run()
    async with bureau.database.read() as work:
        assert [one.id for one in await hostings.open_jobs(work)] == [job.id]
    assert [what for what, _ in bureau.fleet.asked] == ["snapshot before"]


async def test_a_restore_keeps_what_it_replaced_and_refuses_anothers_snapshot(bureau: Bureau) -> None:
    kept = await bureau.snapshot()
    async with bureau.database.write() as work:
        with pytest.raises(Refused) as refused:
            await ordering.restore(
                work, await bureau.hosting("berita"), RestoreRequest(snapshot=kept.id), by=await bureau.by()
            )
        assert refused.value.code == "snapshot_gone"
        for path in ("../rahasia", "public/../../etc", "logs/access.log", "public/a\nb", "/etc/passwd"):
            wish = RestoreRequest(snapshot=kept.id, part=RestorePart.PATH, path=path)
            with pytest.raises(Refused) as refused:
                await ordering.restore(work, await bureau.hosting(), wish, by=await bureau.by())
            assert refused.value.code == "path_invalid", path
        wish = RestoreRequest(snapshot=kept.id, part=RestorePart.PATH, path="public/unggah/foto.jpg")
        await ordering.restore(work, await bureau.hosting(), wish, by=await bureau.by())
        with pytest.raises(Refused) as refused:
            await ordering.restore(work, await bureau.hosting(), wish, by=await bureau.by())
        assert refused.value.code == "restore_under_way"
    await bureau.run()
    assert [what for what, _ in bureau.fleet.asked][-1] == "restore path public/unggah/foto.jpg"
    async with bureau.database.read() as work:
        listed = await backups.snapshots_of(work, (await bureau.hosting()).id, limit=5)
    assert (listed[0].reason, listed[0].snapshot) == ("before", "b" * 64)
    assert (await bureau.record())[-2:] == ["backup.restore_asked", "backup.restore"]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ProvisioningError(ErrorCode.MARIADB_REFUSED, "ERROR 1064", kept="c" * 64), "tetap seperti sebelum dipulihkan"),
        (
            ProvisioningError(ErrorCode.MARIADB_REFUSED, "ERROR 1064", left=("the database",), kept="c" * 64),
            "pilih cadangan teratas bertanda “sebelum perubahan”",
        ),
        (ProvisioningError(ErrorCode.SNAPSHOT_MISSING, "nothing at that place"), "tetap seperti sebelum dipulihkan"),
        (ProvisioningError(ErrorCode.NO_ANSWER, "no line for 60 s"), "hasilnya belum diketahui"),
    ],
)
async def test_a_restore_that_fails_says_how_the_hosting_is_and_offers_what_was_there_before(
    bureau: Bureau, error: ProvisioningError, said: str
) -> None:
    await ask_for_restore(bureau)
    bureau.fleet.away = error
    for _ in range(outcome.TRIES_ASKED):
        await bureau.run()
        bureau.desk.clock.pass_time(minutes=2)
    (restore,) = await bureau.rows(deed="restore")
    assert (restore.state, len(await bureau.rows(reason="before"))) == ("failed", 1 if error.kept else 0)
    (told,) = [row.params for row in await bureau.told() if row.params["text"] == "cadangan.gagal_restore"]
    assert said in html(told["text"], **told["params"])
    async with bureau.database.read() as work:
        listed = await backups.snapshots_of(work, (await bureau.hosting()).id, limit=5)
    assert (listed[0].snapshot == error.kept) is bool(error.kept)
    async with bureau.database.write() as work:
        wish = RestoreRequest(snapshot=listed[0].id)
        await ordering.restore(work, await bureau.hosting(), wish, by=await bureau.by())
    bureau.fleet.away = None
    await bureau.run()
    assert [row.state for row in await bureau.rows(deed="restore")] == ["failed", "done"]


async def ask_for_restore(bureau: Bureau, who: str = "tim_teknis") -> Backup:
    kept = await bureau.snapshot()
    async with bureau.database.write() as work:
        return await ordering.restore(
            work, await bureau.hosting(), RestoreRequest(snapshot=kept.id), by=await bureau.by(who)
        )


async def second_server(bureau: Bureau) -> int:
    more = {"zone": "tarakankota.go.id", "name_server": "192.0.2.53"}
    async with bureau.database.write() as work:
        other = Server(name="web-2", host="192.0.2.20", host_key="ssh-ed25519 AAAA", created_at=work.now, **more)
        other.backup_place = "/var/backups/layanan"
        work.add(other)
        await work.flush()
        return other.id


async def test_while_a_hosting_moves_nothing_is_asked_of_its_backups(bureau: Bureau) -> None:
    kept, other = await bureau.snapshot(), await second_server(bureau)
    async with bureau.database.write() as work:
        hosting = await bureau.hosting()
        work.add(
            Move(
                hosting_id=hosting.id, source_id=hosting.server_id, target_id=other, uuid="m", phase="copied",
                attempt=0, error={}, asked_by=bureau.desk.ids["engineer"], due_at=work.now, created_at=work.now,
            )
        )  # fmt: skip
    async with bureau.database.write() as work:
        with pytest.raises(Refused, match="hosting_busy"):
            await ordering.snapshot_now(work, hosting, by=await bureau.by())
        with pytest.raises(Refused, match="hosting_busy"):
            await ordering.restore(work, hosting, RestoreRequest(snapshot=kept.id), by=await bureau.by())


async def test_what_was_due_on_the_server_that_a_hosting_left_is_not_done_to_its_dead_copy(bureau: Bureau) -> None:
    await ask_for_restore(bureau)
    other = await second_server(bureau)
    async with bureau.database.write() as work:
        hosting = await hostings.get(work, (await bureau.hosting()).id)
        assert hosting is not None
        await ordering.before_risky_change(work, hosting, new_job(work, hosting))
        hosting.server_id = other
    before = len(bureau.fleet.asked)
    for _ in range(2):
        await bureau.run()
    assert [what for what, _ in bureau.fleet.asked[before:]] == ["snapshot before"]
    assert [row.server_id for row in await bureau.rows(state="done", reason="before")] == [other]
    assert [row.state for row in await bureau.rows(deed="restore")] == ["skipped"]
    assert [row.params["text"] for row in await bureau.told()][-1] == "cadangan.sudah_pindah"
    assert "backup.restore_dropped" in await bureau.record()


async def test_after_a_move_only_what_can_be_given_back_there_is_offered(bureau: Bureau) -> None:
    earlier, other = await bureau.snapshot(), await second_server(bureau)
    async with bureau.database.write() as work:
        hosting = await hostings.get(work, (await bureau.hosting()).id)
        assert hosting is not None
        hosting.server_id = other
        await ordering.after_move(work, hosting, key="moved:1")
    async with bureau.database.read() as work:
        assert await backups.snapshots_of(work, hosting.id, limit=5) == []
    await bureau.run()
    async with bureau.database.read() as work:
        offered = await backups.snapshots_of(work, hosting.id, limit=5)
    assert [(row.server_id, row.reason) for row in offered] == [(other, "moved")]
    with pytest.raises(Refused, match="snapshot_gone"):
        async with bureau.database.write() as work:
            await ordering.restore(
                work, await bureau.hosting(), RestoreRequest(snapshot=earlier.id), by=await bureau.by()
            )
    async with bureau.database.write() as work:
        await retention.note_left(work, other, {"arsip": [offered[0].snapshot]})
        kept = await backups.get(work, earlier.id)
    assert kept is not None
    assert kept.gone_at is None, "what one server lets go of says nothing of another's"


@pytest.mark.parametrize(("who", "done"), [("tim_teknis", False), ("engineer", True)])
async def test_a_restore_that_a_former_opd_asked_for_is_not_done(bureau: Bureau, who: str, done: bool) -> None:
    await ask_for_restore(bureau, who)
    async with bureau.database.write() as work:
        hosting, dinkes = await hostings.get(work, (await bureau.hosting()).id), await opd_by_code(work, "DINKES")
        assert hosting is not None
        assert dinkes is not None
        hosting.opd_id = dinkes.id
    await bureau.run()
    assert ("restore whole" in [what for what, _ in bureau.fleet.asked]) is done
    told = [row.params["text"] for row in await bureau.told()]
    assert ("cadangan.bukan_wewenang" in told, "cadangan.dipulihkan" in told) == (not done, done)


async def test_old_snapshots_are_let_go_of_weekly_by_the_rules_in_force(bureau: Bureau) -> None:
    await bureau.snapshot()
    async with bureau.database.write() as work:
        await retention.set_rules(work, RetentionRules(daily=3, weekly=2, monthly=1))
    bureau.desk.clock.now = at(29, 6)
    await nightly.plan_the_night(bureau.database)
    await bureau.run()
    kept = [KeepRule(slug=slug, daily=3, weekly=2, monthly=1, last=1) for slug in ("arsip", "berita")]
    assert bureau.fleet.keeps == kept
    async with bureau.database.read() as work:
        assert (await bureau.rows(deed="snapshot"))[0].gone_at is not None
        assert await backups.snapshots_of(work, (await bureau.hosting()).id, limit=5) == []


def test_of_a_removed_hosting_the_last_snapshot_stays_for_a_year() -> None:
    gone, now = Hosting(slug="arsip", state="released", server_id=1), at(26, 6)
    assert keep_of(gone, 1, now - dt.timedelta(days=364), RetentionRules(), now) == KeepRule(slug="arsip", last=1)
    assert keep_of(gone, 1, now - dt.timedelta(days=366), RetentionRules(), now) == KeepRule(slug="arsip")


def test_what_a_hosting_left_on_another_server_stays_by_the_ordinary_rules_for_a_year() -> None:
    moved, now, usual = Hosting(slug="arsip", state="wanted", server_id=2), at(26, 6), RetentionRules()
    ordinary = KeepRule(slug="arsip", daily=usual.daily, weekly=usual.weekly, monthly=usual.monthly, last=1)
    assert keep_of(moved, 1, now - dt.timedelta(days=364), usual, now) == ordinary
    assert keep_of(moved, 1, now - dt.timedelta(days=366), usual, now) == KeepRule(slug="arsip")
    assert keep_of(moved, 2, now - dt.timedelta(days=366), usual, now) == ordinary, "its own are never let go of whole"


async def test_a_hosting_that_moved_keeps_its_snapshots_here_and_there(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = await bureau.snapshot()
    other = await second_server(bureau)
    async with bureau.database.write() as work:
        (await work.session.get_one(Hosting, (await bureau.hosting()).id)).server_id = other
    here = await bureau.snapshot()
    first, second = [row.snapshot for row in await bureau.rows(deed="snapshot", state="done")]
    stands = {"web-1": {"arsip": (first,)}, "web-2": {"arsip": (second,)}}
    asked: dict[str, list[KeepRule]] = {}

    async def forget(server: Any, keeps: Any) -> dict[str, Any]:
        asked[server.name] = list(keeps)
        return {keep.slug: stands[server.name].get(keep.slug, ()) for keep in keeps}

    monkeypatch.setattr(bureau.fleet, "forget", forget)
    bureau.desk.clock.now = at(29, 6)
    await nightly.plan_the_night(bureau.database)
    await bureau.run()
    async with bureau.database.read() as work:
        rows = [await backups.get(work, row.id) for row in (there, here)]
    assert [row.gone_at for row in rows if row is not None] == [None, None], "each server speaks of its own only"
    assert [row.server_id for row in rows if row is not None] == [1, other]
    kept = {name: next(keep for keep in keeps if keep.slug == "arsip") for name, keeps in asked.items()}
    assert kept["web-1"] == kept["web-2"] == KeepRule(slug="arsip", daily=7, weekly=4, monthly=12, last=1)


async def test_once_a_month_a_hosting_is_tried_out_and_engineers_and_kabid_read_how(bureau: Bureau) -> None:
    await bureau.snapshot()
    kept = (await bureau.rows(deed="snapshot"))[0].snapshot
    for day in (25, 26):
        bureau.desk.clock.now = at(day, 6)
        await nightly.plan_the_night(bureau.database)
        await bureau.run()
    drills = await bureau.rows(deed="drill")
    assert [row.state for row in drills] == ["done"]
    assert drills[0].data["snapshot"] == kept
    reports = [row for row in await bureau.told() if row.params["text"] == "cadangan.uji"]
    assert len(reports) == 2
    assert reports[0].params["params"]["same"] == 5
    assert "backup.drill" in await bureau.record()
