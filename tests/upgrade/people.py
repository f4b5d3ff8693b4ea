"""An office is set up by its own commands, and its people come in."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from bot.demo.cast import Player, players
from bot.sandbox.client import Sandbox
from bot.sandbox.person import SandboxUser
from bot.sandbox.runner import DEFAULT_TOKEN
from provisioning.lab import LabServer
from tests.stories import play
from tests.upgrade.office import Office

LINK = re.compile(r"https://t\.me/\S+")
IDENTITY = re.compile(r"^AGE-SECRET-KEY-\S+", re.MULTILINE)
LINE_FOR_ENV = re.compile(r"^(?:BACKUP_RECIPIENTS|SECRET_KEYS)=\S+", re.MULTILINE)
NEEDED = ("kepala_opd", "bagian_umum", "kepala_dkisp", "kabid", "sub_koordinator")


async def settle(office: Office, *, telegram: str, zone: str, database: str) -> None:
    """Write the office's settings and keys; what opens its backups lies in the home of root."""
    keys = LINE_FOR_ENV.findall(await office.say("keygen"))
    said = await office.say("backup-keygen")
    found = IDENTITY.search(said)
    assert found is not None, said
    _secret(office.home / "identity.txt", found.group())
    lines = [
        f"BOT_TOKEN={DEFAULT_TOKEN}",
        f"ADMIN_TELEGRAM_IDS={_administrator().id}",
        f"ZONE={zone}",
        f"TELEGRAM_API_URL={telegram}",
        *([f"DATABASE_URL={database}"] if database else []),
        *keys,
        *LINE_FOR_ENV.findall(said),
    ]
    _secret(office.path / ".env", "\n".join(lines) + "\n")


async def add_server(office: Office, server: LabServer) -> None:
    """Enrol a lab server as an engineer would, with root's key."""
    city, home = server.city, office.home
    _secret(home / "tsig.key", city.tsig.secret.reveal())
    _secret(home / "wildcard.pem", city.wildcard_certificate_pem)
    _secret(home / "wildcard.key", city.wildcard_key_pem.reveal())
    arguments = (
        f"{server.name} {server.address} --address {server.address} --name-server {city.dns_address}"
        f" --tsig-name {city.tsig.name} --tsig-file ~/tsig.key --certificate ~/wildcard.pem"
        f" --certificate-key ~/wildcard.key --identity {server.root_key}"
    )
    await office.follow(f"echo y | .venv/bin/layanan server add {arguments}")


async def let_in(office: Office, sandbox: Sandbox) -> dict[str, SandboxUser]:
    """Invite everybody on the command line, and let them in by their contact."""
    administrator = _administrator()
    phone = await sandbox.add_person(administrator.name, phone=administrator.phone, person_id=administrator.id)
    await phone.send_command("start")
    return {player.role: await _join(office, sandbox, player) for player in players() if player.role in NEEDED}


async def sees(person: SandboxUser, case: str, *words: str) -> None:
    """Let somebody ask for their cases, open this one, and see these words on its card."""
    await person.send_command("permohonan")
    await person.wait_for(lambda message: message.text.startswith("Permohonan") and case in message.text)
    await person.press(case)
    await person.wait_for(play.card(case, *words))


async def _join(office: Office, sandbox: Sandbox, player: Player) -> SandboxUser:
    of_opd = f" --opd {player.opd}" if player.opd else ""
    who = f"--name {shlex.quote(player.name)} --nip {player.nip} --phone {player.phone} --role {player.role}{of_opd}"
    told = await office.say(f"invite {who}")
    link = LINK.search(told)
    assert link is not None, told
    person = await sandbox.add_person(player.name, phone=player.phone, person_id=player.id)
    await person.open_link(link.group())
    await person.tap("Bagikan nomor telepon saya")
    await person.wait_for("terdaftar sebagai")
    return person


def _administrator() -> Player:
    return next(player for player in players() if player.role == "admin")


def _secret(file: Path, text: str) -> None:
    file.touch(mode=0o600)
    file.write_text(text, encoding="utf-8")
