"""A register as one table: a page of it for the chat, the whole for paper and spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflows import words
from workflows.letters.daftar import Column, Daftar, Row
from workflows.letters.fixed_words import fixed_words
from workflows.office import Office
from workflows.people import members
from workflows.people.members import Member
from workflows.people.signatories import printed_by
from workflows.refusal import Refused
from workflows.registers.rows import READERS, REGISTERS
from workflows.store.unit_of_work import UnitOfWork


async def listing(
    office: Office, work: UnitOfWork, member: Member, name: str, *, limit: int, offset: int = 0
) -> Daftar:
    """Return a part of a register, signed by who prints it. Raises `Refused`: wrong_role, unknown_action."""
    if not member.has(*READERS):
        raise Refused("wrong_role", final=True)
    if name not in REGISTERS:
        raise Refused("unknown_action", final=True)
    said = _words()
    return Daftar(
        office=office.letterhead,
        date=members.today(work),
        signer=printed_by(member, said["penanda_tangan"], *READERS),
        title=said[name]["judul"],
        period=said["per"].format(at=words.date_time(work.now)),
        columns=tuple(Column(title=title, width=width) for title, width in said[name]["kolom"]),
        rows=tuple(Row(cells=cells) for cells in await REGISTERS[name](work, said[name], limit, offset)),
    )


def _words() -> Mapping[str, Any]:
    return fixed_words("register")
