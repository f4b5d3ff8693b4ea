"""A hosting's database as text, and text into a database: read as root, loaded with the rights of an account only.

A tenant chooses what stands in a dump (names of tables, say), so nothing of it is ever carried out as root, neither by
MariaDB nor by its client.
"""

from __future__ import annotations

import dataclasses
import os
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

from provisioning.agent import deadline, disk_space, mariadb, names, usage
from provisioning.agent.command import ENVIRONMENT, as_account, brief
from provisioning.plan import ErrorCode, ServerError
from provisioning.spec import Secret

SECONDS = 4 * 3600.0  # of one dump, or one load
ROOM = 1.5  # a dump is text, and may be longer than the tables it is of
DEFINER = re.compile(rb"DEFINER=`[^`]*`@`[^`]*`")
READING = (
    "mariadb-dump", "--single-transaction", "--quick", "--routines", "--triggers", "--events", "--hex-blob",
    "--skip-dump-date", "--default-character-set=utf8mb4", "--",
)  # fmt: skip
LOADING = (
    "mariadb", "--no-defaults", "--sandbox", "--binary-mode", "--local-infile=0", "--max-allowed-packet=64M",
    "--default-character-set=utf8mb4",
)  # fmt: skip
NO_PROGRAM = dict.fromkeys(("EDITOR", "VISUAL", "PAGER"), "/bin/false")  # the sandbox itself leaves `\e` its editor
STEP = "database"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Login:
    """An account of MariaDB, the database it loads into, and the system account that the client runs as."""

    user: str
    password: Secret
    database: str
    runs_as: str


def write(database: str, target: Path) -> None:
    """Write a dump of one instant to a new file, root's own (0600).

    Raises `ServerError` (`DISK_FULL`, `MARIADB_REFUSED`; `TIMEOUT` where a table stays locked).
    """
    rows = mariadb.ask(f"SET @name={mariadb.text(database)}", usage.SIZE)
    disk_space.check((names.STATE,), size=int(int(rows[0][0]) * ROOM) + disk_space.BYTES)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        try:
            done = subprocess.run(
                [*READING, database], stdin=subprocess.DEVNULL, stdout=stream, stderr=subprocess.PIPE, env=ENVIRONMENT,
                cwd="/", check=False, timeout=SECONDS,
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise ServerError(ErrorCode.TIMEOUT, f"{database} was not dumped in {SECONDS:g} s", step=STEP) from error
    if done.returncode != 0:
        raise ServerError(ErrorCode.MARIADB_REFUSED, brief(done.stderr.decode(errors="replace")), step=STEP)


def load_anew(dump: Path, login: Login, *, definers: bool) -> None:
    """Make the login's database anew and load a dump into it, as `load` does. Raises `ServerError`."""
    name = mariadb.identifier(login.database)
    mariadb.ask(
        f"DROP DATABASE IF EXISTS {name}",
        f"CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci",
    )
    with dump.open("rb") as lines:
        load(lines, login, definers=definers)


def load(lines: Iterable[bytes], login: Login, *, definers: bool) -> None:
    """Load a dump; without `definers` all that it makes belongs to whoever loads it.

    Raises `ServerError` (`MARIADB_REFUSED`, `TIMEOUT`): what came before the complaint is loaded then.
    """
    command = [*as_account(login.runs_as), *LOADING, "--user", login.user, login.database]
    environment = {**ENVIRONMENT, **NO_PROGRAM, "MYSQL_PWD": login.password.reveal()}
    with (
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment, cwd="/"
        ) as client_process,
        deadline.over(client_process, seconds=SECONDS) as too_late,
    ):
        assert client_process.stdin  # noqa: S101 - it is a pipe
        assert client_process.stderr  # noqa: S101 - likewise
        try:
            for line in lines:
                client_process.stdin.write(line if definers else _without_definer(line))
            client_process.stdin.close()
        except BrokenPipeError:
            pass  # it says why
        complaint = brief(client_process.stderr.read().decode(errors="replace"))
    if too_late.is_set():
        raise ServerError(ErrorCode.TIMEOUT, f"{login.database} was not loaded in {SECONDS:g} s", step=STEP)
    if client_process.returncode != 0:
        raise ServerError(ErrorCode.MARIADB_REFUSED, complaint or "the client ended early", step=STEP)


def _without_definer(line: bytes) -> bytes:
    """Rows of data never begin so."""
    return DEFINER.sub(b"", line) if line.startswith((b"/*!", b"CREATE ")) else line


def stage(slug: str) -> Path:
    """Return the folder, root's own, in which a hosting's dump lies while it is being kept or loaded."""
    return names.STATE / "backup" / slug
