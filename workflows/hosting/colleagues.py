"""What opens a hosting, changes or takes its data out, is told to the others of its OPD: none of them did it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflows.hosting import orders
from workflows.people.notices import notice
from workflows.store import people
from workflows.store.tables import Backup, Hosting, Job
from workflows.store.unit_of_work import UnitOfWork


async def tell_colleagues(work: UnitOfWork, job: Job, hosting: Hosting) -> None:
    """Tell the head and the Tim Teknis, but for whoever ordered it, what was done and by whom."""
    if job.asked_by is not None:
        await _tell(work, hosting, job.asked_by, job.action, job.data, key=f"colleague:{job.id}")


async def tell_of_restore(work: UnitOfWork, row: Backup, hosting: Hosting) -> None:
    """Tell them of a restore that was carried out, in place or beside the site."""
    if row.asked_by is not None:
        await _tell(work, hosting, row.asked_by, row.deed, row.data, key=f"colleague:backup:{row.id}")


async def _tell(
    work: UnitOfWork, hosting: Hosting, by_id: int, action: str, data: Mapping[str, Any], *, key: str
) -> None:
    by = await people.by_id(work, by_id)
    said = {**data, "domain": hosting.domain, "by": by.name}
    for person in await orders.of_opd(work, hosting):
        if person.id != by.id:
            await notice(work, person, f"rekan.{action}", said, key=f"{key}:{person.id}", case_id=hosting.case_id)
