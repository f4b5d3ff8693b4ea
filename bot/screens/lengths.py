"""Keeping messages within what Telegram takes."""

from __future__ import annotations

from collections.abc import Sequence

from bot.texts import plain

TEXT_LIMIT = 4096  # characters after entities are parsed (Bot API: sendMessage)
ROOM = TEXT_LIMIT - 296  # leaves room for a line that the sender may add


def shorten(text: str, limit: int) -> str:
    """Cut plain text, before it is escaped, to `limit` characters."""
    return text if len(text) <= limit else f"{text[: limit - 1]}{plain('umum.terpotong')}"


def fit(lines: Sequence[str], limit: int = ROOM) -> str:
    """Join whole lines of HTML as far as they fit: a line is never cut, so no tag stays open."""
    kept: list[str] = []
    used = 0
    for line in lines:
        used += len(line) + 1
        if used > limit:
            kept.append(plain("umum.terpotong"))
            break
        kept.append(line)
    return "\n".join(kept)
