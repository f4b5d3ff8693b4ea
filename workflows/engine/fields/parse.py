"""One way in for every answer: the field's type chooses how it is read."""

from __future__ import annotations

import dataclasses
import datetime
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from workflows.engine.description import Field, FieldType, Form
from workflows.engine.fields import choices as picking
from workflows.engine.fields.dates import parse_date
from workflows.engine.fields.faults import Fault, FieldError
from workflows.engine.fields.identity import parse_nip, parse_people
from workflows.engine.fields.site_name import parse_site_name
from workflows.engine.fields.ssh_key import parse_ssh_key
from workflows.engine.fields.subdomain import parse_subdomain
from workflows.engine.fields.texts import clean
from workflows.engine.questions import Choice

_MB = 1_000_000
_DOCUMENT_KEYS = ("sha256", "name", "media_type", "size")


def parse(field: Field, raw: Any, *, today: datetime.date, choices: Sequence[Choice] = ()) -> Any:
    """Return the value to keep for `raw`: typed text, a picked value, or a list or mapping from the chat.

    `choices` stands in for the field's own where the list is live (servers). Documents come as a mapping of sha256,
    name, media_type and size (bytes), already looked into. Raises `FieldError`.
    """
    if choices:
        field = dataclasses.replace(field, choices=tuple(choices))
    if field.type is not FieldType.DOCUMENT and isinstance(raw, str) and not raw.strip():
        raise FieldError(Fault.EMPTY)
    return _READERS[field.type](field, raw, today)


def missing_fields(form: Form, answers: Mapping[str, Any]) -> tuple[Field, ...]:
    """Return the fields that still need an answer, in order: what a summary may not be sent without."""
    return tuple(
        field for field in form.asked(answers) if answers.get(field.id) is None and not field.may_skip(answers)
    )


def relevant_answers(form: Form, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return only the answers to questions that apply: a changed answer may have made others pointless."""
    return {field.id: answers[field.id] for field in form.asked(answers) if answers.get(field.id) is not None}


def _text(field: Field, raw: Any, _today: datetime.date) -> str:
    text = clean(_typed(raw), field.limits, lines=field.type is FieldType.LONG_TEXT)
    if field.limits.pattern and not re.fullmatch(field.limits.pattern, text):
        raise FieldError(Fault.PATTERN, example=field.example)
    return text


def _date(field: Field, raw: Any, today: datetime.date) -> str:
    limits = field.limits
    return parse_date(_typed(raw), today=today, past_only=limits.past_only, future_only=limits.future_only).isoformat()


def _number(field: Field, raw: Any, _today: datetime.date) -> int:
    digits = str(raw).strip()
    if not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{3}){1,3}|[0-9]{1,12}", digits, re.ASCII):
        raise FieldError(Fault.NUMBER_FORM)
    number = int(digits.replace(".", ""))
    if not field.limits.minimum <= number <= field.limits.maximum:
        raise FieldError(Fault.NUMBER_RANGE, minimum=field.limits.minimum, maximum=field.limits.maximum)
    return number


def _document(field: Field, raw: Any, _today: datetime.date) -> dict[str, str | int]:
    if not isinstance(raw, Mapping) or not all(key in raw for key in _DOCUMENT_KEYS):
        raise FieldError(Fault.DOCUMENT_NEEDED)
    if field.media_types and raw["media_type"] not in field.media_types:
        raise FieldError(Fault.DOCUMENT_TYPE, name=str(raw["name"])[:60])
    if raw["size"] > field.limits.max_bytes:
        raise FieldError(Fault.DOCUMENT_SIZE, limit=field.limits.max_bytes // _MB)
    return {key: raw[key] for key in _DOCUMENT_KEYS}


def _typed(raw: Any) -> str:
    if not isinstance(raw, str):
        raise FieldError(Fault.EMPTY)
    return raw


_READERS: Mapping[FieldType, Callable[[Field, Any, datetime.date], Any]] = {
    FieldType.TEXT: _text,
    FieldType.LONG_TEXT: _text,
    FieldType.DATE: _date,
    FieldType.NUMBER: _number,
    FieldType.CHOICE: lambda field, raw, _: picking.pick(_typed(raw), field.choices),
    FieldType.PACKAGE: lambda field, raw, _: picking.pick(_typed(raw), field.choices),
    FieldType.ADDRESS: lambda field, raw, _: picking.pick(_typed(raw), field.choices),
    FieldType.SERVER: lambda field, raw, _: picking.pick(_typed(raw), field.choices),
    FieldType.OPD: lambda field, raw, _: picking.pick(_typed(raw), field.choices),
    FieldType.MULTI_CHOICE: lambda field, raw, _: picking.pick_several(raw, field.choices, field.limits),
    FieldType.REASONS: lambda field, raw, _: picking.pick_reasons(raw, field.choices, field.limits),
    FieldType.YES_NO: lambda _field, raw, _: picking.yes_or_no(raw),
    FieldType.ACKNOWLEDGE: lambda field, raw, _: picking.acknowledged(raw, field.choices),
    FieldType.SUBDOMAIN: lambda field, raw, _: parse_subdomain(
        _typed(raw), reserved=field.reserved, limit=field.limits.max_length
    ),
    FieldType.SITE_NAME: lambda field, raw, _: parse_site_name(
        _typed(raw), zone=field.zone, reserved=field.reserved, limit=field.limits.max_length
    ),
    FieldType.HOSTING_NAME: lambda field, raw, _: picking.pick(_typed(raw), field.choices),
    FieldType.SSH_KEY: lambda _field, raw, _: parse_ssh_key(_typed(raw)),
    FieldType.DOCUMENT: _document,
    FieldType.NIP: lambda _field, raw, today: parse_nip(_typed(raw), today=today),
    FieldType.PEOPLE: lambda field, raw, today: parse_people(raw, field.limits, today=today),
}
