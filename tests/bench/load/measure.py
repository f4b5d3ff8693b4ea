"""Two thousand people at a human pace for ten minutes, then some of them without a pause: ours twice, and the rival.

Each bot stands before the same crowd on a sandbox of its own, one after the other; flood limits are off for all.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import sys
import tempfile
from collections.abc import AsyncIterator

from bot.sandbox.client import Sandbox
from bot.sandbox.runner import DEFAULT_TOKEN, sandbox_process
from tests.bench.load.crowd import Crowd, Seen
from tests.bench.load.watch import Watched, watching
from tests.bench.our_bot import FIRST_ID
from tests.bench.presses import SANDBOX, running
from tests.bench.report import Line, Section, percentile, show
from tests.databases import running_cluster

PEOPLE = int(os.environ.get("LOAD_PEOPLE", "2000"))
MINUTES = float(os.environ.get("LOAD_MINUTES", "10"))
PAUSE_SECONDS = 80.0  # of a person between two presses: 25 presses a second, where Telegram takes 30 messages
HOUR_SECONDS = 3600
HASTY = 100  # people
HASTE_SECONDS = 20.0
SHARES = (0.5, 0.95, 0.99)
AS_IT_COMES = ""  # PostgreSQL's own settings: what is committed is on the disk


@dataclasses.dataclass(frozen=True)
class Phase:
    """What the crowd saw, and what it took."""

    seen: Seen
    took: Watched

    @property
    def bot_cpu_ms(self) -> float:
        """Return the processor time of the bot a press, in milliseconds."""
        return self.took.bot_cpu_ms / self.seen.pressed

    @property
    def database_cpu_ms(self) -> float:
        """Return the processor time of PostgreSQL a press, in milliseconds; 0 where there is none."""
        return self.took.database_cpu_ms / self.seen.pressed

    @property
    def rate(self) -> float:
        """Return the presses a second."""
        return self.seen.pressed / self.seen.seconds


@dataclasses.dataclass(frozen=True)
class Taken:
    """One bot under the load: at people's pace, then without a pause."""

    paced: Phase
    hasty: Phase


async def measure() -> Section:
    """Let each have its turn before the crowd, and return the table; what was found so far is shown after each."""
    taken: dict[str, Taken] = {}
    for name, turn in (("bare", _bare), ("SQLite", _on_sqlite), ("PostgreSQL", _on_postgresql)):
        taken[name] = await turn()
        print(show(Section(f"{name}, so far", _lines(name, taken[name], taken["bare"]))), file=sys.stderr, flush=True)
    title = f"{PEOPLE:,} people, a press every {PAUSE_SECONDS:.0f} s each, {MINUTES:g} minutes (ours / bare)"
    lines = [line for name, one in taken.items() for line in _lines(name, one, taken["bare"])]
    return Section(title, lines, REMARKS)


async def an_hour() -> Section:
    """Let our bot on SQLite stand before the crowd for an hour, and return what it holds in memory meanwhile."""
    with tempfile.TemporaryDirectory(prefix="layanan-bench-", dir="/var/tmp") as folder:
        async with _sandbox() as (url, sandbox), running("tests.bench.our_bot", url, folder, str(PEOPLE)) as bot:
            crowd = Crowd(sandbox, range(FIRST_ID, FIRST_ID + PEOPLE))
            await crowd.open_menus()
            async with watching(bot, None) as took:
                seen = await crowd.press_as_people_do(HOUR_SECONDS, PAUSE_SECONDS)
    lines = [
        Line(what=f"memory after {at // 60} minutes", value=took.memory_at(at), unit="MB")
        for at in range(0, HOUR_SECONDS + 1, HOUR_SECONDS // 6)
    ]
    lines.append(Line(what="grows by, an hour, in the second half", value=took.growth_mb_an_hour, unit="MB"))
    lines.append(Line(what="presses", value=seen.pressed, unit=""))
    return Section(f"An hour of {PEOPLE:,} people on SQLite", lines)


REMARKS = (
    "the sandbox and the crowd work on the same processors",
    f"without a pause: {HASTY} people who press again as soon as they see what the last press brought",
    "memory grows by: the slope of the second half at people's pace",
)


async def _bare() -> Taken:
    async with _sandbox() as (url, sandbox), running("tests.bench.rivals.bare_bot", DEFAULT_TOKEN, url) as bot:
        return await _load(sandbox, bot, None)


async def _on_sqlite() -> Taken:
    with tempfile.TemporaryDirectory(prefix="layanan-bench-", dir="/var/tmp") as folder:
        async with _sandbox() as (url, sandbox), running("tests.bench.our_bot", url, folder, str(PEOPLE)) as bot:
            return await _load(sandbox, bot, None)


async def _on_postgresql() -> Taken:
    with tempfile.TemporaryDirectory(prefix="layanan-bench-") as folder, running_cluster(AS_IT_COMES) as cluster:
        arguments = (folder, str(PEOPLE), cluster.new_database("template0"))
        async with _sandbox() as (url, sandbox), running("tests.bench.our_bot", url, *arguments) as bot:
            return await _load(sandbox, bot, cluster.process)


@contextlib.asynccontextmanager
async def _sandbox() -> AsyncIterator[tuple[str, Sandbox]]:
    async with sandbox_process(*SANDBOX) as url, Sandbox(url) as sandbox:
        for place in range(PEOPLE):
            await sandbox.add_person(f"Pegawai {place}", person_id=FIRST_ID + place)
        yield url, sandbox


async def _load(sandbox: Sandbox, bot: int, database: int | None) -> Taken:
    people = range(FIRST_ID, FIRST_ID + PEOPLE)
    crowd = Crowd(sandbox, people)
    await crowd.open_menus()
    async with watching(bot, database) as took:
        paced = Phase(await crowd.press_as_people_do(MINUTES * 60, PAUSE_SECONDS), took)
    async with watching(bot, database) as took:
        hasty = Phase(await crowd.press_on_and_on(HASTE_SECONDS, people[:HASTY]), took)
    return Taken(paced, hasty)


def _lines(name: str, one: Taken, bare: Taken) -> list[Line]:
    lines = []
    for what, does in (("stopped", "button stops"), ("changed", "message changed")):
        for share in SHARES:
            mine, its = (percentile(getattr(taken.paced.seen, what), share) for taken in (one, bare))
            lines.append(_line(name, f"{does}, p{share * 100:.0f}", mine, its))
    phases = (("people's pace", one.paced, bare.paced), ("without a pause", one.hasty, bare.hasty))
    for when, ours, theirs in phases:
        lines.append(_line(name, f"processor a press, {when}", ours.bot_cpu_ms, theirs.bot_cpu_ms))
        if ours.database_cpu_ms:
            lines.append(Line(what=f"{name}: the database's, {when}", value=ours.database_cpu_ms))
        lines.append(_line(name, f"presses, {when}", ours.rate, theirs.rate, unit="/s"))
    memory, growth = one.paced.took.memory, one.paced.took.growth_mb_an_hour
    sizes = (("at the start", memory[0][1]), ("at the end", memory[-1][1]), ("grows by, an hour", growth))
    lines += [Line(what=f"{name}: memory {when}", value=value, unit="MB") for when, value in sizes]
    counted = (("presses", one.paced.seen.pressed), ("held back: still waiting", one.paced.seen.too_early))
    return lines + [Line(what=f"{name}: {what}", value=value, unit="") for what, value in counted]


def _line(name: str, what: str, value: float, bare: float, unit: str = "ms") -> Line:
    return Line(
        what=f"{name}: {what}", value=value, unit=unit, ratio=None if name == "bare" else value / bare, to="bare"
    )
