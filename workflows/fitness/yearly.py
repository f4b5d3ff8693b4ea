"""Fitness tests that begin by themselves: after the handover and every year. A day that was missed costs a day."""

from __future__ import annotations

import contextlib
import datetime as dt

from workflows.calendar.office_calendar import calendar_of
from workflows.fitness.due import AT_ONCE, Candidate, Occasion, due
from workflows.fitness.observation import look_at
from workflows.fitness.procedure import begin, inspectors, is_fit_to_be_looked_at, show
from workflows.office import Office
from workflows.people import members
from workflows.refusal import Refused
from workflows.store import fitness_tests, hostings
from workflows.store.tables import FitnessTest, Hosting, HostingState
from workflows.store.unit_of_work import Database, UnitOfWork
from workflows.words import WITA

BY_ITSELF = (Occasion.HANDOVER, Occasion.YEARLY)


async def begin_what_is_due(office: Office, database: Database) -> None:
    """Look at what is due and ask the Kabid and the engineers for the rest, in office hours, a few a day."""
    async with database.write() as work:
        if not (await calendar_of(work)).is_open(work.now):
            return
        await _drop_what_is_gone(work)
        waiting = await _due(work)
        today = members.today(work)
    for hosting_id, occasion in waiting:
        async with database.read() as work:
            hosting = await hostings.get(work, hosting_id)
            server = await hostings.server(work, hosting.server_id) if hosting else None
        if hosting is None or server is None:
            continue
        seen = await look_at(office, database, server, hosting, today)
        async with database.write() as work:
            with contextlib.suppress(Refused):  # suspended or removed meanwhile
                if await fitness_tests.open_of(work, hosting_id) is None:
                    begun = await begin(work, hosting_id, occasion, seen)
                    await show(work, begun, anew=await inspectors(work))


async def _due(work: UnitOfWork) -> list[tuple[int, Occasion]]:
    morning = work.now.astimezone(WITA).replace(hour=0, minute=0, second=0, microsecond=0)
    begun = await fitness_tests.begun_since(work, morning, [str(one) for one in BY_ITSELF])
    standing = [pair for pair in await fitness_tests.standing(work) if is_fit_to_be_looked_at(pair[0])]
    return due([_candidate(*pair) for pair in standing], work.now, AT_ONCE - begun)


def _candidate(hosting: Hosting, last: FitnessTest | None) -> Candidate:
    verified = hosting.applied.get("verified_at")
    since = dt.datetime.fromisoformat(verified) if verified else hosting.created_at
    return Candidate(hosting_id=hosting.id, since=since, closed_at=last.closed_at if last else None)


async def _drop_what_is_gone(work: UnitOfWork) -> None:
    """End the fitness tests of hostings that are removed."""
    for row in await fitness_tests.under_way(work):
        hosting = await hostings.get(work, row.hosting_id)
        if hosting is None or hosting.state != HostingState.WANTED:
            row.state, row.revision = fitness_tests.DROPPED, row.revision + 1
