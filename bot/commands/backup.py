"""The whole state into one locked file, and back into an empty machine."""

from __future__ import annotations

import dataclasses
import io
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated
from urllib.parse import unquote, urlsplit

import typer
from dotenv import dotenv_values

from bot import bootstrap
from bot.commands.console import fail, load, say, wait_for
from bot.process import log
from bot.settings import Settings
from workflows.backup import locking, make
from workflows.backup import restore as restoring
from workflows.backup.contents import Manifest
from workflows.backup.locking import LockError
from workflows.backup.make import BackupError, MadeBackup
from workflows.backup.move import move
from workflows.backup.restore import RestoreError, RestoreReport, Unpacked
from workflows.secrets.vault import Vault, VaultError, read_keys


@dataclasses.dataclass(frozen=True)
class RestoreTarget:
    """Where an office is restored: its folder, its settings, and its database where that lies elsewhere (a secret)."""

    folder: Path
    environment: Path
    url: str | None = dataclasses.field(repr=False)

    def settings(self) -> dict[str, str]:
        """Return the settings that say so."""
        database = {} if self.url is None else {"DATABASE_URL": self.url}
        return {"DATA_DIR": str(self.folder), **database}


def backup_keygen() -> None:
    """Make the pair that locks backups: print what unlocks them, to be kept apart, and a line for .env."""
    identity, recipient = locking.new_identity()
    say("Keep this apart from the bot's machine (a safe, on paper): it alone opens backups, and all that is in them.")
    say(identity)
    say("\nPut this line into .env; it can only lock:")
    say(f"BACKUP_RECIPIENTS={recipient}")


def backup(
    *,
    to: Annotated[Path, typer.Option(help="the file to write, or a folder where it gets a name of its own")],
    keep: Annotated[int | None, typer.Option(min=1, help="in a folder: delete all but the newest so many")] = None,
) -> None:
    """Write the whole state, locked, while the bot runs: database, uploads, letters, keys, settings."""
    found = load()
    if not found.backup_recipients:
        fail(f"BACKUP_RECIPIENTS is missing: {Settings.model_fields['backup_recipients'].description}.")
    made = wait_for(_back_up(found, to))
    manifest = made.manifest
    kept = f"{manifest.cases} cases, {manifest.ledger_lines} lines of the ledger, {len(manifest.hashes)} files"
    say(f"{made.file}: {kept}, locked.")
    for old in make.keep_newest(made.file, keep) if keep and to.is_dir() else ():
        say(f"{old} was deleted.")
    if manifest.damaged:
        fail(f"These files are not as they were kept, and are left out: {', '.join(manifest.damaged)}.")


def restore(
    file: Annotated[Path, typer.Argument(help="what `layanan backup` wrote")],
    *,
    identity: Annotated[Path, typer.Option(help="a file with what `layanan backup-keygen` printed to be kept apart")],
    into: Annotated[Path, typer.Option(help="the new DATA_DIR: empty, or not there yet")] = Path("data"),
    environment: Annotated[Path, typer.Option(help="where the settings are written")] = Path(".env"),
) -> None:
    """Bring a backup back into an empty machine: all of it, checked, or nothing.

    Where the environment has a DATABASE_URL of PostgreSQL, the database goes there; else it lies in the folder.
    """
    opener, url = _identity(identity), _elsewhere(into.absolute())
    log.configure("WARNING", [*opener.split(), unquote(urlsplit(url or "").password or "")])
    manifest, condition = wait_for(_restore(file, opener, RestoreTarget(into.absolute(), environment, url)))
    say(f"{into} is the office as it was on {manifest.made_at:%Y-%m-%d at %H:%M} UTC. Its settings: {environment}.")
    say(f"{manifest.cases} cases, {condition.ledger_lines} lines of the ledger.")
    for register, number in manifest.numbers.items():
        say(f"The last number of {register} is {number}: what was numbered later is not known here.")
    say("Where later numbers were given, before work goes on: layanan numbers skip REGISTER --through … --reason …")
    _tell(condition)
    say("Make sure that the old bot does not run any more, then: layanan doctor, layanan run.")


async def _back_up(found: Settings, to: Path) -> MadeBackup:
    async with bootstrap.open_as_it_is(found) as database:
        kept = make.BackupSource(
            data_dir=found.data_dir,
            database=database,
            files=bootstrap.file_store(found).folder,
            ssh_key=bootstrap.read_ssh_key(found).reveal().encode(),
            environment=_lines(found.environment()).encode(),
        )
        try:
            with bootstrap.database_in_words():
                return await make.back_up(kept, to, found.backup_recipients)
        except (BackupError, LockError) as error:
            fail(f"No backup was made: {error}.")
        except OSError as error:
            fail(f"No backup was made: {error.filename or to}: {error.strerror or error}.")


async def _restore(file: Path, identity: str, place: RestoreTarget) -> tuple[Manifest, RestoreReport]:
    try:
        with restoring.unpack(file, identity, place.folder) as unpacked, bootstrap.database_in_words():
            settings = unpacked.environment.decode() + _lines(place.settings())
            _refuse_other_settings(place.environment, settings)
            condition = await restoring.inspect(unpacked, _vault(unpacked))
            await restoring.take_up(unpacked)
            if place.url is not None:
                await move(unpacked, place.url)
            _write_settings(place.environment, settings)
            restoring.put_in_place(unpacked, place.folder)
            return unpacked.manifest, condition
    except (RestoreError, LockError, VaultError) as error:
        fail(f"Nothing was restored: {error}.")
    except OSError as error:
        fail(f"Nothing was restored: {error.filename or file}: {error.strerror or error}.")


def _elsewhere(folder: Path) -> str | None:
    """Return the PostgreSQL database that the environment names; None where the database is to lie in the folder."""
    url = os.environ.get("DATABASE_URL", "").replace("{data_dir}", str(folder))
    if url.startswith("postgresql+psycopg://"):
        return url
    if url and Path(url.partition(":///")[2]).absolute() != folder / restoring.DATABASE_FILE:
        fail("Nothing was restored: DATABASE_URL must name PostgreSQL, or be left out: SQLite lies in the folder then.")
    return None


def _identity(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        fail(f"Nothing was restored: {file} cannot be read: {error}.")


def _lines(values: Mapping[str, str]) -> str:
    """Return settings as lines of a .env file."""
    escaped = {name: value.replace("\\", "\\\\").replace("'", "\\'") for name, value in values.items()}
    return "".join(f"{name}='{value}'\n" for name, value in escaped.items())


def _vault(unpacked: Unpacked) -> Vault:
    values = dotenv_values(stream=io.StringIO(unpacked.environment.decode()))
    return Vault(read_keys(values.get("SECRET_KEYS") or ""))


def _refuse_other_settings(environment: Path, text: str) -> None:
    """Raise `RestoreError` where settings are there already, but for those that an attempt cut off just wrote."""
    if environment.exists() and environment.read_text(encoding="utf-8") != text:
        raise RestoreError(f"{environment} exists and is left as it is")


def _write_settings(environment: Path, text: str) -> None:
    partial = environment.with_name(f"{environment.name}.partial")
    with partial.open("w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(environment)


def _tell(condition: RestoreReport) -> None:
    fault = condition.ledger_fault
    say(f"Line {fault.sequence} of the ledger: {fault.reason}." if fault else "The ledger is as it was written.")
    for sha256 in condition.missing_files:
        say(f"The file {sha256} was missing or damaged already when the backup was made.")
    for place in condition.unopened:
        say(f"Does not open: {place}.")
