"""Reads the forms of an SOP's description."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from workflows.engine.description import Field, FieldType, Form, Package
from workflows.engine.questions import Choice, Condition, FieldLimits
from workflows.engine.reading import Place


def load_forms(items: Sequence[Place], packages: tuple[Package, ...] = ()) -> tuple[Form, ...]:
    """Read the forms; one that is `like` an earlier one asks its questions first. Raises `DescriptionError`."""
    forms: dict[str, Form] = {}
    for item in items:
        like = item.text("like", default="")
        if like and like not in forms:
            raise item.error(f"like: unknown form {like!r} (it must stand before)")
        form = _form(item, packages, forms[like].fields if like else ())
        forms[form.id] = form
    return tuple(forms.values())


def _form(item: Place, packages: tuple[Package, ...], before: tuple[Field, ...]) -> Form:
    form = Form(
        id=item.text("id"),
        title=item.text("title"),
        fields=before + tuple(_field(field, packages) for field in item.tables("fields")),
    )
    item.done()
    return form


def _field(item: Place, packages: tuple[Package, ...]) -> Field:
    kind = item.one_of("type", tuple(FieldType))
    choices = tuple(_choice(choice) for choice in item.tables("choices"))
    if kind is FieldType.PACKAGE:
        choices = tuple(Choice(value=package.id, label=package.label) for package in packages)
    field = Field(
        id=item.text("id"),
        type=kind,
        ask=item.text("ask"),
        label=item.text("label"),
        example=item.text("example", default=""),
        optional=item.flag("optional"),
        default=item.text("default", default=""),
        assumed=item.text("assumed", default=""),
        choices=choices,
        offered=item.text("offered", default=""),
        holders=item.text("holders", default=""),
        limits=_limits(item),
        when=_condition(item, "when"),
        optional_when=_condition(item, "optional_when"),
        reserved=frozenset(item.texts("reserved", default=[])),
        media_types=frozenset(item.texts("media_types", default=[])),
        on_card=item.flag("on_card"),
    )
    item.done()
    return field


def _choice(item: Place) -> Choice:
    choice = Choice(value=item.text("value"), label=item.text("label"))
    item.done()
    return choice


def _condition(item: Place, key: str) -> Condition | None:
    data = item.take(key, dict, default={})
    if not data:
        return None
    if set(data) != {"field", "value"} or not isinstance(data["field"], str):
        raise item.error(f'{key} must be {{ field = "…", value = … }}')
    if not isinstance(data["value"], str | bool):
        raise item.error(f"{key}.value must be a text or a boolean")
    return Condition(field=data["field"], value=data["value"])


def _limits(item: Place) -> FieldLimits:
    data = item.take("limits", dict, default={})
    kinds = {field.name: type(field.default) for field in dataclasses.fields(FieldLimits)}
    for key, value in data.items():
        if kinds.get(key) is not type(value):
            raise item.error(f"limits.{key} is unknown or of the wrong type: {value!r}")
    return FieldLimits(**data)
