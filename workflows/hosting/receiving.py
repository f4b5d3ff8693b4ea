"""Another OPD is to have a hosting: its head is asked before anything is decided, and the Kabid waits for a yes."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from workflows.cases.case_context import CaseContext
from workflows.cases.noted_facts import note, noted
from workflows.cases.notify import put_cards, who_acts_for
from workflows.cases.receiver import AGREES, Consent, Receiver
from workflows.engine.description import Sop, Status
from workflows.office import Office
from workflows.people import members
from workflows.people.duty import is_on_duty, on_duty
from workflows.people.members import Member
from workflows.refusal import Refused
from workflows.roles import KEPALA_OPD
from workflows.store import cases, ledger, outbox, people
from workflows.store.tables import Case
from workflows.store.unit_of_work import UnitOfWork

SCREEN = "receiving"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Question:
    """What the head of an OPD is asked: whether it takes a hosting that another OPD would hand to it."""

    case: Case
    domain: str
    former: str
    owner: str
    consent: Consent
    answered_by: str
    is_open: bool


def subject(case_id: int) -> str:
    """Return what the message of a question is about."""
    return f"{SCREEN}:{case_id}"


async def ask_receiving_opd(context: CaseContext, _args: Mapping[str, str]) -> None:
    """Ask whoever heads the OPD that the request names, where it names one. Raises `Refused`: opd_unfit."""
    name = context.answers(context.sop.opening.form).get("opd_baru")
    if not name:
        return
    opd = await people.opd_by_name(context.work, name)
    if opd is None or not opd.active or opd.id == context.case.opd_id:
        raise Refused("opd_unfit", {"name": name})
    context.remember(receiver=Receiver(opd_id=opd.id, consent=Consent.AWAITED).data())
    await _ask(context.work, context.sop, context.case, opd.id)


async def _ask(work: UnitOfWork, sop: Sop, case: Case, opd_id: int) -> None:
    """Ask whoever acts as the head of that OPD today; each once a day."""
    for head, _ in await members.who_acts(work, sop.role(KEPALA_OPD), opd_id):
        if head.telegram_id is not None:
            key = f"{SCREEN}:{case.id}:{head.id}:{members.today(work)}"
            await outbox.put_screen(work, head.telegram_id, SCREEN, {"case": case.id}, key=key)


async def remind(office: Office, work: UnitOfWork) -> None:
    """Ask once more, daily, whoever has not answered; also who came into the office since."""
    for case in await cases.with_receiver(work, Consent.AWAITED):
        asked = Receiver.of(case.facts)
        if asked is not None and _is_open(office, case):
            await _ask(work, office.sop(case.sop_code, case.sop_version), case, asked.opd_id)


async def note_letter(context: CaseContext, _args: Mapping[str, str]) -> None:
    """Note that the receiving OPD agrees by a letter, which the press keeps with the case."""
    asked = Receiver.of(context.case.facts)
    if asked is not None:
        by = context.by.person.id if context.by is not None else None
        said = Receiver(opd_id=asked.opd_id, consent=Consent.BY_LETTER, person_id=by)
        context.remember(receiver=said.data())
    await _redraw(context.work, context.case.id)


async def tell_receiver(context: CaseContext, _args: Mapping[str, str]) -> None:
    """Bring the questions that stand in chats up to date with what became of the case."""
    await _redraw(context.work, context.case.id)


async def question(office: Office, work: UnitOfWork, member: Member, case_id: int) -> Question | None:
    """Return what somebody is asked about a case; None for who is not the head of the OPD that is asked."""
    case = await cases.get(work, case_id)
    asked = Receiver.of(case.facts) if case is not None else None
    if case is None or asked is None or not is_on_duty(member, KEPALA_OPD, opd_id=asked.opd_id):
        return None
    by = await people.by_id(work, asked.person_id) if asked.person_id is not None else None
    return Question(
        case=case,
        domain=noted(case.facts)["about"]["domain"],
        former=(await people.opd(work, case.opd_id)).name,
        owner=(await people.opd(work, asked.opd_id)).name,
        consent=asked.consent,
        answered_by=by.name if by is not None else "",
        is_open=_is_open(office, case),
    )


async def waiting_for(office: Office, work: UnitOfWork, member: Member) -> list[Question]:
    """Return what a head has not answered yet."""
    if not member.has(KEPALA_OPD):
        return []
    found = [await question(office, work, member, case.id) for case in await cases.with_receiver(work, Consent.AWAITED)]
    return [one for one in found if one is not None and one.is_open]


async def answer(office: Office, work: UnitOfWork, member: Member, case_id: int, consent: Consent) -> None:
    """Note what the head says, anew as often as they change their mind before the decision.

    Raises `Refused`: unknown_case, wrong_role, wrong_opd, office_yielded_now, receiving_over.
    """
    case = await cases.lock(work, case_id)
    asked = Receiver.of(case.facts) if case is not None else None
    if case is None or asked is None:
        raise Refused("unknown_case", final=True)
    mandate = on_duty(member, KEPALA_OPD, opd_id=asked.opd_id)
    if not _is_open(office, case):
        raise Refused("receiving_over")
    if asked.consent is consent:
        return
    said = Receiver(opd_id=asked.opd_id, consent=consent, person_id=member.person.id)
    acted = {*noted(case.facts).get("requesters", ()), member.person.id}  # for an OPD: they do not decide on this case
    note(case, receiver=said.data(), requesters=sorted(acted))
    who = {"person_id": member.person.id, "mandate_id": mandate.id}
    data = {"number": case.number, "opd": asked.opd_id}
    await ledger.append(work, f"receiving.{consent}", case_id=case.id, data=data, **who)
    await _show(office, work, case, rings=asked.consent is Consent.AWAITED or consent is Consent.DECLINES)


def _is_open(office: Office, case: Case) -> bool:
    """Whether the case stands where the answer still decides something."""
    step = office.sop(case.sop_code, case.sop_version).step(case.step)
    return case.status == Status.OPEN and any(AGREES in action.guards for action in step.actions)


async def _show(office: Office, work: UnitOfWork, case: Case, *, rings: bool) -> None:
    """Show whoever decides what was said, with a sound for what they wait for; bring all else up to date."""
    sop = office.sop(case.sop_code, case.sop_version)
    deciders = [one for role in sop.step(case.step).actors for one in await who_acts_for(work, sop, case, role)]
    loud = {person.telegram_id for person in deciders if person.telegram_id is not None} if rings else set()
    await put_cards(work, case, f"{SCREEN}:{work.now.isoformat()}", loud=loud)
    await _redraw(work, case.id)


async def _redraw(work: UnitOfWork, case_id: int) -> None:
    for card in await outbox.cards_of(work, subject(case_id)):
        await outbox.put_screen(work, card.chat_id, SCREEN, {"case": case_id, "redraw": True})
