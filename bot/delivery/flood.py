"""Telegram's limits on what a bot sends, kept on our side, so that 429 is the exception. Pure: time is given.

Source: core.telegram.org/bots/faq, "My bot is hitting limits": 30 messages a second in all, one a second in a chat
with short bursts tolerated, 20 a minute in a group.
"""

from __future__ import annotations

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
    """Grants sends: each takes one token of all chats' bucket and one of its chat's."""

    OVERALL_RATE = 30.0
    OVERALL_BURST = 25
    PRIVATE_RATE = 1.0
    PRIVATE_BURST = 4
    GROUP_RATE = 20 / 60
    GROUP_BURST = 18
    MEMORY_SECONDS = 60.0  # after which every bucket is full, whatever was sent before

    def __init__(self, now: float) -> None:
        self._overall = Bucket(self.OVERALL_RATE, self.OVERALL_BURST, self.OVERALL_BURST, now)
        self._chats: dict[int, Bucket] = {}

    def take(self, chat_id: int, now: float) -> float:
        """Take a send's tokens and return 0, or take nothing and return the seconds to wait."""
        chat = self._chats.get(chat_id) or self._chats.setdefault(chat_id, self._new_bucket(chat_id, now))
        wait = max(chat.wait(now), self._overall.wait(now))
        if wait > 0:
            return wait
        chat.tokens -= 1
        self._overall.tokens -= 1
        return 0.0

    def recall(self, chat_id: int, at: float) -> None:
        """Count a send that somebody made at an instant, not before those counted already."""
        chat = self._chats.get(chat_id) or self._chats.setdefault(chat_id, self._new_bucket(chat_id, at))
        for bucket in (chat, self._overall):
            bucket.wait(at)
            bucket.tokens -= 1

    def give_back(self, chat_id: int) -> None:
        """Return the tokens of a send that turned out to be none."""
        self._overall.tokens += 1
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
