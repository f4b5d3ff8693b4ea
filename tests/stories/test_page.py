"""The demo's web page in a real browser: a newcomer plays the first steps of a case there, by what the page shows."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Locator, Page, async_playwright, expect

from tests.pictures.camera import ARGUMENTS, CHROMIUM
from tests.stories import play
from tests.stories.play import Tap
from tests.stories.town import Town

pytestmark = pytest.mark.browser


@pytest.fixture
async def page(office: Town) -> AsyncIterator[Page]:
    """The page with everybody side by side; what the browser complains of fails the story."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = await browser.new_page(viewport={"width": 1900, "height": 1000})
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(office.sandbox.url)
        yield page
        await browser.close()
        assert complaints == []


def newest(phone: Locator, label: str) -> Locator:
    """Return the newest button that says this."""
    return phone.get_by_role("button", name=re.compile(rf"^\W*{re.escape(label)}")).last


async def write(phone: Locator, text: str) -> None:
    await phone.get_by_role("textbox").fill(text)
    await phone.get_by_role("textbox").press("Enter")


async def test_a_newcomer_plays_the_first_steps(page: Page, office: Town) -> None:
    head = page.get_by_role("region", name=office["kepala_opd"].name)
    clerk = page.get_by_role("region", name=office["bagian_umum"].name)
    await write(head, "/menu")
    await newest(head, "Ajukan hosting").click()
    for question, given in play.request("e-laman", application="e-Laman"):
        await expect(head.get_by_text(re.compile(re.escape(question), re.IGNORECASE)).last).to_be_visible()
        if isinstance(given, Tap):
            await newest(head, given.label).click()
        else:
            assert isinstance(given, str)
            await write(head, given)
    await expect(head.get_by_text("Ringkasan").last).to_be_visible()
    await newest(head, "Kirim permohonan").click()
    card = head.get_by_text("Langkah 2 dari 10").last
    await expect(card).to_be_visible()

    await expect(clerk.get_by_text("e-laman.hosting.test").last).to_be_visible()
    await newest(clerk, "Agendakan").click()
    await newest(clerk, "Biasa").click()
    await newest(clerk, "Hari ini").click()
    await newest(clerk, "Simpan agenda").click()
    await newest(clerk, "Teruskan ke Kepala").click()
    await expect(head.get_by_text("Langkah 3 dari 10").last).to_be_visible()
    kepala = page.get_by_role("region", name=office["kepala_dkisp"].name)
    await expect(newest(kepala, "Disposisikan")).to_be_visible()
    await expect(newest(clerk, "Lihat permohonan")).to_be_visible()
