"""What came of one attempt to show an outbox row, and what each of Telegram's refusals means for it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Awaitable, Callable

import httpx
import telegram.error as tg

from workflows.store.unit_of_work import UnitOfWork

NEVER_REACHED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
LONGEST_PAUSE = 60.0  # seconds
NO_TEXT = "no text in the message"
REFUSED_TRIES = 3  # a request that Telegram calls bad is not made good by repeating it for ever
FILE_TRIES = 3  # of a file whose answer gets lost: each may be a further copy, and what comes after it waits


@dataclasses.dataclass(frozen=True, kw_only=True)
class Sent:
    """The chat shows it. `message_id` is None where nothing new stands there (a deletion, an unchanged card)."""

    message_id: int | None = None
    subject: str | None = None
    shown: str = ""
    last: bool = False  # the subject is over: no later message takes this one's place
    strip_old: bool = False  # the message that showed the subject before keeps its text and loses its buttons
    delete_after: dt.timedelta | None = None
    once_sent: Callable[[UnitOfWork], Awaitable[None]] | None = None
    called: bool = True  # False where Telegram was not asked at all


@dataclasses.dataclass(frozen=True, kw_only=True)
class Covered:
    """The message is there, and says nothing yet of what it is to say."""

    message_id: int
    delete_after: dt.timedelta | None


@dataclasses.dataclass(frozen=True)
class Again:
    """Try again after `seconds`. `doubtful`: Telegram may have taken it, the answer was lost."""

    seconds: float
    error: str
    doubtful: bool = False


@dataclasses.dataclass(frozen=True)
class Wait:
    """Not shown yet, through nobody's fault; others of the chat may pass."""

    seconds: float


@dataclasses.dataclass(frozen=True)
class Dropped:
    """Will never be shown. `blocked`: because the person does not want to hear from us any more."""

    error: str
    blocked: bool = False
    called: bool = True  # False where Telegram was not asked at all


@dataclasses.dataclass(frozen=True)
class Moved:
    """The group is a supergroup now, under another id."""

    chat_id: int


@dataclasses.dataclass(frozen=True)
class Untopiced:
    """The topic that it is for is to be made first; it is not there yet, or (`lost`) was deleted."""

    lost: int | None = None


Outcome = Sent | Covered | Again | Wait | Dropped | Moved | Untopiced


def asked(outcome: Outcome) -> bool:
    """Whether Telegram was asked at all, and counts it."""
    if isinstance(outcome, Untopiced):
        return outcome.lost is not None
    return not isinstance(outcome, Wait) and (not isinstance(outcome, Sent | Dropped) or outcome.called)


def of_error(error: Exception, *, attempts: int, sends: bool) -> Outcome:
    """Say what a failed call means. `attempts` counts this one; `sends` is False for edits, which may be repeated."""
    match error:
        case tg.RetryAfter():
            return Again(_seconds(error.retry_after), "flood control")
        case tg.ChatMigrated():
            return Moved(error.new_chat_id)
        case tg.Forbidden():
            return Dropped(error.message, blocked=True)
        case tg.NetworkError() if not isinstance(error, tg.BadRequest):
            lost = sends and not isinstance(error.__cause__, NEVER_REACHED)
            return Again(backoff(attempts), error.message, doubtful=lost)
    reason = f"{type(error).__name__}: {error}"
    if "chat not found" in reason.lower():
        return Dropped(reason, blocked=True)
    return Dropped(reason) if attempts >= REFUSED_TRIES else Again(backoff(attempts), reason)


def pause_after(error: tg.TelegramError, attempts: int) -> float:
    """Return the seconds to wait after a call failed that may be repeated."""
    return _seconds(error.retry_after) if isinstance(error, tg.RetryAfter) else backoff(attempts)


def backoff(attempts: int) -> float:
    """Return the seconds to wait after so many attempts: 1, 2, 4, … at most a minute."""
    return min(LONGEST_PAUSE, 2.0 ** min(attempts - 1, 10))


def _seconds(pause: int | dt.timedelta) -> float:
    return pause.total_seconds() if isinstance(pause, dt.timedelta) else float(pause)


def not_modified(error: tg.BadRequest) -> bool:
    """Whether the message shows this already."""
    return "not modified" in error.message.lower()


def gone(error: tg.BadRequest) -> bool:
    """Whether the message to edit or delete is not there, cannot be changed, or is a file where words are to stand."""
    said = error.message.lower()
    return any(part in said for part in ("not found", "can't be edited", "message_id_invalid", NO_TEXT))


def stays(error: tg.BadRequest) -> bool:
    """Whether the message to delete is there for good: what is older than 48 hours (Bot API, deleteMessage)."""
    return "can't be deleted" in error.message.lower()


def has_no_text(error: tg.BadRequest) -> bool:
    """Whether the message to edit is a file."""
    return NO_TEXT in error.message.lower()
