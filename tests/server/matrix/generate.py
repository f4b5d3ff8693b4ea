"""Which fault meets which change, and what is done afterwards. `MATRIX=all` asks for the whole product.

Without it a fixed choice is made: while a hosting is created, the agent is killed and the line cut at every change,
and the power and the bot at the first change of each part; elsewhere the agent is killed at the first change of each
part. A service fails at each change that needs it; the host key changes at the first change of each life. Of a staging
copy the login of its pages is enough: all else of it is as of any hosting.
Afterwards every second row of a fault is tried again, every other one given up; the whole product does both.
"""

from __future__ import annotations

import collections
import dataclasses
import itertools
import os
from collections.abc import Callable, Iterator

from provisioning.agent.apply import STAGES
from tests.server.matrix.faults import (
    APACHE_BROKEN,
    BOT_KILLED,
    FAULTS,
    HOST_KEY,
    KILLED,
    LOST_LINE,
    POWER_CUT,
    Fault,
    strikes,
)
from tests.server.matrix.lives import Row, rows

ENDINGS = ("retry", "cancel")
ALL = os.environ.get("MATRIX") == "all"


@dataclasses.dataclass(frozen=True)
class Case:
    """One row of the matrix."""

    row: Row
    fault: Fault
    ending: str

    def __str__(self) -> str:
        return f"{self.row}-{self.fault.name}-{self.ending}"


def product() -> list[Case]:
    """Return every change with every fault and every ending."""
    pairs = [(row, fault) for row, fault in itertools.product(rows(), FAULTS) if _can_be_judged(row, fault)]
    return [Case(row, fault, ending) for (row, fault), ending in itertools.product(pairs, ENDINGS)]


def _can_be_judged(row: Row, fault: Fault) -> bool:
    """Leave out Apache's files broken beside the site's own change: between our test and Apache's reading nobody helps.

    The agent looks once more right before the reload; a file that changes in the milliseconds after that ends Apache,
    as it does with `apachectl graceful`.
    """
    beside = any({row.part, "vhost"} <= {name for name, _ in stage} for stage in STAGES)
    return fault is not APACHE_BROKEN or row.part == "vhost" or not beside


def chosen(wanted: Callable[[Fault], bool] = lambda _: True) -> list[Case]:
    """Return what this run goes through, of the wanted faults."""
    return [case for case in (product() if ALL else _choice()) if wanted(case.fault)]


def header() -> str:
    """Say how much of the product this run goes through."""
    return f"failure matrix: {len(chosen())} of {len(product())} rows (MATRIX=all for every one)"


def _choice() -> Iterator[Case]:
    seen = collections.Counter[Fault]()
    for row, fault in _thinned():
        yield Case(row, fault, ENDINGS[seen[fault] % 2])
        seen[fault] += 1


def _thinned() -> Iterator[tuple[Row, Fault]]:
    for row, fault in itertools.product(rows(), FAULTS):
        if row.life == "copy" and row.part != "page_login":
            continue
        everywhere = row.life == "create" and fault in {KILLED, LOST_LINE}
        seldom = fault in {POWER_CUT, BOT_KILLED} and row.life == "create"
        first_of_part = row.index == 0 and (fault is KILLED or seldom)
        once = fault is HOST_KEY and row in _firsts()
        if everywhere or first_of_part or once or (fault is not HOST_KEY and strikes(fault, row)):
            yield row, fault


def _firsts() -> list[Row]:
    """Return the first change of each life."""
    return [next(changes) for _, changes in itertools.groupby(rows(), key=lambda row: row.life)]
