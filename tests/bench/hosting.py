"""From the approval to a verified hosting, beside rivals on the same server, empty and with many hostings.

The floor is the shortest way there is: a script that tests and keeps nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

from bot.process import log
from provisioning.lab import Lab, LabServer
from tests.bench.contest import Contest, Entry
from tests.bench.office import open_desk
from tests.bench.ours import Ours
from tests.bench.report import Line, Section, median
from tests.bench.rival_tools import Ansible, Pyinfra, StraightLine

FULL = 300  # hostings
FILLED_AT_ONCE = 20  # by the script; ours takes what the agent takes


@dataclasses.dataclass(frozen=True, kw_only=True)
class Ground:
    """Where the contest takes place: ours on one server, the rivals on the same or another."""

    ours: Ours
    server: LabServer  # the rivals'
    folder: Path


async def hosting() -> Section:
    """Ours and the floor, many turns, and what ours is made of."""
    async with started_ground(["web-1"]) as ground:
        contest = Contest(
            [
                Entry(who=ground.ours, ones=6, tens=3),
                Entry(who=StraightLine(ground.server, ground.folder), ones=6, tens=3),
            ]
        )
        await _run(contest, ground)
        return _section("Approval to verified hosting, empty server", contest, ground.ours)


async def rivals() -> Section:
    """Everybody, on one server without other hostings."""
    async with started_ground(["web-1"]) as ground:
        contest = Contest(_everybody(ground, ones=2, tens=1))
        await _run(contest, ground)
        return _section("Beside rivals, empty server", contest, ground.ours)


async def many() -> Section:
    """Everybody, beside 300 hostings: ours on a server that ours has filled, the rivals on one that the script has."""
    slugs = [f"isi{place}" for place in range(FULL)]
    async with started_ground(["web-1", "web-2"]) as ground:
        script = StraightLine(ground.server, ground.folder)
        took = await ground.ours.fill(slugs)
        started = time.perf_counter()
        for first in range(0, FULL, FILLED_AT_ONCE):
            await script.make(slugs[first : first + FILLED_AT_ONCE])
        filled = (time.perf_counter() - started) * 1000 / FULL
        contest = Contest(_everybody(ground, ones=1, tens=0))
        await _run(contest, ground)
        section = _section(f"Beside rivals, {FULL} hostings", contest, ground.ours)
        filling = [
            Line(what=f"filling with {FULL}, each: ours", value=sum(took) / len(took)),
            Line(what=f"filling with {FULL}, each: ours, first batch", value=took[0]),
            Line(what=f"filling with {FULL}, each: ours, last batch", value=took[-1]),
            Line(what=f"filling with {FULL}, each: shell script", value=filled),
        ]
        return dataclasses.replace(section, lines=[*filling, *section.lines])


def _everybody(ground: Ground, *, ones: int, tens: int) -> list[Entry]:
    """Return all; the tools, which take long, with fewer turns than ours and the floor."""
    quick = (ground.ours, StraightLine(ground.server, ground.folder))
    slow = (Pyinfra(ground.server, ground.folder), Ansible(ground.server, ground.folder))
    return [
        *(Entry(who=who, ones=5, tens=2) for who in quick),
        *(Entry(who=who, ones=ones, tens=tens) for who in slow),
    ]


async def _run(contest: Contest, ground: Ground) -> None:
    await contest.warm_up(ground.ours)
    ground.ours.parts.clear()
    await contest.run()


def _section(title: str, contest: Contest, ours: Ours) -> Section:
    parts = [
        Line(what=what, value=median(times), ratio=median(times) / contest.floor, to="floor")
        for what, times in ours.parts.items()
    ]
    return Section(title, [*contest.lines(), *parts], (f"ours / floor, one hosting, in each turn: {contest.spread()}",))


@contextlib.asynccontextmanager
async def started_ground(names: list[str]) -> AsyncIterator[Ground]:
    """Start servers, enrolled and with what a first hosting brings: ours works on the first, the rivals on the last."""
    log.configure("WARNING", [])
    lab = await asyncio.to_thread(Lab)
    try:
        lab_servers = [await asyncio.to_thread(lab.start, name) for name in names]
        with tempfile.TemporaryDirectory(prefix="layanan-bench-") as folder:
            async with open_desk(Path(folder), lab_servers) as desk:
                ours = Ours(desk, lab_servers[0])
                for server in lab_servers:
                    await ours.break_in(server)
                yield Ground(ours=ours, server=lab_servers[-1], folder=Path(folder))
    finally:
        await asyncio.to_thread(lab.close)
