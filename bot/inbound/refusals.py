"""A refusal of the use cases put into the words of `templates/messages/penolakan.toml`."""

from __future__ import annotations

from bot.screens import formats
from bot.texts import has, plain
from workflows.refusal import Refused

TOAST_MAX = 200  # characters (Bot API: answerCallbackQuery)
UNKNOWN = "penolakan.guard"


def refusal(refused: Refused) -> str:
    """Return what to say: who did what and when where the case has moved on, else why not."""
    params = refused.params
    if refused.code in ("stale_revision", "not_at_this_step", "already_done") and params.get("done"):
        return plain(
            "kartu.sudah" if params.get("by") else "kartu.sudah_sistem",
            number=params["case"],
            done=params["done"],
            who=params.get("by", ""),
            when=formats.instant(params["at"]),
        )
    key = f"penolakan.{refused.code}"
    return plain(key if has(key) else UNKNOWN, **params)
