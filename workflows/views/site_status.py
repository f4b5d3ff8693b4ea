"""How a site was seen from outside last, as whoever reads its card is told."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum

from workflows.store import uptime
from workflows.store.tables import Hosting
from workflows.store.unit_of_work import UnitOfWork


class SiteState(enum.StrEnum):
    """What is believed: one miss makes a doubt, two in a row an outage (`workflows.uptime.pulse`)."""

    OPEN = "terbuka"
    DOUBTED = "diragukan"
    DOWN = "tidak_terbuka"


@dataclasses.dataclass(frozen=True, kw_only=True)
class SiteStatus:
    """`at`: of an outage its beginning, else the newest look."""

    seen: SiteState
    at: dt.datetime


async def site_status_of(work: UnitOfWork, hosting: Hosting) -> SiteStatus | None:
    """Return how a site is, None where nobody looks (it is closed, or a copy) or has looked yet."""
    row = await uptime.of_hosting(work, hosting.id) if await uptime.is_watched(work, hosting.id) else None
    if row is None:
        return None
    if not row.up:
        outage = await uptime.open_outage(work, hosting.id)
        return SiteStatus(seen=SiteState.DOWN, at=outage.began_at if outage else row.looked_at)
    return SiteStatus(seen=SiteState.OPEN if row.cause is None else SiteState.DOUBTED, at=row.looked_at)
