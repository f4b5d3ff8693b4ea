"""Making the PDF of every letter that was issued, and signing it where the office signs by certificate.

What is signed first is kept under its unsigned letter's SHA-256 before anything else happens to it: whatever dies in
between, one number has one signed file.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping

from workflows import isolation
from workflows.correspondence import electronic, wet
from workflows.correspondence.issue import file_name, name_of
from workflows.fitness import record
from workflows.isolation import WorkKind, isolated
from workflows.letters.render import render_frozen
from workflows.office import Office
from workflows.signing.port import TO_SIGN, Method, Signer, SigningDelayed
from workflows.store import cases, leases, ledger
from workflows.store.tables import Letter
from workflows.store.unit_of_work import Database

SWEEP_SECONDS = 5.0
PDF = "application/pdf"


async def run_letters(office: Office, database: Database) -> None:
    """Make the PDF of every letter that has none, for as long as the process lives."""
    while True:
        while await _make_any(office, database):
            pass
        await database.wait("letters", SWEEP_SECONDS)


async def _make_any(office: Office, database: Database) -> bool:
    """Make whatever waits: a letter of a case, one for the state's service, the record of a fitness test."""
    return (
        await make_next(office, database)
        or await electronic.sign_next(office, database)
        or await record.make_next(office, database)
    )


async def make_next(office: Office, database: Database) -> bool:
    """Make one PDF. Return False where there is none to make, or none can be signed yet. Holds no transaction.

    A letter that cannot be made, or not be signed, keeps no other waiting.
    """
    async with database.read() as work:
        resting = await isolation.put_off(work, WorkKind.LETTER)
        waiting = await cases.unrendered_letters(work, but_for=resting)
    if not waiting or not await leases.ours(database, electronic.LEASE):
        return False
    signer_waits = False
    for letter in waiting:
        if signer_waits and _is_certified(office, letter):
            continue
        async with isolated(database, WorkKind.LETTER, letter.id, case_id=letter.case_id):
            if await _make(office, database, letter):
                return True
            signer_waits = True
    return False


def _is_certified(office: Office, letter: Letter) -> bool:
    """Whether the office's certificate signs a letter as it is made."""
    return office.signer is not None and letter.short_code is not None and not letter.data.get(TO_SIGN)


async def _make(office: Office, database: Database, letter: Letter) -> bool:
    """Make a letter's PDF; False where it cannot be signed yet."""
    pdf = await asyncio.to_thread(render_frozen, letter.data)
    facts: dict[str, object] = {}
    if office.signer is not None and _is_certified(office, letter):
        try:
            pdf = await _signed(office, office.signer, database, letter, pdf)
        except SigningDelayed as delayed:
            await electronic.tell_delay(database, letter, delayed)
            return False
        facts = {"signature": dict(office.signer.facts())}
    await _keep(office, database, letter.id, pdf, facts)
    return True


async def _signed(office: Office, signer: Signer, database: Database, letter: Letter, pdf: bytes) -> bytes:
    """Return the letter signed, as it was the first time. Raises `SigningDelayed`."""
    name = hashlib.sha256(pdf).hexdigest()
    first = await office.files.first(name)
    if first is not None:
        return first
    signed = await signer.sign(pdf, reason=name_of(letter), at=database.clock())
    return await office.files.keep_first(name, signed)


async def _keep(office: Office, database: Database, letter_id: int, pdf: bytes, facts: Mapping[str, object]) -> None:
    async with database.write() as work:
        await work.lock_record()
        row = await cases.letter(work, letter_id)
        if row is None or row.paper_id is not None or row.original_id is not None:
            return
        paper = await office.files.put(
            work, pdf, name=file_name(row), media_type=PDF, kind=row.kind, case_id=row.case_id
        )
        if row.data.get(TO_SIGN):
            row.original_id = paper.id
            signed_by = wet if row.data[TO_SIGN] == Method.WET else electronic
            await signed_by.ask(work, row)
        else:
            row.paper_id = paper.id
        data = {"letter": row.kind, "number": row.number, "sha256": paper.sha256, **facts}
        await ledger.append(work, "letter", person_id=row.signed_by, case_id=row.case_id, data=data)
        work.wake("outbox")
