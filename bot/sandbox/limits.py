"""Telegram's flood limits: about 30 messages a second in all, one a second in a chat, 20 a minute in a group.

Source: "My bot is hitting limits" in Telegram's bot FAQ; short bursts above a chat's rate are tolerated there, so a
chat has a small bucket here.
"""

from __future__ import annotations

import collections
import dataclasses
import math
import time
from collections.abc import Callable

from bot.sandbox.errors import too_many_requests


@dataclasses.dataclass(frozen=True, kw_only=True)
class FloodLimits:
    """Rates in messages a second; `time_factor` lets the limits' clock run faster than the wall's (tests)."""

    overall_per_second: int = 30  # in any second
    private_per_second: float = 1.0
    private_burst: int = 5
    group_per_minute: float = 20.0
    group_burst: int = 20
    time_factor: float = 1.0
    enabled: bool = True


@dataclasses.dataclass
class _Bucket:
    rate: float
    size: int
    tokens: float
    seen: float

    def wait(self, now: float) -> float:
        """Seconds until one token is there; 0 when it is."""
        self.tokens = min(self.size, self.tokens + (now - self.seen) * self.rate)
        self.seen = now
        return max(0.0, (1.0 - self.tokens) / self.rate)


class FloodGate:
    """Counts what a bot sends and edits, and refuses what Telegram would refuse."""

    def __init__(self, limits: FloodLimits, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._clock = clock
        self._last_second: collections.deque[float] = collections.deque()
        self._chats: dict[int, _Bucket] = {}

    def _now(self) -> float:
        return self._clock() * self._limits.time_factor

    def pass_or_refuse(self, chat_id: int, messages: int = 1) -> None:
        """Let messages to a chat through. Raises `ApiError` 429 with `retry_after` in whole wall-clock seconds."""
        if not self._limits.enabled:
            return
        now = self._now()
        chat = self._chats.get(chat_id) or self._chats.setdefault(chat_id, self._new_bucket(chat_id, now))
        wait = max(chat.wait(now), self._wait_for_all(now, messages))
        if wait > 0:
            raise too_many_requests(max(1, math.ceil(wait / self._limits.time_factor)))
        chat.tokens -= messages
        self._last_second.extend([now] * messages)

    def _wait_for_all(self, now: float, messages: int) -> float:
        while self._last_second and self._last_second[0] <= now - 1.0:
            self._last_second.popleft()
        over = len(self._last_second) + messages - self._limits.overall_per_second
        return self._last_second[over - 1] + 1.0 - now if over > 0 else 0.0

    def _new_bucket(self, chat_id: int, now: float) -> _Bucket:
        limits = self._limits
        if chat_id < 0:
            return _Bucket(limits.group_per_minute / 60, limits.group_burst, limits.group_burst, now)
        return _Bucket(limits.private_per_second, limits.private_burst, limits.private_burst, now)
