"""What is asked for each purpose of a form; first of all of cases."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from bot.app import App
from bot.forms import specs_beside_cases
from bot.forms.form_spec import FormGoneError, FormSpec, SpecOf
from bot.forms.purpose import Purpose, purpose_of
from bot.texts import plain
from workflows.cases import subject
from workflows.cases.paper_request import form_for, form_of, may_enter
from workflows.cases.placeholders import case_words
from workflows.casework.open_case import opening_mandate, opening_opds
from workflows.engine.description import Action, Field, FieldType, Form, Sop
from workflows.engine.letter import filled
from workflows.engine.questions import Choice
from workflows.people.members import Member, holders, today
from workflows.refusal import Refused
from workflows.store import addresses, cases, hostings, people
from workflows.store.tables import Opd, Server
from workflows.store.unit_of_work import UnitOfWork

FOR_OPD = "untuk_opd"  # the question before an opening form's own


async def form_spec_of(
    app: App, work: UnitOfWork, member: Member, data: Mapping[str, Any], answers: Mapping[str, Any]
) -> FormSpec:
    """Return what a draft's `purpose` means. Raises `FormGoneError`."""
    return await SPECS[purpose_of(data)](app, work, member, data, answers)


async def _begun(
    app: App, work: UnitOfWork, member: Member, data: Mapping[str, Any], answers: Mapping[str, Any]
) -> FormSpec:
    """Return the form that begins a case: the OPD's own, or the office's for a request on paper."""
    sop = app.office.in_force(data["open"], today(work))
    if sop is None:
        raise FormGoneError(data["open"])
    if sop.opening.about:
        return await _about(app, work, sop, member, data)
    if data.get("paper"):
        return await _paper_opening(work, sop, member)
    spec = await _opening(work, sop, member, opd_chosen(data, answers))
    return spec if "opd" in data else _asking_for_opd(spec, sop, member)


def opd_chosen(data: Mapping[str, Any], answers: Mapping[str, Any]) -> int | None:
    """Return the OPD for which a case is begun, where that is said: by the case asked again, or as an answer."""
    said = data.get("opd") or answers.get(FOR_OPD)
    return int(said) if said else None


async def _opening(work: UnitOfWork, sop: Sop, member: Member, opd: int | None) -> FormSpec:
    """Return the form that begins a case; its last button sends it, or keeps it for the head to send."""
    permitted = opening_mandate(sop, member, opd)
    if permitted is None:
        raise FormGoneError(sop.code)
    opening, opd_id = sop.opening, permitted.mandate.opd_id
    follows = sop.first_step.action(opening.then) if opening.then else None
    sends = follows is not None and any(m.role in follows.roles and m.opd_id == opd_id for m in member.mandates)
    label = follows.label if follows and sends else opening.submit
    style = follows.style if follows and sends else opening.style
    return FormSpec(form=await _opening_form(work, sop.form(opening.form)), submit=label, style=style)


async def _about(app: App, work: UnitOfWork, sop: Sop, member: Member, data: Mapping[str, Any]) -> FormSpec:
    """Return the form of a case that is about a hosting; what the pressed button says already is not asked."""
    try:
        paper = bool(data.get("paper"))
        hosting = await subject.hosting_asked_about(work, member, data["about"], paper=paper)
        given = subject.entry_of(sop, data["entry"]).answers
    except Refused as refused:
        raise FormGoneError(refused.code) from refused
    spec = await (_from_paper(work, sop, member) if paper else _opening(work, sop, member, hosting.opd_id))
    further = subject.further_names(hosting)
    fields = [_of_hosting(field, given, further, app.office.zone) for field in spec.form.fields]
    form = dataclasses.replace(spec.form, fields=tuple(fields))
    return dataclasses.replace(spec, form=form, about=hosting.domain)


def _of_hosting(field: Field, given: Mapping[str, str], further: Sequence[str], zone: str) -> Field:
    """Return a question as it is asked about one hosting, whose `further` names can be taken off."""
    if field.id in given:
        return _answered(field, given[field.id])
    if field.type is FieldType.HOSTING_NAME:
        return dataclasses.replace(field, choices=tuple(Choice(value=name, label=name) for name in further))
    return dataclasses.replace(field, zone=zone) if field.type is FieldType.SITE_NAME else field


def _answered(field: Field, value: str) -> Field:
    """Return a question whose one answer stands."""
    only = tuple(choice for choice in field.choices if choice.value == value)
    return dataclasses.replace(field, choices=only, assumed=value)


async def _paper_opening(work: UnitOfWork, sop: Sop, member: Member) -> FormSpec:
    """Return the form by which the office enters a request on paper: from which OPD, then what the letter says."""
    spec = await _from_paper(work, sop, member)
    fields = (_opd_question(await people.opds(work)), *spec.form.fields)
    return dataclasses.replace(spec, form=dataclasses.replace(spec.form, fields=fields))


async def _from_paper(work: UnitOfWork, sop: Sop, member: Member) -> FormSpec:
    """Return what is asked of who holds an OPD's letter."""
    if sop.paper is None or not may_enter(sop, member):
        raise FormGoneError(sop.code)
    return FormSpec(form=await _opening_form(work, form_of(sop)), submit=sop.paper.label, style="success")


