"""The guards that descriptions may name: what must be true before a button stands. Each returns whether it is."""

from __future__ import annotations

from types import MappingProxyType

from workflows.cases.disposed import disposed, to_roles
from workflows.cases.noted_facts import noted
from workflows.cases.paper_request import entered_by
from workflows.cases.receiver import AGREES, AWAITED, Consent, Receiver
from workflows.engine.case import Actor, CaseState, Guards
from workflows.engine.description import Status
from workflows.roles import KEPALA_OPD


def agendaed(case: CaseState, _actor: Actor) -> bool:
    """Tell whether the letter has its number in the agenda book (step 2)."""
    return noted(case.facts).get("agenda_number") is not None


def server_chosen(case: CaseState, _actor: Actor) -> bool:
    """Tell whether server and package are chosen and their capacity reserved (step 4)."""
    return "server" in case.facts


def job_failed(case: CaseState, _actor: Actor) -> bool:
    """Tell whether the last run on the server failed and nobody has tried again (step 6)."""
    return noted(case.facts).get("job_failed") is True


def delivery_failed(case: CaseState, _actor: Actor) -> bool:
    """Tell whether a message of steps 8 or 9 did not reach its reader."""
    return noted(case.facts).get("delivery_failed") is True


def named_in_case(case: CaseState, actor: Actor) -> bool:
    """Tell whether this is the head of the OPD, or a Tim Teknis whose NIP the request names (step 8)."""
    if any(mandate.role == KEPALA_OPD and mandate.opd_id == case.opd_id for mandate in actor.mandates):
        return True
    team = case.facts.get("permohonan", {}).get("tim_teknis", [])
    return bool(actor.nip) and any(person.get("nip") == actor.nip for person in team)


def credentials_left(case: CaseState, _actor: Actor) -> bool:
    """Tell whether passwords are still to be shown; while the case is open a button also says who has seen them."""
    return case.status == Status.OPEN or noted(case.facts).get("credentials_shown") is not True


def quorum_reached(case: CaseState, _actor: Actor) -> bool:
    """Tell whether as many opinions are there as the office wanted when they were asked for (step 4)."""
    asked = noted(case.facts).get("opinions_asked")
    return asked is None or len(noted(case.facts).get("opinions", {})) >= asked.get("least", 0)


def question_open(case: CaseState, _actor: Actor) -> bool:
    """Tell whether the OPD asked something that nobody has answered yet."""
    return noted(case.facts).get("question_open") is True


def disposed_to_me(case: CaseState, actor: Actor) -> bool:
    """Tell whether the disposition passed the letter to an office that the actor holds (steps 3 and 4)."""
    done = disposed(case.facts)
    roles = to_roles(case.facts.get(done.form, {})) if done else set()
    return any(mandate.role in roles for mandate in actor.mandates)


def request_on_paper(case: CaseState, _actor: Actor) -> bool:
    """Tell whether the office entered the request from paper (step 1): it answers for the OPD in the bot."""
    return entered_by(case.facts) is not None


def receiver_agrees(case: CaseState, _actor: Actor) -> bool:
    """Tell whether no other OPD is to have the hosting, or its head takes it (changes of a hosting, step 2)."""
    receiver = Receiver.of(case.facts)
    return receiver is None or receiver.may_be_given


def receiver_awaited(case: CaseState, _actor: Actor) -> bool:
    """Tell whether another OPD is to have the hosting and its head has not answered (changes of a hosting, step 2)."""
    receiver = Receiver.of(case.facts)
    return receiver is not None and receiver.consent is Consent.AWAITED


GUARDS: Guards = MappingProxyType(
    {
        "agendaed": agendaed,
        "server_chosen": server_chosen,
        "job_failed": job_failed,
        "delivery_failed": delivery_failed,
        "named_in_case": named_in_case,
        "credentials_left": credentials_left,
        "question_open": question_open,
        "quorum_reached": quorum_reached,
        "request_on_paper": request_on_paper,
        AGREES: receiver_agrees,
        AWAITED: receiver_awaited,
        "disposed_to_me": disposed_to_me,
    }
)
