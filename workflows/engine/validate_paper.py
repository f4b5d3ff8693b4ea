"""Faults of what is decided on paper: whose signature it bears, and the scan that proves it."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.engine.description import Action, FieldType, Form, PaperOpening, Sop
from workflows.engine.fault import Fault, Spot, fault, placed, unknown


def paper_faults(sop: Sop) -> Iterator[Fault]:
    """Yield faults of questions put to an unknown role, and of paper without a signer or without a scan."""
    roles = {role.id for role in sop.roles}
    for form in sop.forms:
        for field in form.fields:
            asked = unknown("role", [field.holders] if field.holders else [], roles)
            yield from placed(asked, Spot("form", form.id), Spot("field", field.id))
    if sop.paper:
        yield from placed(_opening_faults(sop, sop.paper), Spot("paper"))
    for step in sop.steps:
        for action in step.actions:
            yield from placed(_action_faults(sop, action, roles), Spot("step", step.id), Spot("action", action.id))


def _opening_faults(sop: Sop, paper: PaperOpening) -> Iterator[Fault]:
    yield from unknown("office_role", paper.roles, {role.id for role in sop.roles if role.scope == "office"})
    yield from unknown("then", [paper.then], {action.id for step in sop.steps[:1] for action in step.actions})
    yield from unknown("form", [paper.form] if paper.form else [], {form.id for form in sop.forms})
    asked = {form.id: [field.id for field in form.fields] for form in sop.forms}
    for name in sorted({*asked.get(paper.form, ())} & {*asked.get(sop.opening.form, ())}):
        yield fault("asked_twice_on_paper", name=name)
    if not any(field.type is FieldType.DOCUMENT for form in _of_paper(sop, paper) for field in form.fields):
        yield fault("paper_without_scan")


def _of_paper(sop: Sop, paper: PaperOpening) -> list[Form]:
    return [form for form in sop.forms if form.id in (paper.form, sop.opening.form)]


def _action_faults(sop: Sop, action: Action, roles: set[str]) -> Iterator[Fault]:
    role = action.on_paper_by
    if not role:
        return
    yield from unknown("role", [role], roles)
    fields = [field for form in sop.forms if form.id == action.form for field in form.fields]
    if not any(field.holders == role and field.type is FieldType.CHOICE for field in fields):
        yield fault("paper_without_signer", role=role)
    if not any(field.type is FieldType.DOCUMENT and not field.optional for field in fields):
        yield fault("paper_without_scan")
