"""The bot's queue of updates and the long poll over it (Bot API, "Getting updates")."""

from __future__ import annotations

import asyncio
import collections
import itertools
import time
from collections.abc import Callable
from typing import Any

from bot.sandbox.errors import ApiError, conflict

DEFAULT_KINDS = frozenset({"message", "edited_message", "callback_query", "my_chat_member"})
LONG_POLL_MAX_S = 50
CONFIRMED_KEPT = 100  # updates that can be given again
LIFE_SECONDS = 24 * 3600.0
LIVES = {"callback_query": 150.0}  # seconds; all else lives for a day (telegram-bot-api, `Client.cpp`, `add_update`)
Update = dict[str, Any]


class UpdateQueue:
    """Updates in order, kept until the bot confirms them by a higher offset or a 2xx of its webhook."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._forgotten_at: dict[int, float] = {}
        self.allowed: frozenset[str] | None = None
        self.webhook_url = ""
        self._pending: collections.deque[Update] = collections.deque()
        self._confirmed: collections.deque[Update] = collections.deque(maxlen=CONFIRMED_KEPT)
        self._backwards = 0
        self._next_id = 1
        self._arrived = asyncio.Event()
        self._poll: asyncio.Future[None] | None = None

    def __len__(self) -> int:
        return len(self._pending)

    def add(self, kind: str, payload: dict[str, Any]) -> None:
        """Queue one update unless the bot asked not to get that kind."""
        if kind not in (DEFAULT_KINDS if self.allowed is None else self.allowed):
            return
        self._pending.append({"update_id": self._next_id, kind: payload})
        self._forgotten_at[self._next_id] = self._clock() + LIVES.get(kind, LIFE_SECONDS)
        self._next_id += 1
        self._arrived.set()

    def clear(self) -> None:
        """Forget everything pending (`drop_pending_updates`)."""
        self._pending.clear()

    def confirm(self, offset: int) -> None:
        """Forget updates below `offset`; a negative one keeps only that many of the newest."""
        if offset < 0:
            offset = self._next_id + offset
        while self._pending and self._pending[0]["update_id"] < offset:
            self._confirmed.append(self._pending.popleft())

    def give_again(self) -> int:
        """Queue anew what was confirmed, as after a confirmation that got lost; return how many."""
        again = len(self._confirmed)
        self._pending.extendleft(reversed(self._confirmed))
        self._confirmed.clear()
        self._arrived.set()
        return again

    def give_backwards(self, polls: int) -> None:
        """Answer the next so many polls with the newest update first."""
        self._backwards = polls

    def _forget_old(self) -> None:
        """Drop what waited longer than Telegram keeps it: the bot never hears of it."""
        now = self._clock()
        alive = [one for one in self._pending if self._forgotten_at[one["update_id"]] > now]
        if len(alive) < len(self._pending):
            self._pending = collections.deque(alive)

    def first(self) -> Update | None:
        """Return the oldest pending update."""
        self._forget_old()
        return self._pending[0] if self._pending else None

    async def wait_for_any(self) -> None:
        """Return once something is pending."""
        while not self._pending:
            self._arrived.clear()
            await self._arrived.wait()

    async def poll(self, offset: int, limit: int, timeout_s: float) -> list[Update]:
        """One getUpdates. Raises `ApiError` 409 beside a webhook, or when a newer poll takes its place."""
        if self.webhook_url:
            raise conflict(
                "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            )
        self.interrupt(
            conflict("terminated by other getUpdates request; make sure that only one bot instance is running")
        )
        self.confirm(offset)
        self._forget_old()
        if not self._pending and timeout_s > 0:
            await self._long_poll(timeout_s)
        given = list(itertools.islice(self._pending, limit))
        if given and self._backwards:
            self._backwards -= 1
            given.reverse()
        return given

    async def _long_poll(self, timeout_s: float) -> None:
        poll = self._poll = asyncio.get_running_loop().create_future()
        arrival = asyncio.ensure_future(self.wait_for_any())
        try:
            await asyncio.wait({poll, arrival}, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
            if poll.done():
                poll.result()
        finally:
            arrival.cancel()
            if self._poll is poll:
                self._poll = None

    def interrupt(self, error: ApiError) -> None:
        """End a long poll under way with a refusal."""
        if self._poll is not None and not self._poll.done():
            self._poll.set_exception(error)
        self._poll = None
