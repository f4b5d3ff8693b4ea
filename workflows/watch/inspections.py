"""Looking through pages and files of the sites whose turn it is, a few at a time, and keeping what was found.

Level-triggered like every look: what was cut off is still due, and a pass over many files goes on where it stood.
"""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import random
from collections.abc import Awaitable, Callable, Sequence

import structlog

from provisioning.fleet import ProvisioningError
from provisioning.pages.rules import Views
from provisioning.plan import ErrorCode
from provisioning.scan_report import ScanReport
from provisioning.spec import HostingSpec
from workflows import servers
from workflows.cases.notify import notice
from workflows.office import Office
from workflows.people import members
from workflows.roles import ENGINEER
from workflows.store import hostings
from workflows.store import inspections as stored
from workflows.store.tables import Hosting, Inspection, Server
from workflows.store.unit_of_work import Database, UnitOfWork
from workflows.upkeep.drift import night_of
from workflows.watch import evidence, findings
from workflows.watch.suspected import of_file, of_page
from workflows.words import WITA

SITES_AT_ONCE = 6
ON_ONE_SERVER = 2  # so that its agents have places left for those who wait for something
ROUND_MAX = 30  # sites a round and kind; what is due beyond them has the next round
AGAIN = dt.timedelta(minutes=15)  # until what could not be looked at is tried again
ERROR_MAX = 600
UNSEEN_FOR = dt.timedelta(hours=3)  # until the engineers are told that a site's files cannot be looked through
HOSTINGS_OWN = frozenset({ErrorCode.TIMEOUT, ErrorCode.STEP_FAILED, ErrorCode.INTERNAL})  # no matter of its server's
SPREAD = 0.1
log = structlog.get_logger(__name__)
Due = tuple[Hosting, Server, Inspection | None]


async def look_through(office: Office, database: Database, usual: dt.timedelta) -> None:
    """Look at the pages, and then through the files, of all that is due; `usual` is the pause between two looks."""
    await _side_by_side(office, database, "pages", usual, _pages)
    await _side_by_side(office, database, "files", usual, _files)


async def _side_by_side(
    office: Office,
    database: Database,
    what: str,
    usual: dt.timedelta,
    look: Callable[[Office, Database, Due, dt.timedelta], Awaitable[None]],
) -> None:
    async with database.read() as work:
        due = await stored.due(work, what, ROUND_MAX)
    gate = asyncio.Semaphore(SITES_AT_ONCE)
    places = {server.id: asyncio.Semaphore(ON_ONE_SERVER) for _, server, _ in due}

    async def one(pair: Due) -> None:
        async with places[pair[1].id], gate:
            try:
                await look(office, database, pair, usual)
            except Exception:  # one site that we cannot look through must not hide the others
                log.exception("inspection_defect", hosting=pair[0].id, what=what)

    await asyncio.gather(*map(one, due))


async def _pages(office: Office, database: Database, due: Due, usual: dt.timedelta) -> None:
    hosting, server, _ = due
    spec = HostingSpec.from_data(hosting.spec)
    addresses = tuple(server.facts.get("addresses_shared", ()))
    try:
        seen = await office.fleet.tour(servers.address(server), spec, addresses=addresses)
    except ProvisioningError:
        seen = []
    suspected = {views.url: found for views in seen if (found := of_page(views)) is not None}
    async with database.read() as work:
        new = {url for url, one in suspected.items() if not await findings.is_known(work, hosting, one)}
    kept = [
        await evidence.with_page(office, one, _views(seen, url)) if url in new else one
        for url, one in suspected.items()
    ]
    async with database.write() as work:
        present = await _present(work, hosting)
        if present is None:
            return
        row = await _inspection(work, present)
        row.pages_at, row.pages_due_at = work.now, work.now + _pause(usual if seen else AGAIN)
        settled = await stored.settle_pages(work, present.id, [one.url for one in seen if one.url not in suspected])
        await findings.keep(work, present, kept, settled=settled)


def _views(seen: Sequence[Views], url: str) -> Views:
    return next(views for views in seen if views.url == url)


