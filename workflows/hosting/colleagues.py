"""What opens a hosting, or takes its data out, is told to the others of its OPD: they notice what none of them did."""

from __future__ import annotations

from typing import Any

from workflows.hosting import orders
from workflows.notify import notice
from workflows.store import people
from workflows.store.tables import Hosting, Job
from workflows.store.unit_of_work import UnitOfWork


async def tell(work: UnitOfWork, job: Job, hosting: Hosting) -> None:
    """Tell the head and the Tim Teknis, but for whoever ordered it, what was done and by whom."""
    if job.asked_by is None:
        return
    by = await people.by_id(work, job.asked_by)
    said: dict[str, Any] = {**job.data, "domain": hosting.domain, "by": by.name}
    for person in await orders.of_opd(work, hosting):
        if person.id != by.id:
            key = f"colleague:{job.id}:{person.id}"
            await notice(work, person, f"rekan.{job.action}", said, key=key, case_id=hosting.case_id)
