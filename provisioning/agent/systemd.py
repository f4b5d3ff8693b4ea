"""What systemd says of its units, several in one call."""

from __future__ import annotations

import time
from collections.abc import Mapping

from provisioning.agent.command import must


def states(*units: str) -> list[dict[str, str]]:
    """Return each unit's `ActiveState` and since when. Raises `ServerError`."""
    shown = must(["systemctl", "show", "--property=ActiveState,ActiveEnterTimestampMonotonic", *units])
    return [dict(line.split("=", 1) for line in block.splitlines()) for block in shown.strip().split("\n\n")]


def began(service: Mapping[str, str]) -> float:
    """Return when a service started, by the clock of today (seconds since 1970)."""
    return time.time() - time.monotonic() + int(service["ActiveEnterTimestampMonotonic"]) / 1e6
