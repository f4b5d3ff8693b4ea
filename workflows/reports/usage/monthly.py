"""Once a month is over, on the first working day after it, its use is reported to the heads concerned; once each."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from workflows.calendar.office_calendar import calendar_of
from workflows.office import Office
from workflows.people import members
from workflows.reports.figures import Period
from workflows.reports.readers import Reader, readers_of
from workflows.reports.usage.documents import overview_of, report_of
from workflows.roles import KEPALA_DKISP, KEPALA_OPD
from workflows.store import hostings, outbox, people, settings
from workflows.store.tables import Hosting
from workflows.store.tables.messages import MessageParams
from workflows.store.unit_of_work import Database, UnitOfWork

NAME = "usage_report_sent"


@dataclasses.dataclass(frozen=True, kw_only=True)
class ReportDelivery:
    """A kept file: what kind of message carries it, under which key, and for which office."""

    kind: str
    key: str
    role: str
    opd_id: int | None
    params: MessageParams


async def send_what_is_over(office: Office, database: Database) -> None:
    """Send the reports of the month that has ended, in office hours, however often this is called."""
    async with database.read() as work:
        if not await _is_due(work):
            return
        period = _period(work)
        standing = await hostings.of_opds(work, None)
    parcels = await _parcels(office, database, standing, period)
    async with database.write() as work:
        await settings.lock(work, NAME)
        if not await _is_due(work):
            return
        for parcel in parcels:
            for reader in await _readers(office, work, parcel):
                params: MessageParams = {**parcel.params, **reader.params()}
                await outbox.put(work, reader.chat, parcel.kind, params, key=f"{parcel.key}:{reader.chat}")
        await settings.put(work, NAME, dataclasses.asdict(period))


async def _is_due(work: UnitOfWork) -> bool:
    sent = await settings.get(work, NAME)
    return sent != dataclasses.asdict(_period(work)) and (await calendar_of(work)).is_open(work.now)


def _period(work: UnitOfWork) -> Period:
    return Period.before(members.today(work))


async def _parcels(
    office: Office, database: Database, standing: Sequence[Hosting], period: Period
) -> list[ReportDelivery]:
    if not standing:
        return []
    opds: dict[int, list[Hosting]] = {}
    for hosting in standing:
        opds.setdefault(hosting.opd_id, []).append(hosting)
    mark = f"{period.year}-{period.month}"
    found = [
        ReportDelivery(
            kind="opd_file",
            key=f"usage:{opd_id}:{mark}",
            role=KEPALA_OPD,
            opd_id=opd_id,
            params=await report_of(office, database, opd_id, theirs, period),
        )
        for opd_id, theirs in sorted(opds.items())
    ]
    whole = await overview_of(office, database, standing, period)
    return [
        *found,
        ReportDelivery(kind="office_file", key=f"usage:all:{mark}", role=KEPALA_DKISP, opd_id=None, params=whole),
    ]


async def _readers(office: Office, work: UnitOfWork, parcel: ReportDelivery) -> list[Reader]:
    sops = office.all_in_force(members.today(work))
    role = next((role for sop in sops for role in sop.roles if role.id == parcel.role), None)
    opd = await people.opd(work, parcel.opd_id) if parcel.opd_id is not None else None
    return await readers_of(work, [role], opd) if role else []
