"""Answers to a form, as people read them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot import formats
from bot.texts import plain
from workflows import words
from workflows.engine.description import Field, FieldType
from workflows.engine.fields.ssh_key import read_ssh_key


def _ssh_key(value: str) -> str:
    key = read_ssh_key(value)
    return plain("formulir.kunci_ssh", kind=key.kind, fingerprint=key.fingerprint, comment=key.comment)


_WORDS: Mapping[FieldType, Callable[[Any], str]] = {
    FieldType.DATE: formats.date,
    FieldType.YES_NO: lambda value: plain("formulir.ya" if value else "formulir.tidak"),
    FieldType.ACKNOWLEDGE: lambda _value: plain("formulir.ya"),
    FieldType.NUMBER: formats.number,
    FieldType.DOCUMENT: lambda value: f"{value['name']} ({formats.size(value['size'])})",
    FieldType.SSH_KEY: _ssh_key,
    FieldType.NIP: words.nip,
    FieldType.PEOPLE: lambda value: "\n".join(
        f"{one['name']}, NIP {words.nip(one['nip'])}, {words.phone(one['phone'])}" for one in value
    ),
}


def value_words(field: Field, value: Any) -> str:
    """Return an answer in words: the label of a choice, a date written out, people one a line."""
    if value is None:
        return plain("formulir.kosong")
    if field.type in _WORDS:
        return _WORDS[field.type](value)
    return "; ".join(field.labels(value))
