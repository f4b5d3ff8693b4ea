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

IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")
_CODE = re.compile(r"[a-z][a-z0-9_]{0,11}")  # with "perkara_" before it, it names a register of 20 characters
_PREFIX = re.compile(r"[A-Z][A-Z0-9]{0,7}")


def head_faults(sop: Sop) -> Iterator[str]:
    """Yield what is wrong with the SOP's own data: how it and its cases are called."""
    if not _CODE.fullmatch(sop.code):
        yield "sop: code must be a-z, 0-9 and _, at most 12 characters"
    if not _PREFIX.fullmatch(sop.case_prefix):
        yield "sop: case_prefix must be A-Z and 0-9, at most 8 characters"
    if sop.version < 1:
        yield "sop: version counts from 1"
    if not sop.steps:
        yield "steps: there are none"
    yield from _subject_faults(sop)


def _subject_faults(sop: Sop) -> Iterator[str]:
    place = f"opening {sop.opening.id}: subject"
    fields = [field for form in sop.forms if form.id == sop.opening.form for field in form.fields]
    named = next((field for field in fields if field.id == sop.opening.subject), None)
    if named is None:
        yield f"{place}: name the question of form {sop.opening.form} whose answer a case is called by"
    elif named.type not in (FieldType.TEXT, FieldType.LONG_TEXT) or named.optional or named.when or named.optional_when:
        yield f"{place}: {named.id} must be a text that is always asked"


def step_faults(step: Step) -> Iterator[str]:
    """Yield what is wrong with a step's own data."""
    place = f"step {step.id}"
    if len(step.short_title) > SHORT_TITLE_MAX:
        yield f"{place}: short_title has {len(step.short_title)} characters, at most {SHORT_TITLE_MAX}"
    for label, count in Counter(action.label for action in step.actions).items():
        if count > 1:
            yield f"{place}: two buttons are labelled {label!r}"
    for action_id, count in Counter(action.id for action in step.actions).items():
        if count > 1:
            yield f"{place}: action {action_id} stands twice"
    if not step.actors and not step.on_event:
        yield f"{place}: nobody acts and no event is awaited"
    for role in step.actors:
        if not any(role in action.roles and action.kind not in ("view", "remark") for action in step.actions):
            yield f"{place}: {role} must act but has no button"


def action_faults(action: Action) -> Iterator[str]:
    """Yield what is wrong with a button."""
    if not IDENTIFIER.fullmatch(action.id) or len(action.id) > ACTION_ID_MAX:
        yield f"id must be a-z, 0-9 and _, at most {ACTION_ID_MAX} characters"
    for label in filter(None, (action.label, action.submit, *_confirm_labels(action))):
        if len(label) > LABEL_MAX:
            yield f"label {label!r} has {len(label)} characters, at most {LABEL_MAX}"
    if not action.roles:
        yield "roles: nobody may press it"
    if not action.statuses:
        yield "statuses: it never stands"
    if bool(action.form) != bool(action.submit):
        yield "form and submit go together"
    if action.once and not action.outcome.records:
        yield "once needs records: the fact in which the engine looks"
    yield from _kind_faults(action)


def _confirm_labels(action: Action) -> tuple[str, ...]:
    return (action.confirm.yes, action.confirm.no) if action.confirm else ()


def _kind_faults(action: Action) -> Iterator[str]:
    outcome = action.outcome
    if action.kind == "transition" and not outcome.to:
        yield "kind transition needs to"
    if action.kind == "stay" and outcome.to:
        yield "kind stay cannot have to"
    if action.kind in ("view", "reopen") and (outcome != Outcome() or action.form or action.once):
        yield f"kind {action.kind} changes nothing, so it has no form, effect, fact or destination"
    if (action.kind == "remark") != bool(action.remark):
        yield "kind remark and remark go together"
    if action.kind == "remark" and (outcome != Outcome() or not action.form or action.once or action.confirm):
        yield "kind remark has a form and changes nothing"
    if action.kind in ("transition", "stay", "remark") and not action.done_text:
        yield "done_text is missing: others are told it when they press too late"
