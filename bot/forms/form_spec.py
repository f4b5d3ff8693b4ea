"""What a form is for: its questions, and what its last button says and does."""

from __future__ import annotations

import dataclasses

from workflows.engine.description import Form


class FormGoneError(Exception):
    """What the form was for exists no more."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class FormSpec:
    """A form and what becomes of it. `quick`: one answer is enough, no summary is shown."""

    form: Form
    submit: str
    style: str = ""
    confirm: str = ""  # asked once more before it is sent, where it cannot be undone
    yes: str = ""
    no: str = ""
    quick: bool = False
