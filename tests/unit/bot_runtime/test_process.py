"""`layanan run` as the process it is: started, killed, stopped; with a sandbox of its own as Telegram."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.commands.keys import new_key, write_key
from bot.sandbox.client import Sandbox, SandboxUser
from bot.sandbox.runner import DEFAULT_TOKEN
from bot.texts import plain
from workflows import vault

ROOT = Path(__file__).parents[3]


class Installation:
    """A folder with its environment, and the bot's processes in it."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self.environment = environment

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


async def test_it_answers_and_stops_in_order_when_told_to(installation: Installation, admin: SandboxUser) -> None:
    async with installation.running() as process:
        await admin.open_link()
        await admin.wait_for(lambda message: bool(message.labels), timeout_s=30)
        assert "tugas" in await admin.command_names()
        process.send_signal(signal.SIGTERM)
        _, errors = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 0
    assert DEFAULT_TOKEN.partition(":")[2] not in errors.decode()


async def test_what_was_written_while_it_lay_dead_is_answered_once_it_lives(
    installation: Installation, admin: SandboxUser
) -> None:
    async with installation.running() as process:
        await admin.open_link()
        await admin.wait_for(lambda message: bool(message.labels), timeout_s=30)
        process.send_signal(signal.SIGKILL)
        await process.wait()
        await admin.send_command("privasi")
    async with installation.running():
        await admin.wait_for(plain("perintah.privasi")[:4], timeout_s=30)


async def test_a_missing_setting_is_one_sentence_and_no_traceback(installation: Installation) -> None:
    del installation.environment["BOT_TOKEN"]
    process = await installation.start("run")
    said, errors = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 2
    assert said == b""
    assert errors.decode().startswith("BOT_TOKEN is missing: ask @BotFather")
    assert len(errors.decode().splitlines()) == 1


async def test_a_token_that_telegram_refuses_is_one_sentence(installation: Installation) -> None:
    installation.environment["BOT_TOKEN"] = "999999:" + "x" * 35
    process = await installation.start("run")
    _, errors = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 2
    assert errors.decode().splitlines()[-1].startswith("BOT_TOKEN is not accepted by Telegram")
    assert "Traceback" not in errors.decode()


async def test_a_database_that_does_not_answer_is_one_sentence_without_its_password(installation: Installation) -> None:
    installation.environment["DATABASE_URL"] = "postgresql+psycopg://office:0pen-sesame@127.0.0.1:9/office"
    process = await installation.start("run")
    _, errors = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 2
    assert errors.decode().splitlines()[-1].startswith("DATABASE_URL cannot be opened (")
    assert "Traceback" not in errors.decode()
    assert "0pen-sesame" not in errors.decode()


async def test_a_worker_alone_cannot_share_a_file(installation: Installation) -> None:
    for command in (("worker",), ("run", "--only-chat")):
        process = await installation.start(*command)
        _, errors = await asyncio.wait_for(process.communicate(), 30)
        assert process.returncode == 1
        assert errors.decode().startswith("Several processes need PostgreSQL")


WITH_A_BROKEN_RENDERER = """
import os
from bot import cli, runtime

async def broken(*_):
    raise RuntimeError("no printer for " + os.environ["BOT_TOKEN"])

runtime.run_letters = broken
cli.main()
"""


async def test_a_part_that_ends_takes_the_process_with_it_and_the_log_keeps_the_secret(
    installation: Installation,
) -> None:
    process = await installation.start("run", program=("-c", WITH_A_BROKEN_RENDERER))
    _, errors = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 1
    assert "no printer for" in errors.decode()
    assert DEFAULT_TOKEN.partition(":")[2] not in errors.decode()
