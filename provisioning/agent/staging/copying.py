"""Puts what one hosting holds into another of the same server: made ready aside, and then put into place.

Aside is a folder that only root enters, on the file system of the homes. What is put into place takes the place of what
was there in one step; that goes away afterwards. Each step is done once, whoever asks again.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import pwd
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from provisioning.agent import database_dump, database_files, disk_space, files, homes, lock, log, names, usage
from provisioning.agent.backup import login, moving, repository_locks
from provisioning.agent.backup.wire import TOPS
from provisioning.agent.command import ENVIRONMENT, brief, must
from provisioning.agent.heartbeat import heartbeats
from provisioning.agent.journal import Journal
from provisioning.agent.parts import database, system_user
from provisioning.agent.record import Record, Records
from provisioning.agent.site import Site, as_server_error
from provisioning.agent.staging import aside, logins
from provisioning.agent.staging.logins import SiteLogins
from provisioning.agent.staging.wire import STEP, Copied, Copy, Step
from provisioning.plan import ErrorCode, Progress, ServerError, canonical
from provisioning.spec import HostingSpec

SECONDS = 3600.0
MB = 1024 * 1024
NICE = 19  # looking through files makes room for whatever else the server has to do
COMPLAINT_MAX = 4096  # bytes
READY = "ready.json"  # says what is to be put into place, by inode: there once all of it is
COMING, BEFORE = "coming.sql", "before.sql"
Report = Callable[[Progress], None]


def carry_out(request_id: str, site: Site, copy: Copy, report: Report) -> dict[str, Any]:
    """Do one step of a copy into `site`; return what came of it. Raises `ServerError`."""
    with (
        heartbeats(lambda: report(Progress(step=STEP, done=0, total=0, work=request_id))),
        _both_locked(site, copy),
    ):
        _permit(site, copy)
        journal = Journal()
        asked = canonical([str(copy.step), copy.source, copy.database, site.slug]).encode()
        earlier = journal.begin(request_id, site.slug, asked)
        if earlier is None:
            log.write(site.slug, "copy", request=request_id, step=str(copy.step), source=copy.source)
            earlier = _done(request_id, site, copy)
            journal.finish(request_id, earlier)
        if copy.step is not Step.PREPARE and not aside.holds_originals(site.slug):
            aside.clear_by_and_by(site.slug)
        return earlier


@contextlib.contextmanager
def _both_locked(site: Site, copy: Copy) -> Iterator[None]:
    """Lock both hostings: neither is backed up, restored or copied meanwhile."""
    first, second = sorted((site.slug, copy.source))
    with repository_locks.of_hosting(first), repository_locks.of_hosting(second):
        yield


def _permit(site: Site, copy: Copy) -> None:
    """Raise `ServerError` (`NOT_OURS`) for two hostings of which neither is the other's staging copy.

    A copy is that of the hosting that it is first filled from. On the way back nothing is copied, so the copy may be
    gone by then.
    """
    wanted = {system_user.ACCOUNT, *({database.CLAIM} if copy.database else set())}
    stands = wanted <= set(site.record.claims)
    if stands and copy.step is Step.BACK:
        return
    source = Records().load(copy.source)
    stands = stands and wanted <= set(source.claims)
    if not stands or not (_is_filled_from(site, copy.source) or _is_copy_of(source, site.slug)):
        raise ServerError(ErrorCode.NOT_OURS, f"{copy.source} is not to be copied to {site.slug}", step=STEP)


def _is_copy_of(record: Record, slug: str) -> bool:
    return bool((record.spec or {}).get("team_only")) and record.copy_of == slug


def _is_filled_from(site: Site, slug: str) -> bool:
    """Whether it is that one's copy, which an empty one is from now on."""
    if not (site.record.spec or {}).get("team_only"):
        return False
    if not site.record.copy_of:
        with lock.held():
            Records().save(Records().load(site.slug).claiming(f"copy:{slug}"))
        return True
    return site.record.copy_of == slug


