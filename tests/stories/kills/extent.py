"""How much of the kill matrix a run goes through."""

from __future__ import annotations

import os

ALL = os.environ.get("KILL") == "all"
GAP = 6 if ALL else 12  # commits between two deaths: enough to recover from the one before the next


def header() -> str:
    """Say how much it is."""
    return f"kill matrix: {'every commit' if ALL else 'a few plays, a choice of commits (KILL=all for every one)'}"
