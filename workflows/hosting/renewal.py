"""Once a year the head of the OPD says whether a hosting is still needed, and by whom it is looked after.

The head is reminded 60, 30 and 7 days before and on the day. After it the Kabid is told, week by week, and decides by
button (Tangguhkan, Arsipkan): nothing ends by time-out. Where the OPD has no head who can be told, the office is, and
enters the head's letter; the reminder counts as given once a head was reminded.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from provisioning.spec import State
from workflows.hosting import letter_of_head
from workflows.hosting.action import Action
from workflows.hosting.letter_of_head import LetterOfHead
from workflows.hosting.orders import OrderedBy
from workflows.hosting.rights import OPEN_OR_SUSPENDED, Right
from workflows.people import members, reach
from workflows.people.duty import is_on_duty
from workflows.people.members import Member
from workflows.refusal import Refused
from workflows.roles import BAGIAN_UMUM, KABID, KEPALA_OPD
from workflows.store import ledger, outbox, renewals
from workflows.store.tables import Hosting, Person, Renewal
from workflows.store.unit_of_work import UnitOfWork
from workflows.words import WITA

ENTER_LETTERS = (BAGIAN_UMUM, KABID)
RENEW = Action(name="renew", right=Right(roles=(KEPALA_OPD,), states=OPEN_OR_SUSPENDED))
RENEW_BY_LETTER = Action(name="renew_letter", right=Right(roles=ENTER_LETTERS, states=OPEN_OR_SUSPENDED))
REMIND_BEFORE = (60, 30, 7, 0)  # days
AGAIN = 7  # days between two words to the Kabid once it is over
ASKED = (State.ACTIVE, State.SUSPENDED)


def subject(renewal_id: int) -> str:
    """Return the name under which a chat keeps the message that asks."""
    return f"renewal:{renewal_id}"


def stage(left: int) -> int:
    """Return how many messages are due with `left` days to go (less than nothing: days over). Pure."""
    if left >= 0:
        return sum(left <= days for days in REMIND_BEFORE)
    return len(REMIND_BEFORE) + -(left // AGAIN)


def anniversary(made_on: dt.date, after: dt.date) -> dt.date:
    """Return the first anniversary of a day that lies after another; of 29 February it is the 28th. Pure."""
    year = max(after.year, made_on.year + 1)
    while (day := _in_year(made_on, year)) <= after:
        year += 1
    return day


def _in_year(day: dt.date, year: int) -> dt.date:
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)


async def ask_what_is_due(work: UnitOfWork) -> None:
    """Open the questions that are not open yet, and tell whoever is to answer or decide of what is due."""
    today = members.today(work)
    for hosting in await renewals.unasked(work):
        before = await renewals.newest(work, hosting.id)
        made_on = hosting.created_at.astimezone(WITA).date()
        after = max(before.due_on if before else made_on, today - dt.timedelta(days=1))
        work.add(Renewal(hosting_id=hosting.id, due_on=anniversary(made_on, after)))
    await work.flush()
    for row, hosting in await renewals.open_until(work, today + dt.timedelta(days=max(REMIND_BEFORE))):
        due = stage((row.due_on - today).days)
        if due > row.told and hosting.wanted_state in ASKED:
            await _tell(work, row, hosting, due)


async def _tell(work: UnitOfWork, row: Renewal, hosting: Hosting, due: int) -> None:
    """Tell the head before it is over, the Kabid after; who reads it late sees how it is then."""
    is_before = due <= len(REMIND_BEFORE)
    told = await reach.heads(work, hosting.opd_id) if is_before else await reach.holders(work, KABID)
    if told:
        row.told = due
        await _put(work, row, told, f"renewal:{row.id}:{due}")
    elif is_before and due > row.unreached:
        office = [person for role in ENTER_LETTERS for person in await reach.holders(work, role)]
        row.unreached = due if office else row.unreached
        await _put(work, row, office, f"renewal:{row.id}:{due}:unreached")


async def _put(work: UnitOfWork, row: Renewal, told: Sequence[Person], key: str) -> None:
    said = {"renewal": row.id, "fresh": True}
    for person in {one.id: one for one in told}.values():
        if person.telegram_id is not None:
            await outbox.put_screen(work, person.telegram_id, "renewal", said, key=f"{key}:{person.id}")


async def open_question(work: UnitOfWork, hosting: Hosting) -> Renewal | None:
    """Return the question that can be answered now, None where it is answered or far off."""
    newest = await renewals.newest(work, hosting.id)
    if newest is None or newest.confirmed_at is not None:
        return None
    is_near = (newest.due_on - members.today(work)).days <= max(REMIND_BEFORE)
    return newest if is_near else None


async def waiting_for(work: UnitOfWork, member: Member) -> list[tuple[Renewal, Hosting]]:
    """Return what a head of OPD is to answer, and what the office is to do because no head does, or could be told."""
    acting = [mandate for mandate in member.mandates if not mandate.outranked]
    opds = {mandate.opd_id for mandate in acting if mandate.role == KEPALA_OPD}
    decides, enters = is_on_duty(member, KABID), is_on_duty(member, *ENTER_LETTERS)
    if not opds and not enters:
        return []
    today = members.today(work)
    return [
        (row, hosting)
        for row, hosting in await renewals.open_until(work, today + dt.timedelta(days=max(REMIND_BEFORE)))
        if hosting.wanted_state in ASKED
        and (
            hosting.opd_id in opds
            or (decides and row.due_on < today)
            or (enters and not await reach.heads(work, hosting.opd_id))
        )
    ]


async def confirm_by_letter(work: UnitOfWork, hosting: Hosting, letter: LetterOfHead, *, by: OrderedBy) -> None:
    """Note that the head says so by a letter on paper, which is kept. Raises `Refused`: renewal_early."""
    await confirm(work, hosting, by=by, team="", letter_number=letter.number)
    await letter_of_head.keep(work, hosting, letter, by=by, about=RENEW.name)


async def confirm(work: UnitOfWork, hosting: Hosting, *, by: OrderedBy, team: str, letter_number: str = "") -> None:
    """Note that a hosting is needed for another year; `team` says who looks after it. Raises `Refused`: renewal_early.

    `letter_number` is that of the letter by which the head said so, where it is entered by somebody else.
    """
    question = await open_question(work, hosting)
    if question is None:
        raise Refused("renewal_early", final=True)
    question.confirmed_at, question.confirmed_by = work.now, by.person_id
    question.letter_number = letter_number
    for card in await outbox.cards_of(work, subject(question.id)):
        await outbox.put_screen(work, card.chat_id, "renewal", {"renewal": question.id})
    data = {"hosting": hosting.id, "slug": hosting.slug, "due_on": question.due_on.isoformat(), "team": team}
    if letter_number:
        data["letter"] = letter_number
    await ledger.append(
        work,
        f"hosting.{RENEW.name}",
        person_id=by.person_id,
        mandate_id=by.mandate_id,
        case_id=hosting.case_id,
        data=data,
    )
