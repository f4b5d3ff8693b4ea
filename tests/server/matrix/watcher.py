"""The neighbours' visitors: each page over a new connection every 100 ms; what is slow or wrong is kept."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Sequence

from provisioning.web import Visitor, WebError, WebServer

PAUSE_SECONDS = 0.1
SLOW_SECONDS = 2.0


class Seen:
    """How many answers came, and which were none of ours to give."""

    def __init__(self) -> None:
        self.answers = 0
        self.wrong: list[str] = []


@contextlib.asynccontextmanager
async def watched(address: str, pages: Sequence[tuple[str, str]]) -> AsyncIterator[Seen]:
    """Ask for each (name, path) until the block ends."""
    seen = Seen()
    tasks = [asyncio.create_task(_visit(address, name, path, seen)) for name, path in pages]
    try:
        yield seen
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _visit(address: str, name: str, path: str, seen: Seen) -> None:
    while True:
        began = time.monotonic()
        try:
            async with Visitor(WebServer(address=address)) as visitor:
                status = (await visitor.get("https", name, path)).status
        except WebError as error:
            seen.wrong.append(f"{name}: {error}")
        else:
            took = time.monotonic() - began
            seen.answers += 1
            if status != 200 or took > SLOW_SECONDS:
                seen.wrong.append(f"{name}: {status} after {took:.2f} s")
        await asyncio.sleep(PAUSE_SECONDS)
