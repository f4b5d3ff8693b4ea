"""The figures of a report, and what follows from them. Pure: sums in, a bottleneck and a grade out."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence

from workflows.engine.description import Sop, Status, Step
from workflows.hosting.server_capacity import ServerCapacity
from workflows.words import WITA

QUESTIONS = tuple(f"u{number}" for number in range(1, 10))  # Permenpan-RB 14/2017: the nine elements
GRADES = (("A", 88.31), ("B", 76.61), ("C", 65.0), ("D", 25.0))  # Permenpan-RB 14/2017: the lowest value of each
MONTHS = range(1, 13)
YEARS = range(2000, 2200)


@dataclasses.dataclass(frozen=True)
class Period:
    """A month, or (`month` 0) a whole year, in WITA."""

    year: int
    month: int = 0

    @property
    def months(self) -> tuple[int, ...]:
        """Return the months it has."""
        return (self.month,) if self.month else tuple(MONTHS)

    def edges(self) -> list[dt.datetime]:
        """Return the instants at which its months begin, and the one at which the last is over."""
        last = self.months[-1]
        after = (self.year + 1, 1) if last == max(MONTHS) else (self.year, last + 1)
        firsts = [*((self.year, month) for month in self.months), after]
        return [dt.datetime(year, month, 1, tzinfo=WITA) for year, month in firsts]

    @staticmethod
    def of(year: int, month: int) -> Period | None:
        """Return the period that two numbers name, which somebody may have made up."""
        return Period(year, month) if year in YEARS and month in (0, *MONTHS) else None

    @staticmethod
    def before(day: dt.date) -> Period:
        """Return the month before the one in which a day lies."""
        last = day.replace(day=1) - dt.timedelta(days=1)
        return Period(last.year, last.month)


@dataclasses.dataclass(frozen=True, kw_only=True)
class StepSums:
    """What the ended stays of a step add up to: how many, working seconds in all and of the longest, how many late."""

    count: int = 0
    seconds: int = 0
    longest: int = 0
    late: int = 0
    within_norm: int = 0


@dataclasses.dataclass(frozen=True, kw_only=True)
class StepFigures:
    """A step against its norm and its deadline; `standing` cases are in it now."""

    step: Step
    sums: StepSums
    standing: int

    @property
    def mean(self) -> dt.timedelta | None:
        """Return the mean working time; None where no stay has ended."""
        return dt.timedelta(seconds=self.sums.seconds / self.sums.count) if self.sums.count else None

    @property
    def load(self) -> float:
        """Return the share of the deadline that the mean takes."""
        return self.mean / self.step.deadline if self.mean is not None else 0.0


@dataclasses.dataclass(frozen=True, kw_only=True)
class MonthFigures:
    """A month: how many cases began, and how many ended, by how."""

    month: int
    opened: int
    ended: Mapping[Status, int]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Ikm:
    """The index of satisfaction (Permenpan-RB 14/2017): means of U1 to U9 on a scale of 1 to 4."""

    respondents: int
    means: tuple[float, ...]

    @property
    def value(self) -> float:
        """Return the mean of the nine, times 25."""
        return round(sum(self.means) / len(self.means) * 25, 2)

    @property
    def grade(self) -> str:
        """Return A to D."""
        return next((grade for grade, lowest in GRADES if self.value >= lowest), GRADES[-1][0])


@dataclasses.dataclass(frozen=True, kw_only=True)
class Report:
    """All of one SOP in one period. `rooms` is the servers' capacity as it is now."""

    sop: Sop
    period: Period
    months: tuple[MonthFigures, ...]
    steps: tuple[StepFigures, ...]
    rooms: tuple[ServerCapacity, ...]
    ikm: Ikm | None

    @property
    def opened(self) -> int:
        """How many cases began."""
        return sum(month.opened for month in self.months)

    def ended(self, status: Status) -> int:
        """How many cases came to this end."""
        return sum(month.ended.get(status, 0) for month in self.months)

    @property
    def running(self) -> int:
        """How many cases are under way now."""
        return sum(one.standing for one in self.steps)

    @property
    def bottleneck(self) -> StepFigures | None:
        """Return the step that takes most of what it is allowed; None where nothing has ended."""
        return bottleneck(self.steps)


def bottleneck(steps: Sequence[StepFigures]) -> StepFigures | None:
    """Return the step whose mean takes the greatest share of its deadline, the first of equals."""
    return max((one for one in steps if one.sums.count), key=lambda one: one.load, default=None)
