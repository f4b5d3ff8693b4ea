"""Health and figures over HTTP, for a monitoring of the office's own: off unless a port is set, and without a password.

`/alive`: the process turns. `/health`: it can do its work; 503 with the reason where not. `/metrics`: Prometheus.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import prometheus_client
from aiohttp import web

from bot import metrics
from bot.line.line import SILENT_SECONDS, Line
from bot.settings import Settings
from workflows.store import health, hostings
from workflows.store.unit_of_work import Database

PATIENCE_SECONDS = 5.0


@dataclasses.dataclass(frozen=True)
class Watched:
    """What the pages tell of: the disk, the database, the line to Telegram."""

    folder: Path
    database: Database
    line: Line


WATCHED: web.AppKey[Watched] = web.AppKey("watched", Watched)


def site(watched: Watched) -> web.Application:
    """Return the three pages."""
    pages = web.Application()
    pages[WATCHED] = watched
    pages.add_routes([web.get("/alive", _alive), web.get("/health", _health), web.get("/metrics", _metrics)])
    return pages


@contextlib.asynccontextmanager
async def serving(settings: Settings, database: Database, line: Line) -> AsyncIterator[None]:
    """Answer while the block runs, where a port is set."""
    if settings.monitor_port is None:
        yield
        return
    pages = site(Watched(settings.data_dir, database, line))
    runner = web.AppRunner(pages, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.monitor_listen, settings.monitor_port).start()
        yield
    finally:
        await runner.cleanup()


async def _alive(_request: web.Request) -> web.Response:
    return web.json_response({"alive": True})


async def _health(request: web.Request) -> web.Response:
    watched = request.app[WATCHED]
    faults: dict[str, Any] = {}
    try:
        await _look(watched)
    except Exception as error:  # noqa: BLE001  (whatever it is, the answer says that the database is not usable)
        faults["database"] = type(error).__name__
    if watched.line.down_seconds > SILENT_SECONDS:
        faults["telegram"] = {"silent_seconds": round(watched.line.down_seconds), "trouble": watched.line.trouble}
    return web.json_response({"healthy": not faults, "faults": faults}, status=503 if faults else 200)


async def _metrics(request: web.Request) -> web.Response:
    with contextlib.suppress(Exception):  # the figures of the process are still worth having; /health tells
        await _look(request.app[WATCHED])
    body = prometheus_client.generate_latest(metrics.REGISTRY)
    return web.Response(body=body, headers={"Content-Type": prometheus_client.CONTENT_TYPE_LATEST})


async def _look(watched: Watched) -> None:
    """Bring what the tables know up to date. Raises where the database does not answer in time."""
    async with asyncio.timeout(PATIENCE_SECONDS), watched.database.read() as work:
        backlog = await health.backlog(work)
        servers = await hostings.servers(work)
    for what, waiting in (("updates", backlog.updates), ("messages", backlog.messages)):
        metrics.WAITING.labels(what).set(waiting.count)
        metrics.OLDEST_SECONDS.labels(what).set(waiting.age(watched.database.clock()))
    metrics.WAITING.labels("held_messages").set(backlog.held)
    for state, count in backlog.jobs.items():
        metrics.JOBS.labels(state).set(count)
    for server in servers:
        if server.facts_at is not None:
            metrics.SERVER_ANSWERED.labels(server.name).set(server.facts_at.timestamp())
    metrics.TELEGRAM_SILENT_SECONDS.set(watched.line.down_seconds)
    metrics.DISK_FREE.set(shutil.disk_usage(watched.folder).free)
