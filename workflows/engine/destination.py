"""Where an outcome leads: asked by who moves a case, and by who only looks ahead."""

from __future__ import annotations

from workflows.engine.description import Outcome, Sop, Status


def destination(sop: Sop, step: str, status: Status, outcome: Outcome) -> tuple[str, Status]:
    """Return the step and status that follow. A move opens the case again; an end keeps the step it came at."""
    if not outcome.to:
        return step, outcome.status or status
    if any(known.id == outcome.to for known in sop.steps):
        return outcome.to, outcome.status or Status.OPEN
    return step, Status(outcome.to)
