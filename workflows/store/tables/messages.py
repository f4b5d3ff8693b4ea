"""What came in from Telegram, what must go out, and what stands in each chat."""

from __future__ import annotations

import datetime as dt
import enum
from typing import Any, TypedDict

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from workflows.store.tables.base import Base, StateText


class MessageState(enum.StrEnum):
    """How far a message to a chat is. The value is kept."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    DROPPED = "dropped"
    HELD = "held"  # for somebody who is out of reach


class InboxUpdate(Base):
    """An update of Telegram, kept before Telegram forgets it; done in the same transaction as its effect."""

    __tablename__ = "inbox"
    __table_args__ = (Index("ix_inbox_done_at", "done_at"),)

    update_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    chat_id: Mapped[int] = mapped_column(BigInteger)
    payload: Mapped[dict[str, Any]]
    received_at: Mapped[dt.datetime]
    done_at: Mapped[dt.datetime | None]
    error: Mapped[str | None] = mapped_column(String(500))


OPEN = "state IN ('pending', 'sending')"
HELD = "state = 'held'"


class MessageParams(TypedDict, total=False):
    """What a message is made of: each kind has some of these, and its renderer (`bot/screens/render.py`) reads them.

    Numbers name rows. A message of an earlier release may lack what was not there yet.
    """

    # of several kinds
    loud: bool  # as a new message, with a sound
    fresh: bool  # of a form: as a new message
    text: str  # names the words in templates/messages
    caption: str  # likewise, below a file
    params: dict[str, Any]  # of these words
    # what a message is about
    case: int
    stay: int  # of a case at a step
    job: int
    hosting: int
    server: int
    incident: int
    backup: int
    move: int
    fitness: int
    letter: int
    paper: int
    day: str  # of a digest (WITA, ISO)
    # of a card, a form, a screen, an alert about drift
    confirm: str | int  # of a card: the action that is asked about; of a fitness test: its revision
    revision: int  # of the case, when that was asked
    closed: str  # of a form: names its last words
    name: str  # of a screen: its name; of a file: what it is called
    args: dict[str, Any]  # of a screen
    edit: int | None  # the message that shows it from now on
    settled: list[int]  # the hostings of a server that are in step again
    # of files, and who may have them
    sha256: str
    media_type: str
    print_for: Any  # of a letter: a name; of a report: what `workflows.reports.readers.Print` says, of each
    roles: list[str]  # whoever holds one of them today
    opd: int
    person: int
    action: str  # whoever may order it of the hosting today
    # of the rest
    topic: int | None  # in the engineers' group: the server whose topic it stands in, None for General
    printed: bool  # of credentials: on paper
    keyboard_away: bool  # of a notice: the button for the contact goes
    message: int  # Telegram's id of what is deleted, or loses its buttons
    commands: list[list[str]]  # each a name and what it does


class OutboxMessage(Base):
    """Something a chat must be shown. `key` makes it unique; words come from `kind` and `params` on the way out."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_open", "chat_id", "id", sqlite_where=text(OPEN), postgresql_where=text(OPEN)),
        Index("ix_outbox_held", "chat_id", sqlite_where=text(HELD), postgresql_where=text(HELD)),
        Index("ix_outbox_sent_at", "sent_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    chat_id: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(40))
    params: Mapped[MessageParams] = mapped_column(JSON)
    key: Mapped[str | None] = mapped_column(String(120), unique=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    state: Mapped[MessageState] = mapped_column(StateText(MessageState, 20), default=MessageState.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    doubtful: Mapped[bool] = mapped_column(default=False)  # an earlier send's answer was lost
    not_before: Mapped[dt.datetime]
    attempted_at: Mapped[dt.datetime | None] = mapped_column(index=True)  # what Telegram counts: the pace is kept by it
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    error: Mapped[str | None] = mapped_column(String(500))
    created_at: Mapped[dt.datetime]
    sent_at: Mapped[dt.datetime | None]

    @property
    def is_for_group(self) -> bool:
        """Whether it goes to a group and not to a person (Bot API: the ids of groups are negative)."""
        return self.chat_id < 0


class Card(Base):
    """The one message of a chat that shows a thing (a case, a form, a job) and is edited in place."""

    __tablename__ = "cards"
    __table_args__ = (UniqueConstraint("chat_id", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    chat_id: Mapped[int] = mapped_column(BigInteger)
    subject: Mapped[str] = mapped_column(String(60))  # "case:7", "form", "job:3"
    message_id: Mapped[int] = mapped_column(BigInteger)
    shown: Mapped[str] = mapped_column(String(64))  # hash of what it shows, so an unchanged edit is not sent


class Draft(Base):
    """A half-filled form; one a person, kept for as long as it takes."""

    __tablename__ = "drafts"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, autoincrement=False)
    form: Mapped[str] = mapped_column(String(40))
    purpose: Mapped[dict[str, Any]]  # what the answers are for: {"case": 7, "action": "agendakan", "revision": 3}
    answers: Mapped[dict[str, Any]]
    position: Mapped[str] = mapped_column(String(60))  # the field asked now, or "summary"
    scratch: Mapped[dict[str, Any]] = mapped_column(default=dict)  # an answer under way: photos, people
    changed_at: Mapped[dt.datetime]


class Setting(Base):
    """An office setting that is changed in chat (letter-number template, office address, …)."""

    __tablename__ = "settings"

    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[dict[str, Any]]
