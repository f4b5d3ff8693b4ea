"""A hosting's content on its way to another server: packed here, handed over in chunks, unpacked there.

The servers do not know each other: what one reads (`give`) the other writes (`take`), by the office's hand. Each verb
may be asked again: a piece that is packed is not packed twice, a chunk that lies there is not appended twice.
"""

from __future__ import annotations

import base64
import contextlib
import fcntl
import hashlib
import os
import re
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from provisioning.agent import files, mariadb, names
from provisioning.agent.command import ENVIRONMENT, brief, must
from provisioning.agent.move import CHUNK, Move, Piece
from provisioning.agent.parts.database import HOST, IMPOSSIBLE
from provisioning.plan import ErrorCode, ServerError
from provisioning.spec import HostingSpec

FOLDER = names.STATE / "moves"
MOVED = ("public", "private")  # logs stay with the server that wrote them, tmp is nobody's
SHADOW = Path("/etc/shadow")
DEFINER = re.compile(rb"DEFINER=`[^`]*`@`[^`]*`")
SECONDS = 4 * 3600.0
KEPT_HASH = (
    "SELECT COALESCE(JSON_VALUE(Priv,'$.authentication_string'),'') FROM mysql.global_priv"
    " WHERE User=@name AND Host='localhost'"
)
STEP = "move"


def pack(spec: HostingSpec, move: Move) -> dict[str, Any]:
    """Pack a piece; return its size, its SHA-256, and with the last one the hashes that logins are checked by."""
    with _held(spec.slug):
        folder = _folder(spec.slug, move.id)
        path = folder / move.piece
        if not path.exists():
            part = path.with_suffix(".part")
            _dump(spec, part) if move.piece is Piece.DATABASE else _archive(spec, folder, move.piece, part)
            part.rename(path)
        logins = _logins(spec) if move.piece is Piece.DATABASE else {}
        return {"size": path.stat().st_size, "sha256": _digest(path), "logins": logins}


def give(spec: HostingSpec, move: Move) -> dict[str, Any]:
    """Return a chunk of a packed piece, from an offset."""
    with (_folder(spec.slug, move.id) / move.piece).open("rb") as stream:
        stream.seek(move.offset)
        return {"data": base64.b64encode(stream.read(CHUNK)).decode("ascii")}


def take(spec: HostingSpec, move: Move) -> dict[str, Any]:
    """Append a chunk where it belongs; return how much of the piece is here. Without data only say so."""
    with _held(spec.slug):
        path = (_folder(spec.slug, move.id) / move.piece).with_suffix(".coming")
        with path.open("ab") as stream:
            if stream.tell() == move.offset:
                stream.write(move.data)
            return {"size": stream.tell()}


def unpack(spec: HostingSpec, move: Move) -> dict[str, Any]:
    """Put a piece that came whole into the hosting, with its account's rights alone. Raises `ServerError`."""
    with _held(spec.slug):
        path = (_folder(spec.slug, move.id) / move.piece).with_suffix(".coming")
        if not path.exists() or _digest(path) != move.sha256:
            path.unlink(missing_ok=True)
            raise ServerError(ErrorCode.STEP_FAILED, f"{move.piece} did not come whole", step=STEP)
        if move.piece is Piece.DATABASE:
            _load(spec, path)
        else:
            _extract(spec, path)
        _set_logins(spec, move)
        return {"size": path.stat().st_size}


def forget(spec: HostingSpec) -> dict[str, Any]:
    """Take away what lies here of a move, whichever."""
    with _held(spec.slug):
        shutil.rmtree(FOLDER / spec.slug, ignore_errors=True)
    return {}


