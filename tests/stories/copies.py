"""What a person sees twice, and whether it says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bot.sandbox.screen import ScreenMessage

RESENT = "(dikirim ulang)"


def marked(messages: Sequence[ScreenMessage]) -> int:
    """Return how many messages say that they were sent again."""
    return sum(RESENT in message.text for message in messages)


def unmarked(messages: Sequence[ScreenMessage]) -> list[str]:
    """Return what is there more than once though no copy says that it was sent again."""
    seen: Counter[tuple[str, str]] = Counter()
    said: Counter[tuple[str, str]] = Counter()
    for message in messages:
        what = (message.text.replace(RESENT, "").strip(), message.file.name if message.file else "")
        seen[what] += 1
        said[what] += RESENT in message.text
    return [text for (text, file), count in seen.items() if count - said[text, file] > 1]
