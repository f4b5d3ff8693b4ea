"""Numbers that were given where the record does not reach: after the backup from which an office was restored."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Collection

from workflows.people.members import today
from workflows.store import ledger, registers
from workflows.store.unit_of_work import UnitOfWork

LEAP_MAX = 1000  # more numbers at once are a slip of the finger
SKIPPED = "register.skipped"


class SkipError(Exception):
    """Nothing was skipped; the message is a sentence without its full stop."""


@dataclasses.dataclass(frozen=True)
class Skipped:
    """The numbers that are not given any more."""

    register: str
    year: int
    first: int
    through: int


async def skip(
    work: UnitOfWork, known: Collection[str], register: str, through: int, *, reason: str, year: int | None = None
) -> Skipped:
    """Let the next number of a year (None: this one) follow `through`, for the numbers up to it are on letters already.

    The last of them gets a line with the reason; those before it show as a gap in the book, where they may be entered
    from paper. The ledger notes it. Raises `SkipError`.
    """
    if register not in known:
        raise SkipError(f"there is no register {register}; there are {', '.join(sorted(known))}")
    await work.lock_record()
    day = _day(today(work), year)
    last = await registers.last(work, register, day.year)
    if through <= last:
        raise SkipError(f"{register} {day.year} has come to {last} already: {through} will not be given again")
    if through - last > LEAP_MAX:
        raise SkipError(f"{register} {day.year} has come to {last}: {through} leaves out more than {LEAP_MAX} numbers")
    line = registers.RegisterLine(subject=reason)
    await registers.note_outside(work, register, through, str(through), line=line, taken_on=day)
    done = Skipped(register, day.year, last + 1, through)
    await ledger.append(work, SKIPPED, data={**dataclasses.asdict(done), "reason": reason})
    return done


def _day(now: dt.date, year: int | None) -> dt.date:
    """Return the day under which the line stands: today, or the last one of a year that is over."""
    if year is None or year == now.year:
        return now
    if year > now.year:
        raise SkipError(f"{year} has not begun")
    return dt.date(year, 12, 31)
