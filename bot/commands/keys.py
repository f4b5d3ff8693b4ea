"""Making the keys that an installation needs, once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from bot import bootstrap
from bot.commands.console import fail, load, said, say, wait_for
from bot.commands.record import LOCKED
from bot.settings import Settings
from provisioning.connection import public_key_of
from provisioning.spec import Secret
from workflows.record import office_key
from workflows.record.signing import OfficeKey, fingerprint
from workflows.secrets import vault
from workflows.secrets.rotation import Rotation, rotate


def keygen(
    file: Annotated[Path, typer.Option(help="where the bot's SSH key is to lie")] = Path("data/ssh/id_ed25519"),
) -> None:
    """Make the bot's SSH key, and print a line for .env with a fresh key for what is sealed in the database."""
    if file.exists():
        say(f"{file} exists and is left as it is.")
    else:
        write_key(file, new_key())
        say(f"The bot's SSH key is in {file}; back it up, and show it to nobody.")
    say(f"Its public half: {public_key_of(Secret(file.read_text(encoding='ascii')))}")
    say("\nPut this line into .env, and keep a copy elsewhere (without it, sealed passwords cannot be opened):")
    say(f"SECRET_KEYS={vault.new_key()}")


def rotate_keys(
    *,
    new: Annotated[bool, typer.Option("--new", help="only print a fresh key, to be put behind the others")] = False,
) -> None:
    """Seal everything in the database anew, under the last key of SECRET_KEYS. May be cut off and run again."""
    found = load()
    keys = found.sealing_keys()
    if new:
        say("Put this behind what SECRET_KEYS has in .env, keep a copy elsewhere, and restart the bot:")
        say(f",{vault.new_key(known=keys)}")
        say("Then `layanan rotate-keys` seals everything under it.")
        return
    done = wait_for(_rotate(found))
    newest = list(keys)[-1]
    say(f"{done.resealed} secrets were sealed anew; {done.under.get(newest, 0)} are under {newest}, the newest key.")
    if done.stuck:
        fail("\n".join(["These do not open and stay as they are:", *(f"- {place}." for place in done.stuck)]))
    for key_id in list(keys)[:-1]:
        if left := done.under.get(key_id, 0):  # a process that runs without the new key
            fail(f"{left} are under {key_id} again: restart every process of the bot, and run this once more.")
        say(f"Nothing is sealed under {key_id} any more: once every process runs with {newest}, it may be dropped.")


def replace_key(
    reason: Annotated[str, typer.Option(help="why; it stands in the ledger for ever")],
) -> None:
    """Let a fresh key sign checkpoints and bundles for the office. What the old one signed until now still verifies."""
    why = said(reason)
    new = wait_for(_replace(load(), why))
    if new is None:
        fail("There is no key to replace yet: `layanan fingerprint` makes the first.")
    say(f"From now on the office signs with {fingerprint(new.public)}: publish it. The ledger says so.")
    say("Leave the old fingerprint published beside it, for what was signed before; and keep a new checkpoint:")
    say("layanan checkpoint")


async def _replace(found: Settings, reason: str) -> OfficeKey | None:
    async with bootstrap.open_database(found) as database:
        try:
            return await office_key.replace_key(vault.Vault(found.sealing_keys()), database, reason)
        except vault.VaultError as error:
            fail(LOCKED.format(error))


async def _rotate(found: Settings) -> Rotation:
    async with bootstrap.open_database(found) as database:
        return await rotate(vault.Vault(found.sealing_keys()), database)


def new_key() -> Secret:
    """Return a fresh ed25519 key in OpenSSH's format."""
    pem = ed25519.Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
    )
    return Secret(pem.decode())


def _make_private(folder: Path) -> None:
    """Make a folder and those above it where they are missing, each for its owner alone (`parents` would not)."""
    if not folder.exists():
        _make_private(folder.parent)
        folder.mkdir(mode=0o700)


def write_key(file: Path, key: Secret) -> None:
    """Write a key so that only its owner can ever read it."""
    _make_private(file.parent)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as opened:
        opened.write(key.reveal())
