"""Steps that end when their letters have arrived (SOP steps 8 and 9): looked at after each send and by a sweep."""

from __future__ import annotations

from workflows import isolation
from workflows.cases.noted_facts import noted
from workflows.cases.paper_request import entered_by
from workflows.casework.report_event import report
from workflows.engine.description import Step
from workflows.isolation import WorkKind, isolated
from workflows.office import Office
from workflows.store import cases, outbox
from workflows.store.tables import Case, MessageState
from workflows.store.unit_of_work import Database, UnitOfWork

SWEEP_SECONDS = 5.0
ARRIVALS = ("delivered", "reported")  # events: a step that awaits one of them ends when its letters have arrived


async def run_deliveries(office: Office, database: Database) -> None:
    """Move cases whose letters have arrived, for as long as the process lives."""
    while True:
        await settle(office, database)
        await database.wait("deliveries", SWEEP_SECONDS)


async def settle(office: Office, database: Database) -> None:
    """Move every case that waits for its letters and has them delivered; one that cannot move holds up no other."""
    async with database.read() as work:
        steps = {step.id for sop in office.sops.values() for step in sop.steps if _arrival(step)}
        waiting = [case.id for step in sorted(steps) for case in await cases.in_step(work, step)]
        resting = await isolation.put_off(work, WorkKind.DELIVERY)
    for case_id in waiting:
        if case_id not in resting:
            async with isolated(database, WorkKind.DELIVERY, case_id, case_id=case_id):
                await _settle_case(office, database, case_id)


async def _settle_case(office: Office, database: Database, case_id: int) -> None:
    async with database.write() as work:
        case = await cases.lock(work, case_id)
        arrival = _arrival(office.sop_of(case).step(case.step)) if case is not None else None
        if case is not None and arrival is not None:
            await _settle_one(office, work, case, arrival)


def _arrival(step: Step) -> str | None:
    return next((event for event in ARRIVALS if event in step.on_event), None)


async def _settle_one(office: Office, work: UnitOfWork, case: Case, arrival: str) -> None:
    """Arrived is what reached at least one reader; where none is reached, the Kabid is told once.

    Where an OPD that asked on paper has no reader here, the step waits until the printed letters were handed over.
    """
    step = await cases.present_step(work, case.id)
    letters = await outbox.newest_letters(work, case.id, step.started_at) if step else []
    if any(row.state in outbox.OPEN for row in letters):
        return
    if any(row.state == MessageState.SENT for row in letters):
        await report(office, work, case.id, arrival)
    elif not noted(case.facts).get("delivery_failed") and (letters or entered_by(case.facts) is None):
        await report(office, work, case.id, "delivery_failed")
