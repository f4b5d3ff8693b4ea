"""Runs restic: a fixed environment, no secret in its arguments, gently, and never longer than whoever asked lives."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import json
import re
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from provisioning.agent.backup.repository import CACHE, PASSWORD, Repository
from provisioning.agent.command import ENVIRONMENT, brief
from provisioning.plan import ErrorCode, ServerError

SECONDS = 6 * 3600  # of one call, at most
DIES_WITH_US = ("setpriv", "--pdeathsig", "KILL", "--")  # a call that outlived a killed agent would meet the next one
GENTLY = ("nice", "-n", "15")
UNREAD = 3  # restic's exit code where some of the files went away while they were read (the snapshot stands)
LOCKED = "already locked"
NOTHING_THERE = "Is there a repository at the following location"
TIMED_OUT = 124
ERRORS_MAX = 64 * 1024  # bytes of complaint that are read
NO_WAY = (
    "unable to open", "unable to create lock", "unable to start the sftp session", "no such file or directory",
    "connection refused", "no route to host", "timeout", "wrong password", "no key found", "dial tcp",
    "ssh command exited", "host key verification failed", "permission denied", "lookup",
)  # fmt: skip
STEP = "backup"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Snapshot:
    """One snapshot of the repository."""

    id: str
    taken_at: datetime.datetime
    tags: tuple[str, ...]
    paths: tuple[str, ...]


@dataclasses.dataclass(frozen=True, kw_only=True)
class SnapshotContent:
    """What lies at some paths of a snapshot: bytes, inodes, and which of the paths are there."""

    size_bytes: int
    inodes: int
    present: frozenset[str]


@dataclasses.dataclass(frozen=True, kw_only=True)
class CommandResult:
    """What a call left, which had `seconds`. `output` may be long: it is read line by line."""

    code: int
    output: IO[bytes]
    errors: str
    seconds: int

    def lines(self) -> Iterator[str]:
        """Yield what it said."""
        return (line.decode(errors="replace") for line in self.output)

    def failure(self) -> ServerError:
        """Return why it did not go."""
        detail = brief(self.errors) or f"restic ended with {self.code}"
        if self.code == TIMED_OUT:
            return ServerError(ErrorCode.TIMEOUT, f"restic took more than {self.seconds} s", step=STEP)
        lost = any(sign in self.errors.lower() for sign in NO_WAY)
        return ServerError(ErrorCode.BACKUP_UNREACHABLE if lost else ErrorCode.STEP_FAILED, detail, step=STEP)


class Restic:
    """One repository."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    def open_or_make(self) -> bool:
        """Make sure that there is a repository that our password opens; return whether it was made now.

        Raises `ServerError` (`BACKUP_UNREACHABLE`).
        """
        with self._call("cat", "config", "--no-lock") as said:
            if said.code == 0:
                return False
            if NOTHING_THERE not in said.errors:
                raise said.failure()
        self.must("init", "--repository-version", "2")
        return True

    def snapshots(self, *tags: str) -> list[Snapshot]:
        """Return the snapshots that have all these tags, oldest first."""
        chosen = ("--tag", ",".join(tags)) if tags else ()
        found = json.loads("".join(self.must("snapshots", "--json", "--no-lock", *chosen)) or "[]")
        return [
            Snapshot(
                id=one["id"],
                taken_at=datetime.datetime.fromisoformat(one["time"]),
                tags=tuple(one.get("tags") or ()),
                paths=tuple(one["paths"]),
            )
            for one in found or []
        ]

    def content(self, snapshot: str, paths: Sequence[Path]) -> SnapshotContent:
        """Count what lies at paths of a snapshot, and below them."""
        size, inodes, present = 0, 0, set()
        wanted = [str(path) for path in paths]
        with self._call("ls", "--json", "--no-lock", "--recursive", "--", snapshot, *wanted) as said:
            if said.code != 0:
                raise said.failure()
            for node in map(json.loads, said.lines()):
                if node.get("struct_type") == "node":
                    size, inodes = size + int(node.get("size", 0)), inodes + 1
                    present |= {node["path"]} & set(wanted)
        return SnapshotContent(size_bytes=size, inodes=inodes, present=frozenset(present))

    def backup(
        self, paths: Sequence[Path], tags: Sequence[str], *, largest: int, seconds: int
    ) -> tuple[dict[str, Any], int]:
        """Take a snapshot; return restic's summary and how many files could not be read. Raises `ServerError`.

        Files of more than `largest` bytes are left out: they have grown since whoever asks looked.
        """
        marks = [part for tag in tags for part in ("--tag", tag)]
        bound = ("--exclude-larger-than", str(largest))
        arguments = ("backup", "--json", "--quiet", "--host", "layanan", *bound, *marks, "--")
        for may_unlock in (True, False):
            with self._call(*arguments, *map(str, paths), seconds=seconds) as said:
                if said.code in {0, UNREAD}:
                    answers = [json.loads(line) for line in said.lines() if line.startswith("{")]
                    summary: dict[str, Any] = next((one for one in answers if one.get("message_type") == "summary"), {})
                    return summary, said.errors.count("\n") if said.code == UNREAD else 0
                if not may_unlock or LOCKED not in said.errors:
                    raise said.failure()
            self.unlock()
        raise AssertionError("unreachable")

    def restore(self, snapshot: str, paths: Sequence[Path], target: Path) -> None:
        """Restore paths of a snapshot below `target`, and read what was written once more to compare it."""
        chosen = [part for path in paths for part in ("--include", _literally(path))]
        self.must("restore", "--no-lock", "--verify", "--target", str(target), *chosen, "--", snapshot)

    def must(self, *arguments: str) -> list[str]:
        """Run and return the lines of the answer. Raises `ServerError` (`BACKUP_UNREACHABLE`, `STEP_FAILED`)."""
        with self._call(*arguments) as said:
            if said.code != 0:
                raise said.failure()
            return list(said.lines())

    def unlock(self) -> None:
        """Take away locks whose process is gone. Ours keep order among ourselves: see `repository_locks`."""
        self.must("unlock")

    @contextlib.contextmanager
    def _call(self, *arguments: str, seconds: int = SECONDS) -> Iterator[CommandResult]:
        environment = {
            **ENVIRONMENT, **self._repository.environment,
            "RESTIC_REPOSITORY": self._repository.place,
            "RESTIC_PASSWORD_FILE": str(PASSWORD),
            "RESTIC_CACHE_DIR": str(CACHE),
        }  # fmt: skip
        limited = (*DIES_WITH_US, "timeout", "--kill-after=30", str(seconds), *DIES_WITH_US, *GENTLY)
        command = [*limited, "restic", *self._repository.options, *arguments]
        with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=errors, env=environment, cwd="/", check=False
            )
            output.seek(0)
            errors.seek(0)
            complaint = errors.read(ERRORS_MAX).decode(errors="replace")
            yield CommandResult(code=done.returncode, output=output, errors=complaint, seconds=seconds)


def _literally(path: Path) -> str:
    """Return a path as a pattern that matches it alone (Go's `filepath.Match`)."""
    return re.sub(r"([\\*?\[])", r"\\\1", str(path))
