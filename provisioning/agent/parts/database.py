"""One database and one account on localhost, granted by its exactly escaped name; a foreign one is never taken over."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from typing import Any

from provisioning.agent import mariadb, names, passwords
from provisioning.agent.mariadb import grant_pattern, identifier, text
from provisioning.agent.site import Share, Site, Transaction, each
from provisioning.plan import Action, Change, ErrorCode, ServerError
from provisioning.spec import HostingSecrets, HostingSpec, State

NAME = "database"
CLAIM = "database"
LOCK, UNLOCK = "lock", "unlock"  # keys of changes
HOST = "localhost"
IMPOSSIBLE = "*" + "0" * 40  # a hash that no password gives: the account waits for its first password

QUERIES = (
    "SELECT 'schema', SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME=CONVERT(@name USING utf8mb3)",
    (
        "SELECT 'account', Host, COALESCE(JSON_VALUE(Priv,'$.authentication_string'),''),"
        " COALESCE(JSON_VALUE(Priv,'$.account_locked'),0), COALESCE(JSON_VALUE(Priv,'$.max_user_connections'),0),"
        " JSON_EXISTS(Priv,'$.auth_or[1]')"
        " FROM mysql.global_priv WHERE User=@name"
    ),
    "SELECT 'grant', Host, Db FROM mysql.db WHERE User=@name",
)
FIRST = (
    "SET @first=(SELECT JSON_VALUE(Priv,'$.authentication_string') FROM mysql.global_priv"
    " WHERE User=@name AND Host='localhost')"
)


def _wanted(spec: HostingSpec) -> bool:
    return spec.database and spec.state is not State.REMOVED


def observe(site: Site) -> dict[str, Any]:
    """Look for database, accounts and grants of the hosting's name, in one call."""
    return observe_together([site])[site.slug]


def observe_together(sites: Sequence[Site]) -> dict[str, dict[str, Any]]:
    """Look for those of all sites in one call; return what was found, by slug. Raises `ServerError`."""
    asked = [site for site in sites if CLAIM in site.record.claims or _wanted(site.spec)]
    questions = [[f"SET @name={text(names.database(site.slug))}", "SELECT 'of', @name", *QUERIES] for site in asked]
    rows_of: dict[str, list[list[str]]] = {}
    for row in mariadb.ask(*(line for lines in questions for line in lines)) if asked else ():
        if row[0] == "of":
            rows_of[row[1]] = []
        else:
            rows_of[list(rows_of)[-1]].append(row)
    found: dict[str, dict[str, Any]] = {site.slug: {"asked": False} for site in sites}
    return found | {site.slug: _found(site, rows_of[names.database(site.slug)]) for site in asked}


def _found(site: Site, rows: Sequence[Sequence[str]]) -> dict[str, Any]:
    accounts = {row[1]: row[2:] for row in rows if row[0] == "account"}
    found: dict[str, Any] = {
        "asked": True,
        "ours": CLAIM in site.record.claims,
        "schema": any(row[0] == "schema" for row in rows),
        "hosts": sorted(accounts),
        "grants": sorted([row[1], row[2]] for row in rows if row[0] == "grant"),
    }
    if HOST in accounts:
        kept, locked, limit, guest = accounts[HOST]
        found |= {"locked": locked.lower() in {"1", "true"}, "connections": int(limit), "given": _given(site, kept)}
        found |= {"guest": True} if guest == "1" and not names.renewing_login(site.slug).exists() else {}
    return found


def _given(site: Site, kept: str) -> str | None:
    password = _password(site.secrets)
    if password is None:
        return None
    return "same" if password == kept else "other"


def _password(secrets: HostingSecrets | None) -> str | None:
    if secrets is None or secrets.database_password is None:
        return None
    return passwords.mariadb_hash(secrets.database_password)


def plan(spec: HostingSpec, found: Mapping[str, Any]) -> list[Change]:
    """Return what is to be done. Raises `ServerError` (`NOT_OURS`)."""
    if not found["asked"]:
        return []
    name = names.database(spec.slug)
    if (found["schema"] or found["hosts"]) and not found["ours"]:
        raise ServerError(ErrorCode.NOT_OURS, f"database or account {name} exists and was not made by us", step=NAME)
    if not _wanted(spec):
        there = found["schema"] or found["hosts"]
        return [_change("all", Action.REMOVE, f"Delete database {name} and its account")] if there else []
    changes = []
    if not found["schema"]:
        changes.append(_change("schema", Action.CREATE, f"Create database {name}"))
    if HOST not in found["hosts"]:
        limit = spec.limits.database_connections
        summary = f"Create account {name}@{HOST} for that database alone, at most {limit} connections"
        return [*changes, _change("account", Action.CREATE, summary)]
    return [*changes, *_plan_account(spec, found)]


