"""What hostings use is counted each hour, kept once, warned of once, and reported to whom it concerns."""

from __future__ import annotations

import asyncio
import datetime as dt
import io
from collections.abc import Mapping
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from bot.texts import html
from provisioning.fleet import ProvisioningError
from provisioning.plan import ErrorCode
from provisioning.spec import HostingSpec, Kind
from provisioning.usage_report import DayTraffic, HostingMeasurement, Measurement
from tests.unit.fleet_double import FleetDouble
from tests.unit.workflows.conftest import Desk
from tests.unit.workflows.test_waiting_signatures import leave_telegram
from workflows.reports.figures import Period
from workflows.reports.usage.month import months_of, total
from workflows.reports.usage.monthly import send_what_is_over
from workflows.retention.schedule import Periods, purge_by_night
from workflows.store import hostings, usage
from workflows.store.tables import Hosting, Move, OutboxMessage, Server, UsageSample, UsageWatch
from workflows.store.unit_of_work import UnitOfWork
from workflows.usage.figures import MB
from workflows.usage.hosting_usage import use_of
from workflows.usage.hourly_count import count_due_servers, count_server
from workflows.words import WITA

KEPALA_OPD, TIM_TEKNIS, BAGIAN_UMUM, KEPALA, ENGINEER, OTHER_HEAD = 1001, 1002, 1003, 1004, 1007, 1008
NOVEMBER = Period(2026, 11)


class CountingFleet(FleetDouble):
    """A fleet whose one server answers what the test says, and keeps what it was asked."""

    def __init__(self) -> None:
        self.answer: Measurement | ProvisioningError = Measurement(whole=True, hostings=())
        self.answers: dict[str, Measurement] = {}  # of servers that answer for themselves, by name
        self.asked: list[dt.date] = []

    async def measure(self, server: Any, since: dt.date) -> Measurement:
        self.asked.append(since)
        if isinstance(self.answer, ProvisioningError):
            raise self.answer
        return self.answers.get(server.name, self.answer)


@pytest.fixture
def fleet(desk: Desk) -> CountingFleet:
    fleet = CountingFleet()
    object.__setattr__(desk.office, "fleet", fleet)
    return fleet


@pytest.fixture
async def hosting(desk: Desk) -> Hosting:
    return await stands(desk, "arsip", opd_id=await opd_of(desk, "kepala_opd"))


async def opd_of(desk: Desk, who: str) -> int:
    async with desk.database.read() as work:
        return next(iter((await desk.member(work, who)).opds))


async def stands(desk: Desk, slug: str, *, opd_id: int) -> Hosting:
    spec = HostingSpec(
        slug=slug, domains=(f"{slug}.tarakankota.go.id",), kind=Kind.PHP, php_version="8.2", database=True
    )
    async with desk.database.write() as work:
        row = Hosting(
            opd_id=opd_id, server_id=1, slug=slug, domain=spec.domains[0], state="wanted",
            spec=spec, wanted_revision=1, applied_revision=1, created_at=work.now,
        )  # fmt: skip
        work.add(row)
    return row


def measured(slug: str = "arsip", *, disk: int = MB, days: Mapping[str, DayTraffic] | None = None) -> Measurement:
    found = {dt.date.fromisoformat(day): traffic for day, traffic in (days or {}).items()}
    one = HostingMeasurement(slug=slug, disk_bytes=disk, inodes=100, database_bytes=5 * MB, days=found)
    return Measurement(whole=True, hostings=(one,))


async def rows(desk: Desk) -> list[UsageSample]:
    async with desk.database.read() as work:
        return list(await work.session.scalars(select(UsageSample).order_by(UsageSample.day)))


async def told(desk: Desk, kind: str) -> list[tuple[int, dict[str, Any]]]:
    query = select(OutboxMessage.chat_id, OutboxMessage.params).where(OutboxMessage.kind == kind)
    async with desk.database.read() as work:
        return [tuple(row) for row in await work.session.execute(query.order_by(OutboxMessage.id))]


async def hourly(desk: Desk, *, hours: int = 1) -> None:
    desk.clock.pass_time(hours=hours)
    await count_due_servers(desk.office, desk.database)


