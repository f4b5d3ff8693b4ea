"""What an SOP is, as frozen data. `load.py` makes these from a TOML file; nothing else makes them.

An SOP is a row of steps; each step has actions (buttons that people press) and events (what the machine reports).
Guards and effects are names only: whoever runs the engine hands in what they mean.
"""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, Literal, TypeVar

from workflows.engine.entries import About, Entry, PaperOpening, Style
from workflows.engine.letter import DescribedLetter
from workflows.engine.questions import Choice, Condition, Field, FieldLimits, FieldType, Form
from workflows.engine.sheet import Sheet

__all__ = [  # with the questions, which have a file of their own
    "ACTION_ID_MAX",
    "CHANGES_NOTHING",
    "LABEL_MAX",
    "SHORT_TITLE_MAX",
    "WORKING_DAY",
    "Action",
    "ActionKind",
    "Choice",
    "Condition",
    "Confirm",
    "Effect",
    "Entry",
    "Field",
    "FieldLimits",
    "FieldType",
    "Form",
    "Outcome",
    "Package",
    "PaperOpening",
    "Preview",
    "RemarkKind",
    "Role",
    "Scope",
    "Sop",
    "Status",
    "Step",
    "Style",
]

SHORT_TITLE_MAX = 14  # characters: ten of them must fit a phone's width, one a line
LABEL_MAX = 40  # characters on a button before Telegram clips it on a small phone
ACTION_ID_MAX = 20  # characters: an id travels in Telegram's 64 bytes of callback data
WORKING_DAY = timedelta(hours=7, minutes=30)  # Perpres 21/2023: 37.5 hours in five days
DAYS = "hari"  # the unit of working days; see `reading.duration`
REMINDERS = (50, 80, 100)  # percent of a deadline, where a description says nothing else

Scope = Literal["opd", "office"]
# open: begins a case; reopen: begins another from this one's answers; view: shows something, the case stays as it is;
# remark: says something about a case, which stays as it is
ActionKind = Literal["open", "reopen", "transition", "stay", "view", "remark"]
RemarkKind = Literal["", "internal", "question", "answer"]
CHANGES_NOTHING = frozenset({"view", "reopen", "remark"})  # so they hold on a card that is out of date, too


def _nothing() -> Mapping[str, Any]:
    return MappingProxyType({})


class Status(enum.StrEnum):
    """How a case stands. `WAITING_OPD` is alive with its clock stopped; the last four are ends."""

    OPEN = "open"
    WAITING_OPD = "waiting_opd"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        """Whether the case runs no further (buttons such as "Ajukan ulang" may still stand)."""
        return self not in (Status.OPEN, Status.WAITING_OPD)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Role:
    """Who may act. Scope `opd`: a mandate counts only for its own OPD's cases; `office`: for all cases.

    `single`: one person's office. A Plh acts for its holder, a Plt while it is vacant, and only one of them at a time.
    `escalates_to` is the role that hears when a deadline of this one is over: it is told, it decides nothing by it.
    `appoints`: may name the Plt of a vacant office. `hears_vacancies`: is told of offices that nobody holds.
    """

    id: str
    title: str
    scope: Scope
    single: bool = False
    escalates_to: str = ""
    appoints: bool = False
    hears_vacancies: bool = False


@dataclasses.dataclass(frozen=True)
class Effect:
    """Something to be done by others in the case's own transaction: a name and constant arguments."""

    name: str
    args: Mapping[str, str] = dataclasses.field(default_factory=_nothing)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a press or an event does.

    `to` is a step id, an end status, or "" to stay. `status` overrides the status that follows (open on a move,
    unchanged on a stay). `sets` and `clears` change named facts. `records` names a fact that keeps, by person, who
    pressed what and when. `notify` lists roles that get a fresh card with a sound; other cards are edited silently.
    """

    to: str = ""
    status: Status | None = None
    effects: tuple[Effect, ...] = ()
    sets: Mapping[str, str | bool] = dataclasses.field(default_factory=_nothing)
    clears: tuple[str, ...] = ()
    records: str = ""
    notify: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, kw_only=True)
class Preview:
    """A letter that a button shows as a draft, where the case's fact `fact` is `value` (no fact: always)."""

    letter: str
    fact: str = ""
    value: str = ""

    def holds(self, facts: Mapping[str, Any]) -> bool:
        """Whether this is the letter, as the case stands."""
        return not self.fact or facts.get(self.fact) == self.value


