"""Which tests one process runs, one after another, where several processes share the work (`make test`, JOBS).

A file's tests stay together, on each database by itself, and those of the matrix by the life they fault: what takes
long to set up is set up once. Read from a test's id, for that is all that whoever hands out the work knows of it.

Groups that wait much (for servers, for bots that are processes) stand between those that compute, so that at each time
some processes do the one and some the other; those that compute, which are many and short, come last.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import Any

from xdist.scheduler import LoadScopeScheduling

from tests.databases import KINDS

MATRIX = "tests/server/matrix/"
WAITING = ("tests/server/", "tests/stories/")
KEPT_FOR_THE_END = 0.2  # of the groups that compute


def group_of(nodeid: str) -> str:
    """Return the name of those that a test stays with."""
    file, _, test = nodeid.partition("::")
    given = test.partition("[")[2].removesuffix("]").split("-")
    lives = given[:1] if file.startswith(MATRIX) else []
    kinds = [value for value in given if value in KINDS][:1]
    return " ".join([file, *lives, *kinds])


def spread(nodeids: Iterable[str]) -> list[str]:
    """Return the groups of these tests in the order in which to hand them out."""
    groups = list(dict.fromkeys(group_of(nodeid) for nodeid in nodeids))
    waiting = [group for group in groups if group.startswith(WAITING)]
    computing = [group for group in groups if not group.startswith(WAITING)]
    between = _shares(computing[: round(len(computing) * (1 - KEPT_FOR_THE_END))], len(waiting))
    last = computing[sum(map(len, between)) :]
    return [
        *itertools.chain.from_iterable((group, *share) for group, share in zip(waiting, between, strict=True)),
        *last,
    ]


def _shares(groups: Sequence[str], count: int) -> list[Sequence[str]]:
    """Cut into so many pieces of nearly one length, in order."""
    cuts = [len(groups) * number // count for number in range(count + 1)] if count else []
    return [groups[start:end] for start, end in itertools.pairwise(cuts)]


class Together(LoadScopeScheduling):  # type: ignore[misc]  # pytest-xdist has no types of it
    """Hands out groups of tests, in the order in which they stand."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


def make_scheduler(config: Any, log: Any) -> Together:
    """Return who hands out the tests."""
    return Together(config, log)
