"""The running bot: starts its parts, stops them in order, and ends with an error when one of them does."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import structlog
from telegram import Update
from telegram.error import InvalidToken, TelegramError
from telegram.ext import Updater

from bot import command_lists, line, monitor, sd_notify, sentences, ticks
from bot.app import App
from bot.inbound.router import prepare, route
from bot.outbox_sender import OutboxSender
from bot.screens.render import render
from bot.settings import Settings, SettingsError
from bot.update_inbox import Act, UpdateHandlers, UpdateInbox
from workflows import deliveries, reconcile
from workflows.correspondence.issue import run_letters

log = structlog.get_logger(__name__)

ALLOWED_UPDATES = [Update.MESSAGE, Update.CALLBACK_QUERY, Update.MY_CHAT_MEMBER]
POLL_SECONDS = 30
STOP_SECONDS = 20.0  # for what is in hand: updates first, then messages; what is left waits in its table
START_TRIES = 5  # of the call that begins to receive, a second apart


async def run(app: App, *, started: Callable[[], Awaitable[None]] | None = None) -> None:
    """Run until SIGTERM or SIGINT. Raises whatever ended a part of the bot that must never end.

    Raises `SettingsError` where Telegram refuses the token, at the start or later.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)

    async def prepared(update: Update) -> Act:
        found = await prepare(app, update)
        return lambda work: route(app, work, update, found)

    handlers = UpdateHandlers(app.database, app.bot, prepared)
    sender = OutboxSender(app.database, app.bot, lambda work, row: render(app, work, row))
    resumed = await handlers.load()
    await command_lists.refresh(app)
    workers = _start_workers(app, handlers, sender)
    scheduler = ticks.start(app)
    try:
        inbox = UpdateInbox(app.database, handlers)
        async with monitor.serving(app.settings, app.database, app.line), receiving(app, inbox):
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
    finally:
        scheduler.shutdown(wait=False)
        for worker in workers.values():
            worker.cancel()
        await asyncio.gather(*workers.values(), return_exceptions=True)


def _start_workers(app: App, handlers: UpdateHandlers, sender: OutboxSender) -> dict[str, asyncio.Task[None]]:
    """Start all that goes on for as long as the process lives."""
    return {
        "updates": asyncio.create_task(handlers.run()),
        "outbox": asyncio.create_task(sender.run()),
        "letters": asyncio.create_task(run_letters(app.office.files, app.database)),
        "jobs": asyncio.create_task(reconcile.run_jobs(app.office, app.database)),
        "deliveries": asyncio.create_task(deliveries.run_deliveries(app.office, app.database)),
        "line": asyncio.create_task(line.watch(app.line, app.database)),
        "watchdog": asyncio.create_task(sd_notify.feed_watchdog()),
    }


@contextlib.asynccontextmanager
async def receiving(app: App, queue: UpdateInbox) -> AsyncIterator[None]:
    """Let updates come in, by webhook where one is set, else by asking for them."""
    updater = Updater(app.bot, update_queue=queue)
    await updater.initialize()
    try:
        try:
            await _start(updater, app.settings)
        except TelegramError as error:
            raise SettingsError([sentences.of_telegram(error)]) from None
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


@contextlib.contextmanager
def _token_in_words() -> Iterator[None]:
    try:
        yield
    except InvalidToken as error:
        raise SettingsError([sentences.of_telegram(error)]) from None


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
            with _token_in_words():
                worker.result()
            raise RuntimeError(f"the worker {name} ended by itself")
