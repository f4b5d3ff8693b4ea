"""A fitness test on its way: begun, looked at by machine, ticked by hand, signed by the Kabid. One transaction each."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from provisioning.spec import State
from workflows.engine.case import Mandate
from workflows.fitness import backups_seen, judge, record
from workflows.fitness.backups_seen import Seen
from workflows.fitness.checklist import CheckedBy, checklist
from workflows.fitness.due import Occasion
from workflows.fitness.lines import lines_of
from workflows.office import Office
from workflows.people.duty import on_duty
from workflows.people.members import Member, holders
from workflows.refusal import Refused
from workflows.roles import CARETAKERS, KABID
from workflows.store import fitness_tests, hostings, ledger, outbox
from workflows.store.tables import FitnessTest, Hosting
from workflows.store.unit_of_work import UnitOfWork

SIGNER = KABID
INSPECTORS = CARETAKERS


def inspector(member: Member, *roles: str) -> Mandate:
    """Return the office under which somebody inspects (or, with `roles`, one of these). Raises `Refused`."""
    return on_duty(member, *(roles or INSPECTORS))


def is_fit_to_be_looked_at(hosting: Hosting) -> bool:
    """Whether a hosting stands and is open to visitors."""
    stands = hosting.stands and hosting.copy_of is None
    return stands and hosting.wanted_state == State.ACTIVE


async def begin(
    work: UnitOfWork, hosting_id: int, occasion: Occasion, seen: Seen, member: Member | None = None
) -> FitnessTest:
    """Begin a fitness test, or look again in the one that is open. Raises `Refused`: wrong_role, no_hosting."""
    mandate = inspector(member) if member else None
    hosting = await hostings.lock(work, hosting_id)
    if hosting is None or not is_fit_to_be_looked_at(hosting):
        raise Refused("no_hosting", final=True)
    row = await fitness_tests.open_of(work, hosting_id)
    if row is None:
        row = FitnessTest(
            hosting_id=hosting.id,
            occasion=str(occasion),
            state=fitness_tests.OPEN,
            revision=0,
            checklist=checklist().version,
            seen={},
            ticked={},
            report={},
            begun_by=member.person.id if member else None,
            created_at=work.now,
        )
        work.add(row)
    if seen:
        row.seen, row.seen_at = seen, work.now
    if member is not None:
        row.asked_at = row.asked_at or work.now
    row.revision += 1
    await work.flush()
    await backups_seen.try_what_lacks(work, hosting, seen, row.id)
    data = {"fitness": row.id, "hosting": hosting.id, "occasion": row.occasion, "failed": _failed(seen)}
    await _note(work, "hosting.looked_at", hosting, data, (member, mandate) if member and mandate else None)
    return row


async def tick(
    work: UnitOfWork, member: Member, fitness_id: int, revision: int, *, item_id: str, result: judge.Result
) -> FitnessTest:
    """Say how an item stands that a person looks at. Raises `Refused`: wrong_role, fitness_moved, unknown_action."""
    mandate = inspector(member)
    row, hosting = await _open(work, fitness_id, revision)
    item = checklist().item(item_id)
    if item is None or item.by is not CheckedBy.PERSON or result not in judge.ANSWERS:
        raise Refused("unknown_action", final=True)
    said = {"result": str(result), "by": member.person.id, "at": work.now.isoformat()}
    row.ticked = {**{key: value for key, value in row.ticked.items() if key != item.id}, item.id: said}
    row.revision += 1
    data = {"fitness": row.id, "hosting": hosting.id, "item": item.id, "result": str(result)}
    await _note(work, "hosting.ticked", hosting, data, (member, mandate))
    return row


async def untick(work: UnitOfWork, member: Member, fitness_id: int, revision: int) -> FitnessTest:
    """Take back what was ticked last. Raises `Refused`: wrong_role, fitness_moved."""
    mandate = inspector(member)
    row, hosting = await _open(work, fitness_id, revision)
    if row.ticked:
        last = max(row.ticked, key=lambda key: str(row.ticked[key]["at"]))
        row.ticked = {key: value for key, value in row.ticked.items() if key != last}
        row.revision += 1
        data = {"fitness": row.id, "hosting": hosting.id, "item": last}
        await _note(work, "hosting.unticked", hosting, data, (member, mandate))
    return row


async def close(office: Office, work: UnitOfWork, member: Member, fitness_id: int, revision: int) -> FitnessTest:
    """Sign the record: it takes its number, and is made and sent after the commit.

    Raises `Refused`: wrong_role, fitness_moved, fitness_incomplete.
    """
    mandate = inspector(member, SIGNER)
    row, hosting = await _open(work, fitness_id, revision)
    found = lines_of(row, hosting)
    verdict = judge.verdict(found)
    if verdict is None:
        raise Refused("fitness_incomplete")
    row.state, row.verdict = fitness_tests.CLOSED, str(verdict)
    row.closed_by, row.closed_at = member.person.id, work.now
    row.revision += 1
    signing = record.Signing(fitness_test=row, hosting=hosting, found=found, member=member, mandate=mandate)
    await record.issue(office, work, signing)
    if verdict is judge.Verdict.UNFIT:
        await record.tell_what_lacks(work, signing)
    data = {"fitness": row.id, "hosting": hosting.id, "verdict": row.verdict, "number": row.number}
    await _note(work, "hosting.inspected", hosting, data, (member, mandate))
    work.wake("letters")
    return row


async def show(work: UnitOfWork, row: FitnessTest, *, anew: Collection[int] = ()) -> None:
    """Have the fitness test's message redrawn in each chat that has it, and sent anew in some.

    Who signs gets it as soon as there is something to sign.
    """
    present = {card.chat_id for card in await outbox.cards_of(work, subject(row.id))}
    if await _is_complete(work, row):
        anew = {*anew, *(await _chats(work, SIGNER) - present)}
    for chat_id in sorted(present | {*anew}):
        key = f"fitness:{row.id}:{row.revision}:{chat_id}"
        await outbox.put(work, chat_id, "fitness", {"fitness": row.id, "loud": chat_id in anew}, key=key)


async def inspectors(work: UnitOfWork) -> set[int]:
    """Return the chats of those who inspect."""
    return await _chats(work, *INSPECTORS)


async def _chats(work: UnitOfWork, *roles: str) -> set[int]:
    people = [person for role in roles for person in await holders(work, role)]
    return {person.telegram_id for person in people if person.telegram_id is not None}


async def _is_complete(work: UnitOfWork, row: FitnessTest) -> bool:
    hosting = await hostings.get(work, row.hosting_id)
    waits = row.state == fitness_tests.OPEN and hosting is not None
    return waits and hosting is not None and judge.verdict(lines_of(row, hosting)) is not None


def subject(fitness_id: int) -> str:
    """Return what a fitness test's message is known by in a chat."""
    return f"fitness:{fitness_id}"


async def _open(work: UnitOfWork, fitness_id: int, revision: int) -> tuple[FitnessTest, Hosting]:
    row = await fitness_tests.lock(work, fitness_id)
    if row is None or row.state != fitness_tests.OPEN or row.revision != revision:
        raise Refused("fitness_moved", final=True)
    hosting = await hostings.get(work, row.hosting_id)
    if hosting is None or not is_fit_to_be_looked_at(hosting):
        raise Refused("no_hosting", final=True)
    return row, hosting


def _failed(seen: Seen) -> list[str]:
    return sorted(name for name, check in seen.items() if not check["ok"])


async def _note(
    work: UnitOfWork, action: str, hosting: Hosting, data: dict[str, Any], by: tuple[Member, Mandate] | None
) -> None:
    await ledger.append(
        work,
        action,
        person_id=by[0].person.id if by else None,
        mandate_id=by[1].id if by else None,
        case_id=hosting.case_id,
        data=data,
    )
