"""The signed record of a fitness test: numbered and frozen with the signature; its PDF is made and sent after it."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Sequence

from workflows import isolation
from workflows.agenda.books import OUTGOING
from workflows.engine.case import Mandate
from workflows.fitness import judge
from workflows.fitness.checklist import CheckedBy, checklist
from workflows.fitness.due import AGAIN
from workflows.hosting import orders
from workflows.isolation import WorkKind, isolated
from workflows.letters import number as letter_numbers
from workflows.letters.berita_acara_kelaikan import BeritaAcaraKelaikan, Tested
from workflows.letters.fixed_words import fixed_words
from workflows.letters.render import freeze, render_frozen
from workflows.office import Office
from workflows.people import members
from workflows.people.members import Member
from workflows.people.notices import notice
from workflows.people.signatories import official
from workflows.roles import CARETAKERS, OF_AN_OPD
from workflows.store import fitness_tests, hostings, leases, ledger, outbox, people, registers
from workflows.store.tables import FitnessTest, Hosting
from workflows.store.unit_of_work import Database, UnitOfWork

KIND = "berita_acara_kelaikan"
LEASE = "fitness_tests"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Signing:
    """What is signed, and by whom."""

    fitness_test: FitnessTest
    hosting: Hosting
    found: Sequence[judge.TestLine]
    member: Member
    mandate: Mandate


async def issue(office: Office, work: UnitOfWork, signing: Signing) -> None:
    """Take the record's number and freeze what it says."""
    row, hosting = signing.fitness_test, signing.hosting
    opd = await people.opd(work, hosting.opd_id)
    said = fixed_words(KIND)
    row.number = await _number(
        office,
        work,
        registers.RegisterLine(
            subject=f"{said['judul']}: {hosting.domain}", party=opd.name, entered_by=signing.member.person.id
        ),
    )
    letter = BeritaAcaraKelaikan(
        office=office.letterhead,
        date=members.today(work),
        signer=official(signing.member.person, office.letters.division_head_title, signing.mandate.acting),
        number=row.number,
        address=hosting.domain,
        server=(await hostings.server(work, hosting.server_id)).name,
        opd=opd.name,
        basis=checklist().basis,
        occasion=said["kejadian"][row.occasion],
        verdict=said["putusan"][row.verdict],
        conclusion=said["simpulan"][row.verdict],
        seen_at=row.seen_at,
        items=tuple([await _tested(work, row, line) for line in signing.found]),
        copies=(office.letters.head_title, opd.head_title),
    )
    row.report = freeze(letter)


async def _number(office: Office, work: UnitOfWork, line: registers.RegisterLine) -> str:
    rules, today = office.letters, members.today(work)
    entry = await registers.take(
        work,
        OUTGOING,
        today.year,
        lambda sequence: letter_numbers.letter_number(
            rules.template, classification=rules.classification, sequence=sequence, unit=rules.unit, on=today
        ),
        line,
    )
    return entry.number


async def _tested(work: UnitOfWork, row: FitnessTest, line: judge.TestLine) -> Tested:
    said, item = fixed_words(KIND), line.item
    who = said["mesin"]
    if item.by is CheckedBy.PERSON:
        who = (await people.by_id(work, row.ticked[item.id]["by"])).name
    lacking = line.result is judge.Result.LACKING
    return Tested(
        function=item.function,
        question=item.question,
        result=said["hasil"][line.result],
        seen_by=who,
        lacking=lacking,
        required=item.required,
        remedy=item.remedy if lacking else "",
        origin=item.origin,
    )


async def make_next(office: Office, database: Database) -> bool:
    """Make the PDF of one signed record and send it. Return False where there is none to make."""
    async with database.read() as work:
        resting = await isolation.put_off(work, WorkKind.FITNESS_RECORD)
        row = await fitness_tests.unprinted(work, but_for=resting)
    if row is None or not await leases.ours(database, LEASE):
        return False
    async with isolated(database, WorkKind.FITNESS_RECORD, row.id):
        await _make(office, database, row)
    return True


async def _make(office: Office, database: Database, row: FitnessTest) -> None:
    pdf = await asyncio.to_thread(render_frozen, row.report)
    async with database.write() as work:
        present = await fitness_tests.lock(work, row.id)
        if present is None or present.paper_id is not None:
            return
        hosting = await hostings.get(work, row.hosting_id)
        assert hosting is not None  # noqa: S101  (a foreign key)
        title = fixed_words(KIND)["judul"].replace(" ", "-")
        name = f"{title}-{(present.number or '').replace('/', '-')}.pdf"
        paper = await office.files.put(
            work, pdf, name=name, media_type="application/pdf", kind=KIND, case_id=hosting.case_id
        )
        present.paper_id = paper.id
        data = {"fitness": present.id, "number": present.number, "sha256": paper.sha256}
        await ledger.append(
            work, "letter.fitness_test", person_id=present.closed_by, case_id=hosting.case_id, data=data
        )
        await _send(work, present, hosting)


async def tell_what_lacks(work: UnitOfWork, signing: Signing) -> None:
    """Tell the OPD in plain words why its hosting is not fit, and that it is looked at again."""
    row, hosting = signing.fitness_test, signing.hosting
    lacking = [line.item for line in signing.found if line.result is judge.Result.LACKING and line.item.required]
    again = members.today(work) + AGAIN
    said = {"domain": hosting.domain, "lacking": [item.plain for item in lacking], "again": again.isoformat()}
    for person in await orders.of_opd(work, hosting):
        await notice(work, person, "kelaikan.kabar_belum_laik", said, key=f"unfit:{row.id}:{person.id}")


async def _send(work: UnitOfWork, row: FitnessTest, hosting: Hosting) -> None:
    told = [person for role in OF_AN_OPD for person in await members.holders(work, role, hosting.opd_id)]
    told += [person for role in CARETAKERS for person in await members.holders(work, role)]
    for chat_id in sorted({person.telegram_id for person in told if person.telegram_id is not None}):
        key = f"fitness_report:{row.id}:{chat_id}"
        await outbox.put(work, chat_id, "fitness_report", {"fitness": row.id}, key=key)
