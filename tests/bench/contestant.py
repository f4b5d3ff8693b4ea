"""What everybody in the contest can do; only `make` and `again` are timed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from provisioning.lab import LabServer


class Contestant(Protocol):
    """Makes hostings on one server."""

    name: str
    server: LabServer
    repeats: bool  # whether it can be asked for the same again

    async def prepare(self, slugs: Sequence[str]) -> None:
        """Do what comes before the order."""

    async def make(self, slugs: Sequence[str]) -> None:
        """Make the hostings; they answer when this returns."""

    async def again(self, slugs: Sequence[str]) -> None:
        """Ask for the same once more: there is nothing to change."""

    async def check(self, slugs: Sequence[str]) -> None:
        """See from outside that they work. Raises `RuntimeError`."""

    async def take_away(self, slugs: Sequence[str]) -> None:
        """Remove them."""
