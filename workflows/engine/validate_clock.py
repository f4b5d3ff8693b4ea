"""Faults of what is told by the clock: reminders out of order, roles that would tell themselves."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from workflows.engine.description import Sop
from workflows.engine.fault import Fault, Spot, fault, placed
from workflows.engine.validate_shape import HEAD


def clock_faults(sop: Sop) -> Iterator[Fault]:
    """Yield what is wrong with the percentages at which is reminded, and with who hears at the end of a deadline."""
    if any(not 1 <= percent <= 100 for percent in sop.reminders):
        yield from placed([fault("reminders_percent")], HEAD)
    if any(earlier >= later for earlier, later in itertools.pairwise(sop.reminders)):
        yield from placed([fault("reminders_rise")], HEAD)
    for role in sop.roles:
        if role.escalates_to == role.id:
            yield from placed([fault("escalates_to_itself")], Spot("role", role.id))
        if role.escalates_to and 100 not in sop.reminders:  # it is told when the deadline is over
            yield from placed([fault("escalates_without_100")], Spot("role", role.id))