async def _files(office: Office, database: Database, due: Due, usual: dt.timedelta) -> None:
    hosting, server, row = due
    async with database.read() as work:
        going = _beginning(row, night_of(work.now))
    try:
        report = await office.fleet.scan(
            servers.address(server), HostingSpec.from_data(hosting.spec), since=going.since, after=going.after
        )
    except ProvisioningError as error:
        await _note_error(database, hosting, error)
        return
    async with database.write() as work:
        present = await _present(work, hosting)
        if present is not None:
            await _keep_files(work, present, going, report, usual)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Going:
    """The part of a pass that is asked for: of all files, or of those changed since a moment of the server's clock."""

    is_whole: bool
    since: float
    after: str
    is_first: bool


def _beginning(row: Inspection | None, night: dt.date) -> Going:
    """Return what to ask for: the rest of a pass that is under way, the whole once a night, else what has changed."""
    if row is not None and row.files_after:
        since = 0.0 if row.is_whole else row.files_since
        return Going(is_whole=row.is_whole, since=since, after=row.files_after, is_first=False)
    is_whole = row is None or row.night is None or row.night < night
    since = 0.0 if is_whole or row is None else row.files_since
    return Going(is_whole=is_whole, since=since, after="", is_first=True)


async def _keep_files(
    work: UnitOfWork, hosting: Hosting, going: Going, report: ScanReport, usual: dt.timedelta
) -> None:
    row = await _inspection(work, hosting)
    row.files_at, row.error = work.now, None
    if going.is_first:
        row.is_whole, row.files_began, row.pass_began_at = going.is_whole, report.began, work.now
    await findings.keep(work, hosting, [found for one in report.suspects if (found := of_file(one)) is not None])
    if report.next is not None:
        row.files_after, row.files_due_at = report.next, work.now
        return
    began = row.pass_began_at or work.now
    row.files_after, row.files_due_at = "", work.now + _pause(usual)
    row.files_since = row.files_began or report.began
    if row.is_whole:
        row.night = night_of(began)
        settled = await stored.settle_files(work, hosting.id, began)
        await findings.keep(work, hosting, (), settled=settled)


async def _note_error(database: Database, hosting: Hosting, error: ProvisioningError) -> None:
    async with database.write() as work:
        present = await _present(work, hosting)
        if present is not None:
            row = await _inspection(work, present)
            row.error, row.files_due_at = f"{error.code}: {error.detail}"[:ERROR_MAX], work.now + AGAIN
            if error.code in HOSTINGS_OWN and row.files_at is not None and work.now - row.files_at >= UNSEEN_FOR:
                await _tell_engineers(work, present, row.files_at)


async def _tell_engineers(work: UnitOfWork, hosting: Hosting, since: dt.datetime) -> None:
    """Say once a day that nobody sees what lies in a site; its owner may be the reason."""
    day = work.now.astimezone(WITA).date()
    params = {"domain": hosting.domain, "since": since.isoformat()}
    for engineer in await members.holders(work, ENGINEER):
        key = f"unseen:{hosting.id}:{day}:{engineer.id}"
        await notice(work, engineer, "pemantauan.tidak_terperiksa", params, key=key)


async def _present(work: UnitOfWork, hosting: Hosting) -> Hosting | None:
    """Return the hosting, locked, if it is still wanted as it was when it was looked at."""
    present = await hostings.lock(work, hosting.id)
    return present if present is not None and present.wanted_revision == hosting.wanted_revision else None


async def _inspection(work: UnitOfWork, hosting: Hosting) -> Inspection:
    row = await stored.of_hosting(work, hosting.id)
    if row is None:
        row = Inspection(hosting_id=hosting.id, pages_due_at=work.now, files_due_at=work.now)
        row.files_since, row.files_after, row.is_whole = 0.0, "", True
        work.add(row)
        await work.flush()
    return row


def _pause(usual: dt.timedelta) -> dt.timedelta:
    return usual * (1 + SPREAD * (2 * random.random() - 1))  # noqa: S311 - a jitter
