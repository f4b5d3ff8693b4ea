"""What happens by the clock: APScheduler calls, the tables say what is due. A missed tick costs time, never work."""

from __future__ import annotations

import datetime as dt

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bot import command_lists
from bot.app import App
from workflows import drift, servers
from workflows.record.daily import look_at_the_record
from workflows.store import inbox, outbox
from workflows.store.unit_of_work import TOPICS
from workflows.words import WITA

UPDATES_KEPT = dt.timedelta(days=7)  # Telegram repeats an update for at most 24 hours
MESSAGES_KEPT = dt.timedelta(days=90)  # after that nobody asks for a letter to be sent again
SWEEP_SECONDS = 30
SERVERS_SECONDS = 60
RECORD_SECONDS = 600  # how soon a day's checkpoint is sent once it is due
DRIFT_SECONDS = 60  # how soon a night is begun, or gone on with; the tables say what is due


def start(app: App) -> AsyncIOScheduler:
    """Start the clock; the caller shuts it down."""
    scheduler = AsyncIOScheduler(timezone=WITA)
    scheduler.add_job(sweep, IntervalTrigger(seconds=SWEEP_SECONDS), (app,), coalesce=True, max_instances=1)
    scheduler.add_job(refresh_servers, IntervalTrigger(seconds=SERVERS_SECONDS), (app,), coalesce=True, max_instances=1)
    scheduler.add_job(look_by_night, IntervalTrigger(seconds=DRIFT_SECONDS), (app,), coalesce=True, max_instances=1)
    scheduler.add_job(audit_by_day, IntervalTrigger(seconds=RECORD_SECONDS), (app,), coalesce=True, max_instances=1)
    scheduler.add_job(forget, CronTrigger(hour=3), (app,), coalesce=True, max_instances=1, misfire_grace_time=3600)
    scheduler.start()
    return scheduler


async def sweep(app: App) -> None:
    """Wake every worker to look at the tables, whatever wake-up was lost, and bring the command lists up to date."""
    await command_lists.refresh(app)
    for topic in TOPICS:
        app.database.wake(topic)


async def refresh_servers(app: App) -> None:
    """Ask every server how it is, so that the assessment never shows old data."""
    await servers.refresh(app.office, app.database)


async def look_by_night(app: App) -> None:
    """Look, once a night, whether the servers are still as they are wanted."""
    await drift.look_by_night(app.office, app.database)


async def audit_by_day(app: App) -> None:
    """Audit the ledger, once a day, and send the administrators a checkpoint to keep."""
    await look_at_the_record(app.office, app.database)


async def forget(app: App) -> None:
    """Delete updates that were handled and messages that were sent long ago: they have done their work."""
    async with app.database.write() as work:
        await inbox.forget(work, work.now - UPDATES_KEPT)
        await outbox.forget(work, work.now - MESSAGES_KEPT)
