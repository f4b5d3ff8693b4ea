"""A hosting's database as a file in its `private`, and back from one.

What lies there is its owner's to exchange at any moment: it is opened below its opened folder and through no link,
and what it holds is carried out with the owner's rights alone, in the shell's and in MariaDB's eyes.
"""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import os
import pwd
import re
import secrets
import stat
import subprocess
from collections.abc import Iterator
from typing import IO, Any

from provisioning.agent import deadline, dumps, lock, log, mariadb, names, passwords, room
from provisioning.agent.command import ENVIRONMENT, brief
from provisioning.agent.journal import Journal
from provisioning.agent.parts import database
from provisioning.agent.protocol import Request
from provisioning.agent.site import Site
from provisioning.errors import ErrorCode, ServerError
from provisioning.plan import canonical
from provisioning.spec import Secret, State

STEP = "database"
LOCK = "/run/layanan-agent.dumps.lock"  # one at a time on a server: the neighbours' disk is the same
WAIT_SECONDS = 1500.0
PIECE = 700 * 1024  # bytes
WITA = dt.timezone(dt.timedelta(hours=8))
FULL = re.compile(r"No space left|quota exceeded|File size limit|File too large", re.IGNORECASE)


def write(site: Site, request_id: str) -> dict[str, Any]:
    """Write the database into a new file; return its name and bytes. Asked again, the file is found.

    Raises `ServerError`: NOT_OURS, DISK_FULL, MARIADB_REFUSED, LOCKED, TIMEOUT.
    """
    _check(site)
    log.write(site.slug, "dump", request=request_id)
    with lock.held(LOCK, WAIT_SECONDS), _private(site) as private:
        return _written(site, private, "basisdata", request_id)


def load(site: Site, request: Request) -> dict[str, Any]:
    """Carry a file of SQL out, after a dump of what was there, whose name is returned.

    Raises `ServerError`: NOT_OURS, FILE_UNFIT, DISK_FULL, MARIADB_REFUSED, LOCKED, TIMEOUT.
    """
    _check(site)
    journal = Journal()
    asked = canonical({"verb": request.verb, "slug": site.slug, "file": request.file}).encode()
    with lock.held(LOCK, WAIT_SECONDS), _private(site) as private:
        earlier = journal.begin(request.id, site.slug, asked)
        if earlier is not None:
            return earlier
        with _opened(site, private, request.file) as file:
            before = _written(site, private, "sebelum-impor", request.id)
            log.write(site.slug, "load", request=request.id, file=request.file)
            with _guest(site) as password:
                _carry_out(site, file, request.file, password)
        result = {"before": before["file"]}
        journal.finish(request.id, result)
        return result


def piece(site: Site, file: str, offset: int) -> dict[str, Any]:
    """Return some of a file in `private` from `offset` on, in base64, and how many bytes it has in all."""
    _check(site)
    if offset == 0:
        log.write(site.slug, "fetch", file=file)
    with _private(site) as private, _opened(site, private, file) as opened:
        size = opened.seek(0, os.SEEK_END)
        opened.seek(offset)
        return {"content": base64.b64encode(opened.read(PIECE)).decode("ascii"), "bytes": size}


def _check(site: Site) -> None:
    if site.spec.state is not State.ACTIVE or database.CLAIM not in site.record.claims:
        raise ServerError(ErrorCode.NOT_OURS, f"{site.slug} has no database here that is open", step=STEP)


@contextlib.contextmanager
def _private(site: Site) -> Iterator[int]:
    """Open the folder; the one above it is root's own, so that nobody can exchange it."""
    home = os.open(names.home(site.slug), os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        folder = os.open("private", os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=home)
    finally:
        os.close(home)
    try:
        yield folder
    finally:
        os.close(folder)


@contextlib.contextmanager
def _opened(site: Site, folder: int, name: str) -> Iterator[IO[bytes]]:
    """Open a plain file of the owner's, for reading. Raises `ServerError` (`FILE_UNFIT`) for anything else."""
    try:
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    except OSError as error:
        raise ServerError(ErrorCode.FILE_UNFIT, f"private/{name}: {error.strerror}", step=STEP) from error
    info = os.fstat(descriptor)
    if not stat.S_ISREG(info.st_mode) or info.st_uid != _owner(site).pw_uid or info.st_nlink != 1:
        os.close(descriptor)
        raise ServerError(ErrorCode.FILE_UNFIT, f"private/{name} is no plain file of the owner's", step=STEP)
    with os.fdopen(descriptor, "rb") as file:
        yield file


def _owner(site: Site) -> pwd.struct_passwd:
    return pwd.getpwnam(names.account(site.slug))


def _written(site: Site, folder: int, kind: str, request_id: str) -> dict[str, Any]:
    mark = f"-{request_id[:8]}.sql.gz"
    for name in os.listdir(folder):
        if name.startswith(f"{kind}-") and name.endswith(mark):
            return {"file": name, "bytes": os.stat(name, dir_fd=folder, follow_symlinks=False).st_size}
    name, part = f"{kind}-{dt.datetime.now(WITA):%Y%m%d-%H%M}{mark}", f".{kind}{mark}"
    with contextlib.suppress(FileNotFoundError):
        os.unlink(part, dir_fd=folder)  # a killed run's
    room.check((names.HOSTING_ROOT,))
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600, dir_fd=folder)
    try:
        os.fchown(descriptor, _owner(site).pw_uid, _owner(site).pw_gid)
        _pack(site, descriptor)
        os.fsync(descriptor)
        os.rename(part, name, src_dir_fd=folder, dst_dir_fd=folder)
        return {"file": name, "bytes": os.fstat(descriptor).st_size}
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(part, dir_fd=folder)
        raise
    finally:
        os.close(descriptor)


