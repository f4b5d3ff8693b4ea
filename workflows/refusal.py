"""`Refused`: how a use case declines what a person asked for; the screen says the sentence that its code names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Refused(Exception):  # noqa: N818 - it is an answer, not an error
    """What was asked is not done. `code` names the sentence to say (templates/messages/penolakan.toml).

    `final`: no other answer makes it a yes, nor some minutes of waiting, so a form filled in for it is of no use more.
    """

    def __init__(self, code: str, params: Mapping[str, Any] | None = None, *, final: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.final = final
        self.params = dict(params or {})
