"""Keeping what is suspected, once; telling who must act, quietly; and setting it aside with a reason.

A hosting has one message a chat, which lists what stands. It rings when something new is found. What was set aside is
known by its fingerprint and comes up again only when it is another.
"""

from __future__ import annotations

from collections.abc import Sequence

from provisioning.spec import HostingSpec
from workflows.cases.notify import notice
from workflows.engine.case import Mandate
from workflows.hosting import orders, rights, suspension
from workflows.hosting.orders import ordered_by
from workflows.office import Office
from workflows.people import members
from workflows.people.members import Member
from workflows.refusal import Refused
from workflows.roles import CARETAKERS, KABID, KEPALA_OPD, TIM_TEKNIS
from workflows.store import hostings, ledger, outbox
from workflows.store import inspections as stored
from workflows.store.tables import Hosting, Job, Person, SuspectFinding
from workflows.store.unit_of_work import UnitOfWork
from workflows.watch.suspected import Suspected

READERS = CARETAKERS
DISMISS = "dismiss"  # as `workflows.hosting.rights` knows it


async def keep(work: UnitOfWork, hosting: Hosting, found: Sequence[Suspected], *, settled: int = 0) -> None:
    """Keep what a look found and tell what is new; `settled` says how much of before is over. The hosting is locked."""
    new = [row for one in found if (row := await _keep(work, hosting, one)) is not None]
    await work.flush()
    for row in new:
        await _record(work, hosting, row)
    if new or settled:
        await show(work, hosting, rings=bool(new))
    if new:
        await _tell_opd(work, hosting, new)


async def is_known(work: UnitOfWork, hosting: Hosting, one: Suspected) -> bool:
    """Whether this stands already, or was set aside: its evidence is kept, and need not be gathered again."""
    row = await stored.by_fingerprint(work, hosting.id, one.fingerprint)
    row = row or await stored.open_about(work, hosting.id, one.kind, one.subject)
    return row is not None and row.state != stored.GONE


async def _keep(work: UnitOfWork, hosting: Hosting, one: Suspected) -> SuspectFinding | None:
    """Keep one; return its row where it is news."""
    row = await stored.by_fingerprint(work, hosting.id, one.fingerprint)
    if row is not None:
        is_back = row.state == stored.GONE
        row.seen_at = work.now
        if is_back:
            row.state, row.settled_at, row.facts = stored.OPEN, None, {**row.facts, **one.facts}
        return row if is_back else None
    row = await stored.open_about(work, hosting.id, one.kind, one.subject)
    is_new = row is None
    if row is None:
        row = SuspectFinding(
            hosting_id=hosting.id, kind=one.kind, subject=one.subject, state=stored.OPEN, found_at=work.now
        )
        work.add(row)
    row.fingerprint, row.score, row.traits = one.fingerprint, one.score, one.trait_data()
    row.facts, row.seen_at = {**(row.facts or {}), **one.facts}, work.now
    await work.flush()
    return row if is_new else None


async def _record(work: UnitOfWork, hosting: Hosting, row: SuspectFinding) -> None:
    data = {
        "hosting": hosting.id,
        "finding": row.id,
        "kind": row.kind,
        "subject": row.subject,
        "score": row.score,
        "traits": [trait["id"] for trait in row.traits],
        "sha256": row.facts.get("sha256"),
    }
    await ledger.append(work, "hosting.suspected", case_id=hosting.case_id, data=data)


async def show(work: UnitOfWork, hosting: Hosting, *, rings: bool) -> None:
    """Bring the message about a hosting up to date in every chat that is to have it."""
    for person in await _readers(work):
        if person.telegram_id is not None:
            await outbox.put(work, person.telegram_id, "suspicion", {"hosting": hosting.id, "loud": rings})


async def _readers(work: UnitOfWork) -> list[Person]:
    found = [person for role in READERS for person in await members.holders(work, role)]
    return list({person.id: person for person in found}.values())


