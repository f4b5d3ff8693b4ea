"""Faults of the forms: conditions on later questions, choices that are missing, defaults that nobody offers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain

from workflows.engine.description import LABEL_MAX, Field, FieldType, Form
from workflows.engine.fault import Fault, Spot, fault, placed, unknown
from workflows.engine.questions import Condition
from workflows.engine.validate_shape import too_long

_PICKED = {FieldType.CHOICE, FieldType.MULTI_CHOICE, FieldType.REASONS, FieldType.YES_NO, FieldType.ACKNOWLEDGE}
_PICKED |= {FieldType.PACKAGE, FieldType.ADDRESS}
_OFFERED = ("php_versions",)  # lists of `provisioning.plan.ServerFacts`
_BUTTONS_MAX = 64  # characters: a package's label tells its limits; longer is clipped even on wide screens


def form_faults(form: Form) -> Iterator[Fault]:
    """Yield each fault of a form."""
    yield from placed(_faults(form), Spot("form", form.id))


def _faults(form: Form) -> Iterator[Fault]:
    if not form.fields:
        yield fault("form_empty")
    for field_id, count in Counter(field.id for field in form.fields).items():
        if count > 1:
            yield fault("twice", kind="field", name=field_id)
    earlier: dict[str, Field] = {}
    for field in form.fields:
        faults = (_condition_faults(field, earlier), _choice_faults(field), _offer_faults(field), _limit_faults(field))
        yield from placed(chain(*faults), Spot("field", field.id))
        earlier[field.id] = field


def _condition_faults(field: Field, earlier: dict[str, Field]) -> Iterator[Fault]:
    for name, condition in (("when", field.when), ("optional_when", field.optional_when)):
        if condition is None:
            continue
        if condition.field not in earlier:
            yield from unknown("earlier_field", [condition.field], earlier)
        elif not _can_be(earlier[condition.field], condition):
            yield fault("condition_never", key=name, name=condition.field, value=condition.value)


def _can_be(field: Field, condition: Condition) -> bool:
    if field.type is FieldType.YES_NO:
        return isinstance(condition.value, bool)
    return condition.value in {choice.value for choice in field.choices}


def _choice_faults(field: Field) -> Iterator[Fault]:
    if field.type in _PICKED and not field.choices and not field.holders:
        yield fault("choices_missing")
    if field.type not in _PICKED and field.choices:
        yield fault("choices_useless", type=str(field.type))
    labels = Counter(choice.label for choice in field.choices) + Counter(choice.value for choice in field.choices)
    for text, count in labels.items():
        if count > 1 and sum(text in (choice.value, choice.label) for choice in field.choices) > 1:
            yield fault("twice", kind="choice", name=text)
    for choice in field.choices:
        if len(choice.label) > _BUTTONS_MAX:
            yield from placed([too_long("label", choice.label, _BUTTONS_MAX)], Spot("choice", choice.value))
    picked = field.type in {FieldType.CHOICE, FieldType.MULTI_CHOICE, FieldType.PACKAGE}
    values = tuple(choice.value for choice in field.choices)
    assumed = "" if field.type is FieldType.TEXT else field.assumed
    for key, value in (("default", field.default if picked else ""), ("assumed", assumed)):
        if value and value not in values:
            yield fault("no_choice", key=key, name=value, known=values)
    if field.later and not field.optional:
        yield fault("later_needed")


def _offer_faults(field: Field) -> Iterator[Fault]:
    if field.holders and (field.choices or field.type not in (FieldType.CHOICE, FieldType.MULTI_CHOICE)):
        yield fault("holders_type")
    if field.offered and field.type is not FieldType.CHOICE:
        yield fault("offered_type", type=str(field.type))
    yield from unknown("offer", [field.offered] if field.offered else [], _OFFERED)


def _limit_faults(field: Field) -> Iterator[Fault]:
    limits = field.limits
    for least, most in (("min_length", "max_length"), ("minimum", "maximum"), ("min_items", "max_items")):
        low, high = getattr(limits, least), getattr(limits, most)
        if low > high:
            yield fault("limits_crossed", least=least, low=low, most=most, high=high)
    if limits.pattern and not _is_met_by_example(field):
        yield fault("pattern_example", pattern=limits.pattern)
    if field.type is FieldType.DOCUMENT and not field.media_types:
        yield fault("media_types_missing")
    if len(field.label) > LABEL_MAX:
        yield too_long("label", field.label, LABEL_MAX)


def _is_met_by_example(field: Field) -> bool:
    try:
        return re.fullmatch(field.limits.pattern, field.example) is not None
    except re.error:
        return False
