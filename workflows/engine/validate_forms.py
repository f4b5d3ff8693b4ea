"""Faults of the forms: conditions on later questions, choices that are missing, defaults that nobody offers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain

from workflows.engine.description import LABEL_MAX, Field, FieldType, Form
from workflows.engine.questions import Condition

_PICKED = {FieldType.CHOICE, FieldType.MULTI_CHOICE, FieldType.REASONS, FieldType.YES_NO, FieldType.ACKNOWLEDGE}
_PICKED |= {FieldType.PACKAGE, FieldType.ADDRESS}
_OFFERED = ("php_versions",)  # lists of `provisioning.plan.ServerFacts`
_BUTTONS_MAX = 64  # characters: a package's label tells its limits; longer is clipped even on wide screens


def form_faults(form: Form) -> Iterator[str]:
    """Yield "form …: reason" for each fault of a form."""
    place = f"form {form.id}"
    if not form.fields:
        yield f"{place}: it asks nothing"
    for field_id, count in Counter(field.id for field in form.fields).items():
        if count > 1:
            yield f"{place}: field {field_id} stands twice"
    earlier: dict[str, Field] = {}
    for field in form.fields:
        faults = (_condition_faults(field, earlier), _choice_faults(field), _offer_faults(field), _limit_faults(field))
        for fault in chain(*faults):
            yield f"{place}: field {field.id}: {fault}"
        earlier[field.id] = field


def _condition_faults(field: Field, earlier: dict[str, Field]) -> Iterator[str]:
    for name, condition in (("when", field.when), ("optional_when", field.optional_when)):
        if condition is None:
            continue
        if condition.field not in earlier:
            yield f"{name}: unknown field {condition.field!r} (it must be asked before)"
        elif not _can_be(earlier[condition.field], condition):
            yield f"{name}: {condition.field} is never {condition.value!r}"


def _can_be(field: Field, condition: Condition) -> bool:
    if field.type is FieldType.YES_NO:
        return isinstance(condition.value, bool)
    return condition.value in {choice.value for choice in field.choices}


def _choice_faults(field: Field) -> Iterator[str]:
    if field.type in _PICKED and not field.choices and not field.holders:
        yield "choices are missing"
    if field.type not in _PICKED and field.choices:
        yield f"type {field.type} has no choices"
    labels = Counter(choice.label for choice in field.choices) + Counter(choice.value for choice in field.choices)
    for text, count in labels.items():
        if count > 1 and sum(text in (choice.value, choice.label) for choice in field.choices) > 1:
            yield f"choice {text!r} stands twice"
    for choice in field.choices:
        if len(choice.label) > _BUTTONS_MAX:
            yield f"choice {choice.value}: label has {len(choice.label)} characters, at most {_BUTTONS_MAX}"
    picked = field.type in {FieldType.CHOICE, FieldType.MULTI_CHOICE, FieldType.PACKAGE}
    if field.default and picked and field.default not in {choice.value for choice in field.choices}:
        yield f"default {field.default!r} is no choice"
    if field.assumed and field.assumed not in {choice.value for choice in field.choices}:
        yield f"assumed {field.assumed!r} is no choice"


def _offer_faults(field: Field) -> Iterator[str]:
    if field.holders and (field.choices or field.type not in (FieldType.CHOICE, FieldType.MULTI_CHOICE)):
        yield "holders needs type choice or multi_choice, and no choices of its own"
    if field.offered and field.type is not FieldType.CHOICE:
        yield f"type {field.type} has no choices to be offered"
    if field.offered and field.offered not in _OFFERED:
        yield f"offered {field.offered!r} is nothing that servers tell of: one of {', '.join(_OFFERED)}"


def _limit_faults(field: Field) -> Iterator[str]:
    limits = field.limits
    for low, high, name in (
        (limits.min_length, limits.max_length, "length"),
        (limits.minimum, limits.maximum, "number"),
        (limits.min_items, limits.max_items, "items"),
    ):
        if low > high:
            yield f"limits: the least {name} {low} is above the most {high}"
    if limits.pattern and not _is_met_by_example(field):
        yield f"limits: the example does not match the pattern {limits.pattern!r}"
    if field.type is FieldType.DOCUMENT and not field.media_types:
        yield "media_types are missing"
    if len(field.label) > LABEL_MAX:
        yield f"label has {len(field.label)} characters, at most {LABEL_MAX}"


def _is_met_by_example(field: Field) -> bool:
    try:
        return re.fullmatch(field.limits.pattern, field.example) is not None
    except re.error:
        return False
