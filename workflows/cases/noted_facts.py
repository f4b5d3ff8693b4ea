"""What the program itself notes of a case, beside the answers to its SOP's forms: each fact by its name and kind.

Both lie in `Case.facts`. Answers are of the forms that a description declares, so they are looked up by name; what is
noted here has names that the code knows, and mypy reads them. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypedDict, Unpack, cast

from workflows.engine.case import EngineFacts, Recorded
from workflows.store.tables import Case


class About(TypedDict):
    """The hosting that a case is about."""

    hosting: int
    domain: str  # its name when the case began
    entry: str  # the button by which it began (`Entry.id`)


class OpinionsAsked(TypedDict):
    """Whose opinions were asked (`workflows.cases.opinions`)."""

    people: int  # how many were asked
    least: int  # how many of them must answer


class ReceiverData(TypedDict):
    """The OPD that is to have a hosting, as `workflows.cases.receiver.Receiver` reads it."""

    opd: int
    consent: str
    person: int | None


class NotedFacts(EngineFacts, total=False):
    """The facts; one that is not there was not noted yet, or is forgotten."""

    about: About
    agenda_number: str  # of its letter, in the agenda book
    credentials_shown: bool  # none of the passwords that it made waits to be shown
    delivery_failed: bool  # set by descriptions: a message of the last steps did not reach its reader
    dispositions: dict[str, Recorded]  # recorded by descriptions: who passed it on to whom, by person
    disposed: dict[str, Any]  # who disposed of its letter: `workflows.cases.disposed.Disposed`
    internal_notes: int  # how many there are
    job_failed: bool  # set by descriptions: the last run on the server failed
    on_paper: dict[str, dict[str, Any]]  # what was decided on paper, by step: `workflows.cases.on_paper.PaperMark`
    opinions: dict[str, Recorded]  # recorded by descriptions, by person
    opinions_asked: OpinionsAsked
    question_open: bool  # the OPD asked something that nobody has answered
    receiver: ReceiverData
    recommendation: str  # set by descriptions


Forgettable = Literal["dispositions", "on_paper", "question_open"]


def noted(facts: Mapping[str, Any]) -> NotedFacts:
    """Return a case's facts (`Case.facts`) as those that are noted; nothing is copied."""
    return cast("NotedFacts", facts)


def note(case: Case, **facts: Unpack[NotedFacts]) -> None:
    """Note facts of a case."""
    case.facts = {**case.facts, **facts}
