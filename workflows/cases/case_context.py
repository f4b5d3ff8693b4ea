"""What an effect of the SOP is given: the case in its transaction, and who caused it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, Unpack

from workflows.cases.noted_facts import Forgettable, NotedFacts, note
from workflows.engine.case import CaseState, Mandate
from workflows.engine.description import Sop, Status
from workflows.office import Office
from workflows.people.members import Member
from workflows.store.tables import Case
from workflows.store.unit_of_work import UnitOfWork


@dataclasses.dataclass(frozen=True, kw_only=True)
class CaseContext:
    """One press or event being carried out. `by` and `mandate` are None where the machine reports.

    `events` are what effects have the case hear of once they are done, in the same transaction.
    """

    office: Office
    work: UnitOfWork
    sop: Sop
    case: Case
    action: str
    by: Member | None = None
    mandate: Mandate | None = None
    events: list[str] = dataclasses.field(default_factory=list)

    def answers(self, form: str) -> Mapping[str, Any]:
        """Return the case's answers to a form; empty where it was never filled in."""
        found: Mapping[str, Any] = self.case.facts.get(form, {})
        return found

    def remember(self, **facts: Unpack[NotedFacts]) -> None:
        """Note facts of the case."""
        note(self.case, **facts)

    def forget(self, name: Forgettable) -> None:
        """Have the case know a fact no more."""
        self.case.facts = {key: kept for key, kept in self.case.facts.items() if key != name}


def state_of(case: Case) -> CaseState:
    """Return a case as the engine sees it."""
    return CaseState(
        step=case.step, status=Status(case.status), revision=case.revision, opd_id=case.opd_id, facts=case.facts
    )
