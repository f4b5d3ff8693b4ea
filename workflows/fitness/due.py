"""When people are asked about a hosting: once something is in it, every year, sooner where it was not fit. Pure."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
from collections.abc import Iterable

YEAR = dt.timedelta(days=365)
AGAIN = dt.timedelta(days=30)  # after a verdict that it is not fit
SETTLED = dt.timedelta(hours=12)  # after it was made: the handover itself is not disturbed
FILLED = dt.timedelta(days=30)  # after it was made: what is still empty by then is asked about all the same
AT_ONCE = 5  # a day: whoever ticks the rest by hand is not buried, however many hostings an office adopts


class Occasion(enum.StrEnum):
    """Why a hosting is looked at."""

    HANDOVER = "serah_terima"
    YEARLY = "tahunan"
    AGAIN = "ulang"
    ASKED = "diminta"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Candidate:
    """A hosting that stands and is active: since when, and when a fitness test of it was last closed, and how."""

    hosting_id: int
    since: dt.datetime
    closed_at: dt.datetime | None = None
    is_unfit: bool = False


def due(candidates: Iterable[Candidate], now: dt.datetime, places: int = AT_ONCE) -> list[tuple[int, Occasion]]:
    """Return what to begin now: those never looked at first, then the longest ago; no more than there are places."""
    waiting = []
    for one in candidates:
        if one.closed_at is None and now >= one.since + SETTLED:
            waiting.append((0, one.since, one.hosting_id, Occasion.HANDOVER))
        elif one.closed_at is not None and now >= one.closed_at + (AGAIN if one.is_unfit else YEAR):
            waiting.append((1, one.closed_at, one.hosting_id, Occasion.AGAIN if one.is_unfit else Occasion.YEARLY))
    return [(hosting_id, occasion) for _, _, hosting_id, occasion in sorted(waiting)[: max(places, 0)]]


def can_be_judged(since: dt.datetime, now: dt.datetime, *, files: int | None, present: int | None) -> bool:
    """Whether people can be asked about a hosting that was made with so many files and has so many by now."""
    if now < since + SETTLED:
        return False
    is_filled = files is not None and present is not None and present > files
    return is_filled or now >= since + FILLED
