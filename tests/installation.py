"""An installation of the bot in a folder of its own, with a sandbox of its own as Telegram."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.commands.keys import new_key, write_key
from bot.sandbox.client import Sandbox, SandboxUser
from bot.sandbox.runner import DEFAULT_TOKEN
from tests.sandbox_fixtures import sandbox_apart
from workflows.secrets import vault

__all__ = ["sandbox_apart"]

ROOT = Path(__file__).parents[1]


class Installation:
    """A folder with its environment, and the bot's processes in it."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self.environment = environment

    async def say(self, *command: str) -> tuple[int, str]:
        """Run a command to its end; return what it ended with, and all that it said."""
        process = await self.start(*command)
        said, errors = await asyncio.wait_for(process.communicate(), 60)
        return process.returncode or 0, said.decode() + errors.decode()

    async def start(self, *command: str, program: tuple[str, ...] = ("-m", "bot")) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable, *program, *command,
            cwd=self.folder,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **self.environment},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[asyncio.subprocess.Process]:
        process = await self.start("run")
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


@pytest.fixture
def installation(tmp_path: Path, sandbox_apart: Sandbox) -> Installation:
    write_key(tmp_path / "data" / "ssh" / "id_ed25519", new_key())
    environment = {
        "BOT_TOKEN": DEFAULT_TOKEN,
        "ADMIN_TELEGRAM_IDS": "42",
        "SECRET_KEYS": vault.new_key(),
        "ZONE": "tarakankota.go.id",
        "TELEGRAM_API_URL": sandbox_apart.url,
    }
    return Installation(tmp_path, environment)


@pytest.fixture
async def admin(sandbox_apart: Sandbox) -> SandboxUser:
    return await sandbox_apart.add_person("Administrator", phone="+6281111111111", person_id=42)
