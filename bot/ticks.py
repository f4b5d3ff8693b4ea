"""What happens by the clock: APScheduler calls, the tables say what is due. A missed tick costs time, never work."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
from collections.abc import Awaitable, Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bot import command_lists
from bot.app import App
from workflows import deputies, drift, retention, servers, vacancies
from workflows.acceptance.yearly import begin_what_is_due
from workflows.calendar.keeping import calendar_of
from workflows.clock.digest import tell_in_the_morning
from workflows.clock.reminders import look_at_the_clocks
from workflows.clock.signatures import remind_of_signatures
from workflows.hosting import ending, renewal, suspension
from workflows.hosting.backups.nightly import plan_the_night
from workflows.maintenance_windows.keeping import tell_by_the_clock
from workflows.record.daily import look_at_the_record
from workflows.reports.monthly import send_what_is_over
from workflows.store import leases
from workflows.store.unit_of_work import TOPICS
from workflows.upkeep import php_end, updates
from workflows.usage import monthly as usage_monthly
from workflows.usage import watch as usage_watch
from workflows.watch.inspections import look_through
from workflows.watch.rounds import look_around
from workflows.words import WITA

LEASE = "clock"
SWEEP_SECONDS = 30
SERVERS_SECONDS = 60
FITNESS_TESTS_SECONDS = 600  # how soon a fitness test that is due begins, in office hours
RECORD_SECONDS = 600  # how soon a day's checkpoint, or a month's report, is sent once it is due
CLOCKS_SECONDS = 60  # how soon a reminder follows the moment it is due
DRIFT_SECONDS = 60  # how soon a night is begun, or gone on with; the tables say what is due
WATCH_SECONDS = 60  # how soon a site is looked at once its turn has come
USAGE_SECONDS = 60  # how soon a server is asked what its hostings use once that is due, each hour
BACKUPS_SECONDS = 300  # how soon a night's snapshots are put into the queue, or those of a missed one
OFFICES_SECONDS = 600  # how soon a deputy hears that their day has come and lists their commands, a vacancy is told


Tick = Callable[[App], Awaitable[None]]


def start(app: App) -> AsyncIOScheduler:
    """Start the clock; the caller shuts it down. Of several processes that run it, one at a time acts by it."""
    scheduler = AsyncIOScheduler(timezone=WITA, job_defaults={"coalesce": True, "max_instances": 1})
    scheduler.add_job(sweep, IntervalTrigger(seconds=SWEEP_SECONDS), (app,))
    scheduler.add_job(_if_ours, IntervalTrigger(seconds=OFFICES_SECONDS), (app, command_lists.refresh))
    scheduler.add_job(_if_ours, IntervalTrigger(seconds=SERVERS_SECONDS), (app, refresh_servers))
    scheduler.add_job(_if_ours, IntervalTrigger(seconds=DRIFT_SECONDS), (app, look_by_night))
    scheduler.add_job(_if_ours, IntervalTrigger(seconds=WATCH_SECONDS), (app, watch_sites))
    scheduler.add_job(_if_ours, IntervalTrigger(seconds=WATCH_SECONDS), (app, look_through_sites))
    scheduler.add_job(_if_ours, IntervalTrigger(seconds=USAGE_SECONDS), (app, count_use))
    scheduler.add_job(_if_ours, IntervalTrigger(seconds=BACKUPS_SECONDS), (app, back_up_by_night))
    scheduler.add_job(_if_ours, IntervalTrigger(seconds=CLOCKS_SECONDS), (app, remind))
    scheduler.add_job(_if_ours, IntervalTrigger(seconds=RECORD_SECONDS), (app, audit_by_day))
    scheduler.add_job(_if_ours, IntervalTrigger(seconds=RECORD_SECONDS), (app, report_by_month))
    scheduler.add_job(_if_ours, IntervalTrigger(seconds=OFFICES_SECONDS), (app, look_after_offices))
    scheduler.add_job(_if_ours, IntervalTrigger(seconds=OFFICES_SECONDS), (app, look_after_hostings))
    scheduler.add_job(_if_ours, IntervalTrigger(seconds=FITNESS_TESTS_SECONDS), (app, inspect_what_is_due))
    scheduler.add_job(_if_ours, IntervalTrigger(seconds=RECORD_SECONDS), (app, tell_of_upkeep))
    scheduler.add_job(_if_ours, CronTrigger(hour=3), (app, forget), misfire_grace_time=3600)
    scheduler.start()
    return scheduler


async def _if_ours(app: App, tick: Tick) -> None:
    with contextlib.suppress(asyncio.CancelledError):  # the process ends; APScheduler would report it as a failure
        if await leases.ours(app.database, LEASE):
            await tick(app)


async def sweep(app: App) -> None:
    """Wake every worker to look at the tables, whatever wake-up was lost."""
    for topic in TOPICS:
        app.database.wake(topic)


async def refresh_servers(app: App) -> None:
    """Ask every server how it is, so that the assessment never shows old data."""
    await servers.refresh(app.office, app.database)


async def look_by_night(app: App) -> None:
    """Look, once a night, whether the servers are still as they are wanted."""
    await drift.look_by_night(app.office, app.database)


async def watch_sites(app: App) -> None:
    """Look from outside at every site whose turn it is."""
    await look_around(app.office, app.database, dt.timedelta(minutes=app.settings.watch_minutes))


async def look_through_sites(app: App) -> None:
    """Look through the pages and files of every site whose turn it is, for what does not belong there."""
    await look_through(app.office, app.database, dt.timedelta(minutes=app.settings.watch_pages_minutes))


async def count_use(app: App) -> None:
    """Count, once an hour, what hostings use."""
    await usage_watch.count_all(app.office, app.database)


async def back_up_by_night(app: App) -> None:
    """Put the night's snapshots, the week's clearing and the month's drill into the queue."""
    await plan_the_night(app.database)


