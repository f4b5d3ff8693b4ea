"""`layanan run` as the process it is: started, killed, stopped; with a sandbox of its own as Telegram."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import sqlite3
from pathlib import Path

import aiohttp
import pytest

from bot.sandbox.client import Sandbox, SandboxUser
from bot.sandbox.runner import DEFAULT_TOKEN
from bot.texts import plain
from tests.databases import newest_file
from tests.installation import Installation, admin, installation

__all__ = ["admin", "installation"]


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


@pytest.mark.parametrize(
    ("setting", "value"),
    [("DATA_DIR", "/proc/data"), ("DATABASE_URL", "sqlite+aiosqlite:////proc/layanan.db")],
    ids=["a disk that takes nothing", "a file that cannot be"],
)
async def test_where_nothing_can_be_written_is_one_sentence(
    installation: Installation, setting: str, value: str
) -> None:
    installation.environment[setting] = value
    process = await installation.start("migrate")
    _, errors = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 2
    assert errors.decode().startswith(f"{setting} cannot be")
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


@pytest.mark.parametrize("command", ["run", "migrate"])
async def test_a_database_of_a_newer_version_is_one_sentence_and_stays_as_it_is(
    installation: Installation, command: str
) -> None:
    file = newest_file(installation.folder / "data").partition(":///")[2]
    with contextlib.closing(sqlite3.connect(file)) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    code, told = await installation.say(command)
    assert (code, told.splitlines()[-1].startswith("The database was made by a newer version")) == (2, True)
    assert "Traceback" not in told
    with contextlib.closing(sqlite3.connect(file)) as database:
        assert database.execute("SELECT version_num FROM alembic_version").fetchall() == [("9999",)]


async def test_a_worker_alone_cannot_share_a_file(installation: Installation) -> None:
    for command in (("worker",), ("run", "--only-chat")):
        process = await installation.start(*command)
        _, errors = await asyncio.wait_for(process.communicate(), 30)
        assert process.returncode == 1
        assert errors.decode().startswith("Several processes need PostgreSQL")


WITH_A_BROKEN_RENDERER = """
import os
from bot import cli
from bot.process import runtime

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


async def test_what_is_in_hand_when_it_is_told_to_stop_is_finished_first(
    installation: Installation, admin: SandboxUser, sandbox_apart: Sandbox
) -> None:
    async with installation.running() as process:
        await admin.open_link()
        await admin.wait_for(lambda message: bool(message.labels), timeout_s=30)
        await sandbox_apart.order("slow", "sendMessage", seconds=8)
        await admin.send_command("privasi")
        async with asyncio.timeout(30):
            while await sandbox_apart.faults_left():  # noqa: ASYNC110 - it is met as the message is being sent
                await asyncio.sleep(0.02)
        assert not any("pribadi" in message.text for message in await admin.messages())
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 30) == 0
    seen = [message for message in await admin.messages() if message.from_bot and "pribadi" in message.text]
    assert len(seen) == 1
    async with installation.running():
        await admin.send_command("bantuan")
        await admin.wait_for("/menu", timeout_s=30)
    assert not any("dikirim ulang" in message.text for message in await admin.messages())


async def test_systemd_hears_when_it_has_started_that_it_turns_and_when_it_stops(
    installation: Installation, tmp_path: Path
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(60)
        installation.environment |= {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "400000"}
        async with installation.running() as process:
            heard = [await asyncio.to_thread(manager.recv, 100) for _ in range(3)]
            process.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(process.wait(), 30) == 0
        manager.setblocking(False)
        while heard[-1] != b"STOPPING=1":
            heard.append(manager.recv(100))
    assert b"READY=1" in heard
    assert heard.count(b"WATCHDOG=1") >= 2


async def test_health_and_figures_are_there_where_a_port_is_set(installation: Installation, admin: SandboxUser) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    installation.environment["MONITOR_PORT"] = str(port)
    async with installation.running(), aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
        await admin.open_link()
        await admin.wait_for(lambda message: bool(message.labels), timeout_s=30)
        async with session.get("/health") as answer:
            assert (answer.status, await answer.json()) == (200, {"healthy": True, "faults": {}})
        async with session.get("/metrics") as answer:
            page = await answer.text()
    assert "layanan_update_seconds_count 1.0" in page
    assert 'layanan_deliveries_total{outcome="sent"}' in page


async def test_a_link_made_on_the_command_line_lets_its_person_in(
    installation: Installation, sandbox_apart: Sandbox
) -> None:
    about = ("--name", "Budi", "--nip", "198506202010011003", "--phone", "+6281250009777", "--role", "bagian_umum")
    code, said = await installation.say("invite", *about)
    assert code == 0, said
    budi = await sandbox_apart.add_person("Budi", phone="+6281250009777")
    async with installation.running():
        await budi.open_link(said.strip().splitlines()[-1])
        await budi.tap("Bagikan nomor telepon saya", timeout_s=30)
        await budi.wait_for("terdaftar sebagai Bagian Umum", timeout_s=30)
