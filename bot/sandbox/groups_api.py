"""What people do with supergroups, over HTTP; for tests only: the web page shows no groups."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot.sandbox.core import Core
from bot.sandbox.errors import ApiError, bad_request
from bot.sandbox.formatted import Formatted, commands_in
from bot.sandbox.groups import FIRST_ID, Group, Standing
from bot.sandbox.keys import CORE
from bot.sandbox.state import Content, Person
from bot.sandbox.views import screen_message, user_json

Act = Callable[[Core, Group, dict[str, Any]], None]


def add_routes(app: web.Application) -> None:
    """Register everything below /sandbox/groups."""
    app.router.add_post("/sandbox/groups", _add)
    app.router.add_get("/sandbox/groups/{id:-?\\d+}", _seen)
    for name, act in _ACTS.items():
        app.router.add_post(f"/sandbox/groups/{{id:-?\\d+}}/{name}", _acting(act))


async def _add(request: web.Request) -> web.Response:
    core, body = request.app[CORE], await request.json()
    group = Group(id=FIRST_ID - len(core.world.groups), title=str(body["title"]), is_forum=bool(body["forum"]))
    core.world.groups[group.id] = group
    return web.json_response({"id": group.id})


async def _seen(request: web.Request) -> web.Response:
    world = request.app[CORE].world
    group = world.groups[int(request.match_info["id"])]
    topics = [{"id": topic.id, "name": topic.name} for topic in group.topics.values()]
    messages = [{"thread": one.thread, **screen_message(one, whole=True)} for one in world.history(group.id)]
    return web.json_response({"standing": group.standing, "topics": topics, "messages": messages})


def _acting(act: Act) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handler(request: web.Request) -> web.Response:
        core = request.app[CORE]
        try:
            act(core, core.world.groups[int(request.match_info["id"])], await request.json())
        except ApiError as error:
            return web.json_response(error.payload, status=error.code)
        return web.json_response({})

    return handler


def _by(core: Core, body: dict[str, Any]) -> Person:
    return core.world.people[int(body["by"])]


def _stand(core: Core, group: Group, body: dict[str, Any]) -> None:
    """Add, promote or remove the bot; who is added is greeted by Telegram's own note, which the bot gets too."""
    by, standing, was = user_json(_by(core, body)), Standing(body["standing"]), group.standing
    change = group.stand(core.world.bot, by, standing, topics=bool(body.get("topics")))
    core.world.updates.add("my_chat_member", change)
    if was in (Standing.LEFT, Standing.KICKED) and standing in (Standing.MEMBER, Standing.ADMINISTRATOR):
        note = {"message_id": core.world.new_message_id(), "date": int(time.time()), "chat": group.chat_json()}
        core.world.updates.add("message", {**note, "from": by, "new_chat_members": [core.world.bot]})


def _say(core: Core, group: Group, body: dict[str, Any]) -> None:
    """Write into the group; the bot gets it as an administrator, else only what is a command (privacy mode)."""
    text = str(body["text"])
    hears = group.standing is Standing.ADMINISTRATOR or (group.standing is Standing.MEMBER and text.startswith("/"))
    content = Content(text=Formatted(text, commands_in(text)))
    core.world.post(group.id, content, from_bot=False, author=_by(core, body).id, heard=hears)


def _delete_topic(core: Core, group: Group, body: dict[str, Any]) -> None:
    """Delete a topic with all that stands in it; the bot hears nothing of it."""
    thread = int(body["thread"])
    if group.topics.pop(thread, None) is None:
        raise bad_request("TOPIC_ID_INVALID")
    for message in core.world.history(group.id):
        if message.thread == thread and message.deleted_ms is None:
            core.world.delete(message)


def _close_topic(_core: Core, group: Group, body: dict[str, Any]) -> None:
    group.topics[int(body["thread"])].closed = True


def _turn_topics(_core: Core, group: Group, body: dict[str, Any]) -> None:
    """Switch topics on or off; no bot hears of it."""
    group.is_forum = bool(body["on"])


_ACTS: dict[str, Act] = {
    "stand": _stand,
    "say": _say,
    "delete_topic": _delete_topic,
    "close_topic": _close_topic,
    "turn_topics": _turn_topics,
}
