"""From a hosting's spec to that of its staging copy, and when the copy follows it. Pure."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum

from provisioning.spec import HostingSpec, Limits, State

PREFIX = "uji-"  # of its name
KEPT_FOR = dt.timedelta(days=30)
TOLD_BEFORE = dt.timedelta(days=3)
LEAST = Limits(memory_mb=128, cpu_percent=25, tasks=32, php_workers=2, bandwidth_kbit=2_000, database_connections=5)


def subdomain_of(domain: str, zone: str) -> str | None:
    """Return the copy's name below its zone; None where the hosting's own is not one below it, or is too long."""
    name = domain.removesuffix(f".{zone}")
    copied = PREFIX + name
    return copied if name != domain and "." not in name and len(copied) <= 63 else None  # RFC 1035, 2.3.4


def spec_of(source: HostingSpec, *, slug: str, domain: str) -> HostingSpec:
    """Return the copy: kind, PHP and room for files and data of the site, half of all else, no timed scripts."""
    limits = _halved(source.limits)
    memory = None if source.php.memory_mb is None else min(source.php.memory_mb, limits.memory_mb)
    return dataclasses.replace(
        source,
        slug=slug,
        domains=(domain,),
        custom_domains=(),
        limits=limits,
        php=dataclasses.replace(source.php, memory_mb=memory),
        cron=(),
        ssh_keys=(),
        addresses=(),
        elsewhere=False,
        team_only=True,
    )


def _halved(limits: Limits) -> Limits:
    """Halve what a few visitors do not need, never below what PHP runs with, nor above what the site itself has."""
    names = ("memory_mb", "cpu_percent", "tasks", "php_workers", "bandwidth_kbit", "database_connections")
    given = {name: getattr(limits, name) for name in names}
    return dataclasses.replace(
        limits, **{name: min(value, max(value // 2, getattr(LEAST, name))) for name, value in given.items()}
    )


class CopyAction(enum.StrEnum):
    """What becomes of a copy."""

    STAY = "stay"
    CLOSE = "close"
    OPEN = "open"
    END = "end"


class EndReason(enum.StrEnum):
    """Why a copy ends, where nobody of its team asked for that."""

    OVER = "over"
    SOURCE_ENDS = "source_ends"
    HANDED = "handed"
    MOVES = "moves"


@dataclasses.dataclass(frozen=True, kw_only=True)
class CopyRelation:
    """How copy and source stand to each other. `source` is None where it does not stand any more."""

    source: State | None
    copy: State
    is_handed: bool
    is_moving: bool
    ends_on: dt.date


def course(beside: CopyRelation, day: dt.date) -> tuple[CopyAction, EndReason | None]:
    """Return what is to be done about a copy on a day, and why it ends."""
    if beside.source not in {State.ACTIVE, State.SUSPENDED}:
        return CopyAction.END, EndReason.SOURCE_ENDS
    if beside.is_handed or beside.is_moving:
        return CopyAction.END, EndReason.HANDED if beside.is_handed else EndReason.MOVES
    if day >= beside.ends_on:
        return CopyAction.END, EndReason.OVER
    if beside.source is beside.copy:
        return CopyAction.STAY, None
    return (CopyAction.CLOSE if beside.source is State.SUSPENDED else CopyAction.OPEN), None


def is_to_be_told(ends_on: dt.date, day: dt.date) -> bool:
    """Whether its team is told now that a copy ends soon."""
    return ends_on - TOLD_BEFORE <= day < ends_on