@contextlib.contextmanager
def _held(slug: str) -> Iterator[None]:
    """Let one request at a time work on a hosting's move: an earlier one may still run whose caller went away."""
    FOLDER.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(FOLDER / f"{slug}.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _folder(slug: str, move_id: str) -> Path:
    """Return the folder of a move; what lies there of another move of the same hosting is taken away."""
    FOLDER.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = FOLDER / slug / move_id
    if not folder.exists():
        shutil.rmtree(FOLDER / slug, ignore_errors=True)
        folder.mkdir(mode=0o700, parents=True)
    return folder


def _archive(spec: HostingSpec, folder: Path, piece: Piece, target: Path) -> None:
    """Pack all files, or with the second piece what has changed since the first (GNU tar keeps what it saw)."""
    seen = folder / "seen.0"
    if piece is Piece.CHANGES:
        shutil.copyfile(seen, seen := folder / "seen.1")
    else:
        seen.unlink(missing_ok=True)
    argv = ["tar", "--create", f"--file={target}", "--use-compress-program=gzip -1", f"--listed-incremental={seen}"]
    argv += ["--numeric-owner", "--no-check-device", f"--directory={names.home(spec.slug)}", "--", *MOVED]
    done = subprocess.run(argv, capture_output=True, env=ENVIRONMENT, cwd="/", timeout=SECONDS, check=False)
    if done.returncode > (0 if piece is Piece.CHANGES else 1):  # 1: a file changed meanwhile, and comes with the rest
        raise ServerError(ErrorCode.STEP_FAILED, brief(done.stderr.decode(errors="replace")), step=STEP)


def _extract(spec: HostingSpec, path: Path) -> None:
    """Let the account unpack: what an archive says it can do no more than its owner could. Links are not kept."""
    account, home = names.account(spec.slug), names.home(spec.slug)
    argv = ["runuser", "-u", account, "--", "tar", "--extract", "--gunzip", "--file=-", "--preserve-permissions"]
    argv += ["--no-same-owner", "--no-overwrite-dir", "--listed-incremental=/dev/null", f"--directory={home}"]
    with path.open("rb") as stream:
        done = subprocess.run(
            argv, stdin=stream, capture_output=True, env=ENVIRONMENT, cwd="/", timeout=SECONDS, check=False
        )
    if done.returncode != 0:
        raise ServerError(ErrorCode.STEP_FAILED, brief(done.stderr.decode(errors="replace")), step=STEP)
    folders = [str(home / name) for name in MOVED]
    must(["runuser", "-u", account, "--", "find", *folders, "-type", "l", "-delete"], seconds=SECONDS)


def _dump(spec: HostingSpec, target: Path) -> None:
    """Write the database as statements, without the accounts that its views and routines were made by."""
    argv = ["mariadb-dump", "--single-transaction", "--quick", "--routines", "--triggers", "--events", "--"]
    if not spec.database:
        files.swap(target, b"", mode=0o600)
        return
    with (
        subprocess.Popen(
            [*argv, names.database(spec.slug)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT, cwd="/"
        ) as dump,
        target.open("wb") as stream,
    ):
        assert dump.stdout and dump.stderr  # noqa: S101, PT018 - both are pipes
        for line in dump.stdout:
            owned = line.startswith((b"/*!", b"CREATE "))  # rows of data never begin so
            stream.write(DEFINER.sub(b"", line) if owned else line)
        complaint = brief(dump.stderr.read().decode(errors="replace"))
    if dump.returncode:
        raise ServerError(ErrorCode.MARIADB_REFUSED, complaint, step="database")


def _load(spec: HostingSpec, path: Path) -> None:
    """Make the database anew and write it as its own account, by a password of this moment."""
    if not spec.database:
        return
    name, password = names.database(spec.slug), secrets.token_urlsafe(24)
    account = f"{mariadb.text(name)}@{mariadb.text(HOST)}"
    mariadb.ask(
        f"DROP DATABASE IF EXISTS {mariadb.identifier(name)}",
        f"CREATE DATABASE {mariadb.identifier(name)} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci",
        f"ALTER USER {account} IDENTIFIED BY {mariadb.text(password)} ACCOUNT UNLOCK",
    )
    argv = ["runuser", "-u", names.account(spec.slug), "--", "mariadb", "--no-defaults", "--user", name, name]
    environment = {**ENVIRONMENT, "MYSQL_PWD": password}
    with path.open("rb") as stream:
        done = subprocess.run(
            argv, stdin=stream, capture_output=True, env=environment, cwd="/", timeout=SECONDS, check=False
        )
    if done.returncode != 0:
        raise ServerError(ErrorCode.MARIADB_REFUSED, brief(done.stderr.decode(errors="replace")), step="database")


def _logins(spec: HostingSpec) -> dict[str, str]:
    """Return the hashes of the hosting's passwords, so that its people log in there as they did here."""
    account, found = names.account(spec.slug), {}
    for line in SHADOW.read_text(encoding="utf-8").splitlines():
        name, field, *_ = line.split(":")
        if name == account and field.lstrip("!*"):
            found["sftp"] = field.lstrip("!")
    if spec.database:
        rows = mariadb.ask(f"SET @name={mariadb.text(names.database(spec.slug))}", KEPT_HASH)
        found["database"] = rows[0][0] if rows else IMPOSSIBLE
    return found


def _set_logins(spec: HostingSpec, move: Move) -> None:
    if (hashed := move.logins.get("sftp")) is not None:
        must(["chpasswd", "--encrypted"], given=f"{names.account(spec.slug)}:{hashed}\n")
    if spec.database and (hashed := move.logins.get("database")) is not None:
        account = f"{mariadb.text(names.database(spec.slug))}@{mariadb.text(HOST)}"
        mariadb.ask(f"ALTER USER {account} IDENTIFIED VIA mysql_native_password USING {mariadb.text(hashed)}")


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
