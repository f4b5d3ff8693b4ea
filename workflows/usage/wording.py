"""How amounts of use are written."""

from __future__ import annotations

from workflows import words
from workflows.usage.figures import Level, Resource


def amount(level: Level, value: int) -> str:
    """Write an amount of a resource in its unit: `1,5 GB`, `20.000`."""
    return words.number(value) if level.resource is Resource.INODES else words.size(value)
