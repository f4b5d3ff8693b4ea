"""What a bot costs that nobody asks anything: processor and memory, beside the bare rival."""

from __future__ import annotations

import asyncio
import tempfile

from bot.sandbox.runner import DEFAULT_TOKEN, sandbox_process
from tests.bench.load.watch import memory_mb
from tests.bench.presses import SANDBOX, running
from tests.bench.report import Line, Section, cpu_ms

SETTLED_SECONDS = 20  # the start is over: lists of commands sent, first looks at the tables made
IDLE_SECONDS = 120
GOAL = 1.0  # per cent of one processor


async def measure() -> Section:
    """Let each stand idle, one after the other, and return the table."""
    with tempfile.TemporaryDirectory(prefix="layanan-bench-") as folder:
        async with sandbox_process(*SANDBOX) as url:
            ours = await _idle("tests.bench.our_bot", url, folder, "1")
            bare = await _idle("tests.bench.rivals.bare_bot", DEFAULT_TOKEN, url)
    named = (("ours", ours), ("bare python-telegram-bot", bare))
    lines = [Line(what=f"processor: {who}", value=spent, unit="%") for who, (spent, _) in named]
    lines += [Line(what=f"memory: {who}", value=memory, unit="MB") for who, (_, memory) in named]
    return Section(f"Idle for {IDLE_SECONDS} s (goal: below {GOAL:g} % of a processor)", lines)


async def _idle(module: str, *arguments: str) -> tuple[float, float]:
    """Return the share of one processor, in per cent, and the resident memory in megabytes."""
    async with running(module, *arguments) as process:
        await asyncio.sleep(SETTLED_SECONDS)
        before = cpu_ms(process)
        await asyncio.sleep(IDLE_SECONDS)
        return (cpu_ms(process) - before) / (IDLE_SECONDS * 1000) * 100, memory_mb(process)
