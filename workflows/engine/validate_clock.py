"""Faults of what is told by the clock: reminders out of order, roles that would tell themselves."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from workflows.engine.description import Sop


def clock_faults(sop: Sop) -> Iterator[str]:
    """Yield "place: reason"."""
    if any(not 1 <= percent <= 100 for percent in sop.reminders):
        yield "sop: reminders: each is a percentage of the deadline, from 1 to 100"
    if any(earlier >= later for earlier, later in itertools.pairwise(sop.reminders)):
        yield "sop: reminders: they must rise"
    for role in sop.roles:
        if role.escalates_to == role.id:
            yield f"role {role.id}: escalates_to names the role itself"
        if role.escalates_to and 100 not in sop.reminders:
            yield f"role {role.id}: escalates_to needs 100 among the reminders: it is told when the deadline is over"
