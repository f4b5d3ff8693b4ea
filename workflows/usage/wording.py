"""How amounts of use are written."""

from __future__ import annotations

from workflows import words
from workflows.usage.figures import Level, Resource


def amount(level: Level, value: int, *, locale: str = words.LOCALE) -> str:
    """Write an amount of a resource in its unit: `1,5 GB`, `20.000`."""
    write = words.number if level.resource is Resource.INODES else words.size
    return write(value, locale=locale)
