"""The unit that `layanan systemd` prints, under a real systemd: inside its sandbox the bot does all that it should.

A lab server stands for the office's own machine; a sandboxed Telegram runs beside the bot.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.sandbox.client import Sandbox
from bot.sandbox.person import SandboxUser
from bot.sandbox.runner import DEFAULT_TOKEN
from provisioning.lab import Lab, LabServer
from tests.server import released
from tests.stories import papers, play
from tests.stories.play import Tap
from workflows.secrets import vault

pytestmark = pytest.mark.server

ROOT = Path(__file__).parents[2]
HOME = "/srv/layanan"
SANDBOX_PORT = 8081
STOP_SECONDS = 60.0
ENVIRONMENT = f"""
BOT_TOKEN={DEFAULT_TOKEN}
ADMIN_TELEGRAM_IDS=42
SECRET_KEYS={vault.new_key()}
ZONE=hosting.test
TELEGRAM_API_URL=http://127.0.0.1:{SANDBOX_PORT}
"""
PYTHON, PROGRAM = f"{HOME}/.venv/bin/python", f"{HOME}/.venv/bin/layanan"
TELEGRAM = (
    f"until test -x {PROGRAM}; do sleep 0.2; done; exec {PYTHON} -m bot.sandbox --port {SANDBOX_PORT} --time-factor 100"
)
EDITOR = f"""#!/bin/sh
cat > "$1" <<END{ENVIRONMENT}END
until curl -s -o /dev/null 127.0.0.1:{SANDBOX_PORT}; do sleep 0.2; done
"""
AS_LAYANAN = f"cd {HOME} && runuser -u layanan --"


@pytest.fixture(scope="module")
def machine(lab: Lab, web: LabServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabServer]:
    """A server on which the bot was installed and started by the lines of docs/operations.md, beside its Telegram."""
    server = lab.start("bot-home")
    server.run(f"systemd-run --unit=telegram sh -c '{TELEGRAM}'")
    released.install(server, tmp_path_factory.mktemp("release"), editor=EDITOR)
    yield server
    server.stop()


@pytest.fixture(scope="module")
async def sandbox(machine: LabServer) -> AsyncIterator[Sandbox]:
    """The sandboxed Telegram beside the bot, through a tunnel: it answers its own machine only."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    forward = ["-N", "-o", "ExitOnForwardFailure=yes", "-L", f"127.0.0.1:{port}:127.0.0.1:{SANDBOX_PORT}"]
    tunnel = await asyncio.create_subprocess_exec(*machine.ssh_command(), *forward)
    try:
        async with Sandbox(f"http://127.0.0.1:{port}", timeout_s=60.0) as sandbox:
            await answering(sandbox)
            yield sandbox
    finally:
        tunnel.terminate()
        await tunnel.wait()


async def answering(sandbox: Sandbox) -> None:
    async with asyncio.timeout(30):
        while True:
            with contextlib.suppress(OSError):
                await sandbox.bot_username()
                return
            await asyncio.sleep(0.1)


@pytest.fixture(scope="module")
async def head(machine: LabServer, sandbox: Sandbox) -> SandboxUser:
    """The head of an OPD, invited on the command line."""
    invite = f"{AS_LAYANAN} {PROGRAM} invite --name Ratna --nip 197004121995032001 --phone +6281250009001"
    link = re.search(r"https://t\.me/\S+", machine.run(f"{invite} --role kepala_opd --opd DISDIK").stdout)
    assert link is not None
    person = await sandbox.add_person("Ratna", phone="+6281250009001")
    await person.open_link(link.group())
    await person.tap("Bagikan nomor telepon saya")
    await person.wait_for("terdaftar sebagai Kepala OPD")
    return person


def shown(machine: LabServer, *names: str) -> dict[str, str]:
    told = machine.run(f"systemctl show layanan {' '.join(f'-p {name}' for name in names)}").stdout
    return dict(line.split("=", 1) for line in told.splitlines())


async def test_systemd_knows_that_it_has_started(machine: LabServer) -> None:
    assert shown(machine, "SubState", "NRestarts", "Type") == {
        "SubState": "running",
        "NRestarts": "0",
        "Type": "notify",
    }


async def test_a_request_is_written_as_pdf_and_another_is_uploaded(head: SandboxUser, machine: LabServer) -> None:
    case = await play.ask(head, "e-unit")
    letter = await head.wait_for(lambda message: message.file is not None and case in message.text, since=0)
    assert (await head.download(letter)).startswith(b"%PDF")
    await play.start_request(head)
    await play.answer(head, "disampaikan", Tap("Unggah surat"))
    await head.wait_for(play.asks("PDF atau foto"))
    await head.send_document(papers.a_pdf("Surat"), "Surat.pdf")
    await play.fill(head, play.request("e-unggah")[1:], send="Kirim permohonan")
    await head.wait_for(lambda message: play.NUMBER.match(message.text) is not None and case not in message.text)
    complaints = machine.run('journalctl -u layanan -o cat | grep -E \'"level": "(error|critical)"\' || true').stdout
    assert complaints == ""


async def test_the_doctor_finds_nothing_that_must_be_mended(head: SandboxUser, machine: LabServer) -> None:
    said = machine.run(f"{AS_LAYANAN} {PROGRAM} doctor").stdout
    assert "BAD" not in said
    assert "Everything that `layanan run` needs is there." in said


async def test_it_sees_and_writes_nothing_but_its_own(head: SandboxUser, machine: LabServer) -> None:
    inside = "nsenter -t $(systemctl show -P MainPID layanan) -m --"
    assert machine.run(f"{inside} touch {HOME}/data/written").returncode == 0
    for path in (PROGRAM, f"{HOME}/.env", "/etc/passwd", "/usr/bin/python3", "/var/lib/new"):
        assert machine.run(f"{inside} touch {path}", check=False).returncode != 0, path
    machine.run("echo secret > /root/secret")
    assert "secret" not in machine.run(f"{inside} cat /root/secret", check=False).stdout


async def test_told_to_stop_it_ends_well_and_in_time(head: SandboxUser, machine: LabServer) -> None:
    await head.send_command("menu")
    begun = time.monotonic()
    await asyncio.to_thread(machine.run, "systemctl stop layanan")
    assert time.monotonic() - begun < STOP_SECONDS
    assert shown(machine, "Result", "ExecMainStatus") == {"Result": "success", "ExecMainStatus": "0"}
    await asyncio.to_thread(machine.run, "systemctl start layanan")
    await head.wait_for("menunggu tindakan Anda", since=0)
