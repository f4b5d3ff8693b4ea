"""What a hosting used, as figures. Pure: samples and limits in, shares and sums out."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
from collections.abc import Callable, Mapping, Sequence

from provisioning.spec import HostingSpec, Limits

MB = 1024 * 1024


class Resource(enum.StrEnum):
    """What has a limit that can be reached."""

    DISK = "disk"
    INODES = "inodes"
    DATABASE = "database"


LIMITS: Mapping[Resource, Callable[[Limits], int]] = {
    Resource.DISK: lambda limits: limits.disk_mb * MB,
    Resource.INODES: lambda limits: limits.inodes,
    Resource.DATABASE: lambda limits: limits.database_mb * MB,
}
"""Of each the limit, in its own unit: bytes, or how many."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class DayUse:
    """One day (WITA), or a whole month by its first day; what it took is None where nobody looked on that day."""

    day: dt.date
    requests: int = 0
    received_bytes: int = 0
    sent_bytes: int = 0
    client_errors: int = 0
    server_errors: int = 0
    taken: Mapping[Resource, int] = dataclasses.field(default_factory=dict)
    measured_at: dt.datetime | None = None

    @property
    def traffic_bytes(self) -> int:
        """What went over the line, both ways."""
        return self.received_bytes + self.sent_bytes


@dataclasses.dataclass(frozen=True, kw_only=True)
class Level:
    """How much of a limit is taken. `full_on` is the day on which a steady growth reaches it, if there is one."""

    resource: Resource
    used: int
    limit: int
    full_on: dt.date | None = None

    @property
    def share(self) -> float:
        """Return the part of the limit that is taken; above 1 where a limit is counted and not enforced."""
        return self.used / self.limit

    @property
    def percent(self) -> int:
        """Return whole percents, so that 79.9 is not yet 80."""
        return self.used * 100 // self.limit


@dataclasses.dataclass(frozen=True, kw_only=True)
class Sums:
    """What some days add up to."""

    requests: int
    received_bytes: int
    sent_bytes: int
    client_errors: int
    server_errors: int


def limits_of(spec: HostingSpec) -> dict[Resource, int]:
    """Return the limits that a hosting has: no database, no limit of one."""
    wanted = [one for one in Resource if one is not Resource.DATABASE or spec.database]
    return {one: LIMITS[one](spec.limits) for one in wanted}


def sums(days: Sequence[DayUse]) -> Sums:
    """Add days up."""
    names = [field.name for field in dataclasses.fields(Sums)]
    return Sums(**{name: sum(getattr(day, name) for day in days) for name in names})


def newest_taken(days: Sequence[DayUse], resource: Resource) -> DayUse | None:
    """Return the last day on which this was looked at."""
    return next((day for day in reversed(days) if resource in day.taken), None)
