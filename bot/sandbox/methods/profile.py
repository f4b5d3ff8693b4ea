"""Who the bot is, and whom it talks to: getMe, getChat, names and descriptions, logOut and close."""

from __future__ import annotations

import time
from typing import Any

from bot.sandbox.call import Call
from bot.sandbox.core import Core
from bot.sandbox.errors import bad_request, too_many_requests
from bot.sandbox.groups import Group
from bot.sandbox.views import chat_json, user_json

CLOSE_AFTER_S = 600  # Bot API, close: refused in the first ten minutes
_FIELD_LIMITS = {"name": 64, "description": 512, "short_description": 120}


async def get_me(core: Core, _call: Call) -> dict[str, Any]:
    """GetMe."""
    return {
        **core.world.bot,
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


async def get_chat(core: Core, call: Call) -> dict[str, Any]:
    """GetChat of a private chat."""
    person = core.world.people.get(call.chat_id())
    if person is None or not (person.started or person.seen_by_bot):
        raise bad_request("chat not found")
    return {
        **chat_json(person),
        "accent_color_id": person.id % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(
            ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
        ),
    }


async def get_chat_member(core: Core, call: Call) -> dict[str, Any]:
    """GetChatMember: in a private chat its two sides, in a group the bot itself."""
    person = core.world.reachable(call.chat_id())
    user_id = call.integer("user_id")
    if isinstance(person, Group):
        if user_id != core.world.bot["id"]:
            raise bad_request("PARTICIPANT_ID_INVALID")
        return person.member_json(core.world.bot)
    if user_id not in {person.id, core.world.bot["id"]}:
        raise bad_request("PARTICIPANT_ID_INVALID")
    return {"status": "member", "user": user_json(person) if user_id == person.id else core.world.bot}


async def log_out(core: Core, _call: Call) -> bool:
    """LogOut: every later call is refused."""
    core.logged_out = True
    return True


async def close(core: Core, _call: Call) -> bool:
    """Close: refused while the bot is younger than ten minutes, as by Telegram."""
    left = CLOSE_AFTER_S - (time.monotonic() - core.started_at)
    if left > 0:
        raise too_many_requests(int(left) + 1)
    return True


def _setter(field: str) -> Any:
    async def setter(core: Core, call: Call) -> bool:
        value = call.text(field).strip()
        if len(value) > _FIELD_LIMITS[field]:
            raise bad_request(f"{field.replace('_', ' ')} is too long")
        core.profile[field, call.text("language_code")] = value
        return True

    return setter


def _getter(field: str) -> Any:
    async def getter(core: Core, call: Call) -> dict[str, str]:
        language = call.text("language_code")
        value = core.profile.get((field, language)) or core.profile.get((field, ""), "")
        return {field: value or (str(core.world.bot["first_name"]) if field == "name" else "")}

    return getter


METHODS = {
    "getme": get_me,
    "getchat": get_chat,
    "getchatmember": get_chat_member,
    "logout": log_out,
    "close": close,
    "setmyname": _setter("name"),
    "getmyname": _getter("name"),
    "setmydescription": _setter("description"),
    "getmydescription": _getter("description"),
    "setmyshortdescription": _setter("short_description"),
    "getmyshortdescription": _getter("short_description"),
}
