"""The official sheet of an SOP (PermenPANRB 35/2012), made from its description: identity block and flowchart table."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any

from workflows import words
from workflows.engine.description import Sop, Status, Step
from workflows.engine.sheet import Column
from workflows.letters.encoding import encode
from workflows.letters.render import render_frozen

TEMPLATE = "sop"


class Shape(enum.StrEnum):
    """The regulation's symbols for a step. Arrows and page connectors are the template's to draw."""

    TERMINATOR = "terminator"
    PROCESS = "process"
    DECISION = "decision"


def render_sheet(sop: Sop) -> bytes:
    """Return the sheet as PDF/A-2a; one version of an SOP always gives the same bytes."""
    return render_frozen({"template": TEMPLATE, "date": sop.effective_on.isoformat(), "data": sheet_data(sop)})


def sheet_data(sop: Sop) -> Mapping[str, Any]:
    """Return what the template is given, as plain JSON values."""
    columns = columns_of(sop)
    sheet = sop.sheet
    rows = [_row(sop, step, columns) for step in sop.steps]
    approval = sheet.approval
    data = {
        "number": sop.number,
        "title": sop.title,
        "version": sop.version,
        "effective_on": sop.effective_on,
        "institution": sheet.institution,
        "made_on": sheet.made_on,
        "revised_on": sheet.revised_on,
        "approval": approval and {"office": approval.office, "name": approval.name, "nip": words.nip(approval.nip)},
        "legal_basis": sheet.legal_basis,
        "qualifications": sheet.qualifications,
        "related": sheet.related,
        "equipment": sheet.equipment,
        "warnings": sheet.warnings,
        "records": sheet.records,
        "columns": [column.title for column in columns],
        "rows": rows,
    }
    return {**{key: encode(value) for key, value in data.items()}, "seal": None}


def columns_of(sop: Sop) -> tuple[Column, ...]:
    """Return the columns under "Pelaksana": those of the sheet, else one for each role that has a step."""
    if sop.sheet.columns:
        return sop.sheet.columns
    acting = {role for step in sop.steps for role in _performers(step)}
    return tuple(Column(title=role.title, roles=(role.id,)) for role in sop.roles if role.id in acting)


def shape_of(sop: Sop, step: Step) -> Shape:
    """Return a step's symbol: first and last are ends, one at which a case can be refused is a decision."""
    if step.id in (sop.steps[0].id, sop.steps[-1].id):
        return Shape.TERMINATOR
    refuses = any(action.outcome.to == Status.REFUSED for action in step.actions)
    return Shape.DECISION if refuses else Shape.PROCESS


def _row(sop: Sop, step: Step, columns: tuple[Column, ...]) -> dict[str, Any]:
    shape = shape_of(sop, step)
    at = _places(columns, _performers(step))
    return {
        "number": step.number,
        "activity": step.title,
        "shape": shape,
        "at": at,
        "refused_at": _refused_at(sop, columns, at) if shape is Shape.DECISION else None,
        "needs": step.needs,
        "time": step.norm_text,
        "output": step.output,
        "remark": step.remark,
    }


def _performers(step: Step) -> tuple[str, ...]:
    return step.actors or step.performers


def _places(columns: tuple[Column, ...], roles: tuple[str, ...]) -> list[int]:
    """Return the columns a step is drawn in, from the left; the first where nobody is named."""
    found = [place for place, column in enumerate(columns) if set(column.roles) & set(roles)]
    return found or [0]


def _refused_at(sop: Sop, columns: tuple[Column, ...], at: list[int]) -> int:
    """Return the column in which a refusal ends: the applicant's, else one beside the decision's."""
    applicant = _places(columns, sop.opening.roles)[0]
    if applicant not in at:
        return applicant
    beside = [place for place in range(len(columns)) if place not in at]
    return min(beside, key=lambda place: abs(place - at[0]), default=applicant)
