"""Who somebody is: civil servants' numbers, telephone numbers, and people written a line each."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence

import phonenumbers

from workflows.engine.fields.faults import Fault, FieldError
from workflows.engine.fields.texts import clean
from workflows.engine.questions import FieldLimits

_NAME = FieldLimits(min_length=2, max_length=100)
_CONTRACT_CODE = 21  # PPPK have 21 where a civil servant has the month of appointment (Peraturan BKN 18/2020)
_YOUNGEST = 15  # years of age at appointment below which the two dates cannot both be right


def parse_nip(raw: str, *, today: datetime.date) -> str:
    """Return the 18 digits: birth date, year and month of appointment, sex (1 or 2), serial. Raises `FieldError`."""
    nip = re.sub(r"[\s.-]", "", raw)
    if not re.fullmatch(r"[0-9]+", nip):
        raise FieldError(Fault.NIP_DIGITS)
    if len(nip) != 18:
        raise FieldError(Fault.NIP_LENGTH, count=len(nip))
    try:
        born = datetime.date(int(nip[:4]), int(nip[4:6]), int(nip[6:8]))
    except ValueError:
        raise FieldError(Fault.NIP_BIRTH, part=nip[:8]) from None
    if not datetime.date(1900, 1, 1) <= born < today:
        raise FieldError(Fault.NIP_BIRTH, part=nip[:8])
    year, month = int(nip[8:12]), int(nip[12:14])
    if not (born.year + _YOUNGEST <= year <= today.year and (1 <= month <= 12 or month == _CONTRACT_CODE)):
        raise FieldError(Fault.NIP_APPOINTMENT, part=nip[8:14])
    if nip[14] not in "12":
        raise FieldError(Fault.NIP_SEX, part=nip[14])
    return nip


def parse_phone(raw: str) -> str:
    """Return an Indonesian number as "+62…" (E.164). Raises `FieldError`."""
    text = raw.strip()
    if text.startswith("62"):  # as Telegram's own contacts and many people write it
        text = f"+{text}"
    try:
        number = phonenumbers.parse(text, "ID")
    except phonenumbers.NumberParseException:
        raise FieldError(Fault.PHONE_FORM) from None
    if number.country_code != 62:
        raise FieldError(Fault.PHONE_FOREIGN)
    if number.extension or not phonenumbers.is_valid_number(number):
        raise FieldError(Fault.PHONE_FORM)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def parse_people(
    raw: str | Sequence[Mapping[str, str]], limits: FieldLimits, *, today: datetime.date
) -> list[dict[str, str]]:
    """Return name, nip and phone of each person; `raw` is lines of "nama; NIP; telepon" or such mappings.

    Raises `FieldError` for the first line that is wrong.
    """
    rows = _rows(raw) if isinstance(raw, str) else [(p["name"], p["nip"], p["phone"]) for p in raw]
    if not rows:
        raise FieldError(Fault.EMPTY)
    if len(rows) > limits.max_items:
        raise FieldError(Fault.PEOPLE_MANY, limit=limits.max_items)
    people: list[dict[str, str]] = []
    for name, nip, phone in rows:
        person = {"name": clean(name, _NAME), "nip": parse_nip(nip, today=today), "phone": parse_phone(phone)}
        if any(other["nip"] == person["nip"] or other["phone"] == person["phone"] for other in people):
            raise FieldError(Fault.PERSON_TWICE, name=person["name"])
        people.append(person)
    return people


def _rows(raw: str) -> list[tuple[str, str, str]]:
    rows = []
    for line in filter(None, (line.strip() for line in raw.splitlines())):
        parts = tuple(part.strip() for part in line.split(";"))
        if len(parts) != 3:
            raise FieldError(Fault.PERSON_FORM, line=line[:60])
        rows.append(parts)
    return rows