def _done(request_id: str, site: Site, copy: Copy) -> dict[str, Any]:
    try:
        if copy.step is Step.PUT:
            return _put(request_id, site)
        if aside.holds_originals(site.slug):
            _back(site)  # of a run whose own way back failed too
        return dataclasses.asdict(_prepare(site, copy)) if copy.step is Step.PREPARE else {}
    except Exception as error:
        if not aside.holds_originals(site.slug):
            aside.clear_by_and_by(site.slug)
        raise as_server_error(error, STEP) from error


def _prepare(site: Site, copy: Copy) -> Copied:
    """Make ready what comes. It is root's until it is put: what waits aside counts to no open site's quota."""
    aside.clear(site.slug)
    for slug in (site.slug, copy.source):
        login.give_back(slug)  # what a killed restore had borrowed: no file holds what opens the database else
    source = Records().load(copy.source)
    home, stage = names.home(source.slug), names.copy_stage(site.slug)
    size, inodes = _check_room(site, copy, home)
    stage.mkdir(mode=0o700)
    tops = {directory.path.name: directory for directory in homes.directories(site.slug, *_owner(site.slug))}
    for top in TOPS:
        dataclasses.replace(tops[top], path=stage / top, uid=0, gid=0).make()
        _copy_files(home / top, stage / top)
    if copy.database:
        database_dump.write(names.database(source.slug), stage / COMING)
    os.nice(NICE)  # of this child, which answers this request alone
    adapted = _adapted(site, source, copy, [stage / top for top in TOPS])
    ready = {"tops": {top: (stage / top).stat().st_ino for top in TOPS}, "database": copy.database}
    files.swap(stage / READY, json.dumps(ready).encode(), mode=0o600)
    return Copied(size_bytes=size, files=inodes, adapted=adapted.changed, unsure=adapted.unsure)


def _check_room(site: Site, copy: Copy, home: Path) -> tuple[int, int]:
    """Return bytes and inodes of what comes. Raises `ServerError`: OVER_QUOTA, DISK_FULL."""
    found = [usage.count_files(home / top) for top in TOPS]
    size, inodes = sum(one for one, _ in found), sum(one for _, one in found)
    limits = site.spec.limits
    if size > limits.disk_mb * MB or inodes > limits.inodes:
        detail = f"{size // MB + 1} MB in {inodes} files do not fit into {site.slug}'s own limit"
        raise ServerError(ErrorCode.OVER_QUOTA, detail, step=STEP)
    data = sum(usage.database_sizes([site.slug, copy.source]).values()) if copy.database else 0  # both are dumped
    whole = size + int(data * database_dump.ROOM) + disk_space.BYTES
    disk_space.check((names.HOSTING_ROOT,), size=whole, inodes=inodes + disk_space.INODES)
    return size, inodes


def _owner(slug: str) -> tuple[int, int]:
    entry = pwd.getpwnam(names.account(slug))
    return entry.pw_uid, entry.pw_gid


def _copy_files(source: Path, target: Path) -> None:
    """Copy folders and plain files as they lie, holes and hard links too; links to other names are left out.

    What tar complains of while it reads goes into a file: thousands of sockets would fill a pipe that nobody empties.
    """
    reading = ["tar", "--create", "--sparse", "--file=-", f"--directory={source}", "--", "."]
    writing = ["tar", "--extract", "--file=-", "--no-same-owner", "--preserve-permissions", "--no-overwrite-dir"]
    with tempfile.TemporaryFile() as complaints:
        with subprocess.Popen(reading, stdout=subprocess.PIPE, stderr=complaints, env=ENVIRONMENT, cwd="/") as tar:
            try:
                done = subprocess.run(
                    [*writing, f"--directory={target}"], stdin=tar.stdout, capture_output=True, env=ENVIRONMENT,
                    cwd="/", timeout=SECONDS, check=False,
                )  # fmt: skip
            except subprocess.TimeoutExpired as error:
                raise ServerError(ErrorCode.TIMEOUT, f"{source} takes too long to copy", step=STEP) from error
            finally:
                if tar.stdout:
                    tar.stdout.close()  # a reader that is not heard any more ends
        if tar.returncode not in {0, 1} or done.returncode != 0:  # 1: a file changed while it was read
            complaints.seek(0)
            said = (done.stderr or complaints.read(COMPLAINT_MAX)).decode(errors="replace")
            raise ServerError(ErrorCode.STEP_FAILED, brief(said), step=STEP)
    must(["find", str(target), "!", "-type", "f", "!", "-type", "d", "-delete"], seconds=SECONDS)


