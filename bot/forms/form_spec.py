"""What a form is for: its questions, and what its last button says and does."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

from bot.app import App
from workflows.engine.description import Form
from workflows.people.members import Member
from workflows.store.unit_of_work import UnitOfWork


class FormGoneError(Exception):
    """What the form was for exists no more."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class FormSpec:
    """A form and what becomes of it. `quick`: one answer is enough, no summary is shown.

    `about` names the case or the hosting, under the title: a person may have several before them.
    """

    form: Form
    submit: str
    style: str = ""
    about: str = ""
    confirm: str = ""  # asked once more before it is sent, where it cannot be undone
    yes: str = ""
    no: str = ""
    quick: bool = False


SpecOf: TypeAlias = Callable[[App, UnitOfWork, Member, Mapping[str, Any], Mapping[str, Any]], Awaitable[FormSpec]]
"""What makes a draft's data and its answers so far into its form. Raises `FormGoneError`."""