async def test_days_are_kept_as_they_are_counted_and_counting_again_changes_nothing(
    desk: Desk, fleet: CountingFleet, hosting: Hosting
) -> None:
    yesterday = DayTraffic(requests=7, received_bytes=70, sent_bytes=2**40, client_errors=2, server_errors=1)
    fleet.answer = measured(days={"2026-11-23": yesterday, "2026-11-24": DayTraffic(requests=1, sent_bytes=9)})
    for _ in range(3):
        await count_due_servers(desk.office, desk.database)
    first, second = await rows(desk)
    assert (first.day, first.requests, first.sent_bytes) == (dt.date(2026, 11, 23), 7, 2**40)
    assert (first.client_errors, first.server_errors, first.disk_bytes) == (2, 1, None)
    assert (second.requests, second.disk_bytes, second.inodes, second.database_bytes) == (1, MB, 100, 5 * MB)
    assert len(fleet.asked) == 1  # once an hour
    await hourly(desk)
    assert [row.requests for row in await rows(desk)] == [7, 1]


async def test_a_day_only_grows_whoever_is_the_last_to_say_so(
    desk: Desk, fleet: CountingFleet, hosting: Hosting
) -> None:
    fleet.answer = measured(days={"2026-11-24": DayTraffic(requests=9, sent_bytes=90)})
    await count_due_servers(desk.office, desk.database)
    fleet.answer = measured(disk=3 * MB, days={"2026-11-24": DayTraffic(requests=4, sent_bytes=95)})
    await hourly(desk)
    (row,) = await rows(desk)
    assert (row.requests, row.sent_bytes, row.disk_bytes) == (9, 95, 3 * MB)


async def test_it_asks_back_to_the_day_before_the_last_whole_count(
    desk: Desk, fleet: CountingFleet, hosting: Hosting
) -> None:
    fleet.answer = measured()
    await count_due_servers(desk.office, desk.database)
    await hourly(desk)
    fleet.answer = ProvisioningError(ErrorCode.UNREACHABLE, "no route", step="connection")
    await hourly(desk, hours=24 * 3)
    desk.clock.pass_time(minutes=9)
    await count_due_servers(desk.office, desk.database)
    desk.clock.pass_time(minutes=2)
    fleet.answer = measured()
    await count_due_servers(desk.office, desk.database)
    assert fleet.asked == [
        dt.date(2026, 10, 25), dt.date(2026, 11, 23), dt.date(2026, 11, 23), dt.date(2026, 11, 23),
    ]  # fmt: skip
    await hourly(desk)
    assert fleet.asked[4:] == [dt.date(2026, 11, 26)]


async def put_on_second_server(work: UnitOfWork, hosting: Hosting) -> Server:
    first = await hostings.server(work, 1)
    other = Server(
        name="web-2", host="192.0.2.11", host_key=first.host_key, zone=first.zone, name_server="192.0.2.53",
        created_at=work.now,
    )  # fmt: skip
    work.add(other)
    await work.flush()
    moved = await hostings.lock(work, hosting.id)
    assert moved is not None
    moved.server_id = other.id
    return other


async def test_on_the_day_a_hosting_moves_both_servers_count(
    desk: Desk, fleet: CountingFleet, hosting: Hosting
) -> None:
    fleet.answer = measured(disk=2 * MB, days={"2026-11-24": DayTraffic(requests=9, sent_bytes=90)})
    await count_due_servers(desk.office, desk.database)
    async with desk.database.write() as work:
        await put_on_second_server(work, hosting)
    fleet.answer = measured(disk=3 * MB, days={"2026-11-24": DayTraffic(requests=4, sent_bytes=40)})
    for _ in range(2):
        await hourly(desk)
    async with desk.database.read() as work:
        use = await use_of(work, hosting, NOVEMBER.edges()[0].date(), dt.date(2026, 11, 24))
    assert [(day.requests, day.sent_bytes) for day in use.days] == [(13, 130)]
    assert use.levels[0].used == 3 * MB
    desk.clock.pass_time(days=740)
    await purge_by_night(desk.database, desk.office.files, Periods())
    async with desk.database.read() as work:
        (folded,) = await months_of(work, [hosting], NOVEMBER)
    assert (total(folded).requests, folded.levels[0].used) == (13, 3 * MB)


async def test_the_last_hour_before_a_move_is_counted_on_the_server_that_was_left(
    desk: Desk, fleet: CountingFleet, hosting: Hosting
) -> None:
    fleet.answer = measured(disk=2 * MB, days={"2026-11-24": DayTraffic(requests=9)})
    await count_due_servers(desk.office, desk.database)
    await move_away(desk, hosting)
    after = {"2026-11-24": DayTraffic(requests=11), "2026-11-25": DayTraffic(requests=5)}
    fleet.answers = {"web-1": measured(disk=90 * MB, days=after), "web-2": measured(disk=3 * MB)}
    await hourly(desk, hours=25)
    async with desk.database.read() as work:
        use = await use_of(work, hosting, NOVEMBER.edges()[0].date(), dt.date(2026, 11, 25))
    assert [(day.day.day, day.requests) for day in use.days] == [(24, 11), (25, 0)], "the copy has no visitors"
    assert use.levels[0].used == 3 * MB, "what the copy takes is not what the hosting takes"