def _plan_account(spec: HostingSpec, found: Mapping[str, Any]) -> list[Change]:
    changes, locked = [], spec.state is not State.ACTIVE
    if found["grants"] != [[HOST, names.database(spec.slug).replace("_", "\\_")]]:
        changes.append(_change("grant", Action.CHANGE, "Grant the account its own database and nothing else"))
    if found["connections"] != spec.limits.database_connections:
        summary = f"Allow {spec.limits.database_connections} connections at once"
        changes.append(_change("connections", Action.CHANGE, summary))
    if found["locked"] is not locked:
        summary = "Lock the database account and end its connections" if locked else "Unlock the database account"
        changes.append(_change(LOCK if locked else UNLOCK, Action.CHANGE, summary))
    if found.get("guest"):
        summary = "Let nothing but its own password open the database account"
        changes.append(_change("guest", Action.CHANGE, summary))
    if found["given"] == "other":
        summary = "Set the database password"
        changes.append(Change(part=NAME, key="password", action=Action.CHANGE, summary=summary, secret=True))
    return changes


def _change(key: str, action: Action, summary: str) -> Change:
    return Change(part=NAME, key=key, action=action, summary=summary)


def statements(spec: HostingSpec, changes: Sequence[Change], password: str | None) -> list[str]:
    """Return the SQL for `changes`; `password` is a hash. Pure, so that quoting can be tested."""
    name = names.database(spec.slug)
    account = f"{text(name)}@{text(HOST)}"
    limit = f"WITH MAX_USER_CONNECTIONS {spec.limits.database_connections}"
    grant = [f"GRANT ALL PRIVILEGES ON {grant_pattern(name)}.* TO {account}"]
    create = f"CREATE USER {account} IDENTIFIED VIA mysql_native_password USING {text(password or IMPOSSIBLE)} {limit}"
    lock = "UNLOCK" if spec.state is State.ACTIVE else "LOCK"
    kinds = {
        "schema": [f"CREATE DATABASE {identifier(name)} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci"],
        "account": [f"{create} ACCOUNT {lock}", *grant],
        "grant": [f"REVOKE ALL PRIVILEGES, GRANT OPTION FROM {account}", *grant],
        "connections": [f"ALTER USER {account} {limit}"],
        LOCK: [f"ALTER USER {account} ACCOUNT LOCK", _disconnected(spec.slug)],
        "guest": [*_opened_by_own_and(spec.slug, ""), _disconnected(spec.slug)],
        UNLOCK: [f"ALTER USER {account} ACCOUNT UNLOCK"],
        "password": [f"ALTER USER {account} IDENTIFIED VIA mysql_native_password USING {text(password or IMPOSSIBLE)}"],
        "all": [f"DROP USER IF EXISTS {account}", f"DROP DATABASE IF EXISTS {identifier(name)}"],
    }
    return [statement for change in changes for statement in kinds[change.key]]


def apply(site: Site, changes: Sequence[Change], transaction: Transaction) -> None:
    """Do what `changes` say in one client call. Raises `ServerError` (`MARIADB_DOWN`, `MARIADB_REFUSED`)."""
    for error in apply_together([Share(site, changes, transaction)]).values():
        raise error


def apply_together(shares: Sequence[Share]) -> dict[str, Exception]:
    """Do it for all in one client call, if nothing fails; return the errors by slug."""
    failed = each(shares, _claim)
    scripts = {
        share.slug: statements(share.site.spec, share.changes, _password(share.site.secrets))
        for share in shares
        if share.slug not in failed
    }
    failed |= mariadb.tell_each(scripts)
    for share in shares:
        if share.slug not in failed and share.changes[0].action is Action.REMOVE:
            shutil.rmtree(names.imports(share.slug), ignore_errors=True)
            names.renewing_login(share.slug).unlink(missing_ok=True)
            share.transaction.release(CLAIM)
    return failed


def _claim(share: Share) -> None:
    if any(change.action is Action.CREATE for change in share.changes):
        share.transaction.claim(CLAIM)
        share.transaction.leaves(f"database {names.database(share.slug)}")


def set_password(spec: HostingSpec, password: str) -> None:
    """Let a password (a hash) and no other open a hosting's account. Raises `ServerError`."""
    change = Change(part=NAME, key="password", action=Action.CHANGE, summary="", secret=True)
    mariadb.ask(*statements(spec, [change], password))


def empty(spec: HostingSpec) -> None:
    """Make a hosting's database anew, with nothing in it. Raises `ServerError`."""
    schema = _change("schema", Action.CREATE, "")
    drop = f"DROP DATABASE IF EXISTS {identifier(names.database(spec.slug))}"
    mariadb.ask(drop, *statements(spec, [schema], None))


def admit(slug: str, second: str) -> None:
    """Let a second password (a hash) open a hosting's account beside its own. Raises `ServerError`."""
    mariadb.ask(*_opened_by_own_and(slug, f" OR mysql_native_password USING {text(second)}"))


def dismiss(slug: str, *, disconnect: bool) -> None:
    """Let only its own password open a hosting's account, and end its connections. Raises `ServerError`."""
    mariadb.ask(*_opened_by_own_and(slug, ""), *([_disconnected(slug)] if disconnect else []))


def _disconnected(slug: str) -> str:
    return f"KILL USER {text(names.database(slug))}@{text(HOST)}"


def _opened_by_own_and(slug: str, more: str) -> list[str]:
    """Return the SQL by which the first password of an account stays, whatever else opened it before."""
    name = names.database(slug)
    begun = text(f"ALTER USER {text(name)}@{text(HOST)} IDENTIFIED VIA mysql_native_password USING ")
    return [f"SET @name={text(name)}", FIRST, f"EXECUTE IMMEDIATE CONCAT({begun}, QUOTE(@first), {text(more)})"]
