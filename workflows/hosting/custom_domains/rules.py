"""When a domain is looked at again, and what its OPD is to be told of it. Pure."""

from __future__ import annotations

import datetime as dt
import enum

SOON, HOURLY, DAILY = dt.timedelta(minutes=5), dt.timedelta(hours=1), dt.timedelta(days=1)
EAGER_FOR, HOPEFUL_FOR = dt.timedelta(days=1), dt.timedelta(days=14)  # from the day it was allowed
MISSES_TOLD = 2  # looks in a row; name servers have bad minutes


class DomainNotice(enum.StrEnum):
    """What the OPD was told last; the value is kept."""

    ASKED = ""  # what to enter in its DNS
    PROVEN = "proven"  # the domain is its own, and must lead here
    HELD = "held"  # another hosting has it
    SERVED = "served"
    GONE = "gone"  # it is served, and its proof or its direction is gone


def pause(age: dt.timedelta, *, is_served: bool, misses: int) -> dt.timedelta:
    """Return how long to wait before the next look by itself; a domain that nobody cares for is asked for daily."""
    if is_served:
        return HOURLY if misses else DAILY
    return SOON if age < EAGER_FOR else HOURLY if age < HOPEFUL_FOR else DAILY


def told_next(told: DomainNotice, *, is_proven: bool, is_held: bool, is_served: bool, misses: int) -> DomainNotice:
    """Return what the OPD should know now; the same as before where there is nothing new to say."""
    if is_served:
        return DomainNotice.GONE if misses >= MISSES_TOLD else told if misses else DomainNotice.SERVED
    if is_held:
        return DomainNotice.HELD
    return DomainNotice.PROVEN if is_proven else told
