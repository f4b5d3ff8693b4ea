"""What processes take while they work: processor time, and memory over time."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import re
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from tests.bench.report import cpu_ms

EVERY_SECONDS = 2.0


def memory_mb(process: int) -> float:
    """Return what a process holds in memory (proc(5), status: VmRSS in KiB), in megabytes."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    found = re.search(r"^VmRSS:\s+(\d+) kB$", status, re.MULTILINE)
    return int(found.group(1)) * 1024 / 1e6 if found else 0.0


def family_cpu_ms(process: int) -> float:
    """Return the processor time of a process and its children, in milliseconds; of those that live."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    total = cpu_ms(process)
    for child in children:
        with contextlib.suppress(FileNotFoundError):  # it has just ended
            total += cpu_ms(int(child))
    return total


@dataclasses.dataclass
class Watched:
    """What was seen of a bot and, where it has one, of its database's server."""

    bot_cpu_ms: float = 0.0
    database_cpu_ms: float = 0.0
    memory: list[tuple[float, float]] = dataclasses.field(default_factory=list)  # seconds, megabytes

    def memory_at(self, seconds: float) -> float:
        """Return what the bot held about then, in megabytes."""
        return min(self.memory, key=lambda seen: abs(seen[0] - seconds))[1]

    @property
    def growth_mb_an_hour(self) -> float:
        """Return the slope of the second half (least squares): what the first half brings is warming up."""
        late = self.memory[len(self.memory) // 2 :]
        at = sum(seconds for seconds, _ in late) / len(late)
        mean = sum(size for _, size in late) / len(late)
        spread = sum((seconds - at) ** 2 for seconds, _ in late)
        return sum((seconds - at) * (size - mean) for seconds, size in late) / spread * 3600 if spread else 0.0


@contextlib.asynccontextmanager
async def watching(bot: int, database: int | None) -> AsyncIterator[Watched]:
    """Watch while the block lasts; the figures are whole when it has ended."""
    watched = Watched()
    spent = _spent(bot, database)
    bot_before, database_before = spent()
    looking = asyncio.create_task(_look(bot, watched))
    try:
        yield watched
    finally:
        looking.cancel()
    bot_after, database_after = spent()
    watched.bot_cpu_ms = bot_after - bot_before
    watched.database_cpu_ms = database_after - database_before


def _spent(bot: int, database: int | None) -> Callable[[], tuple[float, float]]:
    return lambda: (cpu_ms(bot), 0.0 if database is None else family_cpu_ms(database))


async def _look(process: int, watched: Watched) -> None:
    started = time.monotonic()
    while True:
        watched.memory.append((time.monotonic() - started, memory_mb(process)))
        await asyncio.sleep(EVERY_SECONDS)
