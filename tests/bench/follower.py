"""What the sandbox saw happen, of everybody, from a moment on."""

from __future__ import annotations

from typing import Any

from bot.sandbox.client import Sandbox

Event = dict[str, Any]


class Follower:
    """Reads the sandbox's events in order, each once."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._after = 0

    async def skip(self) -> None:
        """Forget what happened so far."""
        await self.read(0)

    async def read(self, timeout_s: float) -> list[Event]:
        """Return what is new, waiting so long for a first one."""
        query = {"after": self._after, "timeout": timeout_s}
        events: list[Event] = await self._sandbox.call("GET", "/sandbox/events", params=query)
        if events:
            self._after = events[-1]["seq"]
        return events