def _adapted(site: Site, source: Record, copy: Copy, tops: list[Path]) -> logins.Adapted:
    """Lead the files to the new place's own database. What opens it stands in the request, or in the files there.

    Raises `ServerError` (`FILE_UNFIT`) where neither has it, or it may stand where nobody looked: the old password
    stays in nobody else's files, and no site works on another's database.
    """
    if database.CLAIM not in source.claims or database.CLAIM not in site.record.claims:
        return logins.Adapted(changed=(), unsure=())
    hashed, there = login.hash_of(source.slug), [names.home(site.slug) / top for top in TOPS]
    password = copy.password or logins.find(there, login.hash_of(site.slug))
    if password is None and logins.find(tops, hashed) is not None:
        raise ServerError(ErrorCode.FILE_UNFIT, f"no file of {site.slug} holds its database's password", step=STEP)
    spec = HostingSpec.from_data(source.spec or {})
    adapted = logins.adapt(tops, hashed, _place(spec), _place(site.spec), password)
    if adapted.is_cut and not adapted.changed:
        raise ServerError(ErrorCode.FILE_UNFIT, "too many files to find the one that opens the database", step=STEP)
    return adapted


def _place(spec: HostingSpec) -> SiteLogins:
    return SiteLogins(
        database=names.database(spec.slug), domains=spec.names, root=spec.document_root, is_copy=spec.team_only
    )


def _put(request_id: str, site: Site) -> dict[str, Any]:
    """Exchange the folders, then load the data; where that fails, all is as it was before. Raises `ServerError`.

    Where the way back fails too, what the site held stays aside, and whoever asks next begins with the way back.
    """
    stage, ready = names.copy_stage(site.slug), _ready(site.slug)
    aside.begin(site.slug, request_id)
    try:
        theirs = ["{}:{}".format(*_owner(site.slug)), "--", *(str(stage / top) for top in ready["tops"])]
        must(["chown", "--recursive", "--no-dereference", *theirs], seconds=SECONDS)
        _exchange(site, ready["tops"], comes=True)
        if ready["database"]:
            _load(site.slug, stage)
    except Exception as error:
        _back(site)
        done = as_server_error(error, STEP)
        done.left = ("files and database are as they were before",)
        raise done from error
    return {}


def _ready(slug: str) -> dict[str, Any]:
    try:
        ready: dict[str, Any] = json.loads((names.copy_stage(slug) / READY).read_bytes())
    except FileNotFoundError as error:
        raise ServerError(ErrorCode.STEP_FAILED, "nothing was made ready", step=STEP) from error
    return ready


def _back(site: Site) -> None:
    """Put back what the site held before; done again it changes nothing. Raises `ServerError`."""
    stage = names.copy_stage(site.slug)
    if (stage / BEFORE).exists():
        with lock.held(database_files.LOCK, database_files.WAIT_SECONDS), login.borrowed(site.slug) as account:
            database_dump.load_anew(stage / BEFORE, account, definers=True)
    _exchange(site, _ready(site.slug)["tops"], comes=False)
    aside.is_back(site.slug)


def _exchange(site: Site, coming: Mapping[str, int], *, comes: bool) -> None:
    """Put each folder that comes (by its inode) into the home, or out of it again, where that was not done before."""
    home, owner = names.home(site.slug), _owner(site.slug)
    with lock.held():
        for top, inode in coming.items():
            is_there = (home / top).exists() and (home / top).lstat().st_ino == inode
            if is_there is not comes:
                moving.put(names.copy_stage(site.slug) / top, home, top, owner)
        homes.make(site.spec, *owner)


def _load(slug: str, stage: Path) -> None:
    """Load the database anew, once what is there lies in `BEFORE`. Raises `ServerError`."""
    before, part = stage / BEFORE, stage / f"{BEFORE}.part"
    with lock.held(database_files.LOCK, database_files.WAIT_SECONDS), login.borrowed(slug) as account:
        if not before.exists():  # a killed run may have begun to load since
            database_dump.write(names.database(slug), part)
            part.rename(before)
        database_dump.load_anew(stage / COMING, account, definers=False)
