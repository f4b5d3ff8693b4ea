"""Where in the engineers' group a message stands: in its server's topic, made before the first that needs it."""

from __future__ import annotations

from telegram import Bot
from telegram.error import BadRequest

from bot.delivery.outcome import Sent, Untopiced
from workflows.people import engineers_group
from workflows.people.engineers_group import GENERAL
from workflows.store import hostings, outbox
from workflows.store.tables import MessageState, OutboxMessage
from workflows.store.unit_of_work import UnitOfWork

TOPIC = "topic"  # kind of the row that makes a server's topic
NAME_MAX = 128  # characters (Bot API: createForumTopic)


async def thread_of(work: UnitOfWork, row: OutboxMessage) -> int | None:
    """Return the topic that a row's message is for, `GENERAL` for none, or None where it is to be made first."""
    server_id = row.params.get("topic")
    group = await engineers_group.linked(work) if server_id is not None else None
    if server_id is None or group is None or group.chat_id != row.chat_id:
        return GENERAL
    return group.topics.get(server_id)


async def create(bot: Bot, row: OutboxMessage) -> Sent:
    """Make a server's topic; where Telegram will not have it, what it was for stands in General."""
    chat_id, server_id = row.chat_id, row.params["server"]
    if row.doubtful:  # while answers get lost, no further topic is made
        await bot.get_me()
    try:
        topic = (await bot.create_forum_topic(chat_id, row.params["name"][:NAME_MAX])).message_thread_id
    except BadRequest as error:
        if "chat not found" in error.message.lower():
            raise
        topic = GENERAL
    return Sent(once_sent=lambda work: engineers_group.keep_topic(work, chat_id, server_id, topic))


async def make_first(work: UnitOfWork, row: OutboxMessage, outcome: Untopiced) -> None:
    """Put a message anew, behind the row that makes its topic; those of the same server that follow do likewise."""
    server_id = row.params.get("topic")
    if server_id is None:  # what stands in General needs none
        raise ValueError(row.id)
    if outcome.lost is not None:
        await engineers_group.lose_topic(work, row.chat_id, server_id, outcome.lost)
    row.state, row.error = MessageState.DROPPED, "its topic is made first"
    group = await engineers_group.locked(work, row.chat_id)
    if group is None:
        return
    under_way = {one.params["server"] for one in await outbox.open_in(work, row.chat_id, TOPIC)}
    if server_id not in {*group.topics, *under_way}:
        server = await hostings.server(work, server_id)
        await outbox.put(work, row.chat_id, TOPIC, {"server": server_id, "name": server.name})
    await outbox.put(work, row.chat_id, row.kind, row.params, case_id=row.case_id)


def is_lost(error: BadRequest) -> bool:
    """Whether a topic was deleted, or the group has none any more."""
    said = error.message.lower()
    return "thread not found" in said or "topic_deleted" in said


def is_closed(error: BadRequest) -> bool:
    """Whether a topic was closed."""
    return "topic_closed" in error.message.lower()
