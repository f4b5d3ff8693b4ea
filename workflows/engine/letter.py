"""A letter that an SOP describes itself: who signs it, whom it goes to, and what it says."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from typing import Literal

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
ANSWER = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")  # form.field
WEEKDAY = ".hari"  # after a date's form.field: with the day's name before it
WORDS = frozenset({"case", "opd", "subject", "request"})  # of the case itself; `request` names the OPD's letter

Letterhead = Literal["office", "opd"]


@dataclasses.dataclass(frozen=True, kw_only=True)
class DescribedLetter:
    """`signer` and `to` are roles (`to` empty: to nobody, a record). Texts may hold {placeholders} of the case.

    `opening` are the paragraphs before, `closing` those after the answers listed in `fields` ("form.field").
    """

    id: str
    title: str
    signer: str
    subject: str
    template: str
    to: str = ""
    letterhead: Letterhead = "office"
    numbered: bool = False
    opening: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """Everything that may hold placeholders."""
        return (self.subject, *self.opening, *self.closing, *self.copies)

    @property
    def placeholders(self) -> tuple[str, ...]:
        """The names between braces, in all texts."""
        return tuple(name for text in self.texts for name in PLACEHOLDER.findall(text))


def filled(text: str, word: Callable[[str], str]) -> str:
    """Return a text with what `word` says in place of each {name}; what is put in is not looked at again."""
    return PLACEHOLDER.sub(lambda found: word(found[1]), text)
