"""A page is judged by all of it, however it arrives."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from provisioning.verification.http import PAGE_BYTES, Visitor, WebServer

HEAD = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"


@contextlib.asynccontextmanager
async def sending(*pieces: bytes) -> AsyncIterator[Visitor]:
    """Have a visitor of a web server that sends its page piece by piece, with a rest before each."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        for piece in (HEAD, *pieces):
            writer.write(piece)
            with contextlib.suppress(ConnectionError):
                await writer.drain()
            await asyncio.sleep(0.05)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, Visitor(WebServer(address="127.0.0.1", http_port=port)) as visitor:
        yield visitor


async def test_a_page_that_comes_in_pieces_is_read_to_its_end() -> None:
    async with sending(b"<style>", b"<title>phpinfo()", b"</title>") as visitor:
        page = await visitor.get("http", "e-arsip.test", "/info.php")
    assert page.body == "<style><title>phpinfo()</title>"


@pytest.mark.parametrize("pieces", [(b"x" * (PAGE_BYTES + 1),), (b"x" * PAGE_BYTES, b"x")])
async def test_a_page_without_end_is_read_as_far_as_it_is_judged(pieces: tuple[bytes, ...]) -> None:
    async with sending(*pieces) as visitor:
        page = await visitor.get("http", "e-arsip.test", "/")
    assert len(page.body) == PAGE_BYTES


async def test_its_status_is_known_before_its_end() -> None:
    async with sending(b"<html>", *(b"." for _ in range(200))) as visitor, asyncio.timeout(5):
        assert await visitor.status("http", "e-arsip.test", "/") == 200
