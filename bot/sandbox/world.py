"""The sandbox's truth and every change to it; whoever watches learns of each change through the feed."""

from __future__ import annotations

import dataclasses
import itertools
import mimetypes
import secrets
import time
from typing import Any

from bot.sandbox.errors import bad_request, forbidden
from bot.sandbox.feed import Feed
from bot.sandbox.groups import Group
from bot.sandbox.images import image_size
from bot.sandbox.keyboards import Markup
from bot.sandbox.state import CallbackQuery, Content, Message, Person, StoredFile, Version, now_ms
from bot.sandbox.updates import UpdateQueue
from bot.sandbox.views import callback_query_json, chat_json, message_json, screen_message, user_json


class World:
    """People, their chats with one bot, and the bot's updates."""

    def __init__(self, token: str, username: str = "layanan_sandbox_bot", name: str = "Layanan Hosting") -> None:
        self.token = token
        self.bot: dict[str, Any] = {
            "id": int(token.partition(":")[0]),
            "is_bot": True,
            "first_name": name,
            "username": username,
        }
        self.people: dict[int, Person] = {}
        self.groups: dict[int, Group] = {}
        self.messages: dict[int, Message] = {}
        self.queries: dict[str, CallbackQuery] = {}
        self.files: dict[str, StoredFile] = {}
        self.feed = Feed()
        self.updates = UpdateQueue()
        self._message_ids = itertools.count(1)
        self._group_ids = itertools.count(13_000_000_000)
        self._by_chat: dict[int, list[int]] = {}

    def add_person(self, person: Person) -> None:
        """Give somebody a phone. The same id again changes name, phone and role."""
        known = self.people.get(person.id)
        if known is not None:
            person = dataclasses.replace(known, name=person.name, phone=person.phone, role=person.role)
        self.people[person.id] = person
        self.feed.add(person.id, "person", person=dataclasses.asdict(person))

    def reachable(self, chat_id: int) -> Person | Group:
        """Return the person behind a chat the bot may write to, or the group. Raises `ApiError` 400 or 403."""
        if chat_id in self.groups:
            self.groups[chat_id].require_bot()
            return self.groups[chat_id]
        person = self.people.get(chat_id)
        if person is None or not (person.started or person.seen_by_bot):
            raise bad_request("chat not found")
        if not person.started:
            raise forbidden("bot can't initiate conversation with a user")
        if person.blocked:
            raise forbidden("bot was blocked by the user")
        return person

    def new_group_id(self) -> str:
        """Return an identifier for one album."""
        return str(next(self._group_ids))

    def new_message_id(self) -> int:
        """Return the id of a message that only Telegram writes."""
        return next(self._message_ids)

    def post(
        self,
        chat_id: int,
        content: Content,
        *,
        from_bot: bool,
        markup: Markup | None = None,
        reply_to: int | None = None,
        group: str | None = None,
        protected: bool = False,
        author: int | None = None,
        thread: int | None = None,
        heard: bool = True,
    ) -> Message:
        """Append a message to a chat; a person's message becomes an update, unless the bot does not hear it there."""
        message = Message(
            id=next(self._message_ids),
            chat_id=chat_id,
            from_bot=from_bot,
            date=int(time.time()),
            versions=[Version(now_ms(), content, markup)],
            reply_to=reply_to,
            media_group_id=group,
            protected=protected,
            author=chat_id if author is None else author,
            thread=thread,
        )
        self.messages[message.id] = message
        self._by_chat.setdefault(chat_id, []).append(message.id)
        self.feed.add(chat_id, "message", message=screen_message(message))
        if not from_bot and heard:
            self.updates.add("message", self.bot_view(message))
        return message

    def edit(self, message: Message, content: Content, markup: Markup | None) -> None:
        """Give a message a new version. Raises `ApiError` 400 when nothing would change."""
        if content == message.content and markup == message.markup:
            raise bad_request(
                "message is not modified: specified new message content and reply markup are exactly the same as a "
                "current content and reply markup of the message"
            )
        message.versions.append(Version(now_ms(), content, markup))
        message.edit_date = int(time.time())
        self._show(message, "edited")
        if not message.from_bot:
            self.updates.add("edited_message", self.bot_view(message))

    def delete(self, message: Message) -> None:
        """Take a message away from both sides; its history stays readable for tests."""
        message.deleted_ms = now_ms()
        self._show(message, "deleted")

    def react(self, message: Message, emoji: str | None) -> None:
        """Set the bot's reaction on a message, or none."""
        message.reaction = emoji
        self._show(message, "reaction")

    def _show(self, message: Message, kind: str) -> None:
        self.feed.add(message.chat_id, kind, message=screen_message(message))

    def message_in(self, chat_id: int, message_id: int) -> Message | None:
        """Return a message that is still there."""
        message = self.messages.get(message_id)
        alive = message is not None and message.chat_id == chat_id and message.deleted_ms is None
        return message if alive else None

    def history(self, chat_id: int) -> list[Message]:
        """All messages of a chat, deleted ones too, oldest first."""
        return [self.messages[message_id] for message_id in self._by_chat.get(chat_id, ())]

    def press(self, person: Person, message: Message, data: str) -> CallbackQuery:
        """Take the press of an inline button; it becomes an update and waits for its answer."""
        query = CallbackQuery(
            id=str(secrets.randbits(62)),
            person_id=person.id,
            message_id=message.id,
            data=data,
            pressed_ms=now_ms(),
        )
        self.queries[query.id] = query
        self.feed.add(person.id, "pressed", query=query.as_json())
        self.updates.add("callback_query", callback_query_json(query, message, person, self.bot))
        return query

    def answer(self, query: CallbackQuery, *, text: str, show_alert: bool, url: str) -> None:
        """Stop the button's spinning, with or without a toast."""
        query.answered_ms = now_ms()
        query.text, query.show_alert, query.url = text, show_alert, url
        self.feed.add(query.person_id, "answered", query=query.as_json())

    def set_blocked(self, person: Person, *, blocked: bool) -> None:
        """Block the bot or unblock it; the bot hears of it by `my_chat_member`."""
        if person.blocked == blocked:
            return
        person.blocked = blocked
        self.feed.add(person.id, "person", person=dataclasses.asdict(person))
        self.updates.add("my_chat_member", self._membership(person))

    def _membership(self, person: Person) -> dict[str, Any]:
        before, after = ("member", "kicked") if person.blocked else ("kicked", "member")
        user = {"id": person.id, "is_bot": False, "first_name": person.name}
        member = {
            "member": {"status": "member", "user": self.bot},
            "kicked": {"status": "kicked", "user": self.bot, "until_date": 0},
        }
        return {
            "chat": {"id": person.id, "type": "private", "first_name": person.name},
            "from": user,
            "date": int(time.time()),
            "old_chat_member": member[before],
            "new_chat_member": member[after],
        }

    def store_file(self, data: bytes, name: str, *, is_photo: bool = False, mime: str | None = None) -> StoredFile:
        """Keep a file and give it Telegram's two identifiers and a path."""
        unique = secrets.token_urlsafe(11)
        suffix = f".{name.rpartition('.')[2]}" if "." in name else ""
        width, height = image_size(data) if is_photo else (0, 0)
        file = StoredFile(
            file_id=f"BQ{secrets.token_urlsafe(36)}",
            unique_id=unique,
            path=f"{'photos' if is_photo else 'documents'}/file_{len(self.files) + 1}{suffix}",
            name=name,
            mime=mime or mimetypes.guess_type(name)[0] or "application/octet-stream",
            data=data,
            width=width,
            height=height,
        )
        self.files[file.file_id] = file
        return file

    def bot_view(self, message: Message) -> dict[str, Any]:
        """Return the message as the bot gets it, with the message it replies to."""
        group = self.groups.get(message.chat_id)
        chat = group.chat_json() if group is not None else chat_json(self.people[message.chat_id])
        body = message_json(message, chat, self._sender(message))
        replied = self.messages.get(message.reply_to) if message.reply_to is not None else None
        if replied is not None and replied.deleted_ms is None:
            body["reply_to_message"] = message_json(replied, chat, self._sender(replied))
        return body

    def _sender(self, message: Message) -> dict[str, Any]:
        return self.bot if message.from_bot else user_json(self.people[message.author])