async def _opening_form(work: UnitOfWork, form: Form) -> Form:
    form = await _with_live_choices(work, form)
    servers = await hostings.servers(work)
    return dataclasses.replace(form, fields=tuple(_narrowed(field, servers) for field in form.fields))


def _asking_for_opd(spec: FormSpec, sop: Sop, member: Member) -> FormSpec:
    """Ask first for which OPD, where a person may begin a case for several (head of one, Plt. of another)."""
    opds = [member.opds[opd_id] for opd_id in opening_opds(sop, member)]
    if len(opds) == 1:
        return spec
    fields = (_opd_question(opds), *spec.form.fields)
    return dataclasses.replace(spec, form=dataclasses.replace(spec.form, fields=fields))


def _opd_question(opds: Sequence[Opd]) -> Field:
    return Field(
        id=FOR_OPD,
        type=FieldType.CHOICE,
        ask=plain("formulir.pilih_opd"),
        label=plain("formulir.untuk_opd"),
        choices=tuple(Choice(value=str(opd.id), label=opd.name) for opd in opds),
    )


async def _action(
    app: App, work: UnitOfWork, member: Member, data: Mapping[str, Any], _answers: Mapping[str, Any]
) -> FormSpec:
    """Return the form of a case's action, for as long as the office lasts that may take it."""
    case_id, action_id = data["case"], data["action"]
    case = await cases.get(work, case_id)
    if case is None:
        raise FormGoneError(str(case_id))
    sop = app.office.sop(case.sop_code, case.sop_version)
    action = sop.action(action_id)
    if action is None or not action.form or not member.has(*action.roles):
        raise FormGoneError(action_id)
    form = await _with_holders(work, sop, form_for(sop, action.form, case.facts))
    form = await _with_live_choices(work, form, case.facts.get(sop.opening.form, {}))
    asked = await confirm_text(work, action, case_id) if action.confirm else ""
    return FormSpec(
        form=form,
        submit=action.submit or action.label,
        style=action.style or "primary",
        about=plain("formulir.tentang_permohonan", number=case.number, opd=(await people.opd(work, case.opd_id)).name),
        confirm=asked,
        yes=action.confirm.yes if action.confirm else "",
        no=action.confirm.no if action.confirm else "",
    )


async def confirm_text(work: UnitOfWork, action: Action, case_id: int) -> str:
    """Return what will happen, in words, before it cannot be undone; "" where nothing is asked."""
    case = await cases.get(work, case_id)
    if action.confirm is None or case is None:
        return ""
    words = await case_words(work, case)
    return filled(action.confirm.text, lambda name: words[name])


async def _with_live_choices(work: UnitOfWork, form: Form, asked_for: Mapping[str, Any] | None = None) -> Form:
    """Return the form with the servers and OPDs to choose from; what the OPD asked for stands unless changed.

    Nobody is asked for an IP address where no server has one to give.
    """
    live = (FieldType.SERVER, FieldType.ADDRESS, FieldType.OPD)
    if not any(field.type in live for field in form.fields):
        return form
    servers = await hostings.servers(work)
    listed = tuple(Choice(value=server.name, label=server.name) for server in servers)
    spare = [await addresses.free_on(work, server.id) for server in servers]
    fields = []
    for field in form.fields:
        if field.type is FieldType.SERVER:
            fields.append(dataclasses.replace(field, choices=listed))
        elif field.type is FieldType.OPD:
            opds = tuple(Choice(value=opd.name, label=opd.name) for opd in await people.opds(work))
            fields.append(dataclasses.replace(field, choices=opds))
        elif field.type is not FieldType.ADDRESS:
            fields.append(field)
        elif any(spare):
            fields.append(dataclasses.replace(field, assumed=(asked_for or {}).get(field.id) or field.assumed))
    return dataclasses.replace(form, fields=tuple(fields))


async def _with_holders(work: UnitOfWork, sop: Sop, form: Form) -> Form:
    """Return the form with the people to choose from, by name; where there is only one, they stand already."""
    fields = [await _among_holders(work, sop, field) if field.holders else field for field in form.fields]
    return dataclasses.replace(form, fields=tuple(fields))


async def _among_holders(work: UnitOfWork, sop: Sop, field: Field) -> Field:
    names = dict.fromkeys(person.name for person in await holders(work, field.holders))
    listed = tuple(Choice(value=name, label=name) for name in names or [sop.role(field.holders).title])
    if len(listed) > 1:
        return dataclasses.replace(field, choices=listed)
    return dataclasses.replace(field, choices=listed, assumed=listed[0].value)


def _narrowed(field: Field, servers: Sequence[Server]) -> Field:
    """Leave out choices that no server in use can serve; all stay where none has told yet, or none fits."""
    told = {value for server in servers for value in getattr(server.facts, field.offered)} if field.offered else set()
    choices = tuple(choice for choice in field.choices if choice.value in told)
    return dataclasses.replace(field, choices=choices) if choices else field


SPECS: Mapping[Purpose, SpecOf] = {Purpose.OPENING: _begun, Purpose.CASE_ACTION: _action, **specs_beside_cases.SPECS}
