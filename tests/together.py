"""Which tests one process runs, one after another, where several processes share the work (`make test`, JOBS).

What shares a town or a server that takes long to set up stays together; so does a file, on each database by itself.
"""

from __future__ import annotations

import pytest

from tests.databases import KINDS
from tests.server.matrix.generate import Case

TOWNS = ("town", "office")  # fixtures of the session, in tests/stories/conftest.py


def group_of(item: pytest.Item) -> str:
    """Return the name of those that a test stays with."""
    given = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    places = [name for name in TOWNS if name in given] or [item.nodeid.partition("::")[0]]
    lives = [value.row.life for value in given.values() if isinstance(value, Case)]
    kinds = [value for value in given.values() if isinstance(value, str) and value in KINDS]
    return " ".join([*places, *lives, *kinds])
