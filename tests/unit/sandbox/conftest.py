from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from telegram import Bot
from telegram.ext import Application, ApplicationBuilder

from bot.sandbox.client import Sandbox, SandboxUser
from bot.sandbox.runner import DEFAULT_TOKEN
from tests.sandbox_fixtures import sandbox, sandbox_apart, sandbox_server
from tests.unit.sandbox.echo_bot import add_handlers

__all__ = ["sandbox", "sandbox_apart", "sandbox_server"]

EchoBot = Application[Any, Any, Any, Any, Any, Any]


def builder(url: str) -> ApplicationBuilder[Any, Any, Any, Any, Any, Any]:
    """PTB as the product uses it: only the addresses differ from real Telegram."""
    return ApplicationBuilder().token(DEFAULT_TOKEN).base_url(f"{url}/bot").base_file_url(f"{url}/file/bot")


@pytest.fixture
async def ptb(sandbox: Sandbox) -> AsyncIterator[Bot]:
    """A real PTB Bot that only calls methods."""
    async with Bot(DEFAULT_TOKEN, base_url=f"{sandbox.url}/bot", base_file_url=f"{sandbox.url}/file/bot") as bot:
        yield bot


@pytest.fixture
async def siti(sandbox: Sandbox) -> SandboxUser:
    """Somebody who pressed START."""
    person = await sandbox.add_person("Siti Aminah", phone="+6281234567890", role="Kepala OPD")
    await person.open_link()
    return person


@pytest.fixture
async def echo_bot(sandbox: Sandbox) -> AsyncIterator[EchoBot]:
    """A small polling bot: echo, a card with buttons, files, contacts."""
    application = builder(sandbox.url).build()
    add_handlers(application)
    async with application:
        await application.start()
        if application.updater is None:
            raise RuntimeError("a polling bot has an updater")
        await application.updater.start_polling(poll_interval=0, timeout=2)
        yield application
        await application.updater.stop()
        await application.stop()
