"""A picture of a page as a person would see it, by a real browser (Chromium), where one is installed.

The browser is shown the very text that was fetched, and so what is judged. It runs no program of the page, asks no DNS,
opens no address but pages of this site, and is ended after a while. It is optional: the extra `watch` installs what
steers it, and without it the text is the evidence.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import structlog

if TYPE_CHECKING:
    from playwright.async_api import Route

SECONDS = 30.0
LOAD_MS = 10_000
SIZE = {"width": 412, "height": 900}  # a phone's
OPTIONS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-extensions",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
log = structlog.get_logger(__name__)


class Photographer:
    """Takes one picture at a time: a browser takes some hundred megabytes."""

    def __init__(self, browser: Path) -> None:
        """`browser` is Chromium's program."""
        self._browser = browser
        self._one = asyncio.Semaphore(1)

    async def picture(self, url: str, html: str) -> bytes | None:
        """Return a PNG of a page, None where it could not be taken."""
        async with self._one:
            try:
                async with asyncio.timeout(SECONDS):
                    return await self._taken(url, html)
            except Exception as error:  # noqa: BLE001 - a browser has many ways to fail, and none of them is ours
                log.warning("no_picture", url=url, reason=f"{type(error).__name__}: {error}"[:300])
                return None

    async def _taken(self, url: str, html: str) -> bytes:
        from playwright.async_api import async_playwright  # noqa: PLC0415 - an extra, and slow to load

        sandboxed = os.geteuid() != 0  # Chromium has no sandbox for root
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=self._browser, args=list(OPTIONS), chromium_sandbox=sandboxed
            )
            try:
                context = await browser.new_context(java_script_enabled=False, viewport=SIZE, offline=False)  # type: ignore[arg-type]
                page = await context.new_page()
                await page.route("**/*", _answering(url, html))
                with contextlib.suppress(TimeoutError):
                    await page.goto(url, wait_until="load", timeout=LOAD_MS)
                return await page.screenshot(type="png", timeout=LOAD_MS)
            finally:
                await browser.close()


def _answering(url: str, html: str) -> Any:
    """Answer for the page with what was fetched, and refuse all else: no request leaves the browser."""
    wanted = urlsplit(url)

    async def answer(route: Route) -> None:
        asked = urlsplit(route.request.url)
        if route.request.is_navigation_request() and (asked.hostname, asked.path) == (
            wanted.hostname,
            wanted.path or "/",
        ):
            await route.fulfill(status=200, content_type="text/html; charset=utf-8", body=html)
        else:
            await route.abort()

    return answer
