"""Faults of one step or one button by itself: lengths, doubles, parts that do not go together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from workflows.engine.description import (
    ACTION_ID_MAX,
    LABEL_MAX,
    SHORT_TITLE_MAX,
    Action,
    FieldType,
    Outcome,
    Sop,
    Step,
)
from workflows.engine.fault import Fault, Spot, fault, placed

IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")
CODE = re.compile(r"[a-z][a-z0-9_]{0,11}")  # with "perkara_" before it, it names a register of 20 characters
PREFIX = re.compile(r"[A-Z][A-Z0-9]{0,7}")
HEAD = Spot("sop")


def head_faults(sop: Sop) -> Iterator[Fault]:
    """Yield what is wrong with the SOP's own data: how it and its cases are called."""
    if not CODE.fullmatch(sop.code):
        yield from placed([fault("bad_code", value=sop.code)], HEAD)
    if not PREFIX.fullmatch(sop.case_prefix):
        yield from placed([fault("bad_prefix", value=sop.case_prefix)], HEAD)
    if sop.version < 1:
        yield from placed([fault("bad_version")], HEAD)
    if not sop.steps:
        yield fault("no_steps")
    yield from _subject_faults(sop)


def _subject_faults(sop: Sop) -> Iterator[Fault]:
    place = Spot("opening", sop.opening.id)
    fields = [field for form in sop.forms if form.id == sop.opening.form for field in form.fields]
    named = next((field for field in fields if field.id == sop.opening.subject), None)
    if not fields:
        return  # told of the form
    if named is None:
        known = tuple(field.id for field in fields)
        lacking = fault("unknown_subject", name=sop.opening.subject, form=sop.opening.form, known=known)
        yield from placed([lacking], place)
    elif named.type not in (FieldType.TEXT, FieldType.LONG_TEXT) or named.optional or named.when or named.optional_when:
        yield from placed([fault("subject_not_asked", name=named.id)], place)


def step_faults(step: Step) -> Iterator[Fault]:
    """Yield what is wrong with a step's own data."""
    yield from placed(_step_faults(step), Spot("step", step.id))


def _step_faults(step: Step) -> Iterator[Fault]:
    if len(step.short_title) > SHORT_TITLE_MAX:
        yield too_long("short_title", step.short_title, SHORT_TITLE_MAX)
    for label, count in Counter(action.label for action in step.actions).items():
        if count > 1:
            yield fault("same_label", label=label)
    for action_id, count in Counter(action.id for action in step.actions).items():
        if count > 1:
            yield fault("twice", kind="action", name=action_id)
    if not step.actors and not step.on_event:
        yield fault("nobody_acts")


def action_faults(action: Action) -> Iterator[Fault]:
    """Yield what is wrong with a button."""
    if not IDENTIFIER.fullmatch(action.id) or len(action.id) > ACTION_ID_MAX:
        yield fault("bad_id", value=action.id, most=ACTION_ID_MAX)
    for key, label in _labels(action):
        if len(label) > LABEL_MAX:
            yield too_long(key, label, LABEL_MAX)
    if not action.roles:
        yield fault("nobody_presses")
    if not action.statuses:
        yield fault("no_statuses")
    if bool(action.form) != bool(action.submit):
        yield fault("form_and_submit")
    if action.once and not action.outcome.records:
        yield fault("once_without_records")
    yield from _kind_faults(action)


def too_long(key: str, text: str, most: int) -> Fault:
    """Return the fault of a text that a button or a card has no room for."""
    return fault("too_long", key=key, value=text, count=len(text), most=most)


def _labels(action: Action) -> Iterator[tuple[str, str]]:
    yield "label", action.label
    yield "submit", action.submit
    if action.confirm:
        yield "yes", action.confirm.yes
        yield "no", action.confirm.no


def _kind_faults(action: Action) -> Iterator[Fault]:
    outcome = action.outcome
    if action.kind == "transition" and not outcome.to:
        yield fault("transition_without_to")
    if action.kind == "stay" and outcome.to:
        yield fault("stay_with_to")
    if action.kind in ("view", "reopen") and (outcome != Outcome() or action.form or action.once):
        yield fault("changes_nothing", kind=action.kind)
    if (action.kind == "remark") != bool(action.remark):
        yield fault("kind_and_remark")
    if action.kind == "remark" and (outcome != Outcome() or not action.form or action.once or action.confirm):
        yield fault("remark_changes_nothing")
    if action.kind in ("transition", "stay", "remark") and not action.done_text:
        yield fault("done_text_missing")
