"""answerCallbackQuery."""

from __future__ import annotations

from bot.sandbox.call import Call
from bot.sandbox.core import Core
from bot.sandbox.errors import bad_request
from bot.sandbox.state import now_ms

ANSWER_MAX = 200  # characters (Bot API, answerCallbackQuery)


async def answer_callback_query(core: Core, call: Call) -> bool:
    """Once, in time, for a query that exists."""
    query = core.world.queries.get(call.text("callback_query_id"))
    stale = query is not None and now_ms() - query.pressed_ms > core.query_lifetime_s * 1000
    if query is None or stale or query.answered_ms is not None:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    text = call.text("text")
    if len(text) > ANSWER_MAX:
        raise bad_request("MESSAGE_TOO_LONG")
    url = call.text("url")
    if url and not url.startswith(f"https://t.me/{core.world.bot['username']}?start="):
        raise bad_request("URL_INVALID")
    core.world.answer(query, text=text, show_alert=call.flag("show_alert"), url=url)
    return True


METHODS = {"answercallbackquery": answer_callback_query}
