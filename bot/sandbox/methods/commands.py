"""setMyCommands and its kin: the command menu, per scope and language."""

from __future__ import annotations

import re
from typing import Any

from bot.sandbox.call import Call
from bot.sandbox.core import Core
from bot.sandbox.errors import bad_request

COMMANDS_MAX = 100
_NAME = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"([a-z]{2})?")
_PLAIN_SCOPES = frozenset({"default", "all_private_chats", "all_group_chats", "all_chat_administrators"})


async def set_my_commands(core: Core, call: Call) -> bool:
    """SetMyCommands: at most 100, names of a-z, 0-9 and _, descriptions of 1 to 256 characters."""
    commands = call.json("commands")
    if not isinstance(commands, list):
        raise bad_request("expected an Array of BotCommand")
    if len(commands) > COMMANDS_MAX:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    key = _key(core, call)
    core.commands[key] = [_command(item) for item in commands]
    _announce(core)
    return True


async def delete_my_commands(core: Core, call: Call) -> bool:
    """DeleteMyCommands of one scope and language."""
    core.commands.pop(_key(core, call), None)
    _announce(core)
    return True


async def get_my_commands(core: Core, call: Call) -> list[dict[str, str]]:
    """GetMyCommands of exactly one scope and language."""
    return core.commands.get(_key(core, call), [])


def _announce(core: Core) -> None:
    for person_id in core.world.people:
        core.world.feed.add(person_id, "commands", commands=core.commands_for(person_id))


def _command(item: Any) -> dict[str, str]:
    where = "can't parse BotCommand: "
    if not isinstance(item, dict):
        raise bad_request(f"{where}expected an Object")
    for field in ("command", "description"):
        if field not in item:
            raise bad_request(f'{where}Can\'t find field "{field}"')
    name = str(item["command"]).strip().removeprefix("/")
    description = str(item["description"]).strip()
    if not name:
        raise bad_request("command must be non-empty")
    if len(name) > 32:
        raise bad_request("command length must not exceed 32")
    if not _NAME.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not description:
        raise bad_request("command description must be non-empty")
    if len(description) > 256:
        raise bad_request("command description length must not exceed 256")
    return {"command": name, "description": description}


def _key(core: Core, call: Call) -> tuple[str, str]:
    language = call.text("language_code")
    if not _LANGUAGE.fullmatch(language):
        raise bad_request("invalid language code specified")
    return _scope(core, call), language


def _scope(core: Core, call: Call) -> str:
    where = "can't parse BotCommandScope: "
    scope = call.json("scope") or {"type": "default"}
    if not isinstance(scope, dict):
        raise bad_request(f"{where}BotCommandScope must be an Object")
    kind = scope.get("type")
    if kind in _PLAIN_SCOPES:
        return str(kind)
    if kind not in {"chat", "chat_administrators", "chat_member"}:
        raise bad_request(f"{where}Unsupported type specified")
    try:
        chat_id = int(scope["chat_id"])
    except (KeyError, TypeError, ValueError):
        raise bad_request("chat not found") from None
    if chat_id not in core.world.people or not core.world.people[chat_id].started:
        raise bad_request("chat not found")
    return f"{kind}:{chat_id}"


METHODS = {
    "setmycommands": set_my_commands,
    "deletemycommands": delete_my_commands,
    "getmycommands": get_my_commands,
}
