"""A line of `layanan doctor`: what it looked at is well, due, or must be mended."""

from __future__ import annotations

import dataclasses
import enum


class Grade(enum.Enum):
    """How soon somebody must see to a thing."""

    GOOD = enum.auto()
    DUE = enum.auto()  # goes on for now
    BAD = enum.auto()  # must be mended


MARKS = {Grade.GOOD: "ok", Grade.DUE: "due", Grade.BAD: "BAD"}


@dataclasses.dataclass(frozen=True)
class Finding:
    """One thing that was looked at. The sentence names what is wrong and how it is mended; it holds no secret."""

    grade: Grade
    sentence: str


def good(sentence: str) -> Finding:
    """Say that it is well."""
    return Finding(Grade.GOOD, sentence)


def due(sentence: str) -> Finding:
    """Say that somebody should see to it."""
    return Finding(Grade.DUE, sentence)


def bad(sentence: str) -> Finding:
    """Say that it must be mended."""
    return Finding(Grade.BAD, sentence)
