"""How each item of a kept fitness test stands."""

from __future__ import annotations

from workflows.fitness import judge
from workflows.fitness.checklist import checklist
from workflows.store.tables import FitnessTest, Hosting


def lines_of(row: FitnessTest, hosting: Hosting) -> tuple[judge.TestLine, ...]:
    """Return a line for each item that concerns the hosting."""
    return judge.lines(checklist().of(hosting.spec), row.seen, row.ticked)
