"""What an outbox row is rendered into (a screen, a document, nothing yet), and what a press is answered with."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import hashlib
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

from telegram import InlineKeyboardMarkup, ReplyKeyboardMarkup, ReplyKeyboardRemove

from workflows.store.unit_of_work import UnitOfWork

GAP = re.compile(r"\n{3,}")
TOAST_MAX = 200  # characters (Bot API: answerCallbackQuery)
Keyboard = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove


class OldMessage(enum.Enum):
    """What happens to the message that showed a subject before, once a new one shows it."""

    DELETE = "delete"
    KEEP_WITHOUT_BUTTONS = "keep"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Screen:
    """One message. With `subject` it is the chat's one card of that subject: edited in place unless `fresh`.

    `text` is Telegram HTML, at most 4096 characters once parsed. `edit_message` names a message to edit where there
    is no subject (a menu that changes under the finger); where it is gone, the screen is sent anew. What may stand in
    no message that we do not know of has a `cover`: that is sent first, and edited into the screen once it is noted
    which message it is and when it is deleted. `resent_note` is the line to add when an earlier send's answer was lost:
    `render` fills it, the sender adds it where it sends again.
    `render` runs in a transaction that only reads. What may happen only when Telegram has the message (credentials are
    destroyed) is `once_sent`: it runs in the transaction that marks the row as sent.
    """

    text: str
    keyboard: Keyboard | None = None
    subject: str | None = None
    fresh: bool = False
    old_message: OldMessage = OldMessage.DELETE
    edit_message: int | None = None
    silent: bool = False
    protect: bool = False
    cover: str = ""
    last: bool = False  # the subject ends with this: the chat keeps the message, nothing edits or replaces it later
    delete_after: dt.timedelta | None = None
    least_pause: dt.timedelta = dt.timedelta(0)  # between two edits of the subject: progress asks for one second
    resent_note: str = ""
    once_sent: Callable[[UnitOfWork], Awaitable[None]] | None = None

    def __post_init__(self) -> None:
        """Close the gap that a line leaves which was left out, also at the end: a note may follow there."""
        object.__setattr__(self, "text", GAP.sub("\n\n", self.text).strip())

    @property
    def shown(self) -> str:
        """Return a hash of all that is visible, so that an unchanged edit is not sent."""
        keyboard = self.keyboard.to_json() if self.keyboard else ""
        return hashlib.sha256(f"{self.text}\0{keyboard}".encode()).hexdigest()


@dataclasses.dataclass(frozen=True, kw_only=True)
class DocumentScreen:
    """A file with a caption (Telegram HTML, at most 1024 characters once parsed). `photo` shows it as a picture.

    It lies at `path`, or is `content` that is kept nowhere. `once_sent` is as a `Screen`'s.
    """

    path: Path | None = None
    content: bytes = dataclasses.field(default=b"", repr=False)
    name: str
    caption: str = ""
    keyboard: Keyboard | None = None
    photo: bool = False
    protect: bool = False
    delete_after: dt.timedelta | None = None
    resent_note: str = ""
    once_sent: Callable[[UnitOfWork], Awaitable[None]] | None = None

    @property
    def file(self) -> Path | bytes:
        """What is sent."""
        return self.path or self.content


@dataclasses.dataclass(frozen=True)
class Later:
    """Not now: what the row shows is still being made (a letter in the renderer). Asked again after `pause`."""

    pause: dt.timedelta = dt.timedelta(milliseconds=250)


Rendered = Screen | DocumentScreen | Later | None
"""What `render` returns; None means that there is nothing to show any more and the row is dropped."""


@dataclasses.dataclass(frozen=True)
class Reply:
    """What a press is answered with at once (answerCallbackQuery): a toast, or nothing."""

    toast: str | None = None
    alert: bool = False

    @property
    def shown(self) -> str | None:
        """Return as much of the toast as Telegram takes."""
        return self.toast[:TOAST_MAX] if self.toast is not None else None
