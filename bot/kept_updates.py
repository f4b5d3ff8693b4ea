"""Which updates are kept, and how one is written down so that it can be read again."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from telegram import Update
from telegram.constants import ChatType

OF_AN_EDIT = ("message_id", "date", "edit_date", "chat", "from")
"""What is kept of a message that its writer changed: that it was, for its words are not read, and may be secret."""


def is_elsewhere(update: Update) -> bool:
    """Whether an update comes from a group or channel: the bot talks with one person at a time, and reads no other."""
    return update.effective_chat is not None and update.effective_chat.type != ChatType.PRIVATE


def is_of_standing(update: Update) -> bool:
    """Whether an update tells what the bot is in a group from now on: it is put there or taken out; nobody wrote it."""
    change = update.my_chat_member
    return change is not None and change.chat.type in (ChatType.GROUP, ChatType.SUPERGROUP)


def payload_of(update: Update) -> dict[str, Any]:
    """Return an update as JSON can hold it. Raises `TypeError` for one that holds what PTB does not write down.

    PTB 22.8 leaves instants in some objects as they are, among them the message that somebody pinned and the bot
    cannot see (`telegram/_message.py`, `InaccessibleMessage`).
    """
    written: dict[str, Any] = json.loads(json.dumps(update.to_dict(), default=_as_telegram_writes_it))
    if update.edited_message is not None:
        written["edited_message"] = {key: written["edited_message"][key] for key in OF_AN_EDIT}
    return written


def _as_telegram_writes_it(value: object) -> int:
    if isinstance(value, dt.datetime):
        return int(value.timestamp())
    raise TypeError(f"{type(value).__name__} cannot be kept")
