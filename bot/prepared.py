"""What was made ready for an update before its transaction."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from workflows.store.tables.messages import MessageParams


@dataclasses.dataclass(frozen=True, kw_only=True)
class Prepared:
    """What was made ready: an accepted document, a file to check, one more page of a letter, a preview, or why not.

    `made` is what a feature made for its own button; nothing but that button's answer is given it (`MadeReady`).
    """

    document: Mapping[str, Any] | None = None
    secret: str | None = dataclasses.field(default=None, repr=False)  # what was typed under a veil
    checked: str | None = None  # SHA-256 of a PDF that was sent to be checked, and is not kept
    page: str | None = None  # SHA-256 of a photo that is kept
    fault: tuple[str, Mapping[str, Any]] | None = None  # a text and its parameters
    preview: MessageParams | None = None  # of a case's letter
    picture: MessageParams | None = None  # of a case's server: a PNG that is kept
    plan: Mapping[str, Any] | None = None  # of a case: changes (mark, part, key) and notes
    made: Any = None


NOTHING = Prepared()
