"""A refusal of the use cases put into the words of `templates/messages/penolakan.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot import formats
from bot.texts import has, plain
from workflows.refusal import Refused
from workflows.words import acting_office

UNKNOWN = "penolakan.guard"


def refusal(refused: Refused) -> str:
    """Return what to say: who did what and when where the case has moved on, else why not."""
    params = refused.params
    if refused.code in ("stale_revision", "not_at_this_step", "already_done") and params.get("done"):
        return plain(
            "kartu.sudah" if params.get("by") else "kartu.sudah_sistem",
            number=params["case"],
            done=params["done"],
            who=_who(params),
            when=formats.instant(params["at"]),
        )
    key = f"penolakan.{refused.code}"
    more = {"when": formats.instant(params["at"])} if "at" in params else {}
    if "title" in params:
        more["office"] = acting_office(params.get("acting", ""), params["title"])
    return plain(key if has(key) else UNKNOWN, **params, **more)


def _who(params: Mapping[str, Any]) -> str:
    """Name who did it, with the office where it was held for somebody absent."""
    name, acting = params.get("by", ""), params.get("acting")
    return f"{name} ({acting_office(acting, params['title'])})" if acting else name
