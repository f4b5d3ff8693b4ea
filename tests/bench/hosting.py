"""From the approval to a verified hosting, beside the shortest way there is: a script that tests and keeps nothing."""

from __future__ import annotations

import asyncio
import tempfile
import time
import uuid
from collections.abc import Awaitable
from pathlib import Path

from bot import log
from provisioning.lab import Lab, LabServer
from provisioning.spec import HostingSpec
from tests.bench import straight_line
from tests.bench.office import Desk, open_desk, secrets_of
from tests.bench.report import Line, Section, median
from workflows import servers
from workflows.store import hostings

ROUNDS = 5  # of each, in turns; one more before them warms up what a server gets once


async def measure() -> Section:
    """Make hostings in turns on one fresh server and return the table."""
    log.configure("WARNING", [])
    lab = await asyncio.to_thread(Lab)
    try:
        server = await asyncio.to_thread(lab.start, "web-1")
        with tempfile.TemporaryDirectory(prefix="layanan-bench-") as folder:
            async with open_desk(Path(folder), server) as desk:
                return await _measure(desk, server)
    finally:
        await asyncio.to_thread(lab.close)


async def _measure(desk: Desk, server: LabServer) -> Section:
    ours: list[float] = []
    floor: list[float] = []
    parts: list[dict[str, float]] = []
    for turn in range(ROUNDS + 1):
        case = await desk.bring_to_approval(f"ours{turn}")
        ours.append(await _timed(desk.approve(case)))
        way = {f"of it: {name}": value for name, value in desk.fleet.spent.items()}
        way["of it: the office's own transactions"] = ours[-1] - sum(way.values())
        parts.append(way | await _apart(desk, case))
        await desk.take_away(case)
        slug = f"line{turn}"
        floor.append(await _timed(asyncio.to_thread(straight_line.run, server, slug)))
        await asyncio.to_thread(straight_line.check, server, slug)
        await asyncio.to_thread(straight_line.take_away, server, slug)
    return _section(ours[1:], floor[1:], parts[1:])


async def _timed(doing: Awaitable[object]) -> float:
    started = time.perf_counter()
    await doing
    return (time.perf_counter() - started) * 1000


async def _apart(desk: Desk, case: int) -> dict[str, float]:
    """Look at the single pieces of the way, on the hosting that has just been made."""
    row = await desk.hosting(case)
    spec = HostingSpec.from_data(row.spec)
    async with desk.database.read() as work:
        server = await hostings.server(work, row.server_id)
        passwords = await secrets_of(desk.office, work, row)
    at, fleet = servers.address(server), desk.office.fleet
    found = tuple(row.applied["facts"]["addresses"])
    return {
        "a repeated apply that changes nothing": await _timed(
            fleet.apply(at, spec, passwords, request_id=str(uuid.uuid4()))
        ),
        "a question to the agent over the kept connection": await _timed(fleet.log(at, spec, lines=1)),
        "a repeated look from outside (verify)": await _timed(
            fleet.verify(at, spec, passwords, dns=server.name_server, addresses=found)
        ),
    }


def _section(ours: list[float], floor: list[float], parts: list[dict[str, float]]) -> Section:
    to = median(floor)
    lines = [
        Line(what="approval to verified hosting", value=median(ours), ratio=median(ours) / to, to="the script"),
        Line(what="straight-line shell script, unchecked", value=to),
    ]
    for name in parts[0]:
        value = median([part[name] for part in parts])
        lines.append(Line(what=name, value=value, ratio=value / to, to="the script"))
    spread = " ".join(f"{mine / its:.2f}" for mine, its in zip(ours, floor, strict=True))
    return Section("Approval to verified hosting (PHP, database, name, TLS)", lines, (f"ratio in each turn: {spread}",))
