"""The reading log: which case, papers or credentials somebody opened. It is no part of the ledger, and ends by itself.

People of DKISP open other people's cases, so each of theirs is noted; an OPD opens its own. Credentials are noted
whoever opened them (UU 27/2022: whoever processes personal data can show who had access).
"""

from __future__ import annotations

import enum

from workflows.office import Office
from workflows.people.insiders import sees_all
from workflows.people.members import Member, today
from workflows.store import readings
from workflows.store.tables import Case
from workflows.store.unit_of_work import UnitOfWork


class ReadingKind(enum.StrEnum):
    """What was opened of a case."""

    CARD = "kartu"
    PAPERS = "berkas"
    CREDENTIALS = "kredensial"


def is_noted(office: Office, member: Member, what: ReadingKind) -> bool:
    """Whether this person's reading goes into the log."""
    return what is ReadingKind.CREDENTIALS or sees_all(office, member)


async def note_reading(office: Office, work: UnitOfWork, member: Member, case: Case, what: ReadingKind) -> None:
    """Note that a person opened something of a case: once a day, however often."""
    if is_noted(office, member, what):
        day = today(work)
        await readings.note(work, person_id=member.person.id, case_id=case.id, what=what, day=day)
