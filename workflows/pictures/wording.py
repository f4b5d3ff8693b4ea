"""What a picture always says, in the language of who looks at it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping

from workflows import words
from workflows.letters.fixed_words import fixed_words
from workflows.letters.render import PICTURES
from workflows.people.languages import Language


@dataclasses.dataclass(frozen=True)
class Wording:
    """The words of one picture by their keys, and the locale in which dates and amounts between them are written."""

    said: Mapping[str, str]
    locale: str

    def __getitem__(self, key: str) -> str:
        return self.said[key]

    def number(self, value: float) -> str:
        """Write a whole number."""
        return words.number(value, locale=self.locale)

    def size(self, count: int) -> str:
        """Write a number of bytes."""
        return words.size(count, locale=self.locale)

    def date(self, day: dt.date) -> str:
        """Write a day."""
        return words.date(day, locale=self.locale)

    def date_time(self, moment: dt.datetime) -> str:
        """Write an instant, in WITA."""
        return words.date_time(moment, locale=self.locale)


def wording(template: str, language: Language = Language.INDONESIAN) -> Wording:
    """Return the words of a picture. Raises `OSError` where it has none in that language."""
    folder = PICTURES if language is Language.INDONESIAN else PICTURES / language
    return Wording(fixed_words(template, folder), language.locale)
