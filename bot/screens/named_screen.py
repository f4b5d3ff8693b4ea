"""A screen that is asked for by name: who may open it, what it is given, whether a button leads to it, who makes it."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

from bot.app import App
from bot.callback_data import first_number
from bot.screens.screen import Screen
from workflows.people.members import Member
from workflows.store.unit_of_work import UnitOfWork

Args: TypeAlias = Mapping[str, Any]
Made: TypeAlias = Awaitable[Screen | None]
ForMember: TypeAlias = Callable[[App, UnitOfWork, Member, Args], Made]
ForAnybody: TypeAlias = Callable[[App, UnitOfWork, Args], Made]


class Readers(enum.Enum):
    """Who may open a screen at all; what it shows them is the screen's own to know."""

    ANYBODY = "anybody"  # also whom we do not know
    MEMBERS = "members"
    ADMINISTRATORS = "administrators"

    def include(self, member: Member | None) -> bool:
        """Whether this person is one of them; None is somebody whom we do not know."""
        if member is None:
            return self is Readers.ANYBODY
        return self is not Readers.ADMINISTRATORS or member.is_admin


class Kind(enum.Enum):
    """What an argument is, and so whether a button can carry it."""

    NUMBER = "number"  # a row's, or a page, a year, a month
    WORD = "word"
    DATA = "data"  # given by us alone: no button carries it


@dataclasses.dataclass(frozen=True)
class Argument:
    """One thing that a screen is given; without one that is `needed` there is nothing to show."""

    name: str
    kind: Kind
    needed: bool = True

    def read(self, carried: str) -> str | int:
        """Return what a button carries for it; 0 for a number that none of our buttons carries."""
        return carried if self.kind is Kind.WORD else first_number((carried,))


def number(name: str, *, needed: bool = True) -> Argument:
    """Return an argument that is a whole number."""
    return Argument(name, Kind.NUMBER, needed)


def word(name: str, *, needed: bool = True) -> Argument:
    """Return an argument that is a word."""
    return Argument(name, Kind.WORD, needed)


def data(name: str, *, needed: bool = True) -> Argument:
    """Return an argument that no button carries."""
    return Argument(name, Kind.DATA, needed)


PAGE = number("page", needed=False)  # from 0


@dataclasses.dataclass(frozen=True, kw_only=True)
class NamedScreen:
    """One screen. `takes` are its arguments, in the order in which a button carries them.

    `by_button` says whether a button leads here; where none does, a press that asks for it is an old or a forged one.
    """

    name: str
    readers: Readers
    takes: tuple[Argument, ...]
    by_button: bool
    make: Callable[[App, UnitOfWork, Member | None, Args], Made]

    def __post_init__(self) -> None:
        """See that what a button may leave out stands behind what it must carry. Raises `ValueError`."""
        needed = [one.needed for one in self._carried]
        if needed != sorted(needed, reverse=True):
            raise ValueError(f"{self.name}: an argument that is needed stands behind one that is not")

    def asked_by_button(self, member: Member, carried: tuple[str, ...]) -> dict[str, object] | None:
        """Return the arguments that a button carries, by name; None where it may not lead this person here."""
        if not (self.by_button and self.readers.include(member)):
            return None
        if len(carried) < sum(one.needed for one in self._carried):
            return None
        return {one.name: one.read(text) for one, text in zip(self._carried, carried, strict=False)}

    @property
    def _carried(self) -> tuple[Argument, ...]:
        return tuple(one for one in self.takes if one.kind is not Kind.DATA)


def for_anybody(name: str, make: ForAnybody, *takes: Argument) -> NamedScreen:
    """Return a screen that also whom we do not know may see; no button leads there."""

    async def made(app: App, work: UnitOfWork, _member: Member | None, args: Args) -> Screen | None:
        return await make(app, work, args)

    return NamedScreen(name=name, readers=Readers.ANYBODY, takes=takes, by_button=False, make=made)


def for_members(name: str, make: ForMember, *takes: Argument, by_button: bool) -> NamedScreen:
    """Return a screen for everybody in an office: it shows only what its reader may see."""
    return NamedScreen(
        name=name, readers=Readers.MEMBERS, takes=takes, by_button=by_button, make=_known(make, Readers.MEMBERS)
    )


def for_administrators(name: str, make: ForMember, *takes: Argument) -> NamedScreen:
    """Return a screen that administrators alone may open, from a button of theirs."""
    readers = Readers.ADMINISTRATORS
    return NamedScreen(name=name, readers=readers, takes=takes, by_button=True, make=_known(make, readers))


def _known(make: ForMember, readers: Readers) -> Callable[[App, UnitOfWork, Member | None, Args], Made]:
    async def made(app: App, work: UnitOfWork, member: Member | None, args: Args) -> Screen | None:
        return await make(app, work, member, args) if member is not None and readers.include(member) else None

    return made
