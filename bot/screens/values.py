"""Answers to a form, as people read them."""

from __future__ import annotations

from typing import Any

from bot.screens import formats
from bot.texts import plain
from workflows import words
from workflows.engine.description import Field, FieldType


def value_words(field: Field, value: Any) -> str:
    """Return an answer in words: the label of a choice, a date written out, people one a line."""
    if value is None:
        return plain("formulir.kosong")
    match field.type:
        case FieldType.DATE:
            return formats.date(value)
        case FieldType.YES_NO:
            return plain("formulir.ya" if value else "formulir.tidak")
        case FieldType.PEOPLE:
            return "\n".join(f"{one['name']}, NIP {words.nip(one['nip'])}, {one['phone']}" for one in value)
        case FieldType.DOCUMENT:
            return f"{value['name']} ({words.size(value['size'])})"
        case FieldType.NUMBER:
            return words.number(value)
    labels = {choice.value: choice.label for choice in field.choices}
    if isinstance(value, list):
        return "; ".join(labels.get(one, one) for one in value)
    return labels.get(str(value), str(value))
