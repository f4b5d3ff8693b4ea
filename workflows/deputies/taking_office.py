"""Who comes into an office finds there what waits for it: cases that reached their step before, told to nobody then."""

from __future__ import annotations

from workflows.office import Office
from workflows.people.members import Member
from workflows.store import outbox
from workflows.store.unit_of_work import UnitOfWork
from workflows.views.hosting_tasks import hosting_tasks
from workflows.views.lists import tasks

FEW = 3  # cases whose cards are sent; of more, and of what waits at hostings, the list is


async def show_what_waits(office: Office, work: UnitOfWork, member: Member) -> None:
    """Send the cards of what waits for somebody, or the list of it; to be called once, as they come into an office."""
    chat_id, lines = member.person.telegram_id, await tasks(office, work, member)
    if chat_id is None:
        return
    if len(lines) > FEW or await hosting_tasks(office, work, member):
        await outbox.put_screen(work, chat_id, "tasks", {})
        return
    for line in lines:
        await outbox.put(work, chat_id, "card", {"case": line.case.id, "loud": True}, case_id=line.case.id)
