"""`layanan demo` as a process of its own, for pictures of what somebody sees who starts it."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

READY = b"Open "  # how the line begins that it says when everybody has been let in
NO_SERVER = b"No server:"
START_SECONDS = 600  # the first start makes the server's image
STOP_SECONDS = 60
LAYANAN = Path(sys.executable).with_name("layanan")


@contextlib.asynccontextmanager
async def running_demo() -> AsyncIterator[str]:
    """Run the demo with its server, at the address that is given. Raises `RuntimeError` where it has no server."""
    port = _free_port()
    demo = await asyncio.create_subprocess_exec(
        str(LAYANAN), "demo", "--port", str(port), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    assert demo.stdout is not None
    try:
        async with asyncio.timeout(START_SECONDS):
            await _until_ready(demo.stdout)
        reading = asyncio.create_task(demo.stdout.read())  # whatever it says later must not fill the pipe
        yield f"http://127.0.0.1:{port}"
        reading.cancel()
    finally:
        with contextlib.suppress(ProcessLookupError):
            demo.send_signal(signal.SIGINT)
        async with asyncio.timeout(STOP_SECONDS):
            await demo.wait()


async def _until_ready(output: asyncio.StreamReader) -> None:
    async for line in output:
        sys.stdout.write(line.decode())
        if line.startswith(NO_SERVER):
            raise RuntimeError("these pictures need the demo's server: be root")
        if line.startswith(READY):
            return
    raise RuntimeError("the demo ended before it was ready")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
