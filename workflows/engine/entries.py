"""How cases begin otherwise than from the menu, as frozen data: from a card, or from paper."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Literal

Style = Literal["success", "danger", "primary", ""]
About = Literal["hosting", ""]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Entry:
    """A button on the card of what a case is about: it begins one, with some answers given."""

    id: str
    label: str
    answers: Mapping[str, str]
    style: Style = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class PaperOpening:
    """How the office enters a request that an OPD made on paper: the same form, for whichever OPD the letter is from.

    What the form has acknowledged stands in the letter, which is uploaded. `form` asks of the letter what the opening
    form does not (its number, date and scan), before that one's questions. `then` is pressed at once.
    """

    label: str
    roles: tuple[str, ...]
    then: str
    form: str = ""

    @property
    def id(self) -> str:
        """An SOP has one at most."""
        return "paper"