async def move_away(desk: Desk, hosting: Hosting) -> None:
    """Let a hosting have been moved to another server now; its copy is kept on the first one."""
    async with desk.database.write() as work:
        other = await put_on_second_server(work, hosting)
        work.add(
            Move(
                hosting_id=hosting.id, source_id=1, target_id=other.id, uuid="m", phase="resting", attempt=0, error={},
                asked_by=desk.ids["engineer"], due_at=work.now, created_at=work.now, opened_at=work.now,
            )
        )  # fmt: skip


async def test_what_did_not_fit_is_asked_for_soon(desk: Desk, fleet: CountingFleet, hosting: Hosting) -> None:
    fleet.answer = Measurement(whole=False, hostings=())
    await count_due_servers(desk.office, desk.database)
    desk.clock.pass_time(seconds=60)
    fleet.answer = measured()
    await count_due_servers(desk.office, desk.database)
    assert fleet.asked == [dt.date(2026, 10, 25)] * 2
    assert len(await rows(desk)) == 1


async def test_a_stranger_on_the_server_and_a_day_that_has_not_come_are_passed_over(
    desk: Desk, fleet: CountingFleet, hosting: Hosting
) -> None:
    fleet.answer = measured("orang-lain", days={"2026-11-24": DayTraffic(requests=1)})
    await count_due_servers(desk.office, desk.database)
    assert await rows(desk) == []
    fleet.answer = measured(days={"2026-11-25": DayTraffic(requests=1)})
    await hourly(desk)
    assert [row.day for row in await rows(desk)] == [dt.date(2026, 11, 24)]


async def test_a_database_that_could_not_be_asked_keeps_its_last_size(
    desk: Desk, fleet: CountingFleet, hosting: Hosting
) -> None:
    fleet.answer = measured()
    await count_due_servers(desk.office, desk.database)
    silent = HostingMeasurement(slug="arsip", disk_bytes=2 * MB, inodes=3, database_bytes=None, days={})
    fleet.answer = Measurement(whole=True, hostings=(silent,))
    await hourly(desk)
    (row,) = await rows(desk)
    assert (row.disk_bytes, row.database_bytes) == (2 * MB, 5 * MB)


async def test_the_opd_hears_at_80_and_the_engineers_at_95_each_once(
    desk: Desk, fleet: CountingFleet, hosting: Hosting
) -> None:
    heard = []
    for disk in (1000, 1640, 1650, 1950, 1960, 100, 1640):
        fleet.answer = measured(disk=disk * MB)
        before = len(await told(desk, "notice"))
        await hourly(desk)
        heard.append([(chat, said["params"]["percent"]) for chat, said in (await told(desk, "notice"))[before:]])
    near, full = [(KEPALA_OPD, 80), (TIM_TEKNIS, 80)], [(KEPALA_OPD, 95), (TIM_TEKNIS, 95), (ENGINEER, 95)]
    assert heard == [[], near, [], full, [], [], near]
    said = (await told(desk, "notice"))[0][1]["params"]
    assert "1,6 GB dari 2 GB" in html("penggunaan.peringatan", **said)
    assert said["full_on"] == ""


async def test_a_warning_says_when_steady_growth_fills_it(desk: Desk, fleet: CountingFleet, hosting: Hosting) -> None:
    for day in range(10):
        fleet.answer = measured(disk=(1200 + 50 * day) * MB)
        await hourly(desk, hours=24)
    (first, *_) = await told(desk, "notice")
    assert first[1]["params"]["percent"] == 80  # 1650 MB on the fourth of December, fifty more a day
    assert "penuh sekitar 12 Desember 2026" in html("penggunaan.peringatan", **first[1]["params"])


