"""When a hosting comes so near to a limit that somebody must hear of it. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from workflows.usage.figures import Level, Resource

LEVELS = (95, 80)  # percent, the highest first
GRAVE = 95  # from here on engineers hear of it too
BACK = 5  # percent below a level before it counts as left: what sways about it is told once


@dataclasses.dataclass(frozen=True, kw_only=True)
class Crossing:
    """A level that was reached, and what is taken."""

    percent: int
    level: Level


def told(before: Mapping[Resource, int], levels: Sequence[Level]) -> dict[Resource, int]:
    """Return at which level each stands, given where it stood; what is below all of them is left out."""
    found = {}
    for level in levels:
        reached = next((one for one in LEVELS if level.percent >= one), 0)
        held = next((one for one in LEVELS if level.percent >= one - BACK and before.get(level.resource, 0) >= one), 0)
        if max(reached, held):
            found[level.resource] = max(reached, held)
    return found


def crossings(before: Mapping[Resource, int], levels: Sequence[Level]) -> list[Crossing]:
    """Return what is to be told: each level once when it is reached, and again after it was left."""
    now = told(before, levels)
    return [
        Crossing(percent=now[level.resource], level=level)
        for level in levels
        if now.get(level.resource, 0) > before.get(level.resource, 0)
    ]
