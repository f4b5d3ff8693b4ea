"""Faults of what is decided on paper: whose signature it bears, and the scan that proves it."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.engine.description import Action, FieldType, PaperOpening, Sop


def paper_faults(sop: Sop) -> Iterator[str]:
    """Yield "place: reason" for questions put to an unknown role, and for paper without a signer or without a scan."""
    roles = {role.id for role in sop.roles}
    for form in sop.forms:
        for field in form.fields:
            if field.holders and field.holders not in roles:
                yield f"form {form.id}: field {field.id}: unknown role {field.holders!r}"
    if sop.paper:
        yield from _opening_faults(sop, sop.paper)
    for step in sop.steps:
        for action in step.actions:
            yield from (f"step {step.id}: action {action.id}: {fault}" for fault in _action_faults(sop, action, roles))


def _opening_faults(sop: Sop, paper: PaperOpening) -> Iterator[str]:
    scopes = {role.id: role.scope for role in sop.roles}
    for role in paper.roles:
        if scopes.get(role) != "office":
            yield f"paper: {role!r} is no role of the office"
    if sop.first_step.action(paper.then) is None:
        yield f"paper: unknown action {paper.then!r} in then"


def _action_faults(sop: Sop, action: Action, roles: set[str]) -> Iterator[str]:
    role = action.on_paper_by
    if not role:
        return
    if role not in roles:
        yield f"unknown role {role!r}"
    fields = [field for form in sop.forms if form.id == action.form for field in form.fields]
    if not any(field.holders == role and field.type is FieldType.CHOICE for field in fields):
        yield f"on_paper_by needs a form that asks which holder of {role} signed"
    if not any(field.type is FieldType.DOCUMENT and not field.optional for field in fields):
        yield "on_paper_by needs a form that asks for the scan"
