"""What is wrong with the line to Telegram, in a sentence for the person at the keyboard."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from telegram.error import InvalidToken, TelegramError

from bot.settings import SettingsError

TOKEN_REFUSED = "BOT_TOKEN is not accepted by Telegram: ask @BotFather for the present one."  # noqa: S105  (a sentence)


def of_telegram(error: TelegramError) -> str:
    """Return what to mend where a first call fails."""
    if isinstance(error, InvalidToken):
        return TOKEN_REFUSED
    return f"TELEGRAM_API_URL cannot be reached ({error.message}): check it, and this machine's network."


@contextlib.contextmanager
def in_words(kind: type[TelegramError] = TelegramError) -> Iterator[None]:
    """Tell errors of a kind as what to mend. Raises `SettingsError`."""
    try:
        yield
    except kind as error:
        raise SettingsError([of_telegram(error)]) from None
