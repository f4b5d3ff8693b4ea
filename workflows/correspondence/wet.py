"""Letters that are signed by hand: printed from their electronic original, and sent as the scan of the signed paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflows.agenda.books import KEEPER, keeper
from workflows.people import members
from workflows.people.members import Member
from workflows.refusal import Refused
from workflows.signing.port import TO_SIGN, Method
from workflows.store import cases, ledger, outbox, registers
from workflows.store.tables import Letter, Paper
from workflows.store.unit_of_work import UnitOfWork

SCANNED = "letter.scanned"  # the ledger's line of a scan


async def ask(work: UnitOfWork, letter: Letter) -> None:
    """Give the letter to those who have it printed and signed."""
    for person in await members.holders(work, KEEPER):
        if person.telegram_id is not None:
            key = f"to_sign:{letter.id}:{person.id}"
            await outbox.put(
                work, person.telegram_id, "to_sign", {"letter": letter.id}, key=key, case_id=letter.case_id
            )


async def waiting(work: UnitOfWork, member: Member, letter_id: int) -> Letter:
    """Return a letter that waits for its scan. Raises `Refused`: wrong_role, letter_signed, letter_void."""
    keeper(member)
    letter = await cases.letter(work, letter_id)
    if letter is None or letter.data.get(TO_SIGN) != Method.WET:
        raise Refused("letter_signed", final=True)
    if letter.original_id is None or letter.paper_id is not None:  # not made yet; sent already
        raise Refused("letter_signed", final=True)
    if letter.number and await registers.void_number(work, letter.case_id, letter.number):
        raise Refused("letter_void", {"number": letter.number}, final=True)
    return letter


async def keep_scan(work: UnitOfWork, member: Member, letter_id: int, scan: Mapping[str, Any]) -> Letter:
    """Let the scan become the letter that is sent; its original stays beside it. Raises as `waiting`, scan_unsigned."""
    await work.lock_record()
    letter = await waiting(work, member, letter_id)
    original = await cases.paper(work, letter.original_id or 0)
    assert original is not None  # noqa: S101  (`waiting` gives a letter that has one: a foreign key)
    if scan["sha256"] == original.sha256:
        raise Refused("scan_unsigned")
    paper = Paper(
        case_id=letter.case_id,
        kind=letter.kind,
        name=original.name,
        media_type=scan["media_type"],
        size=scan["size"],
        sha256=scan["sha256"],
        created_at=work.now,
    )
    work.add(paper)
    await work.flush()
    letter.paper_id = paper.id
    data = {
        "letter": letter.kind,
        "number": letter.number,
        "sha256": paper.sha256,
        "original": {"sha256": original.sha256},
    }
    mandate = next((held.id for held in member.mandates if held.role == KEEPER), None)
    await ledger.append(
        work, SCANNED, person_id=member.person.id, mandate_id=mandate, case_id=letter.case_id, data=data
    )
    await outbox.hurry(work, letter.case_id, "letter")
    return letter