async def remind(app: App) -> None:
    """Remind of what runs out of time, of letters to be signed, of all that waits in the morning, of maintenance."""
    await look_at_the_clocks(app.office, app.database)
    await remind_of_signatures(app.database)
    await tell_in_the_morning(app.office, app.database)
    await tell_by_the_clock(app.database)


async def report_by_month(app: App) -> None:
    """Send the reports of a month that is over to their readers."""
    await send_what_is_over(app.office, app.database)
    await usage_monthly.send_what_is_over(app.office, app.database)


async def audit_by_day(app: App) -> None:
    """Audit the ledger, once a day, and send the administrators a checkpoint to keep."""
    await look_at_the_record(app.office, app.database)


async def look_after_offices(app: App) -> None:
    """Tell deputies whose time begins or ended, and of offices that nobody holds; each once, in office hours."""
    async with app.database.write() as work:
        if (await calendar_of(work)).is_open(work.now):
            await deputies.tell_of_changes(app.office, work)
            await vacancies.report(app.office, work)


async def look_after_hostings(app: App) -> None:
    """Remind, in office hours, of what somebody is to decide about hostings that stand."""
    async with app.database.write() as work:
        if (await calendar_of(work)).is_open(work.now):
            await suspension.remind(work)
            await ending.remind(work)
            await renewal.look(work)


async def inspect_what_is_due(app: App) -> None:
    """Begin the fitness tests of hostings that were handed over, or looked at last a year ago."""
    await begin_what_is_due(app.office, app.database)


async def tell_of_upkeep(app: App) -> None:
    """Tell once a week which updates wait, and once a quarter which versions of PHP come to their end."""
    await updates.tell_by_the_week(app.database)
    await php_end.tell_by_the_quarter(app.database)


async def forget(app: App) -> None:
    """Delete what was kept for its time."""
    await retention.purge_by_night(app.database, app.office.files, app.settings.retention())
