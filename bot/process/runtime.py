"""The running bot: starts its parts, stops them in order, and ends with an error when one of them does."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from typing import Any, TypeAlias

import structlog
from telegram import Update
from telegram.error import InvalidToken, TelegramError
from telegram.ext import Updater

from bot import command_lists
from bot.app import App
from bot.inbound.router import prepare, route
from bot.inbound.secret_messages import SecretMessages
from bot.line import line, sentences
from bot.outbox_sender import OutboxSender
from bot.process import monitor, sd_notify, ticks
from bot.process.hearing import keep_hearing
from bot.screens.render import render
from bot.settings import Settings
from bot.update_inbox import Act, UpdateHandlers, UpdateInbox
from workflows.casework import deliveries
from workflows.correspondence.worker import run_letters
from workflows.hosting.backups.worker import run_backups
from workflows.jobs import reconcile
from workflows.moving.worker import run_moves
from workflows.store import presence

Parts: TypeAlias = Mapping[str, Coroutine[Any, Any, None]]

log = structlog.get_logger(__name__)

ALLOWED_UPDATES = [Update.MESSAGE, Update.EDITED_MESSAGE, Update.CALLBACK_QUERY, Update.MY_CHAT_MEMBER]
POLL_SECONDS = 30
STOP_SECONDS = 20.0  # for what is in hand: updates first, then messages; what is left waits in its table
START_TRIES = 5  # of the call that begins to receive, a second apart


async def run(app: App, *, background: bool = True, started: Callable[[], Awaitable[None]] | None = None) -> None:
    """Talk with people until SIGTERM or SIGINT; without `background`, leave all else to `run_worker` elsewhere.

    Raises whatever ended a part of the bot that must never end; `SettingsError` where Telegram refuses the token, at
    the start or later.
    """
    stop = stop_signal()

    async def prepared(update: Update) -> Act:
        found = await prepare(app, update)
        return lambda work: route(app, work, update, found)

    handlers = UpdateHandlers(app.database, app.bot, prepared)
    sender = OutboxSender(app.database, app.bot, lambda work, row: render(app, work, row))
    resumed = await handlers.load()
    await command_lists.refresh(app)
    chat: Parts = {
        "updates": handlers.run(),
        "outbox": sender.run(),
        "line": line.watch(app.line, app.database),
        "hearing": keep_hearing(app),
    }
    async with _working(app, {**chat, **(background_parts(app) if background else {})}, clock=background) as workers:
        async with receiving(app, UpdateInbox(app.database, handlers, SecretMessages(app))):
            log.info("started", bot=app.bot.username, resumed_updates=resumed)
            sd_notify.tell("READY=1")
            if started is not None:
                await started()
            await _first_to_end(stop, workers)
        log.info("stopping")
        sd_notify.tell("STOPPING=1")
        handlers.stop()
        await _end("updates", workers["updates"])
        sender.stop()
        await _end("outbox", workers["outbox"])


async def run_worker(app: App) -> None:
    """Do what nobody waits for at a chat, until SIGTERM or SIGINT: servers, letters, deliveries and the clock.

    Raises whatever ended a part of it that must never end.
    """
    stop = stop_signal()
    async with _working(app, background_parts(app), clock=True) as workers:
        log.info("started", worker=app.database.identity)
        sd_notify.tell("READY=1")
        await _first_to_end(stop, workers)
        log.info("stopping")
        sd_notify.tell("STOPPING=1")


def stop_signal() -> asyncio.Event:
    """Return what is set once the process is asked to end."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop


def background_parts(app: App) -> Parts:
    """Return what goes on while nobody waits at a chat, by name."""
    return {
        "letters": run_letters(app.office, app.database),
        "jobs": reconcile.run_jobs(app.office, app.database),
        "deliveries": deliveries.run_deliveries(app.office, app.database),
        "backups": run_backups(app.office, app.database),
        "moves": run_moves(app.office, app.database),
    }


@contextlib.asynccontextmanager
async def _working(app: App, parts: Parts, *, clock: bool) -> AsyncIterator[dict[str, asyncio.Task[None]]]:
    """Run parts of the bot, known to the other processes, until the block ends."""
    monitoring = monitor.serving(app.settings, app.database, app.line)
    async with presence.present(app.database) as watch, monitoring:
        always: Parts = {"presence": watch(), "watchdog": sd_notify.feed_watchdog()}
        workers = {name: asyncio.create_task(part) for name, part in {**parts, **always}.items()}
        scheduler = ticks.start(app) if clock else None
        try:
            yield workers
        finally:
            if scheduler is not None:
                scheduler.shutdown(wait=False)
            for worker in workers.values():
                worker.cancel()
            await asyncio.gather(*workers.values(), return_exceptions=True)


@contextlib.asynccontextmanager
async def receiving(app: App, queue: UpdateInbox) -> AsyncIterator[None]:
    """Let updates come in, by webhook where one is set, else by asking for them."""
    updater = Updater(app.bot, update_queue=queue)
    await updater.initialize()
    try:
        with sentences.in_words():
            await _start(updater, app.settings)
        yield
    finally:
        if updater.running:
            with contextlib.suppress(InvalidToken):  # the poll that met it ended by it; the watch of the line tells
                await updater.stop()  # not `shutdown`: it would shut the bot down, which still has to send


async def _start(updater: Updater, settings: Settings) -> None:
    if settings.webhook_url and settings.webhook_secret:
        await updater.start_webhook(
            listen=settings.webhook_listen,
            port=settings.webhook_port,
            url_path="telegram",
            webhook_url=f"{settings.webhook_url.rstrip('/')}/telegram",
            secret_token=settings.webhook_secret.get_secret_value(),
            bootstrap_retries=START_TRIES,
            allowed_updates=ALLOWED_UPDATES,
        )
    else:
        await updater.start_polling(
            timeout=POLL_SECONDS,
            allowed_updates=ALLOWED_UPDATES,
            bootstrap_retries=START_TRIES,
            error_callback=_polling_failed,
        )


def _polling_failed(error: TelegramError) -> None:
    log.warning("polling_failed", error=error.message)


async def _end(name: str, worker: asyncio.Task[None]) -> None:
    """Let a worker end what it has in hand, for a bounded time. Raises what it ended with."""
    done, _ = await asyncio.wait({worker}, timeout=STOP_SECONDS)
    if done:
        worker.result()
    else:
        log.warning("left_for_the_next_start", worker=name)


async def _first_to_end(stop: asyncio.Event, workers: dict[str, asyncio.Task[None]]) -> None:
    """Wait for the signal. Raises what ended a worker before it."""
    stopped = asyncio.create_task(stop.wait())
    done, _ = await asyncio.wait({stopped, *workers.values()}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    for name, worker in workers.items():
        if worker in done and not stop.is_set():
            log.critical("worker_ended", worker=name)
            with sentences.in_words(InvalidToken):
                worker.result()
            raise RuntimeError(f"the worker {name} ended by itself")
