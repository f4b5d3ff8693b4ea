"""Security updates that servers have not taken: asked by night, told to engineers once a week, installed by them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import structlog

from provisioning.fleet import ProvisioningError
from provisioning.plan import ErrorCode
from workflows import servers
from workflows.calendar.office_calendar import calendar_of
from workflows.office import Office
from workflows.people.alerts import say_to_engineers
from workflows.store import settings, upkeep
from workflows.store.tables import Server
from workflows.store.unit_of_work import Database, UnitOfWork
from workflows.words import WITA

NAME = "updates_told"
STALE = dt.timedelta(days=7)  # package lists that are older say little
NAMES_SHOWN = 6
log = structlog.get_logger(__name__)


async def check_updates(office: Office, database: Database, server: Server) -> None:
    """Ask a server and keep its answer. Raises `ProvisioningError`; an agent older than the question is passed over."""
    try:
        found = await office.fleet.updates(servers.address(server))
    except ProvisioningError as error:
        if error.code not in (ErrorCode.BAD_REQUEST, ErrorCode.STEP_FAILED, ErrorCode.TIMEOUT):
            raise
        log.warning("pending_updates_not_known", server=server.name, code=str(error.code))
        return
    async with database.write() as work:
        await upkeep.keep(work, server.id, found.to_data(), work.now)


async def tell_by_the_week(database: Database) -> None:
    """Tell the engineers what is pending: in the first office hour of a week, once, nothing where nothing is."""
    async with database.read() as work:
        if not await _is_due(work):
            return
    async with database.write() as work:
        await settings.lock(work, NAME)
        if not await _is_due(work):
            return
        said = [
            _words(server.name, updates.pending)
            for server, updates in await upkeep.of_servers(work)
            if needs_work(updates.pending, work.now)
        ]
        if said:
            await say_to_engineers(work, None, "pembaruan.mingguan", {"servers": said}, key=f"updates:{_week(work)}")
        await settings.put(work, NAME, {"week": _week(work)})


def needs_work(pending: Mapping[str, Any], now: dt.datetime) -> bool:
    """Whether engineers have something to do: take updates, restart, or fetch the package lists. Pure."""
    return bool(pending.get("security")) or bool(pending.get("reboot_required")) or lists_are_old(pending, now)


def lists_are_old(pending: Mapping[str, Any], now: dt.datetime) -> bool:
    """Whether the server has not asked its distribution for long, so that what it says is no news. Pure."""
    lists_at = pending.get("lists_at")
    return lists_at is None or now - dt.datetime.fromisoformat(lists_at) > STALE


def _words(name: str, pending: Mapping[str, Any]) -> dict[str, Any]:
    security = list(pending.get("security", ()))
    shown = ", ".join(security[:NAMES_SHOWN]) + (" …" if len(security) > NAMES_SHOWN else "")
    reboot, lists_at = bool(pending.get("reboot_required")), pending.get("lists_at")
    return {"name": name, "count": len(security), "names": shown, "reboot": reboot, "lists_at": lists_at}


async def _is_due(work: UnitOfWork) -> bool:
    last = await settings.get(work, NAME) or {}
    return last.get("week") != _week(work) and (await calendar_of(work)).is_open(work.now)


def _week(work: UnitOfWork) -> str:
    year, week, _ = work.now.astimezone(WITA).date().isocalendar()
    return f"{year}-{week:02}"
