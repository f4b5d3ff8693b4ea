"""Fixtures around the sandbox: a local Telegram for one test, in this process or as a process of its own."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox.client import Sandbox
from bot.sandbox.core import Core
from bot.sandbox.limits import FloodLimits
from bot.sandbox.runner import running_sandbox
from tests.forked import Forked, Program

START_SECONDS = 60.0
FAST = FloodLimits(time_factor=100.0)  # Telegram's limits on a clock that runs a hundred times faster


@pytest.fixture
async def sandbox_server() -> AsyncIterator[tuple[str, Core]]:
    """Address and inside of a sandbox in this process."""
    async with running_sandbox(limits=FAST) as running:
        yield running


@pytest.fixture
async def sandbox(sandbox_server: tuple[str, Core]) -> AsyncIterator[Sandbox]:
    """A sandbox in this process, seen from the people's side; `sandbox.url` is for TELEGRAM_API_URL."""
    async with Sandbox(sandbox_server[0]) as client:
        yield client


@contextlib.asynccontextmanager
async def sandbox_process(*options: str) -> AsyncIterator[str]:
    """Run a sandbox as a process of its own; gives its address and ends with the context."""
    with tempfile.TemporaryDirectory(prefix="layanan-sandbox-") as folder:
        said = Path(folder) / "said"
        said.touch()
        process = Forked(Program(module="bot.sandbox", arguments=options, environment={}, stdout=said))
        try:
            async with asyncio.timeout(START_SECONDS):
                while not (line := said.read_text(encoding="utf-8")).endswith("\n"):
                    assert process.returncode is None, f"the sandbox ended at once with {process.returncode}"
                    await asyncio.sleep(0.01)
            yield json.loads(line)["url"]
        finally:
            process.send_signal(signal.SIGTERM)
            await process.wait()


@pytest.fixture
async def sandbox_apart() -> AsyncIterator[Sandbox]:
    """A sandbox in a process of its own, for tests that kill the bot."""
    async with sandbox_process("--port", "0", "--time-factor", "100") as url, Sandbox(url) as client:
        yield client
