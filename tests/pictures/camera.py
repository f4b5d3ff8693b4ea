"""A browser that looks at the demo's page, and what it sees as pictures. Needs Chromium and an emoji font."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from bot.sandbox.person import SandboxUser

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or "chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
PHONE = (412, 800)  # CSS pixels, as those below
DESK = (1950, 1000)
SETTLE_MS = 2500


class Camera:
    """Takes pictures of the sandbox's page at `url`; they become `<name>.png` in the folder of their size."""

    def __init__(self, browser: Browser, url: str, phones: Path, desks: Path) -> None:
        self._browser = browser
        self._url = url.rstrip("/")
        self._phones = phones
        self._desks = desks

    async def phone(self, person: SandboxUser, name: str, *, dark: bool = False) -> None:
        """Take one person's chat at a phone's size, at its newest message."""
        await self._take(f"{self._url}/?person={person.id}", self._phones / f"{name}.png", PHONE, dark=dark)

    async def desk(self, name: str) -> None:
        """Take everybody's chats side by side."""
        await self._take(self._url, self._desks / f"{name}.png", DESK, dark=False)

    async def _take(self, url: str, file: Path, size: tuple[int, int], *, dark: bool) -> None:
        width, height = size
        page = await self._browser.new_page(
            viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light"
        )
        await page.goto(url)
        await page.wait_for_timeout(SETTLE_MS)
        await page.screenshot(path=file)
        await page.close()


@contextlib.asynccontextmanager
async def camera_on(url: str, *, phones: Path, desks: Path) -> AsyncIterator[Camera]:
    """Open a browser for the sandbox's page at `url`, and close it."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            yield Camera(browser, url, phones, desks)
        finally:
            await browser.close()
