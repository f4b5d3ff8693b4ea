"""createForumTopic and leaveChat: what a bot does in supergroups beside sending."""

from __future__ import annotations

from typing import Any

from bot.sandbox.call import Call
from bot.sandbox.core import Core
from bot.sandbox.errors import bad_request
from bot.sandbox.groups import TOPIC_COLOUR, Group, Standing


async def create_forum_topic(core: Core, call: Call) -> dict[str, Any]:
    """CreateForumTopic, by an administrator with the right to manage topics; counted as a message."""
    chat = core.world.reachable(call.chat_id())
    if not isinstance(chat, Group):
        raise bad_request("the chat is not a forum")
    core.gate.pass_or_refuse(chat.id)
    topic = chat.create_topic(core.world.new_message_id(), call.text("name"))
    return {"message_thread_id": topic.id, "name": topic.name, "icon_color": TOPIC_COLOUR}


async def leave_chat(core: Core, call: Call) -> bool:
    """LeaveChat; the bot hears by `my_chat_member` that it is out."""
    chat = core.world.reachable(call.chat_id())
    if not isinstance(chat, Group):
        raise bad_request("chat member status can't be changed in private chats")
    change = chat.stand(core.world.bot, core.world.bot, Standing.LEFT, topics=False)
    core.world.updates.add("my_chat_member", change)
    return True


METHODS = {"createforumtopic": create_forum_topic, "leavechat": leave_chat}
