"""An import: a file of SQL of the owner's is carried out once, whatever dies meanwhile, or not at all.

MariaDB commits every definition by itself, so an import that was cut off can neither be taken back there nor be told
from one that was done. So what was there before lies in a dump of root's while it runs: where one is found, an import
was begun and did not end. It is put back, and the file is carried out from its beginning; what stood when it was cut
off is kept in a file of the owner's first. What fails by itself is put back as well.

What the file holds is carried out with the owner's rights alone, in the shell's and in MariaDB's eyes.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from provisioning.agent import database_dump, database_files, deadline, lock, log, mariadb, names, passwords
from provisioning.agent.backup import login
from provisioning.agent.command import brief
from provisioning.agent.database_files import STEP
from provisioning.agent.journal import Journal
from provisioning.agent.parts import database
from provisioning.agent.protocol import Request
from provisioning.agent.site import Site
from provisioning.errors import ErrorCode, ServerError
from provisioning.plan import canonical
from provisioning.spec import Secret

BEFORE, CUT = "sebelum-impor", "terputus-impor"  # kinds of files in `private`
BLOCK = 1024 * 1024  # bytes


def load(site: Site, request: Request) -> dict[str, Any]:
    """Carry a file out. Return what `provisioning.plan.Loaded` holds.

    Raises `ServerError`: NOT_OURS, FILE_UNFIT, DISK_FULL, MARIADB_REFUSED, LOCKED, TIMEOUT.
    """
    database_files.check(site)
    journal = Journal()
    asked = canonical({"verb": request.verb, "slug": site.slug, "file": request.file}).encode()
    with lock.held(database_files.LOCK, database_files.WAIT_SECONDS), database_files.private(site) as private:
        result = journal.begin(request.id, site.slug, asked)
        if result is None:
            result = _loaded(site, private, request)
            journal.finish(request.id, result)
        _forget(site.slug)
        return result


def _loaded(site: Site, private: int, request: Request) -> dict[str, Any]:
    was = names.before_import(site.slug, request.id)
    if was.exists():
        _take_back(site, private, was, request.id)
    with database_files.opened(site, private, request.file) as file:
        before = _keep(site, private, was, request.id)
        log.write(site.slug, "load", request=request.id, file=request.file)
        try:
            with _guest(site) as password:
                _carry_out(site, file, request.file, password)
        except ServerError as error:
            _put_back(site, was)
            with contextlib.suppress(FileNotFoundError):
                os.unlink(before, dir_fd=private)
            error.left = ("the database is as it was before",)
            raise
    return {"before": before, "cut": database_files.find(private, CUT, request.id) or ""}


def _take_back(site: Site, private: int, was: Path, request_id: str) -> None:
    """Undo what an import did that was cut off: its client may still run, and visitors may have written since."""
    log.write(site.slug, "load_cut_off", request=request_id)
    with lock.held():
        database.dismiss(site.slug, disconnect=True)
    database_files.written(site, private, CUT, request_id, lambda target: database_files.pack(site, target))
    _put_back(site, was)


def _keep(site: Site, private: int, was: Path, request_id: str) -> str:
    """Keep what is there: for the owner in a file of theirs, whose name is returned, and for us in one of root's."""
    _forget(site.slug)
    if (
        stale := database_files.find(private, BEFORE, request_id)
    ) is not None:  # of a run that was killed before it began
        os.unlink(stale, dir_fd=private)
    part = was.with_suffix(".part")
    database_dump.write(names.database(site.slug), part)

    def pack(target: int) -> None:
        with part.open("rb") as text, database_files.packer(site, text, target) as packing:
            assert packing.stderr  # noqa: S101 - a pipe
            complaint = packing.stderr.read()
        if packing.returncode:
            raise database_files.failed(complaint, "the file could not be written")

    before: str = database_files.written(site, private, BEFORE, request_id, pack)["file"]
    with part.open("rb") as text:
        os.fsync(text.fileno())
    part.rename(was)
    return before


def _put_back(site: Site, was: Path) -> None:
    """Make the database what it was. Raises `ServerError`; asked again, it is done again."""
    with login.borrowed(site.slug) as account:
        database_dump.load_anew(was, account, definers=True)
    _forget(site.slug)


def _forget(slug: str) -> None:
    shutil.rmtree(names.imports(slug), ignore_errors=True)


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
    client = [*database_dump.LOADING, f"--user={account}", account]
    with (
        database_files.as_owner(site, unpack, file, subprocess.PIPE) as reading,
        database_files.as_owner(
            site, client, subprocess.PIPE, subprocess.DEVNULL, MYSQL_PWD=password.reveal()
        ) as loading,
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
        while block := reading.stdout.read(BLOCK):
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