async def test_days_become_months_after_two_years_and_the_sums_stay(
    desk: Desk, fleet: CountingFleet, hosting: Hosting
) -> None:
    november = {f"2026-11-{day:02}": DayTraffic(requests=day, sent_bytes=10 * day) for day in range(1, 25)}
    fleet.answer = measured(days=november)
    await count_due_servers(desk.office, desk.database)
    async with desk.database.read() as work:
        before = total((await months_of(work, [hosting], NOVEMBER))[0])
    desk.clock.pass_time(days=730)
    assert (await purge_by_night(desk.database, desk.office.files, Periods()))["usage"] == 0
    desk.clock.pass_time(days=7)
    assert (await purge_by_night(desk.database, desk.office.files, Periods()))["usage"] == 24
    assert (await purge_by_night(desk.database, desk.office.files, Periods()))["usage"] == 0
    (row,) = await rows(desk)
    assert (row.whole_month, row.day, row.disk_bytes) == (True, dt.date(2026, 11, 1), MB)
    async with desk.database.read() as work:
        (use,) = await months_of(work, [hosting], NOVEMBER)
        assert (use.is_folded, total(use)) == (True, before)
        assert before.requests == sum(range(1, 25))


async def test_the_month_is_reported_on_the_first_working_day_to_its_head_and_the_kepala_once(
    desk: Desk, fleet: CountingFleet, hosting: Hosting
) -> None:
    await stands(desk, "puskesmas", opd_id=await opd_of(desk, "kepala_dinkes"))
    fleet.answer = measured(disk=1700 * MB, days={"2026-11-24": DayTraffic(requests=4321, sent_bytes=3 * MB)})
    await count_due_servers(desk.office, desk.database)
    for moment, expected in (("2026-12-01T07:29", 0), ("2026-12-01T07:31", 1), ("2026-12-15T10:00", 1)):
        desk.clock.now = dt.datetime.fromisoformat(moment).replace(tzinfo=WITA)
        for _ in range(2):
            await send_what_is_over(desk.office, desk.database)
        letters = await told(desk, "opd_file")
        assert sorted(chat for chat, _ in letters) == [KEPALA_OPD, OTHER_HEAD] * expected
        assert [chat for chat, _ in await told(desk, "office_file")] == [KEPALA] * expected
    mine = next(said for chat, said in letters if chat == KEPALA_OPD)
    assert mine["name"] == "Laporan-Penggunaan-arsip.tarakankota.go.id-November-2026.pdf"
    text = words(desk, mine["sha256"])
    assert "arsip.tarakankota.go.id" in text
    assert "puskesmas" not in text
    assert "Ruang berkas 1,7 GB 2 GB 83%" in text
    assert "4.321" in text
    whole = words(desk, (await told(desk, "office_file"))[0][1]["sha256"])
    assert "arsip.tarakankota.go.id" in whole
    assert "puskesmas.tarakankota.go.id" in whole


async def test_who_is_not_on_telegram_has_the_months_use_printed_by_bagian_umum(
    desk: Desk, fleet: CountingFleet, hosting: Hosting
) -> None:
    for who in ("kepala_opd", "kepala_dkisp"):
        await leave_telegram(desk, who)
    desk.clock.now = dt.datetime(2026, 12, 1, 10, tzinfo=WITA)
    await send_what_is_over(desk.office, desk.database)
    for kind, name in (("opd_file", "Kepala Opd"), ("office_file", "Kepala Dkisp")):
        ((chat, said),) = await told(desk, kind)
        assert (chat, said["print_for"]) == (BAGIAN_UMUM, [{"name": name, "vacant": False}])


async def test_without_hostings_nothing_is_reported(desk: Desk) -> None:
    desk.clock.now = dt.datetime(2026, 12, 1, 10, tzinfo=WITA)
    await send_what_is_over(desk.office, desk.database)
    assert await told(desk, "office_file") == []


async def test_two_processes_that_count_at_once_warn_once(desk: Desk, fleet: CountingFleet, hosting: Hosting) -> None:
    fleet.answer = measured(disk=1700 * MB, days={"2026-11-24": DayTraffic(requests=5)})
    async with desk.database.read() as work:
        server = await hostings.server(work, 1)
    await asyncio.gather(*(count_server(desk.office, desk.database, server) for _ in range(3)))
    assert [row.requests for row in await rows(desk)] == [5]
    assert [chat for chat, _ in await told(desk, "notice")] == [KEPALA_OPD, TIM_TEKNIS]
    async with desk.database.read() as work:
        assert len(list(await work.session.scalars(select(UsageWatch)))) == 1
        assert [row.level for row in await usage.warnings(work, [hosting.id])] == [80]


def words(desk: Desk, sha256: str) -> str:
    pages = PdfReader(io.BytesIO(desk.office.files.path(sha256).read_bytes())).pages
    return " ".join("\n".join(page.extract_text() for page in pages).split())
