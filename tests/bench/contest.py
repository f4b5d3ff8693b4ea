"""Contestants in turns: one hosting, the same again, ten at once; all checked alike, and printed with ratios."""

from __future__ import annotations

import dataclasses
import resource
import sys
import time
from collections.abc import Awaitable, Sequence

from provisioning.lab import LabServer
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


@dataclasses.dataclass
class Times:
    """What turns took a hosting, in milliseconds: on the clock, and of processors."""

    wall: list[float] = dataclasses.field(default_factory=list)
    cpu: list[float] = dataclasses.field(default_factory=list)


class Contest:
    """The times that were taken; the first of `entries` is ours, the second the floor."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = entries
        self._times: dict[tuple[str, str], Times] = {}
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
        slugs = [f"situs{_in_letters(self._hostings + place)}" for place in range(count)]
        self._hostings += count
        await who.prepare(slugs)
        await self._time(what, who, count, who.make(slugs))
        await who.check(slugs)
        if who.repeats and count == 1 and what:
            await self._time(AGAIN, who, count, who.again(slugs))
        await who.take_away(slugs)

    async def _time(self, what: str, who: Contestant, count: int, doing: Awaitable[None]) -> None:
        times = self._times.setdefault((what, who.name), Times())
        cpu, started = _cpu_ms(who.server), time.perf_counter()
        await doing
        times.wall.append((time.perf_counter() - started) * 1000 / count)
        times.cpu.append((_cpu_ms(who.server) - cpu) / count)
        print(f"  … {what or 'warming up'}: {who.name}: {times.wall[-1]:.0f} ms", file=sys.stderr, flush=True)

    @property
    def floor(self) -> float:
        """What the floor takes for one hosting, in milliseconds."""
        return median(self._times[ONE, self._entries[1].who.name].wall)

    def lines(self) -> list[Line]:
        """Return what everybody took, as ratios to the floor; the goals beside ours."""
        found = []
        for what in (ONE, AGAIN, TEN):
            for place, entry in enumerate(self._entries):
                if (times := self._times.get((what, entry.who.name))) is not None:
                    value = median(times.wall)
                    line = Line(
                        what=f"{what}: {entry.who.name}",
                        value=value,
                        ratio=value / self.floor,
                        to="floor",
                        cpu=median(times.cpu),
                        goal=GOALS[what] if place == 0 else None,
                    )
                    found.append(line)
        return found

    def spread(self) -> str:
        """Return the ratio of ours to the floor in each turn of one hosting."""
        ours, floor = (self._times[ONE, entry.who.name].wall for entry in self._entries[:2])
        return " ".join(f"{mine / its:.2f}" for mine, its in zip(ours, floor, strict=False))


def _in_letters(number: int) -> str:
    """Write a number without digits: pyinfra does not find the grants of databases that have some in their name."""
    return "".join("abcdefghij"[int(digit)] for digit in str(number))


def _cpu_ms(server: LabServer) -> float:
    """Return the processor time used so far by the server's group (cgroup2, cpu.stat) and by this side's processes."""
    said = server.run("cat /sys/fs/cgroup/cpu.stat /sys/fs/cgroup/unified/cpu.stat 2>/dev/null; true").stdout
    found = next(line.split()[1] for line in said.splitlines() if line.startswith("usage_usec "))
    ours = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return int(found) / 1000 + 1000 * sum(usage.ru_utime + usage.ru_stime for usage in ours)
