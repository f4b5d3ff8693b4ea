"""Letters that wait for a signature: who sees to it is reminded after one working day and after three.

Each reminder goes out once, in office hours; a letter moves by nobody's silence.
"""

from __future__ import annotations

import datetime as dt

from workflows.calendar.office_calendar import calendar_of
from workflows.correspondence import unsigned
from workflows.engine.description import WORKING_DAY
from workflows.store import letters_to_sign, outbox
from workflows.store.unit_of_work import Database, UnitOfWork

REMINDED_AFTER = (1, 3)  # working days since the letter was issued


async def remind_of_signatures(database: Database) -> None:
    """Put out the reminders that are due now."""
    async with database.read() as work:
        if not await _due(work):
            return
    async with database.write() as work:
        for letter_id, case_id, days, chat in await _due(work):
            key = _key(letter_id, days, chat)
            await outbox.put(work, chat, "sign_reminder", {"letter": letter_id}, key=key, case_id=case_id)


async def chats_of_waiting(work: UnitOfWork, before: dt.datetime) -> set[int]:
    """Return the chats of those who see to a letter that waits since before a moment."""
    chats: set[int] = set()
    for letter in await letters_to_sign.waiting(work):
        if letter.created_at < before:
            chats |= {int(person.telegram_id or 0) for person in await unsigned.who_see_to_it(work, letter)}
    return chats


async def _due(work: UnitOfWork) -> list[tuple[int, int, int, int]]:
    """Return letter, case, days of waiting and chat of each reminder that is due and did not go out yet."""
    calendar, found = await calendar_of(work), []
    for letter in await letters_to_sign.waiting(work) if calendar.is_open(work.now) else ():
        waited = calendar.working_time(letter.created_at, work.now)
        days = max((days for days in REMINDED_AFTER if waited >= days * WORKING_DAY), default=None)
        if days is not None:
            people = await unsigned.who_see_to_it(work, letter)
            found += [(letter.id, letter.case_id, days, int(person.telegram_id or 0)) for person in people]
    told = await outbox.keys_there(work, [_key(letter, days, chat) for letter, _case, days, chat in found])
    return [one for one in found if _key(one[0], one[2], one[3]) not in told]


def _key(letter_id: int, days: int, chat: int) -> str:
    return f"sign_reminder:{letter_id}:{days}:{chat}"
