"""Reads the forms of an SOP's description."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from workflows.engine.description import Field, FieldType, Form, Package
from workflows.engine.fault import each
from workflows.engine.questions import Choice, Condition, FieldLimits
from workflows.engine.toml_table import TomlTable


def load_forms(items: Sequence[TomlTable], packages: tuple[Package, ...] = ()) -> tuple[Form, ...]:
    """Read the forms; one that is `like` earlier ones asks their questions first. Raises `DescriptionError`."""
    forms: dict[str, Form] = {}

    def read(item: TomlTable) -> Form:
        likes = item.texts("like", default=[])
        for unknown in (name for name in likes if name not in forms):
            raise item.error("unknown_like", name=unknown, known=tuple(forms))
        form = _form(item, packages, {name: forms[name] for name in likes})
        forms[form.id] = form
        return form

    return each(items, read)


def _form(item: TomlTable, packages: tuple[Package, ...], like: Mapping[str, Form]) -> Form:
    before = tuple(field for form in like.values() for field in form.fields)
    form = Form(
        id=item.text("id"),
        title=item.text("title"),
        fields=before + each(item.tables("fields"), lambda field: _field(field, packages)),
        like=tuple(like),
    )
    item.done()
    return form


def _field(item: TomlTable, packages: tuple[Package, ...]) -> Field:
    kind = item.one_of("type", tuple(FieldType))
    choices = each(item.tables("choices"), _choice)
    if kind is FieldType.PACKAGE:
        choices = tuple(Choice(value=package.id, label=package.label) for package in packages)
    field = Field(
        id=item.text("id"),
        type=kind,
        ask=item.text("ask"),
        label=item.text("label"),
        example=item.text("example", default=""),
        optional=item.flag("optional"),
        later=item.flag("later"),
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


def _choice(item: TomlTable) -> Choice:
    choice = Choice(value=item.text("value"), label=item.text("label"))
    item.done()
    return choice


def _condition(item: TomlTable, key: str) -> Condition | None:
    data = item.take(key, dict, default={})
    if not data:
        return None
    if set(data) != {"field", "value"} or not isinstance(data["field"], str):
        raise item.error("bad_condition", key=key)
    if not isinstance(data["value"], str | bool):
        raise item.error("bad_condition_value", key=key)
    return Condition(field=data["field"], value=data["value"])


def _limits(item: TomlTable) -> FieldLimits:
    data = item.take("limits", dict, default={})
    kinds = {field.name: type(field.default) for field in dataclasses.fields(FieldLimits)}
    for key, value in data.items():
        if key not in kinds:
            raise item.error("unknown_limit", name=key, known=tuple(kinds))
        if kinds[key] is not type(value):
            raise item.error("wrong_type", key=key, kind=kinds[key].__name__, value=value)
    return FieldLimits(**data)
