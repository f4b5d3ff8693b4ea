"""What each person sees happen, as a numbered log that browsers and tests follow."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.sandbox.state import now_ms

Event = dict[str, Any]


class Feed:
    """One log for everybody, read per person; `seq` grows by one with each event and never goes back."""

    def __init__(self) -> None:
        self._all: list[Event] = []
        self._by_person: dict[int, list[Event]] = {}
        self._waiting: dict[int | None, set[asyncio.Event]] = {}

    def add(self, person_id: int, kind: str, **payload: Any) -> Event:
        """Append one event and wake whoever follows that person or everybody."""
        event = {"seq": len(self._all) + 1, "at_ms": now_ms(), "person_id": person_id, "kind": kind, **payload}
        self._all.append(event)
        self._by_person.setdefault(person_id, []).append(event)
        for key in (person_id, None):
            for waiter in self._waiting.get(key, ()):
                waiter.set()
        return event

    def since(self, after: int, person_id: int | None = None) -> list[Event]:
        """Events numbered above `after`, of one person or of all."""
        if person_id is None:
            return self._all[after:]
        events = self._by_person.get(person_id, [])
        first = len(events)
        while first and events[first - 1]["seq"] > after:
            first -= 1
        return events[first:]

    async def wait(self, after: int, person_id: int | None, timeout_s: float) -> list[Event]:
        """Like `since`, but wait up to `timeout_s` seconds for a first one."""
        found = self.since(after, person_id)
        if found or timeout_s <= 0:
            return found
        waiter = asyncio.Event()
        waiters = self._waiting.setdefault(person_id, set())
        waiters.add(waiter)
        try:
            async with asyncio.timeout(timeout_s):
                await waiter.wait()
        except TimeoutError:
            return []
        finally:
            waiters.discard(waiter)
        return self.since(after, person_id)
