"""Supergroups with topics, as a bot meets them: who it is there, what it may, and which topics stand.

Facts follow the Bot API's types (`Chat.is_forum`, `ChatMemberAdministrator.can_manage_topics`, `ForumTopic`) and
tdlib's words of refusal (`ForumTopicManager.cpp`, `ChatManager.cpp`, `MessagesManager.cpp`).
"""

from __future__ import annotations

import dataclasses
import enum
import time
from typing import Any

from bot.sandbox.errors import ApiError, bad_request, forbidden

FIRST_ID = -1_001_000_000_001
TOPIC_NAME_MAX = 128  # characters; Telegram keeps as many of a longer name
TOPIC_COLOUR = 0x6FB9F0  # Bot API, `createForumTopic`
_RIGHTS = (
    "can_be_edited",
    "is_anonymous",
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)


class Standing(enum.StrEnum):
    """What the bot is in a group (Bot API, `ChatMember.status`)."""

    LEFT = "left"
    KICKED = "kicked"
    MEMBER = "member"
    ADMINISTRATOR = "administrator"


@dataclasses.dataclass
class Topic:
    """One topic; its id is that of the message that opened it."""

    id: int
    name: str
    closed: bool = False


@dataclasses.dataclass(kw_only=True)
class Group:
    """One supergroup. `topics` are those beside General."""

    id: int
    title: str
    is_forum: bool
    standing: Standing = Standing.LEFT
    manages_topics: bool = False
    topics: dict[int, Topic] = dataclasses.field(default_factory=dict)

    def chat_json(self) -> dict[str, Any]:
        """Return the `Chat`."""
        body: dict[str, Any] = {"id": self.id, "type": "supergroup", "title": self.title}
        return body | ({"is_forum": True} if self.is_forum else {})

    def member_json(self, bot: dict[str, Any]) -> dict[str, Any]:
        """Return the bot's `ChatMember`."""
        body: dict[str, Any] = {"status": str(self.standing), "user": bot}
        if self.standing is Standing.KICKED:
            body["until_date"] = 0
        if self.standing is Standing.ADMINISTRATOR:
            body |= {**dict.fromkeys(_RIGHTS, False), "can_manage_chat": True}
            body["can_manage_topics"] = self.manages_topics
        return body

    def require_bot(self) -> None:
        """Make sure that the bot is in it. Raises `ApiError` 403."""
        if self.standing is Standing.KICKED:
            raise forbidden("bot was kicked from the supergroup chat")
        if self.standing is Standing.LEFT:
            raise forbidden("bot is not a member of the supergroup chat")

    def require_topic(self, thread_id: int) -> None:
        """Make sure that something may be said in a topic. Raises `ApiError` 400."""
        topic = self.topics.get(thread_id) if self.is_forum else None
        if topic is None:
            raise no_thread()
        if topic.closed and not self.manages_topics:
            raise bad_request("TOPIC_CLOSED")

    def create_topic(self, thread_id: int, name: str) -> Topic:
        """Open a topic by the bot. Raises `ApiError` 400."""
        if not self.is_forum:
            raise bad_request("the chat is not a forum")
        if not (self.standing is Standing.ADMINISTRATOR and self.manages_topics):
            raise bad_request("not enough rights to create a topic")
        if not name.strip():
            raise bad_request("title must be non-empty")
        topic = self.topics[thread_id] = Topic(thread_id, name.strip()[:TOPIC_NAME_MAX])
        return topic

    def stand(self, bot: dict[str, Any], by: dict[str, Any], standing: Standing, *, topics: bool) -> dict[str, Any]:
        """Let the bot be something else here, by somebody; return the `ChatMemberUpdated`."""
        before = self.member_json(bot)
        self.standing, self.manages_topics = standing, topics and standing is Standing.ADMINISTRATOR
        return {
            "chat": self.chat_json(),
            "from": by,
            "date": int(time.time()),
            "old_chat_member": before,
            "new_chat_member": self.member_json(bot),
        }


def no_thread() -> ApiError:
    """400: there is no such topic in that chat."""
    return bad_request("message thread not found")
