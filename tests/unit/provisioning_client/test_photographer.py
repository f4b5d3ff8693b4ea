"""A picture of a suspected page by a real browser: it shows what was fetched, and asks nobody for anything."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from provisioning.pages.photographer import SIZE, Photographer

pytestmark = pytest.mark.browser

CHROMIUM = Path(shutil.which("chromium") or "/usr/bin/chromium")
URL = "https://dinkes.kota.test/slot"


async def test_it_shows_what_was_fetched_runs_nothing_and_asks_nobody() -> None:
    asked: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readline())
        writer.close()

    listening = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    elsewhere = f"http://127.0.0.1:{port}"
    asks = (
        f"<img src='{elsewhere}/a.png'><img src='file:///etc/passwd'><iframe src='{elsewhere}/b'></iframe>"
        f"<link rel=stylesheet href='{elsewhere}/c.css'>"
    )
    blue, runs = "<body style='background:#00f'>", "<script>document.body.style.background='#f00'</script>"
    photographer = Photographer(CHROMIUM)
    assert await photographer.picture(URL, blue + asks) is not None
    listening.close()
    assert asked == []
    picture = await photographer.picture(URL, blue)
    assert picture is not None
    assert int.from_bytes(picture[16:20], "big") == SIZE["width"]
    assert await photographer.picture(URL, blue + runs) == picture
    assert await photographer.picture(URL, "<body>") != picture


async def test_where_no_browser_is_there_is_no_picture_and_no_error() -> None:
    assert await Photographer(Path("/nirgendwo/chromium")).picture(URL, "<p>x</p>") is None
