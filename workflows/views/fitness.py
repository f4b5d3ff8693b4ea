"""A fitness test as those who inspect see it."""

from __future__ import annotations

import dataclasses

from workflows.fitness import judge
from workflows.fitness.checklist import CheckedBy
from workflows.fitness.lines import lines_of
from workflows.fitness.procedure import SIGNER
from workflows.people.members import Member
from workflows.store import fitness_tests, hostings, people
from workflows.store.tables import FitnessTest, Hosting
from workflows.store.unit_of_work import UnitOfWork


@dataclasses.dataclass(frozen=True, kw_only=True)
class FitnessView:
    """One fitness test with its lines; `may_sign` tells whether this reader signs its record."""

    fitness_test: FitnessTest
    hosting: Hosting
    opd: str
    server: str
    lines: tuple[judge.TestLine, ...]
    may_sign: bool
    by: str = ""

    @property
    def seen(self) -> tuple[judge.TestLine, ...]:
        """What the machine looks at."""
        return tuple(line for line in self.lines if line.item.by is CheckedBy.MACHINE)

    @property
    def by_hand(self) -> tuple[judge.TestLine, ...]:
        """What a person looks at."""
        return tuple(line for line in self.lines if line.item.by is CheckedBy.PERSON)

    @property
    def next(self) -> judge.TestLine | None:
        """What is to be ticked next."""
        return next((line for line in self.by_hand if line.result is judge.Result.OPEN), None)

    @property
    def verdict(self) -> judge.Verdict | None:
        """What would be signed now; None while something is open."""
        return judge.verdict(self.lines)


async def fitness_view(work: UnitOfWork, member: Member, fitness_id: int) -> FitnessView | None:
    """Return one fitness test, None where there is none."""
    row = await fitness_tests.get(work, fitness_id)
    hosting = await hostings.get(work, row.hosting_id) if row else None
    if row is None or hosting is None:
        return None
    return FitnessView(
        fitness_test=row,
        hosting=hosting,
        opd=(await people.opd(work, hosting.opd_id)).name,
        server=(await hostings.server(work, hosting.server_id)).name,
        lines=lines_of(row, hosting),
        may_sign=member.has(SIGNER),
        by=(await people.by_id(work, row.closed_by)).name if row.closed_by else "",
    )
