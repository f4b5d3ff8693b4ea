"""Perbarui Tim Teknis: the head of an OPD says who still looks after its sites, and who does from now on."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from workflows.cases.notify import notice
from workflows.hosting.orders import Ordered
from workflows.hosting.rights import TEAM
from workflows.office import Office
from workflows.people import invitations
from workflows.people import members as people
from workflows.people.members import InviteRequest, Member
from workflows.refusal import Refused
from workflows.store import ledger
from workflows.store import people as stored
from workflows.store.tables import Hosting, MandateRow, Person
from workflows.store.unit_of_work import UnitOfWork

RENEW_TEAM = "team"


async def members(work: UnitOfWork, opd_id: int) -> list[tuple[Person, MandateRow]]:
    """Return the Tim Teknis of an OPD today."""
    return await stored.holding(work, TEAM, people.today(work), opd_id)


async def renew(
    office: Office,
    work: UnitOfWork,
    head: Member,
    hosting: Hosting,
    *,
    by: Ordered,
    leaving: Collection[int],
    added: Sequence[Mapping[str, str]],
) -> None:
    """End the mandates that are `leaving` (by their ids) and bring in who is `added` (name, nip, phone).

    The head gets a link for each who is added, and passes it on. Raises `Refused`: team_empty, team_unfit.
    """
    present = await members(work, hosting.opd_id)
    ending = [(person, row) for person, row in present if row.id in leaving]
    if len(ending) == len(present) and not added:
        raise Refused("team_empty")
    opd = await stored.opd(work, hosting.opd_id)
    for person, row in ending:
        await people.end_mandate(work, head.person, row.id)
        await notice(work, person, "tim.kabar_berakhir", {"opd": opd.name}, key=f"team:{row.id}:ended")
    for one in added:
        await _invite(office, work, head, hosting.opd_id, one)
    data = {
        "hosting": hosting.id,
        "ended": [row.id for _, row in ending],
        "added": [one["nip"] for one in added],
    }
    await ledger.append(
        work,
        f"hosting.{RENEW_TEAM}",
        person_id=by.person_id,
        mandate_id=by.mandate_id,
        case_id=hosting.case_id,
        data=data,
    )


async def _invite(office: Office, work: UnitOfWork, head: Member, opd_id: int, one: Mapping[str, str]) -> None:
    """Give the head a link for somebody; also who is known already takes the office up by it, or does not."""
    request = InviteRequest(
        name=one["name"],
        nip=one["nip"],
        rank=None,
        phone=one["phone"],
        role=TEAM,
        opd_id=opd_id,
        starts_on=people.today(work),
    )
    try:
        await invitations.check(work, request, single=())
    except Refused as refused:  # whose number it is, is nothing that an OPD is told
        raise Refused("team_unfit", {"name": one["name"]}) from refused
    token = await people.create_invite(work, head.person, request)
    link = people.invite_link(office.bot_username, token)
    await notice(work, head.person, "tim.tautan", {"name": one["name"], "link": link})
