"""What happens by the clock: APScheduler calls, the tables say what is due. A missed tick costs time, never work.

Each tick is a job of its own: one that fails is logged by its name, tried again at its next turn, and stops no other;
whoever keeps failing is told of (`tick_failures`).
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
from asyncio import CancelledError
from collections.abc import Awaitable, Callable, Mapping

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bot import command_lists
from bot.app import App
from bot.process import tick_failures
from workflows import servers
from workflows.calendar.office_calendar import calendar_of
from workflows.clock.digest import tell_in_the_morning
from workflows.clock.reminders import send_reminders
from workflows.clock.signatures import remind_of_signatures
from workflows.deputies import appointing
from workflows.fitness.yearly import begin_what_is_due
from workflows.hosting import cleaning, handover, receiving, renewal, suspension, undecided
from workflows.hosting.backups.nightly import plan_the_night
from workflows.hosting.custom_domains import verification
from workflows.hosting.staging import following
from workflows.maintenance_windows.planning import tell_by_the_clock
from workflows.malware.scanning import scan_sites
from workflows.moving.schedule import begin_and_remind
from workflows.people import vacancies
from workflows.record.daily import audit_daily
from workflows.reports.monthly import send_what_is_over
from workflows.reports.usage import monthly as usage_monthly
from workflows.retention import schedule
from workflows.store import leases
from workflows.store.unit_of_work import TOPICS, UnitOfWork
from workflows.upkeep import drift, php_end, updates
from workflows.uptime.rounds import check_uptime
from workflows.usage import hourly_count
from workflows.words import WITA

LEASE = "clock"
SWEEP_SECONDS = 30
MINUTE, FIVE_MINUTES, TEN_MINUTES = 60, 300, 600  # how soon something is done once it is due

Act = Callable[[App], Awaitable[object]]


@dataclasses.dataclass(frozen=True)
class Tick:
    """Something done every so many seconds, or when a clock's `trigger` says; the tables know whether it is due."""

    trigger: BaseTrigger
    act: Act


def _every(seconds: int, act: Act) -> Tick:
    return Tick(IntervalTrigger(seconds=seconds), act)


def _in_office_hours(act: Callable[[App, UnitOfWork], Awaitable[object]]) -> Act:
    async def look(app: App) -> None:
        async with app.database.write() as work:
            if (await calendar_of(work)).is_open(work.now):
                await act(app, work)

    return look


TICKS: Mapping[str, Tick] = {
    "commands": _every(TEN_MINUTES, command_lists.refresh),
    "servers": _every(MINUTE, lambda app: servers.refresh(app.office, app.database)),
    "drift": _every(MINUTE, lambda app: drift.check_drift_nightly(app.office, app.database)),
    "reach": _every(MINUTE, lambda app: check_uptime(app.office, app.database, _minutes(app.settings.watch_minutes))),
    "inspections": _every(
        MINUTE, lambda app: scan_sites(app.office, app.database, _minutes(app.settings.watch_pages_minutes))
    ),
    "domains": _every(MINUTE, lambda app: verification.check_domains(app.office, app.database)),
    "usage": _every(MINUTE, lambda app: hourly_count.count_due_servers(app.office, app.database)),
    "backups": _every(FIVE_MINUTES, lambda app: plan_the_night(app.database)),
    "staging copies": _every(MINUTE, lambda app: following.follow_sites(app.office, app.database)),
    "clocks": _every(MINUTE, lambda app: send_reminders(app.office, app.database)),
    "signatures": _every(MINUTE, lambda app: remind_of_signatures(app.database)),
    "digest": _every(MINUTE, lambda app: tell_in_the_morning(app.office, app.database)),
    "moves": _every(MINUTE, lambda app: begin_and_remind(app.database)),
    "maintenance": _every(MINUTE, lambda app: tell_by_the_clock(app.database)),
    "record": _every(TEN_MINUTES, lambda app: audit_daily(app.office, app.database)),
    "reports": _every(TEN_MINUTES, lambda app: send_what_is_over(app.office, app.database)),
    "usage reports": _every(TEN_MINUTES, lambda app: usage_monthly.send_what_is_over(app.office, app.database)),
    "deputies": _every(TEN_MINUTES, _in_office_hours(lambda app, work: appointing.tell_of_changes(app.office, work))),
    "vacancies": _every(TEN_MINUTES, _in_office_hours(lambda app, work: vacancies.report(app.office, work))),
    "undecided hostings": _every(TEN_MINUTES, _in_office_hours(lambda _app, work: undecided.remind(work))),
    "cleanings that end": _every(TEN_MINUTES, lambda app: cleaning.end_after_its_day(app.office, app.database)),
    "former logins": _every(TEN_MINUTES, _in_office_hours(lambda _app, work: handover.remind(work))),
    "hostings offered": _every(TEN_MINUTES, _in_office_hours(lambda app, work: receiving.remind(app.office, work))),
    "suspensions that wait": _every(MINUTE, lambda app: suspension.carry_out_all(app.office, app.database)),
    "renewals": _every(TEN_MINUTES, _in_office_hours(lambda _app, work: renewal.ask_what_is_due(work))),
    "fitness tests": _every(TEN_MINUTES, lambda app: begin_what_is_due(app.office, app.database)),
    "updates": _every(TEN_MINUTES, lambda app: updates.tell_by_the_week(app.database)),
    "ends of PHP": _every(TEN_MINUTES, lambda app: php_end.tell_by_the_quarter(app.database)),
    "forgetting": Tick(
        CronTrigger(hour=3, timezone=WITA),
        lambda app: schedule.purge_by_night(app.database, app.office.files, app.settings.retention()),
    ),
}
"""What is done by the clock, each by its name in the log; of several processes one does it."""


def start(app: App) -> AsyncIOScheduler:
    """Start the clock; the caller shuts it down. Of several processes that run it, one at a time acts by it."""
    defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": 3600}
    scheduler = AsyncIOScheduler(timezone=WITA, job_defaults=defaults)
    scheduler.add_job(sweep, IntervalTrigger(seconds=SWEEP_SECONDS), (app,))
    for name, tick in TICKS.items():
        scheduler.add_job(_if_ours, tick.trigger, (app, name, tick.act), id=name, name=name)
    scheduler.start()
    return scheduler


async def _if_ours(app: App, name: str, act: Act) -> None:
    with contextlib.suppress(CancelledError):  # the process ends; APScheduler would report it as a failure
        if await leases.ours(app.database, LEASE):
            async with tick_failures.noted(app.database, name):
                await act(app)


async def sweep(app: App) -> None:
    """Wake every worker to look at the tables, whatever wake-up was lost."""
    for topic in TOPICS:
        app.database.wake(topic)


def _minutes(count: int) -> dt.timedelta:
    return dt.timedelta(minutes=count)
