"""Disk and inode limits by the file system's own quota where it is on; where it is off the plan says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from provisioning.agent import names
from provisioning.agent.command import must
from provisioning.agent.site import Batch, Site
from provisioning.plan import Action, Change
from provisioning.spec import HostingSpec, State

NAME = "quota"
MOUNTS = Path("/proc/self/mounts")
OPTIONS = frozenset({"usrquota", "uquota", "quota", "usrjquota"})


def mount_point() -> tuple[str, bool]:
    """Return the mount that holds the hostings, and whether it has user quota."""
    best = ("/", False)
    for line in MOUNTS.read_text(encoding="utf-8").splitlines():
        _, point, _, options, *_ = line.split()
        holds = point == "/" or f"{names.HOSTING_ROOT}/".startswith(f"{point}/")
        if holds and len(point) >= len(best[0]):
            on = any(option.partition("=")[0] in OPTIONS for option in options.split(","))
            best = (point, on)
    return best


def observe(site: Site) -> dict[str, Any]:
    """Look whether quota is on, and what we set last."""
    return {"on": mount_point()[1], "set": None if site.record.quota is None else list(site.record.quota)}


def plan(spec: HostingSpec, found: Mapping[str, Any]) -> list[Change]:
    """Return what is to be done. A removed account's quota goes with its files."""
    wanted = [spec.limits.disk_mb, spec.limits.inodes]
    if not found["on"] or spec.state is State.REMOVED or found["set"] == wanted:
        return []
    summary = f"Limit the files to {wanted[0]} MB and {wanted[1]} inodes"
    action = Action.CREATE if found["set"] is None else Action.CHANGE
    return [Change(part=NAME, key="limits", action=action, summary=summary)]


def notes(spec: HostingSpec, found: Mapping[str, Any]) -> list[str]:
    """Return what the official should know."""
    if found["on"] or spec.state is State.REMOVED:
        return []
    return ["Quota is off on this file system: the limits on disk and inodes are not enforced"]


def apply(site: Site, changes: Sequence[Change], batch: Batch) -> None:
    """Set the quota (blocks of 1 KiB, no soft limit)."""
    for _ in changes:
        disk, inodes = site.spec.limits.disk_mb, site.spec.limits.inodes
        must(["setquota", "-u", names.account(site.slug), "0", str(disk * 1024), "0", str(inodes), mount_point()[0]])
        batch.note_quota((disk, inodes))
