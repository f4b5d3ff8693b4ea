"""The questions that belong to no SOP: inviting people, the list of OPDs, what to search for."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from bot.app import App
from bot.forms import calendar_forms
from bot.offices import roles
from bot.texts import plain
from workflows.engine.description import Field, FieldType, Form
from workflows.engine.questions import Choice, Condition, FieldLimits
from workflows.people.without_telegram import roles_on_paper
from workflows.store import people
from workflows.store.tables.searches import TYPED_MAX
from workflows.store.unit_of_work import UnitOfWork

INVITE, ON_PAPER, ADD_OPD, RENAME_OPD, SEARCH = "undang", "pejabat_kertas", "opd_tambah", "opd_nama", "cari"
SUBMIT = {INVITE: "admin.undang_kirim", ON_PAPER: "admin.kertas_kirim"}
ACTING = {"": "admin.definitif", "plt": "admin.plt", "plh": "admin.plh"}
_DEFINITIVE = "definitif"


async def form(app: App, work: UnitOfWork, name: str, answers: Mapping[str, Any]) -> Form:
    """Return an administrator's form by name. Raises `KeyError` for an unknown one."""
    if name == INVITE:
        return await _invite_form(app, work, answers)
    if name == ON_PAPER:
        return _official_form(app, answers)
    if name in calendar_forms.TITLES:
        return calendar_forms.form(name)
    titles = {ADD_OPD: "admin.opd_tambah", RENAME_OPD: "admin.opd_ganti_nama"}
    fields = (_opd_name(), _opd_head())
    return Form(id=name, title=plain(titles[name]), fields=fields)


def submit_label(name: str) -> str:
    """Return the last button's label."""
    if name in calendar_forms.TITLES:
        return plain("kalender.simpan")
    return plain(SUBMIT.get(name, "admin.opd_tambah_kirim"))


def search_form() -> Form:
    """Return the one question of `/cari`."""
    field = Field(
        id="kata",
        type=FieldType.TEXT,
        ask=plain("daftar.cari_tanya"),
        label=plain("menu.cari"),
        limits=FieldLimits(min_length=1, max_length=TYPED_MAX),
    )
    return Form(id=SEARCH, title=plain("menu.cari"), fields=(field,))


async def _invite_form(app: App, work: UnitOfWork, answers: Mapping[str, Any]) -> Form:
    known = roles(app.office)
    role = known.get(str(answers.get("role")))
    fields = [_choice("role", "peran", [Choice(value=one.id, label=one.title) for one in known.values()])]
    if role is not None and role.scope == "opd":
        listed = [Choice(value=str(opd.id), label=opd.name) for opd in await people.opds(work)]
        fields.append(_choice("opd", "opd", listed))
    fields.append(
        Field(
            id="person",
            type=FieldType.PEOPLE,
            ask=plain("admin.undang_orang"),
            label=plain("admin.orang"),
            example=plain("admin.orang_contoh"),
            limits=FieldLimits(max_items=1),
        )
    )
    return Form(id=INVITE, title=plain("admin.undang_judul"), fields=(*fields, *_office_fields(answers)))


def _official_form(app: App, answers: Mapping[str, Any]) -> Form:
    """Return what is asked of an official who is not on Telegram; an office is asked only where there are several."""
    offices = [Choice(value=one.id, label=one.title) for one in roles_on_paper(app.office.sops.values()).values()]
    role = _choice("role", "peran", offices)
    fields = [
        role if len(offices) > 1 else dataclasses.replace(role, assumed=offices[0].value),
        _text("name", "nama", example="admin.nama_contoh"),
        Field(
            id="nip",
            type=FieldType.NIP,
            ask=plain("admin.undang_nip"),
            label=plain("admin.nip"),
            example=plain("admin.nip_contoh"),
        ),
    ]
    return Form(id=ON_PAPER, title=plain("admin.kertas_judul"), fields=(*fields, *_office_fields(answers)))


def _office_fields(answers: Mapping[str, Any]) -> tuple[Field, ...]:
    """Return what is asked of anybody about the office they hold: it is theirs, unless changed at the summary."""
    acting = Condition(field="acting", value=answers.get("acting", "")) if _is_acting(answers) else _NEVER
    held = _choice("acting", "kedudukan", [Choice(value=v or _DEFINITIVE, label=plain(k)) for v, k in ACTING.items()])
    return (
        dataclasses.replace(_text("rank", "pangkat", optional=True, example="admin.pangkat_contoh"), later=True),
        dataclasses.replace(held, assumed=_DEFINITIVE),
        _text("decree", "keputusan", when=acting, example="admin.keputusan_contoh"),
        _date("starts_on", "mulai", when=acting),
        _date("ends_on", "sampai", when=acting, optional=True),
    )


_NEVER = Condition(field="acting", value="-")


def _is_acting(answers: Mapping[str, Any]) -> bool:
    return bool(ACTING.get(str(answers.get("acting", ""))) and answers.get("acting") != _DEFINITIVE)


def acting_of(answers: Mapping[str, Any]) -> str:
    """Return "", "plt" or "plh" from an invitation's answers."""
    return str(answers["acting"]) if _is_acting(answers) else ""


def _choice(field_id: str, word: str, choices: list[Choice]) -> Field:
    return Field(
        id=field_id,
        type=FieldType.CHOICE,
        ask=plain(f"admin.undang_{word}"),
        label=plain(f"admin.{word}"),
        choices=tuple(choices),
    )


def _text(field_id: str, word: str, *, example: str, optional: bool = False, when: Condition | None = None) -> Field:
    return Field(
        id=field_id,
        type=FieldType.TEXT,
        ask=plain(f"admin.undang_{word}"),
        label=plain(f"admin.{word}"),
        example=plain(example),
        optional=optional,
        when=when,
        limits=FieldLimits(max_length=100),
    )


def _date(field_id: str, word: str, *, when: Condition, optional: bool = False) -> Field:
    return Field(
        id=field_id,
        type=FieldType.DATE,
        ask=plain(f"admin.undang_{word}"),
        label=plain(f"admin.{word}"),
        example=plain("admin.tanggal_contoh"),
        optional=optional,
        when=when,
    )


def _opd_name() -> Field:
    return Field(
        id="name",
        type=FieldType.TEXT,
        ask=plain("admin.opd_nama_tanya"),
        label=plain("admin.opd_nama"),
        example=plain("admin.opd_nama_contoh"),
        limits=FieldLimits(min_length=3, max_length=200),
    )


def _opd_head() -> Field:
    return Field(
        id="head",
        type=FieldType.TEXT,
        ask=plain("admin.opd_pimpinan_tanya"),
        label=plain("admin.opd_pimpinan"),
        example=plain("admin.opd_pimpinan_contoh"),
        limits=FieldLimits(min_length=3, max_length=200),
    )
