"""A wire between the bot and Telegram that a story can cut: a plain TCP relay on this machine."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

HOST = "127.0.0.1"


class Wire:
    """While it is cut, nobody can connect, and what was connected has ended."""

    def __init__(self) -> None:
        self._target = 0
        self._port = 0
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    @contextlib.asynccontextmanager
    async def laid_to(self, url: str) -> AsyncIterator[str]:
        """Lay it to the server at `url`; gives the address of this end."""
        self._target = urlsplit(url).port or 80
        await self.mend()
        try:
            yield f"http://{HOST}:{self._port}"
        finally:
            await self.cut()

    async def cut(self) -> None:
        """Cut it, with all that is under way."""
        if self._server is not None:
            self._server.close()
        for writer in self._open:
            writer.transport.abort()
        self._server = None

    async def mend(self) -> None:
        """Let it carry again, at the same address."""
        self._server = await asyncio.start_server(self._carry, HOST, self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        far_reader, far_writer = await asyncio.open_connection(HOST, self._target)
        try:
            await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))
        finally:
            self._open.discard(writer)


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await source.read(65536):
            sink.write(data)
            await sink.drain()
    sink.close()
