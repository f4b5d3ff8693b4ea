"""Looks through the files of one hosting for what does not belong there; changes nothing.

All is read by a child process that has become the tenant: it can open what the tenant can, and no link or mount of
theirs leads it further. It is bounded in time and bytes; what is left over is gone on with by the next request, from
the name that this one ended at. Without a whole pass only files that changed since a moment of this server's clock are
read, by `st_ctime`: a tenant can set a file's date back, but not that.
"""

from __future__ import annotations

import dataclasses
import os
import pwd
import signal
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from provisioning.agent import clamav, names, readable, tenant_child
from provisioning.agent.malware_traits import Suspicion, judge, rules
from provisioning.agent.wordpress import unchanged
from provisioning.plan import ErrorCode, ServerError

SECONDS = 45.0
BYTES = 512 * 1024 * 1024
SUSPECTS_MAX = 200
FILE_SECONDS = 2.0  # the processor's, for the patterns on one file: who makes them slow hides nothing else by it
SLACK = 2.0  # seconds of overlap between two passes
FOLDERS = ("private", "public", "tmp")
TOO_SLOW = "terlalu_lama"
CLOSED_FOLDER = "folder_tertutup"
GO_THROUGH = stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH


@dataclasses.dataclass
class ScanPass:
    """One pass over a hosting's files, as it goes."""

    since: float
    limit: float
    files: int = 0
    read: int = 0
    bytes: int = 0
    closed: int = 0  # what the tenant has closed to themselves
    next: str | None = None
    suspects: list[dict[str, Any]] = dataclasses.field(default_factory=list)

    @property
    def is_over(self) -> bool:
        """Whether what was allowed is used up."""
        return time.monotonic() > self.limit or self.bytes > BYTES or len(self.suspects) >= SUSPECTS_MAX


def scan(slug: str, *, since: float, after: str) -> dict[str, Any]:
    """Return what was found in the files that changed since `since` (Unix time; 0: in all), from beyond `after` on.

    `next` of the answer is where to go on, None at the end; like `after` it is in hexadecimal, for a name may be no
    text. Raises `ServerError` (`STEP_FAILED`, `TIMEOUT`) where the child does not end well.
    """
    try:
        account = pwd.getpwnam(names.account(slug))
    except KeyError as error:
        raise ServerError(ErrorCode.STEP_FAILED, "the hosting has no account", step="scan") from error
    began = time.time() - SLACK
    found = tenant_child.answer(
        account, lambda: _look_through(names.home(slug), since, after), seconds=SECONDS * 2, step="scan"
    )
    found["began"] = began
    clamav.add_opinions(names.home(slug), account, found)
    for suspect in found["suspects"]:
        suspect["path"] = os.fsencode(suspect["path"]).decode("utf-8", errors="backslashreplace")
    return found


def _look_through(home: Path, since: float, after: str) -> dict[str, Any]:
    signal.signal(signal.SIGPROF, _interrupt)
    going = ScanPass(since=since, next=after, limit=time.monotonic() + SECONDS)
    for name, info in readable.files(home, FOLDERS, beyond=os.fsdecode(bytes.fromhex(after))):
        if going.is_over:
            break
        going.next = os.fsencode(name).hex()
        if stat.S_ISDIR(info.st_mode):
            _note_closed(name, info, going)
            continue
        going.files += 1
        if info.st_ctime >= since:
            _look_at(home, name, info, going)
    else:
        going.next = None
    answer = dataclasses.asdict(going)
    return {name: value for name, value in answer.items() if name not in {"since", "limit"}}


def _note_closed(name: str, info: os.stat_result, going: ScanPass) -> None:
    """Count a closed folder; suspect one that is served all the same, to whoever knows a name inside."""
    going.closed += 1
    if name.startswith("public/") and info.st_mode & GO_THROUGH:
        found = {"trait": CLOSED_FOLDER, "weight": rules().alarm, "line": 0, "excerpt": ""}
        going.suspects.append(_suspect(name, info, "", [found]))


def _look_at(home: Path, name: str, info: os.stat_result, going: ScanPass) -> None:
    content = readable.content(home / name, info.st_size)
    if content is None:
        going.closed += 1
        return
    going.read += 1
    going.bytes += len(content)
    traits = list(_traits(name, content, info.st_size))
    suspected = sum(one["weight"] for one in traits) >= rules().report
    if suspected and not (len(content) == info.st_size and unchanged.is_ours(home, name, content)):
        going.suspects.append(_suspect(name, info, readable.digest(home / name), traits))


def _suspect(name: str, info: os.stat_result, sha256: str, traits: list[dict[str, Any]]) -> dict[str, Any]:
    score = sum(one["weight"] for one in traits)
    return {
        "path": name, "size": info.st_size, "changed": info.st_mtime, "sha256": sha256, "score": score,
        "traits": traits, "opinion": None,
    }  # fmt: skip


def _traits(name: str, content: bytes, size: int) -> Iterator[dict[str, Any]]:
    """Judge a file. The timer counts what this process computes: none is suspected because the server is busy."""
    suspicion = Suspicion(())
    try:
        signal.setitimer(signal.ITIMER_PROF, FILE_SECONDS)
        suspicion = judge(name, content, size)
        signal.setitimer(signal.ITIMER_PROF, 0)
    except _TooSlowError:
        yield {"trait": TOO_SLOW, "weight": rules().report, "line": 0, "excerpt": ""}
    yield from (dataclasses.asdict(one) for one in suspicion.found)


class _TooSlowError(Exception):
    """The patterns took too long on one file."""


def _interrupt(*_: object) -> None:
    raise _TooSlowError
