"""Pages and files are looked through: what is new is told once, what was set aside is not told again."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select

from provisioning.fleet import ProvisioningError
from provisioning.pages.rules import Seen, Views
from provisioning.plan import ErrorCode
from provisioning.scan_report import ScanReport, Suspect, Trait
from provisioning.spec import HostingSpec
from tests.unit.workflows.conftest import Desk
from tests.unit.workflows.test_watch import World
from workflows.refusal import Refused
from workflows.store import inspections, ledger, people
from workflows.store.tables import OutboxMessage, SuspectFinding
from workflows.watch import findings
from workflows.watch.inspections import look_through

HOUR = dt.timedelta(hours=1)
URL = "https://satu.kota.test/"
CLEAN = "<title>Dinas</title><p>berita</p>"
ADVERT = "<title>SLOT GACOR</title><p>slot gacor maxwin situs slot rtp live togel online</p>"


def shell(path: str = "public/a.php", sha256: str = "a" * 64, opinion: str | None = None, weight: int = 100) -> Suspect:
    trait = Trait(id="perintah_dari_masukan", weight=weight, line=1, excerpt="eval(")
    return Suspect(path=path, size=30, changed=1.0, sha256=sha256, traits=(trait,), opinion=opinion)


@dataclasses.dataclass
class Site:
    """What a tour and a scan of the one site find; `asked` are the scans."""

    desk: Desk
    page: str = CLEAN
    parts: list[tuple[Suspect, ...]] = dataclasses.field(default_factory=lambda: [()])
    fails: ProvisioningError | None = None
    asked: list[tuple[float, str]] = dataclasses.field(default_factory=list)

    async def tour(self, _server: Any, _spec: HostingSpec, **_options: Any) -> list[Views]:
        return [Views(url=URL, visitor=Seen(status=200, body=CLEAN), engine=Seen(status=200, body=self.page))]

    async def scan(self, _server: Any, _spec: HostingSpec, *, since: float, after: str) -> ScanReport:
        if self.fails is not None:
            raise self.fails
        self.asked.append((since, after))
        part = int(after or "0")
        following = str(part + 1) if part + 1 < len(self.parts) else None
        began = 1000.0 + len(self.asked)
        return ScanReport(
            began=began, files=9, read=9, bytes=9, closed=0, next=following, asked=True, suspects=self.parts[part]
        )

    async def hours(self, count: int) -> None:
        for _ in range(count * 4):
            self.desk.clock.pass_time(minutes=15)
            await look_through(self.desk.office, self.desk.database, HOUR)

    async def days(self, count: int) -> None:
        """Let days pass, with a look at each one's end and one an hour after."""
        for _ in range(count):
            self.desk.clock.pass_time(hours=23)
            await self.hours(1)

    async def found(self) -> list[tuple[str, str]]:
        async with self.desk.database.read() as work:
            rows = await work.session.scalars(select(SuspectFinding).order_by(SuspectFinding.id))
            return [(row.subject, row.state) for row in rows]

    async def rings(self) -> int:
        """Return how often the Kabid heard a sound."""
        async with self.desk.database.read() as work:
            rows = await work.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "suspicion"))
            return sum(bool(row.params["loud"]) for row in rows) // 2  # the Kabid and the engineer

    async def dismiss(self, who: str = "kabid", newest: int = 99) -> int:
        async with self.desk.database.write() as work:
            member = await self.desk.member(work, who)
            return await findings.dismiss(work, member, 1, newest, "sudah diperiksa")


@pytest.fixture
async def site(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Site:
    site = Site(desk)
    await World(desk).stand("satu")
    monkeypatch.setattr(desk.office.fleet, "tour", site.tour)
    monkeypatch.setattr(desk.office.fleet, "scan", site.scan)
    return site


async def test_what_is_found_is_told_once_to_whom_it_concerns(site: Site) -> None:
    site.page, site.parts = ADVERT, [(shell(),)]
    await site.hours(6)
    assert await site.found() == [(URL, "open"), ("public/a.php", "open")]
    assert await site.rings() == 2
    async with site.desk.database.read() as work:
        told = list(await work.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "notice")))
        actions = [line.action async for line, _ in ledger.lines(work)]
        head = (await people.by_id(work, site.desk.ids["kepala_dinkes"])).telegram_id
    assert [(row.chat_id, row.params["text"]) for row in told] == [(head, "pemantauan.kabar_tim")] * 2, "no Tim Teknis"
    assert actions.count("hosting.suspected") == 2


async def test_what_was_set_aside_comes_up_again_only_as_another(site: Site) -> None:
    site.page, site.parts = ADVERT, [(shell(),)]
    await site.hours(2)
    assert await site.dismiss() == 2
    await site.days(2)
    assert {state for _, state in await site.found()} == {"dismissed"}
    rings = await site.rings()
    site.parts = [(shell(sha256="b" * 64),)]
    await site.hours(2)
    assert ("public/a.php", "open") in await site.found()
    assert await site.rings() == rings + 1


