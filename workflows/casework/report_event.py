"""The machine's word to a case: what became of a job, a letter, a delivery."""

from __future__ import annotations

import structlog

from workflows.cases.case_context import CaseContext, state_of
from workflows.casework.change import carry_out
from workflows.engine.advance import NotDeclaredError, on_event
from workflows.office import Office
from workflows.store import cases
from workflows.store.unit_of_work import UnitOfWork


async def report(office: Office, work: UnitOfWork, case_id: int | None, event: str) -> bool:
    """Tell a case what the machine did; one that has moved on meanwhile is left as it is. Return whether it moved."""
    case = await cases.lock(work, case_id) if case_id is not None else None
    if case is None:
        return False
    sop = office.sop(case.sop_code, case.sop_version)
    try:
        decision = on_event(sop, state_of(case), event)
    except NotDeclaredError:
        return False
    with structlog.contextvars.bound_contextvars(case=case.id):
        await carry_out(CaseContext(office=office, work=work, sop=sop, case=case, action=event), decision)
    return True
