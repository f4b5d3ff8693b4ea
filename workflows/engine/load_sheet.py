"""Reads what an SOP's official sheet says beside its steps."""

from __future__ import annotations

import datetime as dt

from workflows.engine.fault import each
from workflows.engine.sheet import Approval, Column, Sheet
from workflows.engine.toml_table import TomlTable


def load_sheet(top: TomlTable) -> Sheet:
    """Read the table `sheet`; an SOP without one is printed with its steps alone. Raises `DescriptionError`."""
    item = top.table("sheet", default={})
    sheet = Sheet(
        institution=item.texts("institution", default=[]),
        made_on=item.take("made_on", dt.date, default=None),
        revised_on=item.take("revised_on", dt.date, default=None),
        approval=_approval(item),
        legal_basis=item.texts("legal_basis", default=[]),
        qualifications=item.texts("qualifications", default=[]),
        related=item.texts("related", default=[]),
        equipment=item.texts("equipment", default=[]),
        warnings=item.texts("warnings", default=[]),
        records=item.texts("records", default=[]),
        columns=each(item.tables("columns"), _column),
    )
    item.done()
    return sheet


def _approval(item: TomlTable) -> Approval | None:
    place = item.table("approved_by", default={})
    if place.empty:
        return None
    approval = Approval(office=place.text("office"), name=place.text("name"), nip=place.text("nip"))
    place.done()
    return approval


def _column(item: TomlTable) -> Column:
    column = Column(title=item.text("title"), roles=item.texts("roles"))
    item.done()
    return column
