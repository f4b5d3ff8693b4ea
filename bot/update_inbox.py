"""Updates, durable before Telegram forgets them; handled in order in a chat, side by side across chats.

Several processes may receive. Whoever received an update handles it; its transaction holds the chat and finds in the
table whether it is the chat's next. What came before it, and what a dead process left, is handled by whoever finds it.

Where that comes from (PTB 22.8): polling awaits `update_queue.put` for each update before it moves the offset that
confirms them (`telegram/ext/_updater.py`, `polling_action_cb`); the webhook's handler awaits it before the 200 goes out
(`telegram/ext/_utils/webhookhandler.py`, `TelegramHandler.post`).
"""

from __future__ import annotations

import asyncio
import collections
import contextlib
import dataclasses
import datetime as dt
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Protocol, TypeAlias

import structlog
from telegram import Bot, Update
from telegram.constants import ChatAction
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError
from telegram.ext import filters

from bot import metrics
from bot.delivery import outcome
from bot.delivery.call import LEAVE
from bot.kept_updates import is_elsewhere, is_of_standing, payload_of
from bot.press_answer import PressAnswer
from bot.screens.screen import Reply
from workflows.people import engineers_group
from workflows.store import inbox, outbox
from workflows.store.unit_of_work import Database, UnitOfWork

log = structlog.get_logger(__name__)

TRIES = 2
LINE_TRIES = 6  # in each of TRIES, of what needs an answer of Telegram: a minute in all; out of reach, none counts
SWEEP_SECONDS = 5.0
LEFT_BEHIND = dt.timedelta(seconds=10)  # then whoever received an update is dead, or so slow that it may be done twice
ACTION_SECONDS = 4.0  # a chat shows an action for five (Bot API: sendChatAction)
PATIENCE_SECONDS = 1.0  # a button that spins longer is answered with nothing; an alert that comes later is a message

Act: TypeAlias = Callable[[UnitOfWork], Awaitable[Reply]]
Prepare: TypeAlias = Callable[[Update], Awaitable[Act]]


def chat_of(update: Update) -> int:
    """Return the chat whose order an update belongs to; a person's own where it comes from no chat, else 0."""
    if update.effective_chat is not None:
        return update.effective_chat.id
    return update.effective_user.id if update.effective_user is not None else 0


class UpdateInbox(asyncio.Queue[object]):
    """The queue that PTB's `Updater` puts into: it returns once the update is on disk, or raises."""

    def __init__(self, database: Database, handlers: UpdateHandlers, secrets: Secrets | None = None) -> None:
        super().__init__()
        self._secrets = secrets
        self._database = database
        self._handlers = handlers

    async def put(self, item: object) -> None:
        """Keep an update and hand it on; one that was kept before is dropped.

        Raises `NetworkError` where it cannot be kept: PTB's polling loop ends for ever on any other error, but asks
        Telegram again after this one; the webhook answers 500 and Telegram repeats. An update that can never be kept
        must not be asked for again: all that come after it would wait for it.
        """
        assert isinstance(item, Update)  # noqa: S101  (PTB puts nothing else; the type of its queue is wider)
        try:
            try:
                await self._keep(item)
            except Exception as error:
                if not inbox.can_never_be_kept(error):
                    raise
                log.exception("update_cannot_be_kept", update=item.update_id)
                await self._keep_as_given_up(item, error)
        except Exception as error:
            log.exception("update_not_kept", update=item.update_id)
            raise NetworkError("the update could not be kept") from error

    async def _keep(self, item: Update) -> None:
        async with self._database.write() as work:
            if is_elsewhere(item) and not is_of_standing(item):
                await _leave(work, item)
                return
            update = await self._secrets.veiled(work, item) if self._secrets else item
            is_new = await inbox.keep(work, item.update_id, chat_of(item), payload_of(update))
            if is_new and self._secrets and update is not item:
                await self._secrets.seal(work, item)
        if is_new:
            self._handlers.accept(update)

    async def _keep_as_given_up(self, item: Update, error: Exception) -> None:
        """Keep of an update that it came, and why no more of it is there; tell who sent it."""
        metrics.UPDATES_GIVEN_UP.inc()
        async with self._database.write() as work:
            if await inbox.keep(work, item.update_id, chat_of(item), {"update_id": item.update_id}):
                await _give_up(work, item, f"{type(error).__name__}: {error}")


async def _leave(work: UnitOfWork, update: Update) -> None:
    """Have the bot leave a group or channel that somebody writes in: once a day at most, for it may not be able to.

    Not the engineers' own. What Telegram notes there (that the bot was added) comes with an update of its own.
    """
    chat, group = chat_of(update), await engineers_group.linked(work)
    if filters.StatusUpdate.ALL.check_update(update) or (group is not None and group.chat_id == chat):
        return
    await outbox.put(work, chat, LEAVE, key=f"{LEAVE}:{chat}:{work.now:%Y-%m-%d}")


async def _give_up(work: UnitOfWork, update: Update, error: str) -> None:
    """Finish an update that nothing can be done with, and say so politely."""
    readable = error.replace("\0", "")  # PostgreSQL takes no NUL: what is given up would never be
    await inbox.finish(work, update.update_id, error=readable[:500])
    if update.effective_user is not None and not is_elsewhere(update):
        await outbox.put_notice(work, chat_of(update), "kiriman.gangguan", key=f"failed:{update.update_id}")


class Secrets(Protocol):
    """Says what of an update may not lie readable on disk, and keeps that sealed."""

    async def veiled(self, work: UnitOfWork, update: Update) -> Update:
        """Return the update as it may be kept."""
        ...

    async def seal(self, work: UnitOfWork, update: Update) -> None:
        """Keep what was veiled."""
        ...


