"""Starts a sandbox: inside this process, or as a process of its own that outlives the bot."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator

from aiohttp import web

from bot.sandbox.core import QUERY_LIFETIME_S, Core, make_core
from bot.sandbox.limits import FloodLimits
from bot.sandbox.server import make_app

HOST = "127.0.0.1"  # nothing but this machine: the people's side has no password
DEFAULT_TOKEN = "1000001:sandbox-token-that-opens-nothing"  # noqa: S105 - opens only the sandbox on this machine
_START_TIMEOUT_S = 30.0


@contextlib.asynccontextmanager
async def running_sandbox(
    *,
    port: int = 0,
    token: str = DEFAULT_TOKEN,
    limits: FloodLimits | None = None,
    query_lifetime_s: float = QUERY_LIFETIME_S,
) -> AsyncIterator[tuple[str, Core]]:
    """Run a sandbox in this process; gives its address (`TELEGRAM_API_URL`) and its inside. Port 0: any free one."""
    core = make_core(token, limits or FloodLimits(), query_lifetime_s)
    runner = web.AppRunner(make_app(core), access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, HOST, port)
        await site.start()
        yield f"http://{HOST}:{runner.addresses[0][1]}", core
    finally:
        await runner.cleanup()


@contextlib.asynccontextmanager
async def sandbox_process(*options: str) -> AsyncIterator[str]:
    """Run `python -m bot.sandbox …options` as a process of its own; gives its address and ends with the context."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.sandbox", *options, stdout=asyncio.subprocess.PIPE
    )
    if process.stdout is None:  # cannot be: stdout is a pipe
        raise RuntimeError("the sandbox has no standard output")
    try:
        line = await asyncio.wait_for(process.stdout.readline(), _START_TIMEOUT_S)
        if not line:
            raise RuntimeError(f"the sandbox ended at once with {await process.wait()}")
        yield json.loads(line)["url"]
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()
