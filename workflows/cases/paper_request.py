"""A request that an OPD made on paper and the office entered: what is asked then, and how it is known. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from workflows.cases.noted_facts import noted
from workflows.engine.description import FieldType, Form, Sop
from workflows.engine.permit import Permitted, permit_opening
from workflows.people.members import Member


def entered_by(facts: Mapping[str, Any]) -> int | None:
    """Return who entered a case's request from paper, or None where the OPD sent it itself."""
    return noted(facts).get("paper_request")


def may_enter(sop: Sop, member: Member) -> bool:
    """Whether a person enters requests on paper under this SOP."""
    return isinstance(permit_opening(sop, member.actor(), 0, paper=True), Permitted)


def form_for(sop: Sop, form_id: str, facts: Mapping[str, Any]) -> Form:
    """Return a form of a case: the opening one as it was asked when the case was entered."""
    from_paper = entered_by(facts) is not None and form_id == sop.opening.form
    return form_of(sop) if from_paper else sop.form(form_id)


def form_of(sop: Sop) -> Form:
    """Return the opening form as asked of who holds the letter: it is uploaded, and says itself what it binds to.

    What is asked of the letter alone comes first.
    """
    form, of_letter = sop.form(sop.opening.form), sop.paper.form if sop.paper else ""
    upload = {
        field.when.field: str(field.when.value)
        for field in form.fields
        if field.type is FieldType.DOCUMENT and field.when is not None
    }
    fields = list(sop.form(of_letter).fields) if of_letter else []
    for field in form.fields:
        if field.id in upload:
            only = tuple(choice for choice in field.choices if choice.value == upload[field.id])
            fields.append(dataclasses.replace(field, choices=only, assumed=upload[field.id]))
        elif field.type is not FieldType.ACKNOWLEDGE:
            fields.append(field)
    return dataclasses.replace(form, fields=tuple(fields))