@dataclasses.dataclass(frozen=True)
class Later:
    """An update is not its chat's next; `first` is, which another process received."""

    first: Update


class UpdateHandlers:
    """One handler a chat that has something to say. An update and its effect are one transaction."""

    def __init__(self, database: Database, bot: Bot, prepare: Prepare) -> None:
        """`prepare` does what takes long (downloads), outside any transaction; what it returns acts within one."""
        self._database = database
        self._bot = bot
        self._prepare = prepare
        self._arrived: asyncio.Queue[Update | None] = asyncio.Queue()  # None: stop
        self._queues: dict[int, collections.deque[Update]] = {}
        self._accepted: set[int] = set()  # ids of what arrived here and is not handled

    def accept(self, update: Update) -> None:
        """Take an update that is kept; one that is here already is not taken twice."""
        if update.update_id not in self._accepted:
            self._accepted.add(update.update_id)
            self._arrived.put_nowait(update)

    async def load(self, *, since: dt.timedelta = dt.timedelta()) -> int:
        """Take up what was received so long ago and is not done; before any new one arrives. Return how many."""
        async with self._database.read() as work:
            rows = await inbox.waiting(work, since=since)
        for row in rows:
            self.accept(Update.de_json(row.payload, self._bot))
        return len(rows)

    async def run(self) -> None:
        """Handle until stopped. Raises only where the database fails."""
        async with asyncio.TaskGroup() as tasks:
            sweeping = tasks.create_task(self._sweep())
            while (update := await self._arrived.get()) is not None:
                chat = chat_of(update)
                if chat in self._queues:
                    self._queues[chat].append(update)
                else:
                    self._queues[chat] = collections.deque([update])
                    tasks.create_task(self._drain(chat, tasks))
            sweeping.cancel()

    def stop(self) -> None:
        """Accept nothing that comes after this; `run` ends once what came before is handled."""
        self._arrived.put_nowait(None)

    async def _sweep(self) -> None:
        """Take up what other processes left behind."""
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            await self.load(since=LEFT_BEHIND)

    async def _drain(self, chat: int, tasks: asyncio.TaskGroup) -> None:
        queue = self._queues[chat]
        while queue:
            update = queue[0]
            structlog.contextvars.clear_contextvars()  # the task goes on from update to update
            structlog.contextvars.bind_contextvars(update=update.update_id)
            started = time.monotonic()
            press = PressAnswer(self._bot, update.update_id, update.callback_query)
            with self._patience(chat, press, tasks):
                reply = await self._handle(update, press)
            if isinstance(reply, Reply):
                tasks.create_task(press.answer(self._database, reply))
            if isinstance(reply, Later):
                queue.appendleft(reply.first)
                continue
            seconds = time.monotonic() - started
            metrics.UPDATE_SECONDS.observe(seconds)
            log.info("update", ms=round(seconds * 1000))
            queue.popleft()
            self._accepted.discard(update.update_id)
        del self._queues[chat]

    @contextlib.contextmanager
    def _patience(self, chat: int, press: PressAnswer, tasks: asyncio.TaskGroup) -> Iterator[None]:
        """Show that we are at it, where what is done within takes long."""
        done = asyncio.Event()
        waiting = asyncio.get_running_loop().call_later(
            PATIENCE_SECONDS, lambda: tasks.create_task(self._show_work(chat, press, done))
        )
        try:
            yield
        finally:
            waiting.cancel()
            done.set()

    async def _show_work(self, chat: int, press: PressAnswer, done: asyncio.Event) -> None:
        """Let the button stop spinning, and the chat show that we are at it, until it is done."""
        await press.stop_spinning()
        while not done.is_set():
            with contextlib.suppress(TelegramError):  # it would have changed nothing but the waiting
                await self._bot.send_chat_action(chat, ChatAction.TYPING)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(done.wait(), ACTION_SECONDS)

    async def _handle(self, update: Update, press: PressAnswer) -> Reply | Later | None:
        """Return the answer, what comes first, or None where another process has done it."""
        error: Exception | None = None
        for attempt in range(1, TRIES + 1):
            try:
                act = await self._prepared(update)
                async with self._database.write() as work:
                    first = await inbox.oldest(work, chat_of(update))
                    if first is None or first > update.update_id:
                        return None
                    if first < update.update_id:
                        return Later(Update.de_json(await inbox.payload(work, first), self._bot))
                    reply = await act(work)
                    await press.settle(work, reply)
                    await inbox.finish(work, update.update_id)
            except Exception as failure:
                error = failure
                log.exception("update_failed", attempt=attempt)
            else:
                return reply
        await self._give_up(update, f"{type(error).__name__}: {error}")
        return Reply()

    async def _prepared(self, update: Update) -> Act:
        """Prepare; where the line to Telegram fails, wait for it: what somebody sent is not lost for that."""
        tries = 0
        while True:
            try:
                return await self._prepare(update)
            except (NetworkError, RetryAfter) as error:
                if not isinstance(error.__cause__, outcome.NEVER_REACHED):
                    tries += 1
                if isinstance(error, BadRequest) or tries >= LINE_TRIES:
                    raise
                log.warning("waiting_for_telegram", error=error.message)
                await asyncio.sleep(outcome.pause_after(error, max(tries, 1)))

    async def _give_up(self, update: Update, error: str) -> None:
        """Finish an update that cannot be handled, so that its chat is not stuck on it, and say so politely."""
        metrics.UPDATES_GIVEN_UP.inc()
        async with self._database.write() as work:
            if await inbox.oldest(work, chat_of(update)) != update.update_id:
                return
            await _give_up(work, update, error)