async def _tell_opd(work: UnitOfWork, hosting: Hosting, new: Sequence[SuspectFinding]) -> None:
    """Tell the OPD's Tim Teknis what to look at, its head in a line that it is so; once for what was found together."""
    params = {"domain": hosting.domain, "subjects": [row.subject for row in new[:5]], "count": len(new)}
    team = [one for one in await members.holders(work, TIM_TEKNIS, hosting.opd_id) if one.telegram_id is not None]
    heads = [one for one in await members.holders(work, KEPALA_OPD, hosting.opd_id) if one not in team]
    head_reads = "pemantauan.kabar_kepala" if team else "pemantauan.kabar_tim"  # else nobody would know what to do
    for text, people in (("pemantauan.kabar_tim", team), (head_reads, heads)):
        for person in people:
            key = f"suspicion:{hosting.id}:{new[0].id}:{work.now.isoformat()}:{person.id}"
            await notice(work, person, text, params, key=key, case_id=hosting.case_id)


def reader(member: Member) -> None:
    """Make sure that somebody may read what is suspected. Raises `Refused` (wrong_role)."""
    if not member.has(*READERS):
        raise Refused("wrong_role", final=True)


async def decider(work: UnitOfWork, member: Member, hosting_id: int) -> tuple[Hosting, Mandate]:
    """Return a hosting, locked, and the office by which somebody sets its findings aside. Raises `Refused`."""
    hosting = await standing(work, hosting_id)
    return hosting, orders.permitted(member, hosting, DISMISS)


async def standing(work: UnitOfWork, hosting_id: int) -> Hosting:
    """Return a hosting, locked. Raises `Refused` (no_hosting)."""
    hosting = await hostings.lock(work, hosting_id)
    if hosting is None:
        raise Refused("no_hosting", final=True)
    return hosting


async def quarantine(
    office: Office, work: UnitOfWork, member: Member, hosting_id: int, reason: str
) -> tuple[Hosting, bool]:
    """Suspend a suspected hosting, by the Kabid; its visitors are told `reason`. Return it, and whether it is at once.

    Raises `Refused`: nothing_suspected, as `rights.Denial` and `suspension.suspend`.
    """
    held = [mandate for mandate in member.mandates if mandate.role == KABID]
    hosting = await standing(work, hosting_id)
    state = HostingSpec.from_data(hosting.spec).state
    mandate = rights.may_order(suspension.SUSPEND, held, opd_id=hosting.opd_id, state=state)
    if isinstance(mandate, rights.Denial):
        raise Refused(str(mandate), final=True)
    if not await stored.open_of(work, hosting.id):
        raise Refused("nothing_suspected", final=True)
    is_at_once = await suspension.suspend(office, work, hosting, by=ordered_by(member, mandate), reason=reason)
    await show(work, hosting, rings=False)
    return hosting, is_at_once


async def redraw(work: UnitOfWork, _job: Job, hosting: Hosting) -> None:
    """Have the message about a suspected hosting say that it is closed now, where there is one."""
    for card in await outbox.cards_of(work, f"suspicion:{hosting.id}"):
        await outbox.put(work, card.chat_id, "suspicion", {"hosting": hosting.id, "loud": False})


async def dismiss(work: UnitOfWork, member: Member, hosting_id: int, newest: int, reason: str) -> int:
    """Set aside what somebody was shown (up to the finding `newest`), with the reason; return how much it was.

    Raises `Refused`: no_hosting, nothing_suspected, as `rights.Denial`.
    """
    hosting, mandate = await decider(work, member, hosting_id)
    rows = [row for row in await stored.open_of(work, hosting.id) if row.id <= newest]
    if not rows:
        raise Refused("nothing_suspected", final=True)
    for row in rows:
        row.state, row.settled_at, row.settled_by, row.reason = stored.DISMISSED, work.now, member.person.id, reason
    await ledger.append(
        work,
        "hosting.suspicion_dismissed",
        person_id=member.person.id,
        mandate_id=mandate.id,
        case_id=hosting.case_id,
        data={"hosting": hosting.id, "findings": [row.id for row in rows], "reason": reason},
    )
    await work.flush()
    await show(work, hosting, rings=False)
    return len(rows)
