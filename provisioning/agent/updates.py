"""What the distribution has mended and this server has not taken yet. Only looks: nothing is fetched or installed."""

from __future__ import annotations

import datetime
import os
import re
from collections.abc import Iterable
from pathlib import Path

from provisioning.agent.command import must
from provisioning.agent.wordpress import source
from provisioning.plan import PendingUpdates

SIMULATED = ("apt-get", "--simulate", "--option", "Debug::NoLocking=true", "dist-upgrade")
SECONDS = 120.0
INSTALLED = re.compile(r"Inst (\S+) (?:\[\S+\] )?\(\S+ (.+?) \[\w+\]\)")  # package, then where the new one comes from
SECURITY = re.compile(r"-Security:|-security(?:,|$)")  # Debian's label, Ubuntu's suite
LISTS = Path("/var/lib/apt/lists")
REBOOT_MARK = Path("/run/reboot-required")
BOOT = Path("/boot")
SHOWN = 200  # packages by name


def gather() -> PendingUpdates:
    """Return what is pending by the package lists of this server. Raises `ServerError` where apt does not answer."""
    security, others = read(must(SIMULATED, seconds=SECONDS).splitlines())
    return PendingUpdates(
        security=tuple(sorted(security)[:SHOWN]),
        others=len(others),
        reboot_required=REBOOT_MARK.exists() or _kernel_is_newer(),
        lists_at=_lists_at(),
        wordpress=source.candidate(),
    )


def read(lines: Iterable[str]) -> tuple[set[str], set[str]]:
    """Return the packages that apt would bring, by whether a security archive has them."""
    security: set[str] = set()
    others: set[str] = set()
    for line in lines:
        found = INSTALLED.match(line)
        if found:
            (security if SECURITY.search(found[2]) else others).add(found[1])
    return security, others


def _kernel_is_newer() -> bool:
    """Whether a kernel was put there after this one began to run."""
    lines = Path("/proc/stat").read_text(encoding="ascii").splitlines()
    started = next(int(line.split()[1]) for line in lines if line.startswith("btime "))  # proc_stat(5)
    return any(path.stat().st_mtime > started for path in BOOT.glob("vmlinuz-*"))


def _lists_at() -> str | None:
    """Return when the package lists were last fetched (ISO, UTC); None where there are none."""
    if not LISTS.is_dir():
        return None
    with os.scandir(LISTS) as entries:
        times = [entry.stat().st_mtime for entry in entries if entry.name.endswith(("_InRelease", "_Release"))]
    return datetime.datetime.fromtimestamp(max(times), tz=datetime.UTC).isoformat() if times else None
