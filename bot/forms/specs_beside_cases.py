"""What is asked by a form that belongs to no case."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from bot.app import App
from bot.forms import admin_forms, agenda_forms, deputy_forms, order_forms
from bot.forms.form_spec import FormGoneError, FormSpec, SpecOf
from bot.forms.purpose import Purpose
from bot.questions import office_form, said
from bot.texts import plain
from workflows.agenda.books import KEEPER
from workflows.correspondence.issue import name_of
from workflows.correspondence.scan_form import scan_form
from workflows.maintenance_windows import planning
from workflows.malware.findings import READERS as SUSPICION_READERS
from workflows.moving import schedule
from workflows.people.members import Member
from workflows.roles import ENGINEER
from workflows.store import cases, hostings
from workflows.store.unit_of_work import UnitOfWork
from workflows.upkeep import maintenance_notes

Answers = Mapping[str, Any]
Data = Mapping[str, Any]


async def _administration(app: App, work: UnitOfWork, member: Member, data: Data, answers: Answers) -> FormSpec:
    if not member.is_admin:
        raise FormGoneError(str(data))
    form = await admin_forms.form(app, work, data["admin"], answers)
    return FormSpec(form=form, submit=admin_forms.submit_label(data["admin"]), style="primary")


async def _deputy(app: App, work: UnitOfWork, member: Member, data: Data, answers: Answers) -> FormSpec:
    form = await deputy_forms.form(app, work, member, data["appoint"], answers)
    return FormSpec(form=form, submit=plain("pengganti.kirim"), style="primary")


async def _note(_app: App, _work: UnitOfWork, member: Member, data: Data, _answers: Answers) -> FormSpec:
    _only(member, ENGINEER, data=data)
    form, submit = said(maintenance_notes.form()), plain("pencatatan.simpan")
    return FormSpec(form=form, submit=submit, style="primary", about=data.get("about", ""))


async def _window(_app: App, work: UnitOfWork, member: Member, data: Data, _answers: Answers) -> FormSpec:
    _only(member, ENGINEER, data=data)
    about = (await hostings.server(work, data["window"])).name
    return FormSpec(form=said(planning.form()), submit=plain("jendela.kirim"), style="primary", about=about)


async def _move(_app: App, work: UnitOfWork, member: Member, data: Data, answers: Answers) -> FormSpec:
    _only(member, ENGINEER, data=data)
    form = said(schedule.form())
    asked = tuple(field for field in form.fields if field.id != "jam" or answers.get("tanggal"))
    form = dataclasses.replace(form, fields=asked)
    about = await _domain(work, data["moves_hosting"])
    return FormSpec(form=form, submit=plain("pemindahan.kirim"), style="primary", about=about)


async def _search(_app: App, _work: UnitOfWork, _member: Member, _data: Data, _answers: Answers) -> FormSpec:
    return FormSpec(form=admin_forms.search_form(), submit="", quick=True)


async def _scan(_app: App, work: UnitOfWork, member: Member, data: Data, _answers: Answers) -> FormSpec:
    _only(member, KEEPER, data=data)
    letter = await cases.letter(work, data["scan"])
    about = name_of(letter) if letter else ""
    return FormSpec(form=scan_form(), submit=plain("tanda_tangan.simpan"), style="success", about=about)


async def _dismissal(_app: App, _work: UnitOfWork, member: Member, data: Data, _answers: Answers) -> FormSpec:
    _only(member, *SUSPICION_READERS, data=data)
    form, submit = office_form("abaikan_temuan"), plain("pemantauan.kirim_abaikan")
    return FormSpec(form=form, submit=submit, style="primary", about=data.get("about", ""))


async def _domain(work: UnitOfWork, hosting_id: int) -> str:
    hosting = await hostings.get(work, hosting_id)
    return hosting.domain if hosting else ""


def _only(member: Member, *roles: str, data: Data) -> None:
    """Raise `FormGoneError` for whoever has none of these offices, or no longer."""
    if not member.has(*roles):
        raise FormGoneError(str(data))


SPECS: Mapping[Purpose, SpecOf] = {
    Purpose.ADMINISTRATION: _administration,
    Purpose.AGENDA: agenda_forms.spec,
    Purpose.DEPUTY: _deputy,
    Purpose.MAINTENANCE_NOTE: _note,
    Purpose.MAINTENANCE_WINDOW: _window,
    Purpose.MOVE: _move,
    Purpose.ORDER: order_forms.spec,
    Purpose.SEARCH: _search,
    Purpose.SCAN: _scan,
    Purpose.DISMISSAL: _dismissal,
}
