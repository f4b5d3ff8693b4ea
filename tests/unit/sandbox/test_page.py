"""The web chat in a real browser: people side by side, each live."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect
from telegram import Bot

from bot.sandbox.client import Sandbox, SandboxUser

pytestmark = pytest.mark.browser

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or "chromium"
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest.fixture
async def page(browser: Browser, sandbox: Sandbox) -> AsyncIterator[Page]:
    """The page; anything the browser complains of fails the test."""
    page = await browser.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(sandbox.url)
    yield page
    assert complaints == []


@pytest.mark.usefixtures("echo_bot")
async def test_two_people_a_press_and_an_edit(page: Page, sandbox: Sandbox, siti: SandboxUser) -> None:
    budi = await sandbox.add_person("Budi Santoso", role="Bagian Umum")
    hers, his = page.get_by_role("region", name=siti.name), page.get_by_role("region", name=budi.name)
    await his.get_by_role("button", name="MULAI").click()
    await expect(his.locator("b", has_text="Selamat datang")).to_be_visible()
    await hers.get_by_role("textbox").fill("/kartu")
    await hers.get_by_role("textbox").press("Enter")
    await hers.get_by_role("button", name="Tolak").click()
    await expect(hers.get_by_role("alert")).to_have_text("Anda memilih refuse")
    await expect(hers.get_by_text("Permohonan 001: refuse")).to_be_visible()
    await expect(hers.get_by_role("button", name="Tolak")).to_have_count(0)
    await expect(his.get_by_text("Permohonan")).to_have_count(0)


@pytest.mark.usefixtures("echo_bot")
async def test_files_contact_and_commands(
    page: Page, sandbox: Sandbox, ptb: Bot, siti: SandboxUser, tmp_path: Path
) -> None:
    await ptb.set_my_commands([("kontak", "Bagikan kontak"), ("surat", "Minta surat")])
    phone = page.get_by_role("region", name=siti.name)
    letter = tmp_path / "surat permohonan.pdf"
    letter.write_bytes(b"%PDF-1.7")
    await phone.locator("input[type=file]").first.set_input_files(letter)
    await expect(phone.get_by_text("surat permohonan.pdf: 8 byte")).to_be_visible()
    await phone.get_by_role("button", name="Perintah bot").click()
    await phone.get_by_role("button", name="/kontak").click()
    await phone.get_by_role("button", name="Bagikan kontak saya").click()
    await expect(phone.get_by_text("6281234567890 milik Anda")).to_be_visible()
    await siti.send_command("surat")
    received = phone.get_by_role("link", name=re.compile(r"^surat\.pdf"))
    response = await page.request.get(f"{sandbox.url}{await received.get_attribute('href')}")
    assert await response.body() == b"%PDF-1.7 surat"
    assert response.headers["content-disposition"].startswith("inline")


async def test_no_text_becomes_markup(page: Page, ptb: Bot, siti: SandboxUser) -> None:
    evil = "<img src=x onerror=document.title='kena'>"
    await siti.send_text(evil)
    await ptb.send_message(siti.id, evil)
    await ptb.send_message(siti.id, '<a href="http://a.id/&quot;onclick=x">tautan</a>', parse_mode="HTML")
    phone = page.get_by_role("region", name=siti.name)
    await expect(phone.get_by_text(evil)).to_have_count(2)
    await expect(phone.get_by_role("link", name="tautan")).to_be_visible()
    assert await phone.locator("img").count() == 0
    assert await page.title() == "Peragaan Layanan Hosting"


async def test_an_invitation_opens_as_the_person_of_choice(
    page: Page, sandbox: Sandbox, ptb: Bot, siti: SandboxUser
) -> None:
    budi = await sandbox.add_person("Budi Santoso")
    await ptb.send_message(siti.id, f"https://t.me/{await sandbox.bot_username()}?start=undangan-7")
    await page.get_by_role("link", name="undangan-7").click()
    await page.get_by_role("dialog").get_by_role("button", name="Budi Santoso").click()
    await budi.wait_for("/start undangan-7", since=0, from_bot=False)


async def test_one_person_alone_on_a_phone(browser: Browser, sandbox: Sandbox, siti: SandboxUser) -> None:
    await sandbox.add_person("Budi Santoso")
    page = await browser.new_page(viewport={"width": 390, "height": 800})
    await page.goto(f"{sandbox.url}/?person={siti.id}")
    await expect(page.get_by_role("region", name=siti.name)).to_be_visible()
    await expect(page.get_by_role("region")).to_have_count(1)
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
