"""In which language somebody reads: Indonesian is the office's own, English is offered to those who run machines."""

from __future__ import annotations

import enum

from workflows.people.members import Member
from workflows.refusal import Refused
from workflows.roles import ADMIN, ENGINEER


class Language(enum.StrEnum):
    """A language that the bot speaks, by its code (ISO 639-1)."""

    INDONESIAN = "id"
    ENGLISH = "en"

    @property
    def locale(self) -> str:
        """Return the locale in which dates and numbers are written in it, as Babel names it."""
        return {Language.INDONESIAN: "id_ID", Language.ENGLISH: "en_GB"}[self]


OFFERED_TO = (ENGINEER, ADMIN)
"""The roles that may choose; everybody else reads Indonesian, the language of the SOP and its letters."""


def may_choose(member: Member) -> bool:
    """Whether this person may choose a language, by the offices they hold today."""
    return member.has(*OFFERED_TO)


def language_of(member: Member) -> Language:
    """Return the language this person reads: the chosen one for as long as they may choose, else Indonesian."""
    return Language(member.person.language) if may_choose(member) else Language.INDONESIAN


def choose(member: Member, language: Language) -> None:
    """Keep what somebody chose. Raises `Refused` (`wrong_role`) for who may not choose."""
    if not may_choose(member):
        raise Refused("wrong_role")
    member.person.language = language
