"""Fitness tests that people are asked about by themselves: after the first upload and every year.

A day that was missed costs a day.
"""

from __future__ import annotations

import contextlib
import datetime as dt

from workflows.calendar.office_calendar import calendar_of
from workflows.fitness.due import AT_ONCE, Candidate, Occasion, can_be_judged, due
from workflows.fitness.judge import Verdict
from workflows.fitness.observation import look_at
from workflows.fitness.procedure import begin, inspectors, is_fit_to_be_looked_at, show
from workflows.office import Office
from workflows.people import members
from workflows.refusal import Refused
from workflows.store import fitness_tests, hostings, usage
from workflows.store.tables import FitnessTest, Hosting, HostingState
from workflows.store.unit_of_work import Database, UnitOfWork
from workflows.words import WITA

BY_ITSELF = (Occasion.HANDOVER, Occasion.YEARLY, Occasion.AGAIN)
MEASURED = dt.timedelta(days=7)  # how old the newest count of files may be


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
                row = await fitness_tests.open_of(work, hosting_id)
                if row is None or row.asked_at is None:
                    begun = await begin(work, hosting_id, occasion, seen)
                    begun.asked_at = work.now
                    await show(work, begun, anew=await inspectors(work))


async def _due(work: UnitOfWork) -> list[tuple[int, Occasion]]:
    morning = work.now.astimezone(WITA).replace(hour=0, minute=0, second=0, microsecond=0)
    places = AT_ONCE - await fitness_tests.asked_since(work, morning, [str(one) for one in BY_ITSELF])
    begun = (await _begun_and_filled(work))[: max(places, 0)]
    standing = [pair for pair in await fitness_tests.standing(work) if is_fit_to_be_looked_at(pair[0])]
    return [*begun, *due([_candidate(*pair) for pair in standing], work.now, places - len(begun))]


async def _begun_and_filled(work: UnitOfWork) -> list[tuple[int, Occasion]]:
    """Return those that began when their hosting was made, and that people can be asked about by now."""
    waiting = [pair for pair in await fitness_tests.unasked(work) if is_fit_to_be_looked_at(pair[1])]
    today = members.today(work)
    counted = await usage.samples(work, [hosting.id for _, hosting in waiting], today - MEASURED, today)
    present = {hosting_id: rows[-1].inodes for hosting_id, rows in counted.items() if rows}
    return [
        (hosting.id, Occasion(row.occasion))
        for row, hosting in waiting
        if can_be_judged(row.created_at, work.now, files=row.files, present=present.get(hosting.id))
    ]


def _candidate(hosting: Hosting, last: FitnessTest | None) -> Candidate:
    return Candidate(
        hosting_id=hosting.id,
        since=hosting.created_at,
        closed_at=last.closed_at if last else None,
        is_unfit=last is not None and last.verdict == Verdict.UNFIT,
    )


async def _drop_what_is_gone(work: UnitOfWork) -> None:
    """End the fitness tests of hostings that are removed."""
    for row in await fitness_tests.under_way(work):
        hosting = await hostings.get(work, row.hosting_id)
        if hosting is None or hosting.state != HostingState.WANTED:
            row.state, row.revision = fitness_tests.DROPPED, row.revision + 1
