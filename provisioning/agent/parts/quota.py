"""Disk and inode limits by the file system's own quota where it is on; where it is off the plan says so."""

from __future__ import annotations

import pwd
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from provisioning.agent import names, quotactl
from provisioning.agent.site import Site, Transaction
from provisioning.plan import Action, Change
from provisioning.spec import HostingSpec, State

NAME = "quota"


def _place() -> Path:
    """Return a folder of the file system that holds the hostings, also before the first of them."""
    return next(path for path in (names.HOSTING_ROOT, *names.HOSTING_ROOT.parents) if path.is_dir())


def is_on() -> bool:
    """Return whether the hostings' file system holds users and groups to their quota."""
    return quotactl.enforced(_place())


def _identity(site: Site) -> int | None:
    """Return the hosting's user id, which is its group's too; of an account that is gone, what our record says."""
    try:
        return pwd.getpwnam(names.account(site.slug)).pw_uid
    except KeyError:
        return site.record.uid


def observe(site: Site) -> dict[str, Any]:
    """Look whether quota is on, and which limits (MB, inodes) the kernel holds for user and group alike."""
    identity = _identity(site)
    if not is_on() or identity is None:
        return {"on": is_on(), "set": None}
    user, group = (quotactl.read(_place(), kind, identity) for kind in (quotactl.USER, quotactl.GROUP))
    limits = {(user.disk_mb, user.inodes), (group.disk_mb, group.inodes)}
    if limits == {(0, 0)}:
        return {"on": True, "set": None}
    return {"on": True, "set": list(limits.pop()) if len(limits) == 1 else []}


def plan(spec: HostingSpec, found: Mapping[str, Any]) -> list[Change]:
    """Return what is to be done."""
    wanted = [spec.limits.disk_mb, spec.limits.inodes]
    if spec.state is State.REMOVED:
        there = found["on"] and found["set"] is not None
        return [_change(Action.REMOVE, "Take the limits of a user id away that nobody has any more")] if there else []
    if not found["on"] or found["set"] == wanted:
        return []
    action = Action.CREATE if found["set"] is None else Action.CHANGE
    return [_change(action, f"Limit the files to {wanted[0]} MB and {wanted[1]} inodes")]


def _change(action: Action, summary: str) -> Change:
    return Change(part=NAME, key="limits", action=action, summary=summary)


def notes(spec: HostingSpec, found: Mapping[str, Any]) -> list[str]:
    """Return what the official should know."""
    if found["on"] or spec.state is State.REMOVED:
        return []
    return ["Quota is off on this file system: the limits on disk and inodes are not enforced"]


def apply(site: Site, changes: Sequence[Change], transaction: Transaction) -> None:
    """Set or take away the hard limits. Raises `OSError`."""
    identity = _identity(site)
    for change in changes:
        if identity is None:
            raise LookupError(f"{names.account(site.slug)} has no user id")
        gone = change.action is Action.REMOVE
        limits = site.spec.limits
        disk, inodes = (0, 0) if gone else (limits.disk_mb, limits.inodes)
        quotactl.limit(_place(), identity, disk_mb=disk, inodes=inodes)
