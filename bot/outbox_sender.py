"""Sends what the outbox holds: in order in a chat, side by side across chats, within Telegram's limits.

One transaction a pass notes what came of the last attempts and marks the next rows as `sending`; the calls run in
between. A row that is found `sending` though nobody here sends it is from a process that died: it is doubtful.

Of several processes one sends, by a lease that each pass's transaction holds; the others stand by. Telegram's limits
are for the bot as a whole, so a second sender would make nothing faster. Who comes next counts what the one before it
sent: when each row was last tried is kept.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeAlias

import structlog
from telegram import Bot
from telegram.error import BadRequest, InvalidToken, RetryAfter, TelegramError, TimedOut

from bot import metrics
from bot.delivery import call, topics
from bot.delivery.flood import Flood
from bot.delivery.outcome import (
    FILE_TRIES,
    Again,
    Dropped,
    Moved,
    Outcome,
    Sent,
    Untopiced,
    Wait,
    asked,
    of_error,
    pause_after,
)
from bot.delivery.settle import settle
from bot.screens.screen import DocumentScreen, Later, Rendered, Screen
from workflows.store import leases, outbox
from workflows.store.presence import PresenceLostError
from workflows.store.tables import Card, MessageState, OutboxMessage
from workflows.store.unit_of_work import Database, UnitOfWork

log = structlog.get_logger(__name__)

LEASE = "outbox"
SWEEP_SECONDS = 5.0
TOGETHER_SECONDS = Flood.WINDOW_SECONDS / Flood.OVERALL  # where many chats are busy: what came of it is noted so
PAUSE_OF_ALL_SECONDS = 3.0
PLANNED_SECONDS = 1.0  # while something is under way, how late what was planned for later may be
UNCOUNTED = frozenset({"delete", "react", call.LEAVE, call.COMMANDS})  # kinds that Telegram does not count as messages
DIRECT: Mapping[str, Callable[[Bot, OutboxMessage], Awaitable[Sent]]] = {
    "delete": call.delete,
    "strip": call.strip,
    "react": call.react,
    call.LEAVE: call.leave,
    call.COMMANDS: call.list_commands,
    topics.TOPIC: topics.create,
}  # rows that say all themselves; all others are rendered

Render: TypeAlias = Callable[[UnitOfWork, OutboxMessage], Awaitable[Rendered]]


class OutboxSender:
    """The one worker that talks to chats. `render` looks at the newest state, so what goes out is never stale."""

    def __init__(
        self, database: Database, bot: Bot, render: Render, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._database = database
        self._bot = bot
        self._render = render
        self._clock = clock
        self._flood: Flood | None = None  # while another process sends
        self._busy: set[int] = set()
        self._finished: list[tuple[OutboxMessage, Outcome]] = []
        self._editable_at: dict[tuple[int, str], float] = {}
        self._stopping = False
        self._refused: InvalidToken | None = None

    async def run(self) -> None:
        """Send until stopped, when it is ours to send.

        Raises what makes going on senseless: a database that fails, a revoked token, `PresenceLostError`. A row that
        met a revoked token is still to be sent, and not doubtful.
        """
        async with asyncio.TaskGroup() as deliveries:
            while not self._stopping:
                rows, pause = await self._mark_next()
                for row in rows:
                    deliveries.create_task(self._deliver(row))
                if len(self._busy) > 1:
                    await asyncio.sleep(TOGETHER_SECONDS)
                await self._database.wait("outbox", pause)
        async with self._database.write() as work:
            if await leases.take(work, LEASE):
                await _note(work, self._finished)
                await leases.give_up(work, LEASE)
                work.wake("outbox")  # another process sends on
        if self._refused is not None:
            raise self._refused

    def stop(self) -> None:
        """Begin nothing new; `run` ends once what is under way has been noted."""
        self._stopping = True
        self._database.wake("outbox")

    async def _mark_next(self) -> tuple[list[OutboxMessage], float]:
        """Note what is finished, mark what is next; return it, and the seconds until there may be more."""
        finished, self._finished = self._finished, []
        busy = self._busy - {row.chat_id for row, _ in finished}
        async with self._database.write() as work:
            flood = await self._lead(work)
            if flood is None:
                return [], SWEEP_SECONDS
            await _note(work, finished)
            rows, pause = self._granted(flood, await outbox.due(work, busy_chats=busy))
            for row in rows:
                _begin(work, row)
            pause = min(pause, await self._until_planned(work) if not rows else PLANNED_SECONDS)
        self._busy = busy | {row.chat_id for row in rows}
        return rows, max(0.0, pause)

    async def _until_planned(self, work: UnitOfWork) -> float:
        """Return the seconds until what was planned for later comes due."""
        planned = await outbox.next_due(work)
        return SWEEP_SECONDS if planned is None else (planned - work.now).total_seconds()

    async def _lead(self, work: UnitOfWork) -> Flood | None:
        """Return the pace to keep where it is ours to send, as of this transaction, else None."""
        if not await leases.take(work, LEASE):
            if self._flood is not None:
                raise PresenceLostError("another process sends by now")
            return None
        if self._flood is None:
            self._flood = await self._pace_so_far(work)
        return self._flood

    async def _pace_so_far(self, work: UnitOfWork) -> Flood:
        """Count what was sent by whoever sent before us."""
        now = self._clock()
        flood = Flood(now - Flood.MEMORY_SECONDS)
        since = work.now - dt.timedelta(seconds=Flood.MEMORY_SECONDS)
        for chat_id, at in await outbox.attempts_since(work, since):
            flood.recall(chat_id, now - max(0.0, (work.now - at).total_seconds()))
        return flood

    def _granted(self, flood: Flood, rows: list[OutboxMessage]) -> tuple[list[OutboxMessage], float]:
        """Return the rows that the limits let through now, and the seconds until the next may go."""
        now, granted, pause = self._clock(), [], SWEEP_SECONDS
        flood.forget_idle(now)
        for row in rows:
            wait = flood.take_call(now) if row.kind in UNCOUNTED else flood.take(row.chat_id, now)
            if wait > 0:
                pause = min(pause, wait)
            else:
                granted.append(row)
        return granted, pause

    async def _deliver(self, row: OutboxMessage) -> None:
        structlog.contextvars.bind_contextvars(case=row.case_id)  # of this task alone
        try:
            result = await self._attempt(row)
        except InvalidToken as error:
            self._refused, result = error, Again(0.0, error.message)
            self.stop()
        except TelegramError as error:
            result = of_error(error, attempts=row.attempts, sends=True)
            self._hold_all(row, error)
        except Exception as error:  # one row that cannot be shown must not silence all others
            log.exception("outbox_row_failed", row=row.id, kind=row.kind)
            result = of_error(error, attempts=row.attempts, sends=True)
        if not asked(result) and self._flood is not None:
            self._flood.give_back(row.chat_id)
        self._finished.append((row, result))
        self._database.wake("outbox")

    def _hold_all(self, row: OutboxMessage, error: TelegramError) -> None:
        """Let all chats wait where Telegram is asked too much in all: a person's chat has shorter pauses of its own.

        A group's own are as long, so those hold the group alone.
        """
        pause = pause_after(error, 1) if isinstance(error, RetryAfter) and not row.is_for_group else 0.0
        if pause >= PAUSE_OF_ALL_SECONDS and self._flood is not None:
            self._flood.hold(self._clock() + pause)

    async def _attempt(self, row: OutboxMessage) -> Outcome:
        if row.kind in DIRECT:
            return await DIRECT[row.kind](self._bot, row)
        async with self._database.read() as work:
            screen = await self._render(work, row)
            card = await self._card(work, row, screen)
            thread = await topics.thread_of(work, row)
        match screen:
            case None:
                return Dropped("nothing to show any more", called=False)
            case Later():
                return Wait(screen.pause.total_seconds())
        is_covered = isinstance(screen, Screen) and bool(screen.cover)
        message_id = row.message_id if is_covered else call.target(screen, card)
        if isinstance(screen, Screen) and message_id is not None:
            result = await self._edit(row, screen, card, message_id)
            if result is not None:
                return result
        return await self._send_anew(row, screen, thread, is_covered=is_covered)

    async def _send_anew(
        self, row: OutboxMessage, screen: Screen | DocumentScreen, thread: int | None, *, is_covered: bool
    ) -> Outcome:
        if thread is None:
            return Untopiced()
        if row.doubtful:  # while answers get lost, no further copy is sent
            await self._bot.get_me()
        if isinstance(screen, Screen) and is_covered:
            return await call.cover(self._bot, row, screen)
        return await self._send(row, screen, thread)

    async def _send(self, row: OutboxMessage, screen: Screen | DocumentScreen, thread: int) -> Outcome:
        try:
            return await call.send(self._bot, row, screen, thread=thread)
        except BadRequest as error:
            if thread and topics.is_lost(error):
                return Untopiced(lost=thread)
            if not (thread and topics.is_closed(error)):
                raise
            return await call.send(self._bot, row, screen)
        except TimedOut as error:
            if isinstance(screen, DocumentScreen) and row.doubtful and row.attempts >= FILE_TRIES:
                return Dropped(f"a file, tried {row.attempts} times: {error.message}")
            raise

    async def _card(self, work: UnitOfWork, row: OutboxMessage, screen: Rendered) -> Card | None:
        if not isinstance(screen, Screen) or screen.subject is None:
            return None
        return await outbox.card(work, row.chat_id, screen.subject)

    async def _edit(self, row: OutboxMessage, screen: Screen, card: Card | None, message_id: int) -> Outcome | None:
        """Edit in place; None where the message is gone and must be sent anew."""
        if card is not None and card.shown == screen.shown:
            return Sent(message_id=message_id, subject=screen.subject, shown=screen.shown, called=False)
        key = (row.chat_id, screen.subject or "")
        wait = self._editable_at.get(key, 0.0) - self._clock()
        if screen.least_pause and wait > 0:
            return Wait(wait)
        try:
            result = await call.edit(self._bot, row, screen, message_id)
        except InvalidToken:
            raise
        except TelegramError as error:  # an edit may be repeated, so it is never doubtful
            return of_error(error, attempts=row.attempts, sends=False)
        if screen.least_pause:
            now = self._clock()
            waiting = {known: at for known, at in self._editable_at.items() if at > now}
            self._editable_at = {**waiting, key: now + screen.least_pause.total_seconds()}
        return result


def _begin(work: UnitOfWork, row: OutboxMessage) -> None:
    row.doubtful = row.doubtful or row.state == MessageState.SENDING
    row.state = MessageState.SENDING
    row.attempts += 1
    row.attempted_at = None if row.kind in UNCOUNTED else work.now


def _changes_no_record(one: tuple[OutboxMessage, Outcome]) -> bool:
    """Those that change the record go first: its lock is taken before any row is locked."""
    match one[1]:
        case Sent() as sent:
            return sent.once_sent is None
        case Dropped() as dropped:
            return not (dropped.blocked and one[0].is_for_group)
    return not isinstance(one[1], Moved | Untopiced)


async def _note(work: UnitOfWork, finished: Sequence[tuple[OutboxMessage, Outcome]]) -> None:
    """Write down what came of attempts; the rows are read with one question, however many they are."""
    if not finished:
        return
    rows = await outbox.by_ids(work, [row.id for row, _ in finished])
    for row, result in sorted(finished, key=_changes_no_record):
        with structlog.contextvars.bound_contextvars(case=row.case_id):
            await settle(work, rows[row.id], result)
        metrics.DELIVERIES.labels(type(result).__name__.lower()).inc()
        if not asked(result):
            rows[row.id].attempted_at = None
    await work.flush()
