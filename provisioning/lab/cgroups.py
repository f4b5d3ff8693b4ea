"""A control group for each server, so that systemd in it has a tree of its own and the lab can end it whole."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path
from typing import Final

from provisioning.lab.errors import LabError

ROOT: Final = Path("/sys/fs/cgroup")
CONTROLLERS: Final = ("cpu", "io", "memory", "pids")
PATIENCE: Final = 10.0  # seconds for killed processes to be gone


def hierarchies() -> list[Path]:
    """Return where processes are sorted: the unified tree, and on hybrid machines systemd's own beside it."""
    if (ROOT / "cgroup.controllers").exists():
        return [ROOT]
    hybrid = [ROOT / "unified", ROOT / "systemd"]
    if not (hybrid[0] / "cgroup.procs").exists():
        raise LabError("The lab needs cgroup2, mounted on /sys/fs/cgroup or /sys/fs/cgroup/unified.")
    return [tree for tree in hybrid if (tree / "cgroup.procs").exists()]


def make(lab: str, server: str) -> list[Path]:
    """Make a server's groups and return them, the unified one first."""
    groups = []
    for tree in hierarchies():
        group = tree / lab / server
        group.mkdir(parents=True, exist_ok=True)
        groups.append(group)
    _offer_controllers(groups[0])
    return groups


def _offer_controllers(group: Path) -> None:
    # A container's root group may be busy, and a hybrid machine keeps its controllers elsewhere: limits inside the
    # servers are then not enforced, everything else works (`LabServer.enforced_limits` tells).
    for parent in (group.parent.parent, group.parent):
        for controller in CONTROLLERS:
            with contextlib.suppress(OSError):
                (parent / "cgroup.subtree_control").write_text(f"+{controller}")


def kill(lab: str, server: str) -> None:
    """End every process of a server at once, as a power cut does, and wait until none is left."""
    tree = hierarchies()[0]
    group = tree / lab / server
    if not group.is_dir():
        return
    (group / "cgroup.kill").write_text("1")
    deadline = time.monotonic() + PATIENCE
    while "populated 1" in (group / "cgroup.events").read_text():
        if time.monotonic() > deadline:
            raise LabError(f"Processes of {server} are still there {PATIENCE:.0f} s after they were killed.")
        time.sleep(0.02)


def remove(lab: str) -> None:
    """Remove a lab's groups; its processes must have ended."""
    for tree in hierarchies():
        top = tree / lab
        folders = [path for path in top.rglob("*") if path.is_dir()] if top.is_dir() else []
        for folder in sorted(folders, key=lambda path: len(path.parts), reverse=True):
            folder.rmdir()
        if top.is_dir():
            top.rmdir()


def servers(lab: str) -> list[str]:
    """Return the names of the servers that have a group in this lab."""
    top = hierarchies()[0] / lab
    return sorted(path.name for path in top.iterdir() if path.is_dir()) if top.is_dir() else []
