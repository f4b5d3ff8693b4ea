"""What the sandbox knows: people, messages with their whole history, callback queries and files."""

from __future__ import annotations

import dataclasses
import time
from typing import Any

from bot.sandbox.formatted import Formatted
from bot.sandbox.keyboards import Markup


def now_ms() -> float:
    """Monotonic milliseconds; the same clock for presses, answers and edits, so differences can be measured."""
    return time.monotonic() * 1000


@dataclasses.dataclass(kw_only=True)
class Person:
    """Somebody with Telegram on a phone; `role` is only a caption for the web page, no bot ever sees it."""

    id: int
    name: str
    phone: str
    username: str = ""
    role: str = ""
    started: bool = False
    blocked: bool = False
    seen_by_bot: bool = False  # the bot met this account in a shared contact


@dataclasses.dataclass(frozen=True, kw_only=True)
class StoredFile:
    """One file on the server; `path` is what getFile answers and what the download address ends with."""

    file_id: str
    unique_id: str
    path: str
    name: str
    mime: str
    data: bytes = dataclasses.field(repr=False)
    width: int = 0
    height: int = 0


@dataclasses.dataclass(frozen=True, kw_only=True)
class Contact:
    """A shared contact; Telegram writes the number without a plus sign."""

    phone_number: str
    first_name: str
    user_id: int | None


@dataclasses.dataclass(frozen=True, kw_only=True)
class Content:
    """What a message holds: a text, or media with a caption, or a contact."""

    text: Formatted | None = None
    caption: Formatted = dataclasses.field(default_factory=Formatted)
    document: StoredFile | None = None
    photo: StoredFile | None = None
    contact: Contact | None = None

    @property
    def has_media(self) -> bool:
        """Whether there is a caption to edit."""
        return self.document is not None or self.photo is not None


@dataclasses.dataclass(frozen=True)
class Version:
    """One state of a message, as it stood from `at_ms` on."""

    at_ms: float
    content: Content
    markup: Markup | None


@dataclasses.dataclass(kw_only=True)
class Message:
    """One message in the private chat of `chat_id` (the person's own id) with the bot, or in a group (a negative id).

    `author` wrote it where it is not the bot's; `thread` is the topic of a group that it stands in.
    """

    id: int
    chat_id: int
    from_bot: bool
    date: int
    versions: list[Version]
    reply_to: int | None = None
    media_group_id: str | None = None
    protected: bool = False
    edit_date: int | None = None
    deleted_ms: float | None = None
    reaction: str | None = None
    author: int = 0
    thread: int | None = None

    @property
    def content(self) -> Content:
        """What it holds now."""
        return self.versions[-1].content

    @property
    def markup(self) -> Markup | None:
        """The keyboard it carries now."""
        return self.versions[-1].markup


@dataclasses.dataclass(kw_only=True)
class CallbackQuery:
    """One press of an inline button; unanswered, the button spins in the person's hand."""

    id: str
    person_id: int
    message_id: int
    data: str
    pressed_ms: float
    answered_ms: float | None = None
    text: str = ""
    show_alert: bool = False
    url: str = ""

    def as_json(self) -> dict[str, Any]:
        """For the people's side of the server."""
        return dataclasses.asdict(self)