@dataclasses.dataclass(frozen=True, kw_only=True)
class Confirm:
    """Asked once more before what cannot be undone. `text` may hold {placeholders} of the case."""

    text: str
    yes: str
    no: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class Action:
    """A button. `submit` is the label of its form's last button; `done_text` completes "Sudah … oleh"."""

    id: str
    label: str
    roles: tuple[str, ...]
    kind: ActionKind
    style: Style = ""
    form: str = ""
    submit: str = ""
    statuses: frozenset[Status] = frozenset({Status.OPEN})
    guards: tuple[str, ...] = ()
    once: bool = False  # once a person: looked up in the fact that `outcome.records` names
    decides: bool = False  # nobody may do this on the request of an OPD they hold a mandate of
    on_paper_by: str = ""  # the role that signed this on paper: the presser enters it with the scan as proof
    confirm: Confirm | None = None
    done_text: str = ""
    remark: RemarkKind = ""  # kind "remark": whose eyes it is for; its form asks for one text
    then: str = ""  # kind "open": the action that follows at once where the opener may press it
    about: About = ""  # kind "open": what a case is about; it begins from that thing's card, by one of the `entries`
    entries: tuple[Entry, ...] = ()
    subject: str = ""  # kind "open": the question whose answer the case is called by
    previews: tuple[Preview, ...] = ()  # kind "view": the draft it shows, the first that holds
    outcome: Outcome = Outcome()


@dataclasses.dataclass(frozen=True, kw_only=True)
class Step:
    """One row of the SOP's table. No actors: the machine does it and reports by events, for its `performers`.

    `norm` is the SOP's standard of effort and `deadline` the working time allowed; a day is `WORKING_DAY`. Where they
    are said in days, working days are meant, however long these are.
    """

    id: str
    number: int
    title: str
    short_title: str
    actors: tuple[str, ...]
    needs: str
    output: str
    norm: timedelta
    norm_text: str
    deadline: timedelta
    deadline_text: str
    actions: tuple[Action, ...]  # its own, then the shared ones that name it
    on_event: Mapping[str, Outcome]
    performers: tuple[str, ...] = ()  # whom the sheet names where the machine acts
    remark: str = ""  # the sheet's "Keterangan"
    answered_by: tuple[str, ...] = ()  # who answers the OPD's questions here, where it is not the step's actors

    def action(self, action_id: str) -> Action | None:
        """Return the action of this step, or None where it has none by that id."""
        return next((action for action in self.actions if action.id == action_id), None)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Package:
    """A size of hosting: the limits are handed to the server as they are (names carry the units)."""

    id: str
    label: str
    limits: Mapping[str, int]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Sop:
    """An SOP, whole. `version` is kept by each case: it ends under the version it began under.

    `reminders` are the percentages of a step's deadline at which those who must act are reminded. `origins` tells in
    which file ("step agenda", say) was read, where parts are included.
    """

    code: str
    number: str
    version: int
    title: str
    case_prefix: str
    effective_on: date  # the first day on which cases begin under this version
    source: str  # the file it was read from, for messages
    opening: Action
    paper: PaperOpening | None = None
    roles: tuple[Role, ...]
    steps: tuple[Step, ...]
    forms: tuple[Form, ...]
    packages: tuple[Package, ...] = ()
    letters: tuple[DescribedLetter, ...] = ()
    sheet: Sheet = dataclasses.field(default_factory=Sheet)
    reminders: tuple[int, ...] = REMINDERS
    origins: Mapping[str, str] = dataclasses.field(default_factory=_nothing)

    @property
    def first_step(self) -> Step:
        """The step in which a case begins."""
        return self.steps[0]

    def role(self, role_id: str) -> Role:
        """Return one role. Raises `KeyError` for an unknown id."""
        return _by_id(self.roles, role_id)

    def step(self, step_id: str) -> Step:
        """Return one step. Raises `KeyError` for an unknown id."""
        return _by_id(self.steps, step_id)

    def answerers(self, step: Step) -> tuple[str, ...]:
        """Return the roles of the office that answer the OPD's questions at a step."""
        return step.answered_by or tuple(role for role in step.actors if self.role(role).scope == "office")

    def form(self, form_id: str) -> Form:
        """Return one form. Raises `KeyError` for an unknown id."""
        return _by_id(self.forms, form_id)

    def package(self, package_id: str) -> Package:
        """Return one package. Raises `KeyError` for an unknown id."""
        return _by_id(self.packages, package_id)

    @property
    def actions(self) -> tuple[Action, ...]:
        """Every button of every step; one of several steps as often as it stands."""
        return tuple(action for step in self.steps for action in step.actions)

    def letter(self, letter_id: str) -> DescribedLetter | None:
        """Return the letter that this SOP describes by that id, or None."""
        return next((letter for letter in self.letters if letter.id == letter_id), None)

    def action(self, action_id: str) -> Action | None:
        """Return the action by that id wherever it stands, or None: ids are unique in an SOP."""
        if action_id == self.opening.id:
            return self.opening
        return next((found for step in self.steps if (found := step.action(action_id))), None)


_Named = TypeVar("_Named", Role, Step, Form, Package)


def _by_id(items: tuple[_Named, ...], wanted: str) -> _Named:
    for item in items:
        if item.id == wanted:
            return item
    raise KeyError(wanted)
