"""The line to Telegram: the token, and where updates go."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator

import telegram
from telegram.error import TelegramError

from bot import bootstrap
from bot.doctor.finding import Finding, bad, due, good
from bot.settings import Settings, SettingsError

PENDING_DUE = 100  # updates that wait at Telegram


async def line(settings: Settings) -> AsyncIterator[Finding]:
    """Ask Telegram who we are and where it sends our updates."""
    try:
        async with bootstrap.open_bot(settings) as bot:
            yield good(f"Telegram: @{bot.username} answers.")
            yield of_groups((await bot.get_me()).can_join_groups)
            yield of_webhook(settings.webhook_url, await bot.get_webhook_info())
    except SettingsError as error:
        yield bad(f"Telegram: {error}")
    except TelegramError as error:
        yield due(f"Telegram: would not say where updates go ({error.message}).")


def of_groups(may_join: bool | None) -> Finding:
    """Say whether strangers may put the bot into groups; it leaves all but the engineers' own."""
    if may_join:
        return due(
            "Groups: anybody may add the bot to one; it leaves all but the engineers'. Once theirs is linked, or if "
            "they want none, send /setjoingroups to @BotFather and choose Disable."
        )
    return good("Groups: nobody can add the bot to one. For a group of the engineers, /setjoingroups Enable first.")


def of_webhook(wanted: str | None, found: telegram.WebhookInfo) -> Finding:
    """Compare where Telegram sends updates with where we expect them."""
    ours = f"{wanted.rstrip('/')}/telegram" if wanted else ""
    if found.url and not ours:
        return bad("Updates: another program has set a webhook for this token. If you know it not, /revoke the token.")
    if found.url != ours:
        return bad(f"Updates: Telegram does not send them to {ours}: start `layanan run` again.")
    if found.last_error_date and dt.datetime.now(dt.UTC) - found.last_error_date < dt.timedelta(hours=1):
        return bad(f"Updates: Telegram could not deliver: {found.last_error_message}. Look at the reverse proxy.")
    if found.pending_update_count > PENDING_DUE:
        return due(f"Updates: {found.pending_update_count} wait at Telegram: does `layanan run` run?")
    return good("Updates: come by webhook." if ours else "Updates: are asked for.")
