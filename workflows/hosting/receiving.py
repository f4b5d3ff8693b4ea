"""Another OPD is to have a hosting: its head is asked before anything is decided, and the Kabid waits for a yes."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from workflows.cases import subject
from workflows.cases.case_context import CaseContext
from workflows.cases.notify import who_acts_for
from workflows.cases.receiver import GUARD, RECEIVER, Consent, Receiver
from workflows.engine.description import Status
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


async def ask_receiving_opd(context: CaseContext, _args: Mapping[str, str]) -> None:
    """Ask the heads of the OPD that the request names, where it names one; note where none of them is on Telegram."""
    name = context.answers(context.sop.opening.form).get("opd_baru")
    opd = await people.opd_by_name(context.work, name) if name else None
    if opd is None:
        return
    heads = [one for one in await members.holders(context.work, KEPALA_OPD, opd.id) if one.telegram_id is not None]
    consent = Consent.AWAITED if heads else Consent.BY_LETTER
    context.remember(RECEIVER, Receiver(opd_id=opd.id, consent=consent).data())
    for head in heads:
        if head.telegram_id is not None:
            key = f"{SCREEN}:{context.case.id}:{head.id}"
            await outbox.put_screen(context.work, head.telegram_id, SCREEN, {"case": context.case.id}, key=key)


async def question(office: Office, work: UnitOfWork, member: Member, case_id: int) -> Question | None:
    """Return what somebody is asked about a case; None for who is not the head of the OPD that is asked."""
    case = await cases.get(work, case_id)
    asked = Receiver.of(case.facts) if case is not None else None
    if case is None or asked is None or not is_on_duty(member, KEPALA_OPD, opd_id=asked.opd_id):
        return None
    by = await people.by_id(work, asked.person_id) if asked.person_id is not None else None
    return Question(
        case=case,
        domain=case.facts[subject.ABOUT]["domain"],
        former=(await people.opd(work, case.opd_id)).name,
        owner=(await people.opd(work, asked.opd_id)).name,
        consent=asked.consent,
        answered_by=by.name if by is not None else "",
        is_open=_is_open(office, case),
    )


async def waiting_for(office: Office, work: UnitOfWork, member: Member) -> list[Question]:
    """Return what a head has not answered yet."""
    opds = [one for one in member.opds if is_on_duty(member, KEPALA_OPD, opd_id=one)]
    found = [await question(office, work, member, case.id) for case in await cases.to_be_received(work, opds)]
    return [one for one in found if one is not None and one.is_open and one.consent is Consent.AWAITED]


async def answer(office: Office, work: UnitOfWork, member: Member, case_id: int, consent: Consent) -> None:
    """Note what the head says, anew as often as they change their mind before the decision.

    Raises `Refused`: unknown_case, wrong_role, wrong_opd, office_yielded_now, receiving_over.
    """
    case = await cases.lock(work, case_id)
    asked = Receiver.of(case.facts) if case is not None else None
    if case is None or asked is None:
        raise Refused("unknown_case", final=True)
    mandate = on_duty(member, KEPALA_OPD, opd_id=asked.opd_id)
    if not _is_open(office, case) or asked.consent is Consent.BY_LETTER:
        raise Refused("receiving_over")
    if asked.consent is consent:
        return
    said = Receiver(opd_id=asked.opd_id, consent=consent, person_id=member.person.id)
    case.facts = {**case.facts, RECEIVER: said.data()}
    who = {"person_id": member.person.id, "mandate_id": mandate.id}
    data = {"number": case.number, "opd": asked.opd_id}
    await ledger.append(work, f"receiving.{consent}", case_id=case.id, data=data, **who)
    await _show(office, work, case)


def _is_open(office: Office, case: Case) -> bool:
    """Whether the case stands where the answer still decides something."""
    step = office.sop(case.sop_code, case.sop_version).step(case.step)
    return case.status == Status.OPEN and any(GUARD in action.guards for action in step.actions)


async def _show(office: Office, work: UnitOfWork, case: Case) -> None:
    """Tell whoever decides, with a sound, and bring the other cards up to date."""
    sop = office.sop(case.sop_code, case.sop_version)
    deciders = [one for role in sop.step(case.step).actors for one in await who_acts_for(work, sop, case, role)]
    loud = {person.telegram_id for person in deciders if person.telegram_id is not None}
    standing = {card.chat_id for card in await outbox.cards_of(work, f"case:{case.id}")}
    for chat_id in sorted(loud | standing):
        said = {"case": case.id, "loud": chat_id in loud}
        key = f"card:{case.id}:{chat_id}:{SCREEN}:{work.now.isoformat()}"
        await outbox.put(work, chat_id, "card", said, key=key, case_id=case.id)
