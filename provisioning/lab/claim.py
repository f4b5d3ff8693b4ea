"""Who owns which lab. A lab whose owner died is cleared away by the next one that starts, or by `clean`."""

from __future__ import annotations

import contextlib
import dataclasses
import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from provisioning.lab import cgroups, network
from provisioning.lab.tools import call

BASE: Final = Path("/run/layanan-lab")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Claim:
    """One lab's number and folder; the folder is a tmpfs that holds all its servers write."""

    number: int

    @property
    def folder(self) -> Path:
        """Return the lab's own tmpfs."""
        return BASE / str(self.number)

    @property
    def group(self) -> str:
        """Return the name of the lab's control group."""
        return f"layanan-lab-{self.number}"


def take() -> Claim:
    """Clear away what dead owners left, then claim a free network and a folder for this process."""
    with _locked():
        for stale in _stale():
            _remove(stale)
        claim = Claim(number=network.make_bridge())
        claim.folder.mkdir(parents=True, exist_ok=True)
        call("mount", "-t", "tmpfs", "-o", "mode=0700,size=75%", "layanan-lab", str(claim.folder))
        owner = {"pid": os.getpid(), "started": _started(os.getpid())}
        (claim.folder / "owner.json").write_text(json.dumps(owner))
        return claim


def release(claim: Claim) -> None:
    """Remove a lab whole: processes, control groups, network, files. Also right after half a start."""
    with _locked():
        _remove(claim)


def clean() -> list[int]:
    """Remove every lab whose owner is dead; return their numbers."""
    with _locked():
        stale = _stale()
        for claim in stale:
            _remove(claim)
        return [claim.number for claim in stale]


@contextlib.contextmanager
def _locked() -> Iterator[None]:
    BASE.mkdir(parents=True, exist_ok=True)
    with (BASE / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _stale() -> list[Claim]:
    numbers = network.numbers() | {int(path.name) for path in BASE.iterdir() if path.name.isdecimal()}
    claims = [Claim(number=number) for number in sorted(numbers)]
    return [claim for claim in claims if not _owner_lives(claim)]


def _owner_lives(claim: Claim) -> bool:
    try:
        owner = json.loads((claim.folder / "owner.json").read_text())
    except FileNotFoundError:  # died between two lines of take(): nobody else can be there, the lock is ours
        return False
    started = _started(int(owner["pid"]))
    return started is not None and started == owner["started"]


def _started(pid: int) -> int | None:
    """Return when a process began, in clock ticks since boot (proc(5), field 22): tells a reused pid apart."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return int(text.rpartition(")")[2].split()[19])


def _remove(claim: Claim) -> None:
    for server in cgroups.servers(claim.group):
        cgroups.kill(claim.group, server)
    cgroups.remove(claim.group)
    network.remove(claim.number)
    if claim.folder.is_mount():
        call("umount", str(claim.folder))
    shutil.rmtree(claim.folder, ignore_errors=True)
