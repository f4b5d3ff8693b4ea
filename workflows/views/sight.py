"""How a site was seen from outside last, as whoever reads its card is told."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum

from workflows.store import uptime
from workflows.store.tables import Hosting
from workflows.store.unit_of_work import UnitOfWork


class Seen(enum.StrEnum):
    """What is believed: one miss makes a doubt, two in a row an outage (`workflows.uptime.pulse`)."""

    OPEN = "terbuka"
    DOUBTED = "diragukan"
    DOWN = "tidak_terbuka"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Sight:
    """`at`: of an outage its beginning, else the newest look."""

    seen: Seen
    at: dt.datetime


async def sight_of(work: UnitOfWork, hosting: Hosting) -> Sight | None:
    """Return how a site is, None where nobody looks (it is closed, or a copy) or has looked yet."""
    row = await uptime.of_hosting(work, hosting.id) if await uptime.is_watched(work, hosting.id) else None
    if row is None:
        return None
    if not row.up:
        outage = await uptime.open_outage(work, hosting.id)
        return Sight(seen=Seen.DOWN, at=outage.began_at if outage else row.looked_at)
    return Sight(seen=Seen.OPEN if row.cause is None else Seen.DOUBTED, at=row.looked_at)
