"""Takes the README's pictures from the real screens: `make demo` in one terminal, this in another.

    python -m tests.stories.take_pictures http://127.0.0.1:8081

Plays one case in the running demo and stops at what is worth seeing. Needs Chromium, pdftoppm and an emoji font.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from bot.demo.cast import players
from bot.sandbox.client import Sandbox
from bot.sandbox.person import SandboxUser
from tests.stories import play

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
PHONE = {"width": 412, "height": 800}
DESK = {"width": 1950, "height": 1000}
SETTLE_MS = 2500
LETTERS = {
    "Lembar-Disposisi": "lembar_disposisi",
    "Surat-Balasan": "surat_balasan",
    "Laporan-Pelaksanaan": "laporan_pelaksanaan",
}


class Camera:
    """A browser that looks at the demo's page."""

    def __init__(self, browser: Browser, url: str) -> None:
        self._browser = browser
        self._url = url

    async def phone(self, person: SandboxUser, name: str, *, dark: bool = False) -> None:
        """Take one person's chat at a phone's size."""
        await self._take(f"{self._url}/?person={person.id}", name, PHONE, dark=dark)

    async def desk(self, name: str) -> None:
        """Take everybody's chats side by side."""
        await self._take(self._url, name, DESK, dark=False)

    async def _take(self, url: str, name: str, size: dict[str, int], *, dark: bool) -> None:
        page = await self._browser.new_page(
            viewport={"width": size["width"], "height": size["height"]}, color_scheme="dark" if dark else "light"
        )
        await page.goto(url)
        await page.wait_for_timeout(SETTLE_MS)
        await page.screenshot(path=PICTURES / f"{name}.png")
        await page.close()


async def main(url: str) -> None:
    """Play a case and take the pictures."""
    async with Sandbox(url, timeout_s=40) as sandbox, async_playwright() as playwright:
        people = {person.id: person for person in await sandbox.people()}
        phones = {player.role: people[player.id] for player in players()}
        browser = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        await story(phones, Camera(browser, url.rstrip("/")))
        await browser.close()


async def story(phones: dict[str, SandboxUser], camera: Camera) -> None:
    """Play one case; what is worth a picture is taken when it stands on the screen."""
    head, kabid, leader = phones["kepala_opd"], phones["kabid"], phones["kepala_dkisp"]
    await play.start_request(head)
    for question, given in play.request("e-arsip")[:7]:
        await play.answer(head, question, given)
    await head.wait_for(play.asks("jenis aplikasi"))
    await camera.phone(head, "form")
    await play.fill(head, play.request("e-arsip")[7:], send="Kirim permohonan")
    case = (await head.wait_for(lambda message: play.NUMBER.match(message.text) is not None)).text[:13]
    await play.register(phones["bagian_umum"], case)
    await play.dispose(leader, case)
    await play.on_card(kabid, case, "Data server")
    await kabid.wait_for(lambda message: "Memori" in message.text)
    await camera.phone(kabid, "servers")
    await play.assess(kabid, phones["sub_koordinator"], case, server="web-1")
    await leader.wait_for(play.card(case, "Rekomendasi: Disetujui"), since=0)
    await camera.phone(leader, "decision")
    await camera.desk("overview")
    await play.approve(leader, case)
    await play.hand_over(kabid, case)
    await play.on_card(kabid, case, "Lihat permohonan")
    await kabid.wait_for(lambda message: message.file is not None and message.file.name.startswith("Lembar"))
    await play.finish(leader, case)
    await play.surely(head, case, "Tampilkan kredensial", "Ya, tampilkan")
    await head.wait_for("Kata sandi")
    await camera.phone(head, "credentials", dark=True)
    await letters(phones.values())


async def letters(people: Iterable[SandboxUser]) -> None:
    """Make pictures of the first page of each kind of letter that anybody received."""
    for person in people:
        for message in await person.messages():
            file = message.file
            name = next((LETTERS[stem] for stem in LETTERS if file and file.name.startswith(stem)), None)
            if name is None:
                continue
            with tempfile.NamedTemporaryFile(suffix=".pdf") as pdf:
                pdf.write(await person.download(message))
                pdf.flush()
                target = str(PICTURES / name)
                command = ["pdftoppm", "-r", "80", "-png", "-f", "1", "-l", "1", "-singlefile", pdf.name, target]
                await asyncio.to_thread(subprocess.run, command, check=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
