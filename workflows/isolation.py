"""One row's failure keeps no other row waiting: it is logged, told, and tried again later."""

from __future__ import annotations

import contextlib
import datetime as dt
import enum
from collections.abc import AsyncIterator

import structlog

from workflows.people import members
from workflows.people.notices import notice
from workflows.store import cases, setbacks
from workflows.store.tables import Setback
from workflows.store.unit_of_work import Database, UnitOfWork
from workflows.words import WITA

PAUSE = dt.timedelta(minutes=1)
LONGEST_PAUSE = dt.timedelta(minutes=30)
LONGEST_QUIET_PAUSE = dt.timedelta(minutes=5)  # of what those concerned were told of already
log = structlog.get_logger(__name__)


class PostponedError(Exception):
    """Raised in an `isolated` block of which all was told: the row rests for some minutes, and that is all."""


class WorkKind(enum.StrEnum):
    """Whose work can be put off. The value is kept, and names the words for it."""

    LETTER = "letter"
    SIGNING = "signing"
    FITNESS_RECORD = "fitness_record"
    DELIVERY = "delivery"
    MOVE = "move"
    BACKUP = "backup"
    JOB = "job"
    DRIFT = "drift"  # the nightly look at a server
    USAGE = "usage"  # the hourly count on a server
    DOMAIN = "domain"


@contextlib.asynccontextmanager
async def isolated(
    database: Database, kind: WorkKind, row_id: int, *, case_id: int | None = None
) -> AsyncIterator[None]:
    """Do work on one row in the block; what it raises is noted, and the row put off.

    Where that cannot be noted either, the database is gone: that is raised, and ends the worker.
    """
    with structlog.contextvars.bound_contextvars(case=case_id):
        try:
            yield
        except PostponedError:
            async with database.write() as work:
                await _put_off(work, kind, row_id, PostponedError.__name__, LONGEST_QUIET_PAUSE)
            return
        except Exception as error:
            log.exception("row_put_off", kind=str(kind), row=row_id)
            await _note(database, kind, row_id, type(error).__name__, case_id)
            return
    async with database.read() as work:
        known = await setbacks.get(work, kind, row_id)
    if known is not None:
        async with database.write() as work:
            await setbacks.forget(work, kind, row_id)


async def _note(database: Database, kind: WorkKind, row_id: int, error: str, case_id: int | None) -> None:
    async with database.write() as work:
        await _put_off(work, kind, row_id, error, LONGEST_PAUSE)
        await _tell_admins(work, kind, error, case_id)


async def _put_off(work: UnitOfWork, kind: WorkKind, row_id: int, error: str, longest: dt.timedelta) -> None:
    row = await setbacks.get(work, kind, row_id)
    if row is None:
        row = Setback(kind=str(kind), row_id=row_id, attempts=0, since=work.now)
        work.add(row)
    row.attempts += 1
    row.error, row.not_before = error, work.now + min(pause(row.attempts), longest)


async def put_off(work: UnitOfWork, kind: WorkKind) -> list[int]:
    """Return the rows of a kind that failed and rest."""
    return await setbacks.put_off(work, kind)


def pause(attempts: int) -> dt.timedelta:
    """Return how long a row rests after so many failures. Pure."""
    doubled: dt.timedelta = PAUSE * 2 ** min(attempts - 1, 10)
    return min(doubled, LONGEST_PAUSE)


async def _tell_admins(work: UnitOfWork, kind: WorkKind, error: str, case_id: int | None) -> None:
    """Tell the administrators, once a day of a kind of work and a cause: a full disk fails a hundred rows."""
    day = work.now.astimezone(WITA).date().isoformat()
    case = await cases.get(work, case_id) if case_id is not None else None
    said = {"kind": str(kind), "case": case.number if case else "", "error": error}
    for person in await members.admins(work):
        await notice(work, person, "kabar.ditunda", said, key=f"setback:{kind}:{error}:{day}:{person.id}")
