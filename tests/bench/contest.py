"""Contestants in turns: one hosting, the same again, ten at once; all checked alike, and printed with ratios."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Awaitable, Sequence

from tests.bench.contestant import Contestant
from tests.bench.report import Line, median

ONE, AGAIN, TEN = "one hosting", "a run that changes nothing", "ten at once, each"
GOALS = {ONE: 0.5, AGAIN: 0.15, TEN: 0.15}  # of what the floor takes for one
MANY = 10


@dataclasses.dataclass(frozen=True, kw_only=True)
class Entry:
    """How often somebody takes their turn."""

    who: Contestant
    ones: int
    tens: int


class Contest:
    """The times that were taken; the first of `entries` is ours, the second the floor."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = entries
        self._times: dict[tuple[str, str], list[float]] = {}
        self._hostings = 0

    async def run(self) -> None:
        """Let everybody have their turns."""
        for turn in range(max(entry.ones for entry in self._entries)):
            for entry in self._entries:
                if turn < entry.ones:
                    await self._turn(entry.who, 1, ONE)
        for turn in range(max(entry.tens for entry in self._entries)):
            for entry in self._entries:
                if turn < entry.tens:
                    await self._turn(entry.who, MANY, TEN)

    async def warm_up(self, who: Contestant) -> None:
        """Let somebody have a turn that does not count."""
        await self._turn(who, 1, "")

    async def _turn(self, who: Contestant, count: int, what: str) -> None:
        slugs = [f"situs{self._hostings + place}" for place in range(count)]
        self._hostings += count
        await who.prepare(slugs)
        self._times.setdefault((what, who.name), []).append(await _timed(who.make(slugs)) / count)
        await who.check(slugs)
        if who.repeats and count == 1 and what:
            self._times.setdefault((AGAIN, who.name), []).append(await _timed(who.again(slugs)))
        await who.take_away(slugs)

    @property
    def floor(self) -> float:
        """What the floor takes for one hosting, in milliseconds."""
        return median(self._times[ONE, self._entries[1].who.name])

    def lines(self) -> list[Line]:
        """Return what everybody took, as ratios to the floor; the goals beside ours."""
        found = []
        for what in (ONE, AGAIN, TEN):
            for place, entry in enumerate(self._entries):
                if (times := self._times.get((what, entry.who.name))) is not None:
                    value, goal = median(times), GOALS[what] if place == 0 else None
                    found.append(
                        Line(
                            what=f"{what}: {entry.who.name}",
                            value=value,
                            ratio=value / self.floor,
                            to="floor",
                            goal=goal,
                        )
                    )
        return found

    def spread(self) -> str:
        """Return the ratio of ours to the floor in each turn of one hosting."""
        ours, floor = (self._times[ONE, entry.who.name] for entry in self._entries[:2])
        return " ".join(f"{mine / its:.2f}" for mine, its in zip(ours, floor, strict=False))


async def _timed(doing: Awaitable[None]) -> float:
    started = time.perf_counter()
    await doing
    return (time.perf_counter() - started) * 1000
