"""Telegram's limits on what a bot sends, kept on our side, so that 429 is the exception. Pure: time is given.

Source: core.telegram.org/bots/faq, "My bot is hitting limits": 30 messages a second in all, one a second in a chat
with short bursts tolerated, 20 a minute in a group.
"""

from __future__ import annotations

import collections
import dataclasses


@dataclasses.dataclass
class Bucket:
    """Tokens that refill at `rate` a second up to `size`."""

    rate: float
    size: int
    tokens: float
    seen: float

    def wait(self, now: float) -> float:
        """Return the seconds until a token is there; 0 when it is."""
        self.tokens = min(self.size, self.tokens + max(0.0, now - self.seen) * self.rate)
        self.seen = now
        return max(0.0, (1.0 - self.tokens) / self.rate)


class Flood:
    """Grants sends: each has a place among the last second's of all chats, and a token of its own chat's bucket."""

    OVERALL = 28  # in any `WINDOW_SECONDS`: some arrive later than others
    WINDOW_SECONDS = 1.0
    CALL_RATE = 10.0  # of what is no message (deletions, reactions, lists of commands): Telegram names no limit of it
    CALL_BURST = 10
    PRIVATE_RATE = 1.0
    PRIVATE_BURST = 4
    GROUP_RATE = 20 / 60
    GROUP_BURST = 18
    MEMORY_SECONDS = 60.0  # after which every bucket is full, whatever was sent before

    def __init__(self, now: float) -> None:
        self._recent: collections.deque[float] = collections.deque()
        self._calls = Bucket(self.CALL_RATE, self.CALL_BURST, self.CALL_BURST, now)
        self._chats: dict[int, Bucket] = {}
        self._held_until = now

    def hold(self, until: float) -> None:
        """Let nothing through until then: Telegram's limit on all chats was met."""
        self._held_until = max(self._held_until, until)

    def take_call(self, now: float) -> float:
        """Take the token of what is no message and return 0, or take nothing and return the seconds to wait."""
        wait = max(self._calls.wait(now), self._held_until - now)
        if wait > 0:
            return wait
        self._calls.tokens -= 1
        return 0.0

    def take(self, chat_id: int, now: float) -> float:
        """Take a send's tokens and return 0, or take nothing and return the seconds to wait."""
        chat = self._chats.get(chat_id) or self._chats.setdefault(chat_id, self._new_bucket(chat_id, now))
        wait = max(chat.wait(now), self._wait_for_all(now), self._held_until - now)
        if wait > 0:
            return wait
        chat.tokens -= 1
        self._recent.append(now)
        return 0.0

    def _wait_for_all(self, now: float) -> float:
        while self._recent and self._recent[0] <= now - self.WINDOW_SECONDS:
            self._recent.popleft()
        return self._recent[0] + self.WINDOW_SECONDS - now if len(self._recent) >= self.OVERALL else 0.0

    def recall(self, chat_id: int, at: float) -> None:
        """Count a send that somebody made at an instant, not before those counted already."""
        chat = self._chats.get(chat_id) or self._chats.setdefault(chat_id, self._new_bucket(chat_id, at))
        chat.wait(at)
        chat.tokens -= 1
        self._recent.append(at)

    def give_back(self, chat_id: int) -> None:
        """Take back the count of a send that turned out to be none."""
        if self._recent:
            self._recent.pop()
        if chat_id in self._chats:
            self._chats[chat_id].tokens += 1

    def forget_idle(self, now: float) -> None:
        """Drop the buckets of chats that are full again, so that memory does not grow with the years."""
        self._chats = {
            chat: bucket for chat, bucket in self._chats.items() if bucket.wait(now) or bucket.tokens < bucket.size
        }

    def _new_bucket(self, chat_id: int, now: float) -> Bucket:
        is_group = chat_id < 0  # Bot API: the ids of groups and channels are negative
        rate, size = (self.GROUP_RATE, self.GROUP_BURST) if is_group else (self.PRIVATE_RATE, self.PRIVATE_BURST)
        return Bucket(rate, size, size, now)