def _pack(site: Site, target: int) -> None:
    """Read as root and write as the owner, whose quota holds."""
    most = site.spec.limits.disk_mb * 1024 * 1024
    reading = [*dumps.READING, names.database(site.slug)]
    with subprocess.Popen(reading, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT, cwd="/") as dump:
        assert dump.stdout and dump.stderr  # noqa: S101, PT018 - both are pipes
        packer = ["prlimit", f"--fsize={most}", "gzip", "-c"]
        with _as_owner(site, packer, dump.stdout, target) as pack, deadline.over(dump, pack) as too_late:
            assert pack.stderr  # noqa: S101 - a pipe
            dump.stdout.close()  # it is the other's by now
            packing, dumping = pack.stderr.read(), dump.stderr.read()
    if too_late.is_set():
        raise ServerError(ErrorCode.TIMEOUT, "the database was not dumped in time", step=STEP)
    if pack.returncode:
        raise _failed(packing + dumping, "the file could not be written")
    if dump.returncode:
        raise _failed(dumping, "the dump ended early")


def _as_owner(site: Site, argv: list[str], given: int | IO[bytes], target: int, **more: str) -> subprocess.Popen[bytes]:
    """Start a program as the owner, with `more` in its environment."""
    owner = pwd.getpwnam(names.account(site.slug))
    return subprocess.Popen(
        argv,
        stdin=given,
        stdout=target,
        stderr=subprocess.PIPE,
        env={**ENVIRONMENT, **dumps.NO_PROGRAM, "HOME": "/nonexistent", **more},
        cwd="/",
        user=owner.pw_uid,
        group=owner.pw_gid,
        extra_groups=[],
    )


def _failed(said: bytes, otherwise: str) -> ServerError:
    text = brief(said.decode(errors="replace"))
    if FULL.search(text):
        return ServerError(ErrorCode.DISK_FULL, text, step=STEP)
    return ServerError(ErrorCode.MARIADB_REFUSED, text or otherwise, step=STEP)


@contextlib.contextmanager
def _guest(site: Site) -> Iterator[Secret]:
    """Let a second password open the owner's account for a time: nobody but them knows the first.

    Of an import that did not end by itself a statement may still run: the account's connections are ended then.
    """
    password = Secret(secrets.token_urlsafe(32))
    with lock.held():
        database.admit(site.slug, passwords.mariadb_hash(password))
    ended = False
    try:
        yield password
        ended = True
    finally:
        with lock.held():
            database.dismiss(site.slug, disconnect=not ended)


def _carry_out(site: Site, file: IO[bytes], name: str, password: Secret) -> None:
    """Let the client read SQL, as the owner, for a time; it runs no program and opens no file of its own."""
    most, account = 2 * site.spec.limits.database_mb * 1024 * 1024, names.database(site.slug)
    unpack = ["gzip", "-dc"] if name.endswith(".gz") else ["cat"]
    client = [*dumps.LOADING, f"--user={account}", account]
    with (
        _as_owner(site, unpack, file, subprocess.PIPE) as reading,
        _as_owner(site, client, subprocess.PIPE, subprocess.DEVNULL, MYSQL_PWD=password.reveal()) as loading,
        deadline.over(reading, loading) as too_late,
    ):
        fits = _poured(reading, loading, most)
        complaint = _first_error(loading) + _first_error(reading)
    if too_late.is_set():
        detail = f"private/{name} was not carried out within {deadline.SECONDS:g} s"
        raise ServerError(ErrorCode.FILE_UNFIT, detail, step=STEP)
    if not fits:
        raise ServerError(ErrorCode.FILE_UNFIT, f"private/{name} holds more than {most} bytes of SQL", step=STEP)
    if loading.returncode:
        raise ServerError(ErrorCode.MARIADB_REFUSED, brief(complaint) or "the client ended early", step=STEP)
    if reading.returncode:
        raise ServerError(ErrorCode.FILE_UNFIT, f"private/{name}: {brief(complaint)}", step=STEP)


def _poured(reading: subprocess.Popen[bytes], loading: subprocess.Popen[bytes], most: int) -> bool:
    """Hand SQL on, as much as may be; return whether that was all."""
    assert reading.stdout and loading.stdin  # noqa: S101, PT018 - both are pipes
    with contextlib.suppress(BrokenPipeError):
        while block := reading.stdout.read(1024 * 1024):
            most -= len(block)
            if most < 0:
                reading.kill()
                loading.kill()
                return False
            loading.stdin.write(block)
    with contextlib.suppress(BrokenPipeError):
        loading.stdin.close()
    reading.stdout.close()
    return True


def _first_error(process: subprocess.Popen[bytes]) -> str:
    """Return what a program complained of, without the statement it may repeat."""
    assert process.stderr  # noqa: S101 - a pipe
    text = process.stderr.read(64 * 1024).decode(errors="replace")
    return mariadb.complaint(text)
