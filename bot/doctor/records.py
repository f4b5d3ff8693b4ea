"""The database: its revision, whether it is whole, what waits in it, and whether its seals can be opened."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any

from bot import bootstrap
from bot.doctor.finding import Finding, bad, due, good
from bot.process import tick_failures
from bot.settings import Settings
from workflows.cases.on_paper import PaperRule
from workflows.engine.description import Role
from workflows.engine.fault import DescriptionError
from workflows.people import engineers_group
from workflows.people.engineers_group import GENERAL, EngineersGroup
from workflows.people.without_telegram import paper_only, roles_on_paper
from workflows.record.office_key import key_in
from workflows.record.signing import OfficeKey, fingerprint
from workflows.secrets.vault import Vault, VaultError
from workflows.store import health, hostings, migrations, seals, setbacks
from workflows.store.engine import DatabaseUnreachableError
from workflows.store.health import Backlog
from workflows.store.tables import JobState, Server, Setback
from workflows.store.unit_of_work import Database, UnitOfWork

STALE_SECONDS = 600.0  # what is due is handled within seconds where `layanan run` runs


async def records(settings: Settings, servers: list[Server]) -> AsyncIterator[Finding]:
    """Look at the database; the servers in use are put into `servers`."""
    if not bootstrap.has_database(settings):
        yield of_revision(None, "")
        return
    try:
        async with bootstrap.open_as_it_is(settings) as database:
            async for finding in _of_database(settings, database, servers):
                yield finding
    except DatabaseUnreachableError as error:
        yield bad(f"Database: cannot be opened: {error}")


async def _of_database(settings: Settings, database: Database, servers: list[Server]) -> AsyncIterator[Finding]:
    present, newest = await migrations.present_and_newest(database)
    yield of_revision(present, newest)
    if present != newest:
        return
    async with database.read() as work:
        if not await health.is_whole(work):
            yield bad("Database: the file is damaged (PRAGMA quick_check). Stop the bot and restore the backup.")
            return  # whatever else is asked of it may fail at any page
        servers.extend(await hostings.servers(work))
        if (group := await engineers_group.linked(work)) is not None:
            yield of_group(group)
        yield of_guards(await health.guards_missing(work))
        for finding in of_backlog(await health.backlog(work), work.now):
            yield finding
        for row in await setbacks.unsettled(work):
            yield of_setback(row)
        for name, failure in (await tick_failures.failing(work)).items():
            yield of_tick(name, failure)
        yield of_keys(set(await seals.count(work)), set(settings.sealing_keys()))
        async for finding in of_officials_on_paper(settings, work):
            yield finding
        with contextlib.suppress(VaultError):  # told above
            yield of_signing(await key_in(Vault(settings.sealing_keys()), work))


async def of_officials_on_paper(settings: Settings, work: UnitOfWork) -> AsyncIterator[Finding]:
    """Name who decides on paper only, in an office that lets no decision be entered from paper."""
    if settings.office.on_paper is PaperRule.DECISIONS:
        return
    with contextlib.suppress(DescriptionError):  # told of the descriptions themselves
        roles = roles_on_paper(bootstrap.load_sops(settings.sops_dir).values())
        for finding in [await _of_office(work, role) for role in roles.values()]:
            if finding is not None:
                yield finding


async def _of_office(work: UnitOfWork, role: Role) -> Finding | None:
    official = await paper_only(work, role)
    if official is None:
        return None
    return due(
        f"Office {role.id}: {official.name} is not on Telegram, so cases wait for their decisions: "
        "OFFICE_ON_PAPER=decisions, or an invitation."
    )


def of_backups(settings: Settings) -> Finding:
    """Say whether backups can be made at all."""
    if settings.backup_recipients:
        return good("Backups: locked for " + ("one recipient." if len(settings.backup_recipients) == 1 else "several."))
    return due("Backups: nobody could open one yet: `layanan backup-keygen`, then `layanan backup` by night.")


def of_revision(present: str | None, newest: str) -> Finding:
    """Say whether the tables are this version's."""
    if present is None:
        return good("Database: new; its tables are made at the first start.")
    if present == newest:
        return good(f"Database: at revision {newest}.")
    if present < newest:
        return due(
            f"Database: at revision {present}, this version brings {newest}: `layanan migrate`, or the next start."
        )
    return bad(f"Database: made by a newer version (revision {present}, not {newest}): install that one.")


def of_group(group: EngineersGroup) -> Finding:
    """Say which group is told what engineers are told of servers, and whether the bot may make topics there."""
    if GENERAL in group.topics.values():
        return due(f"Engineers' group {group.title!r}: make the bot an administrator there that may manage topics.")
    return good(f"Engineers' group: {group.title!r} is told of servers, topic by topic.")


def of_guards(missing: Sequence[str]) -> Finding:
    """Say whether the database itself still refuses to change or delete lines of the ledger."""
    if missing:
        return bad(
            f"Ledger: the database no longer keeps its lines from being changed ({', '.join(missing)} is gone). Find"
            " out who took that away, run `layanan verify-ledger`, and restore a backup from before it."
        )
    return good("Ledger: the database refuses to change or delete its lines.")


def of_signing(key: OfficeKey | None) -> Finding:
    """Name the key that signs for the office, as it is published."""
    if key is None:
        return good("Signing key: is made with the first checkpoint.")
    return good(f"Signing key: {fingerprint(key.public)}, as `layanan fingerprint` shows it.")


def of_backlog(backlog: Backlog, now: dt.datetime) -> Iterator[Finding]:
    """Say what waits for longer than it would if the bot ran and Telegram answered."""
    for what, waiting in (("updates", backlog.updates), ("messages", backlog.messages)):
        if waiting.age(now) > STALE_SECONDS:
            minutes = round(waiting.age(now) / 60)
            yield bad(
                f"Database: {waiting.count} {what} wait, the oldest for {minutes} minutes: does `layanan run` run?"
            )
    if failed := backlog.jobs[JobState.FAILED]:
        yield due(f"Jobs: {failed} failed; the engineers have their buttons in chat.")
    if backlog.held:
        yield due(f"Messages: {backlog.held} are held for people who blocked the bot.")


def of_setback(row: Setback) -> Finding:
    """Say of a row that work on it failed, and when it is tried again."""
    return due(
        f"Put off: {row.kind} {row.row_id} failed {row.attempts} times since {row.since:%Y-%m-%d %H:%M} ({row.error});"
        f" tried again at {row.not_before:%H:%M} (UTC). The log says why."
    )


def of_tick(name: str, failure: Mapping[str, Any]) -> Finding:
    """Say of what is done by the clock that it fails, and since when it has not gone well."""
    since = dt.datetime.fromisoformat(failure["since"])
    return bad(
        f"Clock: {name} has failed {failure['attempts']} times since {since:%Y-%m-%d %H:%M} ({failure['error']}; UTC)"
        " and not gone well meanwhile. The log says why."
    )


def of_keys(needed: set[str], known: set[str]) -> Finding:
    """Say whether SECRET_KEYS opens what is sealed."""
    if missing := sorted(needed - known):
        return bad(
            f"SECRET_KEYS: something is sealed under {', '.join(missing)}, which is not among them: put it back."
        )
    return good("SECRET_KEYS: opens all that is sealed.")
