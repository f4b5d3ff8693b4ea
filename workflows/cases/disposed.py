"""What a case knows of the disposition of its letter: who disposed, and to which offices it was passed. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from workflows.cases.noted_facts import noted
from workflows.roles import KABID

TICKED = "diteruskan_kepada"  # the question of the form
ROLE_OF: Mapping[str, str] = {"kabid_aplikasi": KABID}  # what is ticked is a role's id, but for this one


@dataclasses.dataclass(frozen=True, kw_only=True)
class Disposed:
    """Who disposed, as the sheet names them. `scanned_by` is set where they did it on paper."""

    form: str
    by: int
    acting: str
    at: str  # an instant; on paper, the date of the sheet
    scanned_by: int | None = None
    scanned_at: str = ""


def disposed(facts: Mapping[str, Any]) -> Disposed | None:
    """Return who disposed of a case's letter, or None."""
    kept = noted(facts).get("disposed")
    return None if kept is None else Disposed(**kept)


def to_roles(answers: Mapping[str, Any]) -> set[str]:
    """Return the roles that stand for what is ticked under "Diteruskan kepada"."""
    return {ROLE_OF.get(value, value) for value in answers.get(TICKED) or []}
