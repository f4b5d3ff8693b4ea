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
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from provisioning.agent import database_dump, disk_space, files, log, mariadb, names, usage
from provisioning.agent.backup import login
from provisioning.agent.command import ENVIRONMENT, as_account, brief, must
from provisioning.agent.move_request import CHUNK, Move, Piece
from provisioning.agent.parts import database, system_user
from provisioning.agent.parts.database import HOST, IMPOSSIBLE
from provisioning.agent.site import Site
from provisioning.plan import ErrorCode, ServerError
from provisioning.spec import HostingSpec, Limits

FOLDER = names.STATE / "moves"
MOVED = ("public", "private")  # logs stay with the server that wrote them, tmp is nobody's
SHADOW = Path("/etc/shadow")
MB = 1024 * 1024
TIMES = 2  # a dump is longer than its tables; what is compressed is shorter than its files
SECONDS = 4 * 3600.0
KEPT_HASH = (
    "SELECT COALESCE(JSON_VALUE(Priv,'$.authentication_string'),'') FROM mysql.global_priv"
    " WHERE User=@name AND Host='localhost'"
)
STEP = "move"


def pack(site: Site, move: Move) -> dict[str, Any]:
    """Pack a piece; return its size, its SHA-256, and with the last one the hashes that logins are checked by.

    Raises `ServerError`: NOT_OURS, DISK_FULL, MARIADB_REFUSED, STEP_FAILED, TIMEOUT.
    """
    _check(site, move)
    with _held(site.slug):
        log.write(site.slug, "pack", move=move.id, piece=move.piece)
        folder = _folder(site.slug, move.id)
        path = folder / move.piece
        if not path.exists():
            part = path.with_suffix(".part")
            _dump(site.spec, part) if move.piece is Piece.DATABASE else _archive(site.spec, folder, move.piece, part)
            part.rename(path)
        logins = _logins(site.spec) if move.piece is Piece.DATABASE else {}
        return {"size": path.stat().st_size, "sha256": _digest(path), "logins": logins}


def give(site: Site, move: Move) -> dict[str, Any]:
    """Return a chunk of a packed piece, from an offset. Raises `ServerError` (`NOT_OURS`)."""
    _check(site, move)
    if move.offset == 0:
        log.write(site.slug, "give", move=move.id, piece=move.piece)
    with (_folder(site.slug, move.id) / move.piece).open("rb") as stream:
        stream.seek(move.offset)
        return {"data": base64.b64encode(stream.read(CHUNK)).decode("ascii")}


def take(site: Site, move: Move) -> dict[str, Any]:
    """Append a chunk where it belongs; return how much of the piece is here. Without data only say so.

    Raises `ServerError`: NOT_OURS, OVER_QUOTA, DISK_FULL.
    """
    _check(site, move)
    limits = _made_with(site)
    most = TIMES * (limits.disk_mb + limits.database_mb) * MB
    if move.offset + len(move.data) > most:
        raise ServerError(ErrorCode.OVER_QUOTA, f"{move.piece} is longer than {most} bytes", step=STEP)
    disk_space.check((names.STATE,), size=len(move.data) + disk_space.BYTES)
    with _held(site.slug):
        path = (_folder(site.slug, move.id) / move.piece).with_suffix(".coming")
        with path.open("ab") as stream:
            if stream.tell() == move.offset:
                stream.write(move.data)
            return {"size": stream.tell()}


def unpack(site: Site, move: Move) -> dict[str, Any]:
    """Put a piece that came whole into the hosting, with its account's rights alone.

    Raises `ServerError`: NOT_OURS, MARIADB_REFUSED, STEP_FAILED, TIMEOUT.
    """
    _check(site, move)
    with _held(site.slug):
        log.write(site.slug, "unpack", move=move.id, piece=move.piece)
        path = (_folder(site.slug, move.id) / move.piece).with_suffix(".coming")
        if not path.exists() or _digest(path) != move.sha256:
            path.unlink(missing_ok=True)
            raise ServerError(ErrorCode.STEP_FAILED, f"{move.piece} did not come whole", step=STEP)
        if move.piece is not Piece.DATABASE:
            _extract(site.spec, path)
        elif site.spec.database:
            with login.borrowed(site.slug) as account:
                database_dump.load_anew(path, account, definers=False)
        _set_logins(site.spec, move)
        return {"size": path.stat().st_size}


def forget(slug: str) -> dict[str, Any]:
    """Take away what lies here of a move, whichever; the hosting may be gone by now."""
    with _held(slug):
        shutil.rmtree(FOLDER / slug, ignore_errors=True)
    return {}


def _check(site: Site, move: Move) -> None:
    """Raise `ServerError` (`NOT_OURS`) unless what a piece is of was made here by us."""
    wanted = {system_user.ACCOUNT}
    if move.piece is Piece.DATABASE and site.spec.database:
        wanted.add(database.CLAIM)
    if not wanted <= set(site.record.claims):
        raise ServerError(ErrorCode.NOT_OURS, f"hosting {site.slug} does not stand here", step=STEP)


def _made_with(site: Site) -> Limits:
    """Return the package that the hosting was made with here, whatever a request says."""
    assert site.record.spec is not None  # noqa: S101 - it has claims, and these are never without
    return HostingSpec.from_data(site.record.spec).limits


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
        size, _ = usage.by_quota(spec.slug) or usage.count_files(names.home(spec.slug))
        disk_space.check((names.STATE,), size=size + disk_space.BYTES)
    argv = [
        "tar",
        "--create",
        "--sparse",
        f"--file={target}",
        "--use-compress-program=gzip -1",
        f"--listed-incremental={seen}",
    ]
    argv += ["--numeric-owner", "--no-check-device", f"--directory={names.home(spec.slug)}", "--", *MOVED]
    done = subprocess.run(argv, capture_output=True, env=ENVIRONMENT, cwd="/", timeout=SECONDS, check=False)
    if done.returncode > (0 if piece is Piece.CHANGES else 1):  # 1: a file changed meanwhile, and comes with the rest
        raise ServerError(ErrorCode.STEP_FAILED, brief(done.stderr.decode(errors="replace")), step=STEP)


def _extract(spec: HostingSpec, path: Path) -> None:
    """Let the account unpack: what an archive says it can do no more than its owner could. Links are not kept."""
    account, home = names.account(spec.slug), names.home(spec.slug)
    argv = [*as_account(account), "tar", "--extract", "--gunzip", "--file=-", "--preserve-permissions"]
    argv += ["--no-same-owner", "--no-overwrite-dir", "--listed-incremental=/dev/null", f"--directory={home}"]
    with path.open("rb") as stream:
        done = subprocess.run(
            argv, stdin=stream, capture_output=True, env=ENVIRONMENT, cwd="/", timeout=SECONDS, check=False
        )
    if done.returncode != 0:
        raise ServerError(ErrorCode.STEP_FAILED, brief(done.stderr.decode(errors="replace")), step=STEP)
    folders = [str(home / name) for name in MOVED]
    must(["find", *folders, "-type", "l", "-delete"], seconds=SECONDS, account=account)


def _dump(spec: HostingSpec, target: Path) -> None:
    if spec.database:
        database_dump.write(names.database(spec.slug), target)
    else:
        files.swap(target, b"", mode=0o600)


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
