"""When the bot did not hear what was said to it, those whom it may have concerned are told, once.

Telegram keeps a press for 150 seconds and a message for 24 hours, then forgets it (telegram-bot-api, `Client.cpp`:
`add_update`): what was pressed while the bot was stopped, or cut off, never arrives. So the moment until which it
heard is kept.
"""

from __future__ import annotations

import datetime as dt

from workflows.calendar.office_calendar import calendar_of
from workflows.calendar.working_calendar import WorkingCalendar
from workflows.clock.waiting import chats_with_tasks
from workflows.office import Office
from workflows.people import members
from workflows.store import drafts, outbox, settings
from workflows.store.unit_of_work import Database, UnitOfWork

NAME = "heard"
PRESSES_LIVE = dt.timedelta(seconds=150)
MESSAGES_LIVE = dt.timedelta(hours=24)


def matters(calendar: WorkingCalendar, begin: dt.datetime, end: dt.datetime) -> bool:
    """Whether somebody may have pressed or written in vain: in the office's hours, or in a whole day. Pure."""
    if end - begin <= PRESSES_LIVE:
        return False
    return end - begin > MESSAGES_LIVE or calendar.working_time(begin, end) > dt.timedelta()


async def note_hearing(office: Office, database: Database) -> None:
    """Note that the bot hears now; where it did not for longer than Telegram keeps things, tell whom it concerns."""
    async with database.write() as work:
        known = await settings.lock(work, NAME)
        if known is not None:
            begin = dt.datetime.fromisoformat(known["until"])
            if matters(await calendar_of(work), begin, work.now):
                await _tell(office, work, begin)
        await settings.put(work, NAME, {"until": work.now.isoformat()})


async def _tell(office: Office, work: UnitOfWork, begin: dt.datetime) -> None:
    is_long = work.now - begin > MESSAGES_LIVE
    chats = await _everybody(work) if is_long else await chats_with_tasks(office, work, work.now)
    chats |= await drafts.chats(work)
    params = {"since": begin.isoformat(), "until": work.now.isoformat(), "long": is_long}
    for chat in sorted(chats):
        await outbox.put_notice(work, chat, "waktu.terputus", params, key=f"pause:{begin.isoformat()}:{chat}")


async def _everybody(work: UnitOfWork) -> set[int]:
    return {
        one.person.telegram_id
        for one in await members.everybody(work)
        if one.mandates and one.person.telegram_id is not None
    }
