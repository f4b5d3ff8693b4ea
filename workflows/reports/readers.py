"""Whom a report reaches: whoever acts in the office that reads it; where none of them is on Telegram, who prints it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence

from workflows.agenda.books import KEEPER
from workflows.engine.description import Role
from workflows.people import members
from workflows.people.without_telegram import who_print
from workflows.roles import KABID, KEPALA_DKISP
from workflows.store.tables import Opd, Person
from workflows.store.tables.messages import MessageParams
from workflows.store.unit_of_work import UnitOfWork

READERS = (KEPALA_DKISP, KABID)  # of reports on an SOP; the roles, of whatever SOP


@dataclasses.dataclass(frozen=True, kw_only=True)
class Print:
    """For whom a report is to be printed: an official who is not on Telegram, or an office that nobody holds."""

    name: str
    vacant: bool


@dataclasses.dataclass(frozen=True, kw_only=True)
class Reader:
    """A chat that a report goes to, as long as one of `roles` is held there, and for whom it is printed there."""

    chat: int
    roles: tuple[str, ...]
    prints: tuple[Print, ...] = ()

    def params(self) -> MessageParams:
        """Return what the message needs beside the file."""
        printed = [dataclasses.asdict(one) for one in self.prints]
        said: MessageParams = {"roles": list(self.roles)}
        if printed:
            said["print_for"] = printed
        return said

    def also(self, other: Reader) -> Reader:
        """Return this chat with what it gets as another reader: one message says both."""
        roles = dict.fromkeys((*self.roles, *other.roles))
        return dataclasses.replace(self, roles=tuple(roles), prints=self.prints + other.prints)


def reached(role: Role, title: str, acting: Sequence[Person], printers: Sequence[Person]) -> list[Reader]:
    """Return who reads for an office: those who act in it (its Plh, else its holder, else its Plt) and are on Telegram.

    Where nobody is, who prints for it. Pure; `title` names a vacant office to who prints.
    """
    chats = [person.telegram_id for person in acting if person.telegram_id is not None]
    if chats:
        return [Reader(chat=chat, roles=(role.id,)) for chat in chats]
    wanted = Print(name=acting[0].name if acting else title, vacant=not acting)
    chats = [person.telegram_id for person in printers if person.telegram_id is not None]
    return [Reader(chat=chat, roles=(KEEPER,), prints=(wanted,)) for chat in chats]


async def readers_of(work: UnitOfWork, roles: Iterable[Role], opd: Opd | None = None) -> list[Reader]:
    """Return the chats that a report for these offices goes to, each once; `opd` for those of an OPD."""
    printers = await who_print(work)
    found: dict[int, Reader] = {}
    for role in roles:
        title = f"{role.title} {opd.name}" if opd else role.title
        acting = [person for person, _ in await members.who_acts(work, role, opd.id if opd else None)]
        for reader in reached(role, title, acting, printers):
            found[reader.chat] = found[reader.chat].also(reader) if reader.chat in found else reader
    return [found[chat] for chat in sorted(found)]
