"""Perbarui Tim Teknis: the head of an OPD says who still looks after its sites, and who does from now on."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence

from workflows.hosting import sftp_keys
from workflows.hosting.action import Action
from workflows.hosting.orders import OrderedBy
from workflows.hosting.rights import OPEN_OR_SUSPENDED, Right
from workflows.hosting.sftp_keys import KnownKey
from workflows.office import Office
from workflows.people import invitations, members
from workflows.people.members import InviteRequest, Member
from workflows.people.notices import notice
from workflows.refusal import Refused
from workflows.roles import KEPALA_OPD, TIM_TEKNIS
from workflows.store import copies, hostings, ledger, outbox, people
from workflows.store.tables import Hosting, MandateRow, Person
from workflows.store.unit_of_work import UnitOfWork

RENEW_TEAM = Action(name="team", right=Right(roles=(KEPALA_OPD,), states=OPEN_OR_SUSPENDED))
LEFT = "team_left"  # the message of what still opens to who left


@dataclasses.dataclass(frozen=True, kw_only=True)
class StillOpen:
    """A hosting that who left may still get into: by its passwords, and by `keys` of theirs or of nobody known."""

    hosting: Hosting
    keys: Sequence[KnownKey]


async def team_of(work: UnitOfWork, opd_id: int) -> list[tuple[Person, MandateRow]]:
    """Return the Tim Teknis of an OPD today."""
    return await people.holding(work, TIM_TEKNIS, members.today(work), opd_id)


async def renew(
    office: Office,
    work: UnitOfWork,
    head: Member,
    hosting: Hosting,
    *,
    by: OrderedBy,
    leaving: Collection[int],
    added: Sequence[Mapping[str, str]],
) -> None:
    """End the mandates that are `leaving` (by their ids) and bring in who is `added` (name, nip, phone).

    The head gets a link for each who is added, to be passed on, and reads what still opens to those who left. Raises
    `Refused`: team_empty, team_unfit.
    """
    present = await team_of(work, hosting.opd_id)
    ending = _of(present, leaving)
    if len(ending) == len(present) and not added:
        raise Refused("team_empty")
    if ending:
        await _end(work, head, hosting.opd_id, ending)
    for one in added:
        await _invite(office, work, head, hosting.opd_id, one)
    data = {
        "hosting": hosting.id,
        "ended": [row.id for _, row in ending],
        "added": [one["nip"] for one in added],
    }
    await ledger.append(
        work,
        f"hosting.{RENEW_TEAM.name}",
        person_id=by.person_id,
        mandate_id=by.mandate_id,
        case_id=hosting.case_id,
        data=data,
    )


async def leaving_names(work: UnitOfWork, opd_id: int, leaving: Collection[int]) -> list[str]:
    """Return who ends, of the mandates that are `leaving`."""
    return [person.name for person, _ in _of(await team_of(work, opd_id), leaving)]


async def still_open(work: UnitOfWork, opd_id: int, left: Collection[int]) -> list[StillOpen]:
    """Return an OPD's hostings and their staging copies, each with the keys that may be of who `left` (ids)."""
    found = []
    for site in await hostings.of_opds(work, [opd_id]):
        copy = await copies.of_hosting(work, site.id)
        for hosting in (site, copy) if copy else (site,):
            keys = [one for one in await sftp_keys.known(work, hosting) if one.by_id is None or one.by_id in left]
            found.append(StillOpen(hosting=hosting, keys=keys))
    return found


def _of(present: Sequence[tuple[Person, MandateRow]], leaving: Collection[int]) -> list[tuple[Person, MandateRow]]:
    return [(person, row) for person, row in present if row.id in leaving]


async def _end(work: UnitOfWork, head: Member, opd_id: int, ending: Sequence[tuple[Person, MandateRow]]) -> None:
    """End mandates, tell whose they were, and tell the head what still opens to them."""
    opd = await people.opd(work, opd_id)
    for person, row in ending:
        await members.end_mandate(work, head.person, row.id)
        await notice(work, person, "tim.kabar_berakhir", {"opd": opd.name}, key=f"team:{row.id}:ended")
    if head.person.telegram_id is not None:
        said = {"opd": opd_id, "people": [person.id for person, _ in ending]}
        key = f"{LEFT}:{max(row.id for _, row in ending)}"
        await outbox.put_screen(work, head.person.telegram_id, LEFT, said, key=key)


async def _invite(office: Office, work: UnitOfWork, head: Member, opd_id: int, one: Mapping[str, str]) -> None:
    """Give the head a link for somebody; also who is known already takes the office up by it, or does not."""
    request = InviteRequest(
        name=one["name"],
        nip=one["nip"],
        rank=None,
        phone=one["phone"],
        role=TIM_TEKNIS,
        opd_id=opd_id,
        starts_on=members.today(work),
    )
    try:
        await invitations.check(work, request, single=())
    except Refused as refused:  # whose number it is, is nothing that an OPD is told
        raise Refused("team_unfit", {"name": one["name"]}) from refused
    token = await members.create_invite(work, head.person, request)
    link = members.invite_link(office.bot_username, token)
    await notice(work, head.person, "tim.tautan", {"name": one["name"], "link": link})
