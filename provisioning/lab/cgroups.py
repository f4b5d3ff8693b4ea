"""A control group for each server, so that systemd in it has a tree of its own and the lab can end it whole.

Machines come in two kinds. Unified: one cgroup2 tree with all controllers. Hybrid: cgroup2 without controllers, which
live in version 1 trees of their own; there a server gets those instead, else no limit in it would hold.
"""

from __future__ import annotations

import contextlib
import time
from pathlib import Path
from typing import Final

from provisioning.lab.errors import LabError

ROOT: Final = Path("/sys/fs/cgroup")
CONTROLLERS: Final = ("cpu", "io", "memory", "pids")
V1_NEEDED: Final = ("cpu", "memory", "pids")
V1_TREES: Final = ("cpu", "cpuacct", "memory", "pids", "blkio")
PATIENCE: Final = 10.0  # seconds for killed processes to be gone
PAUSE: Final = 0.02


def is_hybrid() -> bool:
    """Tell whether this machine keeps its controllers in version 1 trees."""
    return not (ROOT / "cgroup.controllers").exists() and all((ROOT / name).is_dir() for name in V1_NEEDED)


def hierarchies() -> list[Path]:
    """Return the trees a server has a group in, the unified one first; raises `LabError` if there is none."""
    if (ROOT / "cgroup.controllers").exists():
        return [ROOT]
    if not (ROOT / "unified/cgroup.procs").exists():
        raise LabError("The lab needs cgroup2, mounted on /sys/fs/cgroup or /sys/fs/cgroup/unified.")
    trees = [ROOT / name for name in ("unified", "systemd", *v1_trees())]
    return [tree for tree in trees if (tree / "cgroup.procs").exists()]


def v1_trees() -> list[str]:
    """Return the names of the version 1 trees that a server on a hybrid machine may write its part of."""
    return [name for name in V1_TREES if (ROOT / name).is_dir()] if is_hybrid() else []


def make(lab: str, server: str) -> list[Path]:
    """Make a server's groups anew and return them, the unified one first."""
    groups = []
    for tree in hierarchies():
        group = tree / lab / server
        _remove_tree(group)  # what an earlier start of this server left
        group.mkdir(parents=True, exist_ok=True)
        groups.append(group)
    _offer_controllers(groups[0])
    return groups


def _offer_controllers(group: Path) -> None:
    # the root group of a container may be too busy for this: limits inside the servers are then not enforced
    for parent in (group.parent.parent, group.parent):
        for controller in CONTROLLERS:
            with contextlib.suppress(OSError):
                (parent / "cgroup.subtree_control").write_text(f"+{controller}")


def enforced(lab: str, server: str) -> frozenset[str]:
    """Return which of cpu, io, memory and pids systemd in a server can limit."""
    unified = (hierarchies()[0] / lab / server / "cgroup.controllers").read_text().split()
    version_1 = ["io" if name == "blkio" else name for name in v1_trees()]
    return frozenset(CONTROLLERS) & {*unified, *version_1}


def kill(lab: str, server: str) -> None:
    """End every process of a server at once, as a power cut does, and wait until none is left."""
    group = hierarchies()[0] / lab / server
    if not group.is_dir():
        return
    (group / "cgroup.kill").write_text("1")
    deadline = time.monotonic() + PATIENCE
    while "populated 1" in (group / "cgroup.events").read_text():
        if time.monotonic() > deadline:
            raise LabError(f"Processes of {server} are still there {PATIENCE:.0f} s after they were killed.")
        time.sleep(PAUSE)


def remove(lab: str) -> None:
    """Remove a lab's groups; its processes must have ended."""
    for tree in hierarchies():
        _remove_tree(tree / lab)


def _remove_tree(top: Path) -> None:
    folders = [top, *(path for path in top.rglob("*") if path.is_dir())] if top.is_dir() else []
    for folder in sorted(folders, key=lambda path: len(path.parts), reverse=True):
        _remove_group(folder)


def _remove_group(folder: Path) -> None:
    # a version 1 group stays busy for a moment after its last process ended
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return folder.rmdir()
        except FileNotFoundError:
            return None
        except OSError as error:
            if time.monotonic() > deadline:
                raise LabError(f"{folder} cannot be removed: {error.strerror}") from error
            time.sleep(PAUSE)


def servers(lab: str) -> list[str]:
    """Return the names of the servers that have a group in this lab."""
    top = hierarchies()[0] / lab
    return sorted(path.name for path in top.iterdir() if path.is_dir()) if top.is_dir() else []
