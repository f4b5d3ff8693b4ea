"""Closed hostings about which somebody is to decide: suspended past their review, archived past their keeping time.

Nothing is decided by time-out. Whoever may decide is told weekly, and finds them among the tasks, until it is done.
"""

from __future__ import annotations

import dataclasses
import datetime as dt

from workflows.hosting import suspension
from workflows.people import members
from workflows.people.duty import is_on_duty
from workflows.people.members import Member
from workflows.roles import CARETAKERS, KABID
from workflows.store import endings, outbox, suspensions
from workflows.store.tables import Ending, Hosting, Suspension
from workflows.store.unit_of_work import UnitOfWork
from workflows.words import WITA

UNDECIDED = "undecided"  # the screen
AGAIN = dt.timedelta(days=7)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Undecided:
    """A hosting that waits for a decision since a day (WITA): `row` says why it is closed, `deciders` are offices."""

    hosting: Hosting
    row: Suspension | Ending
    since: dt.date
    deciders: tuple[str, ...] = (KABID,)  # removing is the Kabid's alone, as is what a Kabid closed

    @property
    def is_archived(self) -> bool:
        """Whether it was archived, and may be removed; otherwise it is suspended."""
        return isinstance(self.row, Ending)


async def all_undecided(work: UnitOfWork) -> list[Undecided]:
    """Return what is to be decided today, the longest waiting first."""
    today = members.today(work)
    due = [
        Undecided(hosting=hosting, row=row, since=since, deciders=await _deciders(work, row))
        for row, hosting in await suspensions.all_open(work)
        if (since := suspension.review_on(row)) <= today
    ]
    due += [
        Undecided(hosting=hosting, row=row, since=row.remove_on)
        for row, hosting in await endings.all_open(work)
        if row.remove_on <= today
    ]
    return sorted(due, key=lambda one: (one.since, one.hosting.domain))


async def _deciders(work: UnitOfWork, row: Suspension) -> tuple[str, ...]:
    return (KABID,) if await suspension.is_by_kabid(work, row) else CARETAKERS


async def of_hosting(work: UnitOfWork, hosting_id: int) -> Undecided | None:
    """Return what is to be decided about one hosting; None where it was decided, or is not due."""
    return next((one for one in await all_undecided(work) if one.hosting.id == hosting_id), None)


async def waiting_for(work: UnitOfWork, member: Member) -> list[Undecided]:
    """Return what a person is to decide."""
    return [one for one in await all_undecided(work) if is_on_duty(member, *one.deciders)]


async def remind(work: UnitOfWork) -> None:
    """Tell whoever may decide, a week after they were told last; what nobody could be told is tried again."""
    today = members.today(work)
    for one in await all_undecided(work):
        if one.row.reminded_at is not None and today < one.row.reminded_at.astimezone(WITA).date() + AGAIN:
            continue
        held = [person for role in one.deciders for person in await members.holders(work, role)]
        chats = {person.telegram_id for person in held if person.telegram_id is not None}
        for chat_id in sorted(chats):
            key = f"{UNDECIDED}:{one.hosting.id}:{today}:{chat_id}"
            await outbox.put_screen(work, chat_id, UNDECIDED, {"hosting": one.hosting.id}, key=key)
        if chats:
            one.row.reminded_at = work.now