async def test_evidence_is_kept_once_however_the_page_changes(site: Site) -> None:
    site.page = ADVERT
    await site.hours(2)
    kept = {path for path in site.desk.office.files.folder.rglob("*") if path.is_file()}
    assert [path.read_text() for path in kept] == [ADVERT]
    for word in ("satu", "dua"):
        site.page = f"{ADVERT} {word}"
        await site.hours(2)
    assert {path for path in site.desk.office.files.folder.rglob("*") if path.is_file()} == kept
    assert await site.rings() == 1
    await site.dismiss()
    site.page = ADVERT + "<div style='display:none'>slot gacor</div>"
    await site.hours(2)
    assert await site.rings() == 2, "another kind of finding on a page that was set aside"


async def test_only_what_was_shown_is_set_aside(site: Site) -> None:
    site.page = ADVERT
    await site.hours(2)
    site.parts = [(shell(),)]
    await site.hours(2)
    assert await site.dismiss(newest=1) == 1
    assert await site.found() == [(URL, "dismissed"), ("public/a.php", "open")]


@pytest.mark.parametrize("who", ["kepala_opd", "tim_teknis", "sub_koordinator", "kepala_dkisp", "bagian_umum"])
async def test_nobody_else_sets_aside(site: Site, who: str) -> None:
    site.page = ADVERT
    await site.hours(2)
    with pytest.raises(Refused, match="wrong_role"):
        await site.dismiss(who)


async def test_what_is_not_there_any_more_closes_by_itself(site: Site) -> None:
    site.page, site.parts = ADVERT, [(shell(),)]
    await site.hours(2)
    site.page, site.parts = CLEAN, [()]
    await site.hours(2)
    assert await site.found() == [(URL, "gone"), ("public/a.php", "open")], "no part of a pass tells that all is well"
    await site.days(1)
    assert await site.found() == [(URL, "gone"), ("public/a.php", "gone")]
    site.parts = [(shell(),)]
    await site.hours(2)
    assert await site.found() == [(URL, "gone"), ("public/a.php", "open")]


async def test_all_files_once_a_night_and_only_changed_ones_between(site: Site) -> None:
    await site.hours(26)
    whole = [place for place, (since, _) in enumerate(site.asked) if since == 0]
    assert len(whole) == 2, "the first, and the one of the night"
    assert all(since > 1000 for since, _ in site.asked[1 : whole[1]])


async def test_a_pass_of_several_parts_goes_on_where_it_stood_and_begins_the_next_at_its_own_beginning(
    site: Site,
) -> None:
    site.parts = [(shell("public/a.php"),), (), (shell("public/z.php"),)]
    await site.hours(1)
    assert site.asked[:3] == [(0.0, ""), (0.0, "1"), (0.0, "2")]
    assert [subject for subject, _ in await site.found()] == ["public/a.php", "public/z.php"]
    await site.hours(2)
    assert site.asked[3][0] == 1001.0, "what changed while the pass was under way is read again"


async def test_a_weak_suspicion_is_no_alarm_until_clamav_knows_the_file(site: Site) -> None:
    site.parts = [(shell(weight=45),)]
    await site.hours(2)
    assert await site.found() == []
    site.parts = [(shell(weight=45, opinion="Uji.Perintah"),)]
    await site.hours(2)
    assert await site.found() == [("public/a.php", "open")]


async def test_a_server_that_does_not_answer_is_asked_again_and_nothing_is_concluded(site: Site) -> None:
    site.parts = [(shell(),)]
    await site.hours(2)
    site.fails = ProvisioningError(ErrorCode.UNREACHABLE, "no", step="connection")
    await site.days(2)
    assert await site.found() == [("public/a.php", "open")]
    async with site.desk.database.read() as work:
        row = await inspections.of_hosting(work, 1)
    assert row is not None
    assert "unreachable" in (row.error or "")


@pytest.mark.parametrize(("code", "notices"), [(ErrorCode.TIMEOUT, 2), (ErrorCode.UNREACHABLE, 0)])
async def test_engineers_hear_once_a_day_of_a_site_that_cannot_be_looked_through(
    site: Site, code: ErrorCode, notices: int
) -> None:
    async def told() -> int:
        async with site.desk.database.read() as work:
            rows = await work.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "notice"))
            return sum(row.params["text"] == "pemantauan.tidak_terperiksa" for row in rows)

    await site.hours(1)
    site.fails = ProvisioningError(code, "the files were not read in time", step="scan")
    await site.hours(2)
    assert await told() == 0, "that may pass"
    await site.hours(3)
    assert await told() == notices // 2
    await site.hours(24)
    assert await told() == notices
    site.fails = None
    await site.hours(30)
    assert await told() == notices


async def test_a_suspended_sites_files_are_looked_through_and_its_pages_are_not(site: Site) -> None:
    world = World(site.desk)
    await site.hours(2)
    await world.change(
        "satu", spec={"slug": "satu", "domains": ["satu.kota.test"], "kind": "static", "state": "suspended"}
    )
    site.page, site.parts = ADVERT, [(shell(),)]
    await site.hours(2)
    assert await site.found() == [("public/a.php", "open")]
