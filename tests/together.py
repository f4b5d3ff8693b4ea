"""Which tests one process runs, one after another, where several processes share the work (`make test`, JOBS).

A file's tests stay together, on each database by itself, and those of the matrix by the life they fault: what takes
long to set up is set up once. Read from a test's id, for that is all that whoever hands out the work knows of it.
"""

from __future__ import annotations

from typing import Any

from xdist.scheduler import LoadScopeScheduling

from tests.databases import KINDS

MATRIX = "tests/server/matrix/"


def group_of(nodeid: str) -> str:
    """Return the name of those that a test stays with."""
    file, _, test = nodeid.partition("::")
    given = test.partition("[")[2].removesuffix("]").split("-")
    lives = given[:1] if file.startswith(MATRIX) else []
    kinds = [value for value in given if value in KINDS][:1]
    return " ".join([file, *lives, *kinds])


class Together(LoadScopeScheduling):  # type: ignore[misc]  # pytest-xdist has no types of it
    """Hands out groups of tests, in the order in which they stand."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


def make_scheduler(config: Any, log: Any) -> Together:
    """Return who hands out the tests."""
    return Together(config, log)
