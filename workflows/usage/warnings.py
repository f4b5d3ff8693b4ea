"""Who hears that a hosting comes near its limits: its OPD at 80 and 95 percent, the engineers at 95; each once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workflows.people import members
from workflows.people.alerts import say_to_engineers
from workflows.people.members import today
from workflows.roles import OF_AN_OPD
from workflows.store import outbox, usage
from workflows.store.tables import Hosting
from workflows.store.unit_of_work import UnitOfWork
from workflows.usage import forecast, levels
from workflows.usage.figures import Resource
from workflows.usage.hosting_usage import uses_of
from workflows.usage.levels import Crossing


async def send_warnings(work: UnitOfWork, hostings: Sequence[Hosting]) -> None:
    """Put into the outbox what hostings have crossed since this was done last, and note where they stand."""
    known: dict[int, dict[Resource, int]] = {hosting.id: {} for hosting in hostings}
    for row in await usage.warnings(work, known):
        known[row.hosting_id][Resource(row.resource)] = row.level
    day = today(work)
    uses = await uses_of(work, hostings, day - forecast.SPAN, day)
    for hosting, use in zip(hostings, uses, strict=True):
        before = known[hosting.id]
        now = levels.told(before, use.levels)
        if now != before:
            await usage.settle(work, hosting.id, {str(resource): level for resource, level in now.items()})
        for crossing in levels.crossings(before, use.levels):
            await _warn(work, hosting, crossing)


async def _warn(work: UnitOfWork, hosting: Hosting, crossing: Crossing) -> None:
    text, said = "penggunaan.peringatan", _said(hosting, crossing)
    key = f"usage:{hosting.id}:{crossing.level.resource}:{crossing.percent}:{work.now.isoformat()}"
    owners = await _owners(work, hosting)
    if crossing.percent >= levels.GRAVE:
        await say_to_engineers(work, hosting.server_id, text, said, key=key, also=owners)
        return
    for chat_id in owners:
        await outbox.put_notice(work, chat_id, text, said, key=f"{key}:{chat_id}")


async def _owners(work: UnitOfWork, hosting: Hosting) -> list[int]:
    found = [person for role in OF_AN_OPD for person in await members.holders(work, role, hosting.opd_id)]
    return sorted({person.telegram_id for person in found if person.telegram_id is not None})


def _said(hosting: Hosting, crossing: Crossing) -> dict[str, Any]:
    level = crossing.level
    return {
        "domain": hosting.domain,
        "resource": str(level.resource),
        "percent": level.percent,
        "used": level.used,
        "limit": level.limit,
        "full_on": level.full_on.isoformat() if level.full_on else "",
    }
