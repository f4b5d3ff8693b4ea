"""Files of SQL in a hosting's `private`: its database as one, and one to be read. `imports` carries them out.

What lies there is its owner's to exchange at any moment: it is opened below its opened folder and through no link.
"""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import os
import pwd
import re
import stat
import subprocess
from collections.abc import Callable, Iterator
from typing import IO, Any

from provisioning.agent import database_dump, deadline, disk_space, lock, log, names
from provisioning.agent.command import ENVIRONMENT, as_account, brief
from provisioning.agent.parts import database
from provisioning.agent.site import Site
from provisioning.errors import ErrorCode, ServerError
from provisioning.spec import State

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
    check(site)
    log.write(site.slug, "dump", request=request_id)
    with lock.held(LOCK, WAIT_SECONDS), private(site) as folder:
        return written(site, folder, "basisdata", request_id, lambda target: pack(site, target))


def piece(site: Site, file: str, offset: int) -> dict[str, Any]:
    """Return some of a file in `private` from `offset` on, in base64, and how many bytes it has in all."""
    check(site)
    if offset == 0:
        log.write(site.slug, "fetch", file=file)
    with private(site) as folder, opened(site, folder, file) as stream:
        size = stream.seek(0, os.SEEK_END)
        stream.seek(offset)
        return {"content": base64.b64encode(stream.read(PIECE)).decode("ascii"), "bytes": size}


def check(site: Site) -> None:
    """Raise `ServerError` (`NOT_OURS`) unless the hosting is open and has a database of ours."""
    if site.spec.state is not State.ACTIVE or database.CLAIM not in site.record.claims:
        raise ServerError(ErrorCode.NOT_OURS, f"{site.slug} has no database here that is open", step=STEP)


@contextlib.contextmanager
def private(site: Site) -> Iterator[int]:
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
def opened(site: Site, folder: int, name: str) -> Iterator[IO[bytes]]:
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


def written(site: Site, folder: int, kind: str, request_id: str, fill: Callable[[int], None]) -> dict[str, Any]:
    """Return name and bytes of a new file of the owner's that `fill` writes; asked again, the file is found."""
    if (known := find(folder, kind, request_id)) is not None:
        return {"file": known, "bytes": os.stat(known, dir_fd=folder, follow_symlinks=False).st_size}
    mark = _mark(request_id)
    name, part = f"{kind}-{dt.datetime.now(WITA):%Y%m%d-%H%M}{mark}", f".{kind}{mark}"
    with contextlib.suppress(FileNotFoundError):
        os.unlink(part, dir_fd=folder)  # a killed run's
    disk_space.check((names.HOSTING_ROOT,))
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600, dir_fd=folder)
    try:
        os.fchown(descriptor, _owner(site).pw_uid, _owner(site).pw_gid)
        fill(descriptor)
        os.fsync(descriptor)
        os.rename(part, name, src_dir_fd=folder, dst_dir_fd=folder)
        return {"file": name, "bytes": os.fstat(descriptor).st_size}
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(part, dir_fd=folder)
        raise
    finally:
        os.close(descriptor)


def find(folder: int, kind: str, request_id: str) -> str | None:
    """Return the name of the file that a request has written."""
    mark = _mark(request_id)
    return next((name for name in os.listdir(folder) if name.startswith(f"{kind}-") and name.endswith(mark)), None)


def _mark(request_id: str) -> str:
    return f"-{request_id[:8]}.sql.gz"


def pack(site: Site, target: int) -> None:
    """Read the database as root and write it as its owner, whose quota holds. Raises `ServerError`."""
    reading = [*database_dump.READING, names.database(site.slug)]
    with subprocess.Popen(reading, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT, cwd="/") as dump:
        assert dump.stdout and dump.stderr  # noqa: S101, PT018 - both are pipes
        with packer(site, dump.stdout, target) as packing, deadline.over(dump, packing) as too_late:
            assert packing.stderr  # noqa: S101 - a pipe
            dump.stdout.close()  # it is the other's by now
            packed, dumped = packing.stderr.read(), dump.stderr.read()
    if too_late.is_set():
        raise ServerError(ErrorCode.TIMEOUT, "the database was not dumped in time", step=STEP)
    if packing.returncode:
        raise failed(packed + dumped, "the file could not be written")
    if dump.returncode:
        raise failed(dumped, "the dump ended early")


def packer(site: Site, given: IO[bytes], target: int) -> subprocess.Popen[bytes]:
    """Start packing what is `given` into the owner's file, which grows no longer than their package."""
    most = site.spec.limits.disk_mb * 1024 * 1024
    return as_owner(site, ["prlimit", f"--fsize={most}", "gzip", "-c"], given, target)


def as_owner(site: Site, argv: list[str], given: int | IO[bytes], target: int, **more: str) -> subprocess.Popen[bytes]:
    """Start a program as the owner, out of reach of the site's own programs, with `more` in its environment."""
    return subprocess.Popen(
        [*as_account(names.account(site.slug)), *argv],
        stdin=given,
        stdout=target,
        stderr=subprocess.PIPE,
        env={**ENVIRONMENT, **database_dump.NO_PROGRAM, "HOME": "/nonexistent", **more},
        cwd="/",
    )


def failed(said: bytes, otherwise: str) -> ServerError:
    """Return the failure that a program's complaint means."""
    text = brief(said.decode(errors="replace"))
    if FULL.search(text):
        return ServerError(ErrorCode.DISK_FULL, text, step=STEP)
    return ServerError(ErrorCode.MARIADB_REFUSED, text or otherwise, step=STEP)
