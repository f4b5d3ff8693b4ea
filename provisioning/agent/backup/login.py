"""Accounts of MariaDB that load a dump: the hosting's own, borrowed, and one that sees a scratch database only.

While the hosting's account is borrowed the site cannot log in, so nobody writes into tables that are half loaded. What
its password was is kept in a file of root's until it is given back, whatever happens meanwhile.
"""

from __future__ import annotations

import contextlib
import json
import secrets
from collections.abc import Iterator
from pathlib import Path

from provisioning.agent import database_dump, files, mariadb, names, passwords
from provisioning.agent.database_dump import Login
from provisioning.agent.mariadb import grant_pattern, identifier, text
from provisioning.plan import ErrorCode, ServerError
from provisioning.spec import Secret

PASSWORD_BYTES = 24
ACCOUNT = (
    "SELECT COALESCE(JSON_VALUE(Priv,'$.authentication_string'),''), COALESCE(JSON_VALUE(Priv,'$.account_locked'),0)"
    " FROM mysql.global_priv WHERE User=@name AND Host='localhost'"
)


@contextlib.contextmanager
def borrowed(slug: str) -> Iterator[Login]:
    """Let the block log in as the hosting's account, and nobody else. Raises `ServerError`."""
    give_back(slug)  # what a killed run had borrowed
    name, password = names.database(slug), _fresh()
    account, kept = f"{text(name)}@'localhost'", _kept(slug)
    was = _state(name)
    borrowed_hash = passwords.mariadb_hash(password)
    kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    files.swap(kept, json.dumps({**was, "borrowed": borrowed_hash}).encode(), mode=0o600)
    try:
        mariadb.ask(
            _set_password(account, borrowed_hash), f"ALTER USER {account} ACCOUNT UNLOCK", f"KILL USER {account}"
        )
        yield Login(user=name, password=password, database=name, runs_as=names.account(slug))
    finally:
        give_back(slug)


def give_back(slug: str) -> None:
    """Give the account back as it was; a password that was set anew meanwhile stays."""
    kept = _kept(slug)
    try:
        was = json.loads(kept.read_bytes())
    except FileNotFoundError:
        return
    name = names.database(slug)
    account = f"{text(name)}@'localhost'"
    statements = [f"ALTER USER {account} ACCOUNT LOCK"] if was["locked"] else []
    if _state(name)["hash"] == was["borrowed"]:
        statements.append(_set_password(account, was["hash"]))
    mariadb.ask(*statements, f"KILL USER {account}")
    files.remove(kept)


@contextlib.contextmanager
def scratch(slug: str) -> Iterator[Login]:
    """Make an empty database with an account of its own, and drop both at the end. Raises `ServerError`."""
    name, password = f"layanan-uji-{slug}", _fresh()
    account = f"{text(name)}@'localhost'"
    gone = (f"DROP USER IF EXISTS {account}", f"DROP DATABASE IF EXISTS {identifier(name)}")
    mariadb.ask(
        *gone,
        f"CREATE DATABASE {identifier(name)} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci",
        f"CREATE USER {account} IDENTIFIED VIA mysql_native_password USING {text(passwords.mariadb_hash(password))}",
        f"GRANT ALL PRIVILEGES ON {grant_pattern(name)}.* TO {account}",
    )
    try:
        yield Login(user=name, password=password, database=name, runs_as=names.account(slug))
    finally:
        mariadb.ask(*gone)


def hash_of(slug: str) -> str:
    """Return what MariaDB keeps of the hosting's password. Raises `ServerError` where there is no account."""
    return str(_state(names.database(slug))["hash"])


def _kept(slug: str) -> Path:
    return database_dump.stage(slug).with_suffix(".login")


def _fresh() -> Secret:
    return Secret(secrets.token_urlsafe(PASSWORD_BYTES))


def _set_password(account: str, hashed: str) -> str:
    return f"ALTER USER {account} IDENTIFIED VIA mysql_native_password USING {text(hashed)}"


def _state(name: str) -> dict[str, object]:
    """Return the account's password hash and whether it is locked. Raises `ServerError` where there is none."""
    rows = mariadb.ask(f"SET @name={text(name)}", ACCOUNT)
    if not rows:
        raise ServerError(ErrorCode.NOT_OURS, f"there is no account {name}", step="database")
    return {"hash": rows[0][0], "locked": rows[0][1].lower() in {"1", "true"}}
