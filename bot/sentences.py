"""What is wrong with the line to Telegram, in a sentence for the person at the keyboard."""

from __future__ import annotations

from telegram.error import InvalidToken, TelegramError

TOKEN_REFUSED = "BOT_TOKEN is not accepted by Telegram: ask @BotFather for the present one."  # noqa: S105  (a sentence)


def of_telegram(error: TelegramError) -> str:
    """Return what to mend where a first call fails."""
    if isinstance(error, InvalidToken):
        return TOKEN_REFUSED
    return f"TELEGRAM_API_URL cannot be reached ({error.message}): check it, and this machine's network."
