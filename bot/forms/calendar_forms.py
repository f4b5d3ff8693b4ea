"""The questions about the working calendar: a day that is free or worked, other hours from a day on."""

from __future__ import annotations

from typing import Any

from bot.texts import plain
from workflows.calendar.notation import TYPED as HOURS_TYPED
from workflows.calendar.notation import write_spans
from workflows.calendar.ramadan import next_ramadan
from workflows.calendar.working_calendar import RAMADAN
from workflows.engine.description import Field, FieldLimits, FieldType, Form
from workflows.people.members import today
from workflows.store.unit_of_work import UnitOfWork

FREE_DAY, WORKED_DAY, HOURS = "libur", "hari_kerja", "jam_kerja"
TITLES = {FREE_DAY: "kalender.tambah_libur", WORKED_DAY: "kalender.tambah_hari_kerja", HOURS: "kalender.ubah_jam"}


def form(name: str) -> Form:
    """Return a form of the calendar by name. Raises `KeyError` for an unknown one."""
    return Form(id=name, title=plain(TITLES[name]), fields=_hours_fields() if name == HOURS else _day_fields(name))


def ramadan_proposal(work: UnitOfWork) -> dict[str, Any]:
    """Return the answers of `HOURS` for the next Ramadan, to be looked over; empty where it is not known."""
    found = next_ramadan(today(work))
    if found is None:
        return {}
    return {
        "name": plain("kalender.ramadan", year=found[0].year),
        "first": found[0].isoformat(),
        "last": found[1].isoformat(),
        "monday_to_thursday": write_spans(RAMADAN.monday_to_thursday),
        "friday": write_spans(RAMADAN.friday),
    }


def _day_fields(name: str) -> tuple[Field, ...]:
    return (_date("day", "hari"), _text("reason", "alasan", example=name))


def _hours_fields() -> tuple[Field, ...]:
    return (
        _text("name", "nama"),
        _date("first", "mulai"),
        _date("last", "sampai", optional=True),
        _text("monday_to_thursday", "senin_kamis", pattern=HOURS_TYPED),
        _text("friday", "jumat", pattern=HOURS_TYPED),
    )


def _date(field_id: str, word: str, *, optional: bool = False) -> Field:
    return Field(
        id=field_id,
        type=FieldType.DATE,
        ask=plain(f"kalender.{word}_tanya"),
        label=plain(f"kalender.{word}"),
        example=plain("admin.tanggal_contoh"),
        optional=optional,
    )


def _text(field_id: str, word: str, *, example: str = "", pattern: str = "") -> Field:
    return Field(
        id=field_id,
        type=FieldType.TEXT,
        ask=plain(f"kalender.{word}_tanya"),
        label=plain(f"kalender.{word}"),
        example=plain(f"kalender.{example or word}_contoh"),
        limits=FieldLimits(min_length=3, max_length=100, pattern=pattern),
    )
