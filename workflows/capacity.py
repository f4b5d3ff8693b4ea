"""What a server can still promise (SOP step 4). Pure: facts and promises in, an answer out."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterable

from provisioning.plan import ServerFacts
from provisioning.spec import HostingSpec, Kind, Limits


@dataclasses.dataclass(frozen=True, kw_only=True)
class Shares:
    """How much of a server may be promised in all, in percent of what it has; a setting of each server.

    Disk below the whole: the rest is for the system, logs and backups under way, and what is promised may be filled.
    Memory above it: limits are ceilings that sites seldom reach together, and PHP ends where nobody visits.
    Bandwidth far above it: a limit is the fastest that one answer goes, not what a site takes all day.
    """

    disk_percent: int = 90
    memory_percent: int = 400
    bandwidth_percent: int = 1000


@dataclasses.dataclass(frozen=True)
class Capacity:
    """Whole, promised and free amounts. Disk (files and database) and memory in MB, bandwidth in kbit/s."""

    disk_mb: int = 0
    memory_mb: int = 0
    bandwidth_kbit: int = 0

    def plus(self, other: Capacity) -> Capacity:
        """Return both together."""
        return Capacity(
            self.disk_mb + other.disk_mb,
            self.memory_mb + other.memory_mb,
            self.bandwidth_kbit + other.bandwidth_kbit,
        )

    def minus(self, other: Capacity) -> Capacity:
        """Return what is left."""
        return self.plus(Capacity(-other.disk_mb, -other.memory_mb, -other.bandwidth_kbit))

    @property
    def positive(self) -> Capacity:
        """Return it without what is below zero."""
        return Capacity(*(max(0, getattr(self, field.name)) for field in dataclasses.fields(self)))

    @property
    def lacking(self) -> tuple[str, ...]:
        """Name what is below zero."""
        return tuple(field.name for field in dataclasses.fields(self) if getattr(self, field.name) < 0)


def total(facts: ServerFacts, shares: Shares) -> Capacity:
    """Return what a server may promise in all, from what its agent reported."""
    return Capacity(
        facts.disk_total_mb * shares.disk_percent // 100,
        facts.memory_total_mb * shares.memory_percent // 100,
        facts.uplink_kbit * shares.bandwidth_percent // 100,
    )


def free(facts: ServerFacts, shares: Shares, *, promised: Capacity, unbuilt: Capacity) -> Capacity:
    """Return what can still be promised.

    `unbuilt` is the part of `promised` of which nothing stands yet: it will come out of the disk that is free now, so
    that no more is promised than is there, however little the rest of the disk was promised.
    """
    left = total(facts, shares).minus(promised)
    return dataclasses.replace(left, disk_mb=min(left.disk_mb, facts.disk_free_mb - unbuilt.disk_mb))


def needed(limits: Limits, *, kind: Kind, database: bool) -> Capacity:
    """Return what one hosting is promised; only PHP takes memory of its own."""
    return Capacity(
        limits.disk_mb + (limits.database_mb if database else 0),
        limits.memory_mb if kind is Kind.PHP else 0,
        limits.bandwidth_kbit,
    )


def share_of(spec: HostingSpec) -> Capacity:
    """Return what a hosting of this spec is promised."""
    return needed(spec.limits, kind=spec.kind, database=spec.database)


def together(promised: Iterable[Capacity]) -> Capacity:
    """Add up what hostings were promised."""
    return functools.reduce(Capacity.plus, promised, Capacity())
