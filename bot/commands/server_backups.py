"""Where a server's backups of hostings go, how long they are kept, and the password that opens them."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path
from typing import Annotated

import typer

from bot import bootstrap
from bot.commands.console import fail, load, say, wait_for
from bot.commands.servers import login, servers_named
from bot.settings import Settings
from provisioning.agent.backup.repository import Repository, RepositoryError
from provisioning.enrolment import enroll as enrolment
from provisioning.enrolment.backup import BackupPlace
from provisioning.spec import Secret
from workflows.hosting.backups import repositories, retention
from workflows.hosting.backups.retention import RetentionRules
from workflows.secrets.vault import Vault
from workflows.store import hostings
from workflows.store.tables import Server

Name = Annotated[str, typer.Argument(help="what the office calls the server")]
S3_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION")
MOST = 3660


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Way:
    """How a server gets to its repository."""

    repository: Repository
    ssh_key: Secret | None
    known_hosts: str | None
    password: Secret | None


def backup(
    name: Name,
    place: Annotated[str, typer.Argument(help="/path, sftp://user@host/path, rest:https://… or s3:https://…")],
    *,
    ssh_key: Annotated[Path | None, typer.Option(help="sftp: private key that the other machine lets in")] = None,
    known_hosts: Annotated[
        Path | None, typer.Option(help="sftp: the other machine's host keys, as ssh-keyscan")
    ] = None,
    password_file: Annotated[Path | None, typer.Option(help="of a repository that is there already")] = None,
    user: Annotated[str, typer.Option(help="root, or an account that may sudo without a password")] = "root",
    identity: Annotated[Path | None, typer.Option(help="your own private key; else your ssh-agent is used")] = None,
) -> None:
    """Tell a server where its backups go, and begin them. Keys for S3 are read from the environment (AWS_…).

    The repository is made if there is none. Your access is not kept.
    """
    found = load()
    chosen = wait_for(servers_named(found, name))
    if not chosen:
        fail(f"There is no server {name}.")
    if place.startswith("sftp://") and (ssh_key is None or known_hosts is None):
        fail("A repository by sftp needs --ssh-key and --known-hosts.")
    keys = {key: os.environ[key] for key in S3_KEYS if key in os.environ} if place.startswith("s3:") else {}
    try:
        repository = Repository(place=place, environment=keys)
    except RepositoryError as error:
        fail(f"Nothing was sent: {error}.")
    way = _Way(
        repository=repository,
        ssh_key=_secret(ssh_key, strip=False),
        known_hosts=known_hosts.read_text(encoding="ascii") if known_hosts else None,
        password=_secret(password_file),
    )
    access = enrolment.RootAccess(login=login(identity), user=user)
    changed = wait_for(_set(found, access, chosen[0], way))
    say(f"{name}: {'backups go to' if changed else 'backups went already to'} {place}.")
    if not repository.is_elsewhere:
        say("They lie on the server itself: whoever loses its disk loses them too. A place elsewhere is better.")


async def _set(found: Settings, access: enrolment.RootAccess, server: Server, way: _Way) -> bool:
    vault = Vault(found.sealing_keys())
    async with bootstrap.open_database(found) as database:
        async with database.write() as work:
            password = await repositories.password_for(work, vault, server, way.password)
        enrolled = await enrolment.set_repository(
            access,
            host=server.host,
            port=server.port,
            host_key=server.host_key,
            place=BackupPlace(
                repository=way.repository, password=password, ssh_key=way.ssh_key, known_hosts=way.known_hosts
            ),
        )
        async with database.write() as work:
            await repositories.set_place(work, await hostings.server(work, server.id), way.repository.place)
    return "backup" in enrolled.changed


def _secret(path: Path | None, *, strip: bool = True) -> Secret | None:
    if path is None:
        return None
    text = path.expanduser().read_text(encoding="ascii")
    return Secret(text.strip() if strip else text)


def backup_password(name: Name) -> None:
    """Show the password that opens a server's backups, to be kept apart: without it nobody reads them."""
    found = load()
    chosen = wait_for(servers_named(found, name))
    if not chosen:
        fail(f"There is no server {name}.")

    async def work() -> Secret | None:
        async with bootstrap.open_database(found) as database, database.read() as reading:
            return await repositories.password(reading, Vault(found.sealing_keys()), chosen[0])

    password = wait_for(work())
    if password is None:
        fail(f"{name} has no backups yet, or their password's key is no longer in SECRET_KEYS.")
    say(password.reveal())


def backup_keep(
    *,
    daily: Annotated[int, typer.Option(min=1, max=MOST, help="days")] = 7,
    weekly: Annotated[int, typer.Option(min=0, max=MOST, help="weeks")] = 4,
    monthly: Annotated[int, typer.Option(min=0, max=MOST, help="months")] = 12,
    removed_days: Annotated[int, typer.Option(min=1, max=MOST, help="days, of a removed hosting's last one")] = 365,
) -> None:
    """Say how long backups of hostings are kept: one of each day, week and month, so many of them."""
    rules = RetentionRules(daily=daily, weekly=weekly, monthly=monthly, removed_days=removed_days)

    async def work() -> None:
        async with bootstrap.open_database(load()) as database, database.write() as writing:
            await retention.set_rules(writing, rules)

    wait_for(work())
    say(f"{daily} days, {weekly} weeks, {monthly} months; of a removed hosting the last one for {removed_days} days.")
