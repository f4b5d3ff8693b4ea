"""The unit that `layanan systemd` prints, under a real systemd: inside its sandbox the bot does all that it should.

A lab server stands for the office's own machine; a sandboxed Telegram runs beside the bot.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import re
import socket
import subprocess
import sys
import tarfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.commands.systemd import Process, unit
from bot.sandbox.client import Sandbox
from bot.sandbox.person import SandboxUser
from bot.sandbox.runner import DEFAULT_TOKEN
from provisioning.lab import Lab, LabServer
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
LAUNCHER = f"#!{PYTHON}\nfrom bot.cli import main\n\nmain()\n"
AS_LAYANAN = f"cd {HOME} && runuser -u layanan --"


@pytest.fixture(scope="module")
def machine(lab: Lab, web: LabServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabServer]:
    """A server on which the bot was installed as docs/operations.md says, and started."""
    server = lab.start("bot-home")
    server.run(f"useradd --system --home-dir {HOME} layanan && python3 -m venv --without-pip {HOME}/.venv")
    version = server.run("python3 -c 'import sys; print(*sys.version_info[:2], sep=\".\")'").stdout.strip()
    server.put(program(tmp_path_factory.mktemp("program"), version), "/tmp/program.tar")
    packages = server.run(f"echo {HOME}/.venv/lib/python3.*/site-packages").stdout.strip()
    server.run(f"tar -C {packages} -xf /tmp/program.tar && rm /tmp/program.tar && chown layanan: {HOME}")
    server.put(LAUNCHER, PROGRAM, mode=0o755)
    server.put(ENVIRONMENT, f"{HOME}/.env", mode=0o600)
    server.run(f"chown layanan: {HOME}/.env && {AS_LAYANAN} {PROGRAM} keygen")
    server.run(f"systemd-run --unit=telegram {PYTHON} -m bot.sandbox --port {SANDBOX_PORT} --time-factor 100")
    printed = unit(Process.RUN, user="layanan", folder=Path(HOME), data=Path("data"), executable=Path(PROGRAM))
    server.put(printed, "/etc/systemd/system/layanan.service")
    server.run("systemctl daemon-reload && systemctl start layanan")
    yield server
    server.stop()


def program(folder: Path, version: str) -> bytes:
    """Pack our packages and what uv.lock says they need, for that version of Python."""
    uv = str(Path(sys.executable).with_name("uv"))
    wanted, target = folder / "wanted.txt", folder / "lib"
    export = [uv, "export", "--quiet", "--locked", "--no-dev", "--no-emit-project", "--output-file", str(wanted)]
    subprocess.run(export, cwd=ROOT, check=True, capture_output=True)
    install = [uv, "pip", "install", "--quiet", "--target", str(target), "--python-version", version]
    subprocess.run([*install, "--requirement", str(wanted)], cwd=ROOT, check=True, capture_output=True)
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        archive.add(target, arcname=".")
        for package in ("bot", "workflows", "provisioning", "templates"):
            archive.add(ROOT / package, arcname=package)
    return packed.getvalue()


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
