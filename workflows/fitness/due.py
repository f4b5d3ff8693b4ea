"""When a hosting is to be looked at: once it was handed over, then every year. Pure."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
from collections.abc import Iterable

YEAR = dt.timedelta(days=365)
SETTLED = dt.timedelta(hours=12)  # after it was made: the handover itself is not disturbed
AT_ONCE = 5  # a day: whoever ticks the rest by hand is not buried, however many hostings an office adopts


class Occasion(enum.StrEnum):
    """Why a hosting is looked at."""

    HANDOVER = "serah_terima"
    YEARLY = "tahunan"
    ASKED = "diminta"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Candidate:
    """A hosting that stands and is active: since when, and when a fitness test of it was last closed."""

    hosting_id: int
    since: dt.datetime
    closed_at: dt.datetime | None = None


def due(candidates: Iterable[Candidate], now: dt.datetime, places: int = AT_ONCE) -> list[tuple[int, Occasion]]:
    """Return what to begin now: those never looked at first, then the longest ago; no more than there are places."""
    waiting = []
    for one in candidates:
        if one.closed_at is None and now >= one.since + SETTLED:
            waiting.append((0, one.since, one.hosting_id, Occasion.HANDOVER))
        elif one.closed_at is not None and now >= one.closed_at + YEAR:
            waiting.append((1, one.closed_at, one.hosting_id, Occasion.YEARLY))
    return [(hosting_id, occasion) for _, _, hosting_id, occasion in sorted(waiting)[: max(places, 0)]]
