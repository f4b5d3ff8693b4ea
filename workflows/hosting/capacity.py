"""What a server can still promise (SOP step 4). Pure: facts and promises in, an answer out."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

from provisioning.spec import Limits

DISK_USABLE = 0.9  # of the whole disk: the rest is for the system, logs and backups under way
MEMORY_OVERCOMMIT = 4  # limits are ceilings that sites seldom reach together
BANDWIDTH_OVERCOMMIT = 10


@dataclasses.dataclass(frozen=True)
class Capacity:
    """Whole, promised and free amounts. Disk and memory in MB, bandwidth in kbit/s."""

    disk_mb: int
    memory_mb: int
    bandwidth_kbit: int

    def minus(self, other: Capacity) -> Capacity:
        """Return what is left."""
        return Capacity(
            self.disk_mb - other.disk_mb,
            self.memory_mb - other.memory_mb,
            self.bandwidth_kbit - other.bandwidth_kbit,
        )

    @property
    def lacking(self) -> tuple[str, ...]:
        """Name what is below zero."""
        return tuple(field.name for field in dataclasses.fields(self) if getattr(self, field.name) < 0)


def total(facts: Mapping[str, Any]) -> Capacity:
    """Return what a server may promise in all, from what its agent reported (`provisioning.plan.ServerFacts`)."""
    return Capacity(
        int(facts["disk_total_mb"] * DISK_USABLE),
        facts["memory_total_mb"] * MEMORY_OVERCOMMIT,
        facts["uplink_kbit"] * BANDWIDTH_OVERCOMMIT,
    )


def free(facts: Mapping[str, Any], promises: Capacity) -> Capacity:
    """Return what can still be promised: never more disk than is really free now, whatever was promised."""
    left = total(facts).minus(promises)
    return dataclasses.replace(left, disk_mb=min(left.disk_mb, facts["disk_free_mb"]))


def needed(limits: Limits, *, database: bool) -> Capacity:
    """Return what one hosting is promised."""
    return Capacity(limits.disk_mb + (limits.database_mb if database else 0), limits.memory_mb, limits.bandwidth_kbit)


def promised(specs: Iterable[Mapping[str, Any]]) -> Capacity:
    """Add up what the hostings of a server were promised."""
    each = [needed(Limits(**spec["limits"]), database=bool(spec["database"])) for spec in specs]
    return Capacity(sum(c.disk_mb for c in each), sum(c.memory_mb for c in each), sum(c.bandwidth_kbit for c in each))
