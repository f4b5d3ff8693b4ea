"""How people become known, and what a link that is not theirs gets them."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from tests.unit.workflows.conftest import Desk
from workflows.people import invitations, joining, members
from workflows.people.joining import PeopleError
from workflows.people.members import InviteRequest
from workflows.refusal import Refused
from workflows.store import people
from workflows.store.tables import Person

NEWCOMER = InviteRequest(
    name="Siti Rahma",
    nip="199001012015012001",
    rank=None,
    phone="+6281299990000",
    role="engineer",
    starts_on=dt.date(2026, 11, 24),
)
HER_ACCOUNT, STRANGER = 5001, 5002


async def invite(desk: Desk) -> str:
    async with desk.database.write() as work:
        return await members.create_invite(work, None, NEWCOMER)


async def enter(desk: Desk, token: str, account: int, phone: str, contact_of: int) -> members.Member:
    async with desk.database.write() as work:
        await joining.open_invite(work, token, account)
        return await joining.accept_contact(work, account, phone, contact_of)


async def test_her_own_contact_with_the_invited_number_lets_her_in(desk: Desk) -> None:
    member = await enter(desk, await invite(desk), HER_ACCOUNT, "6281299990000", HER_ACCOUNT)
    assert member.has("engineer")
    async with desk.database.read() as work:
        known = await members.whois(work, HER_ACCOUNT)
    assert known is not None
    assert known.person.name == "Siti Rahma"


@pytest.mark.parametrize(
    ("phone", "contact_of", "code"),
    [
        ("+6281299990000", STRANGER, "contact_foreign"),
        ("+6281211111111", HER_ACCOUNT, "contact_mismatch"),
    ],
)
async def test_another_contact_does_not(desk: Desk, phone: str, contact_of: int, code: str) -> None:
    with pytest.raises(PeopleError) as refused:
        await enter(desk, await invite(desk), HER_ACCOUNT, phone, contact_of)
    assert refused.value.code == code


async def test_a_link_works_once(desk: Desk) -> None:
    token = await invite(desk)
    await enter(desk, token, HER_ACCOUNT, "+6281299990000", HER_ACCOUNT)
    with pytest.raises(PeopleError) as refused:
        await enter(desk, token, STRANGER, "+6281299990000", STRANGER)
    assert refused.value.code == "invite_used"


async def test_a_link_expires(desk: Desk) -> None:
    token = await invite(desk)
    desk.clock.pass_time(days=7)
    with pytest.raises(PeopleError) as refused:
        await enter(desk, token, HER_ACCOUNT, "+6281299990000", HER_ACCOUNT)
    assert refused.value.code == "invite_expired"


async def test_an_administrator_known_by_account_takes_the_invited_name(desk: Desk) -> None:
    async with desk.database.write() as work:
        await members.appoint_admin(work, HER_ACCOUNT)
    member = await enter(desk, await invite(desk), HER_ACCOUNT, "+6281299990000", HER_ACCOUNT)
    assert member.is_admin
    assert member.has("engineer")
    assert member.person.name == "Siti Rahma"


HEAD = dataclasses.replace(NEWCOMER, role="kepala_dkisp")
SECOND = dataclasses.replace(HEAD, name="Rina Wati", nip="198501012010012002", phone="+6281299990001")
SINGLE = frozenset({"kepala_dkisp"})


async def test_an_office_that_somebody_holds_is_promised_to_nobody_else(desk: Desk) -> None:
    async with desk.database.write() as work:
        holder = await members.holders(work, "kepala_dkisp")
        with pytest.raises(Refused) as refused:
            await invitations.check(work, SECOND, SINGLE)
        assert (refused.value.code, refused.value.params["name"]) == ("seat_held", holder[0].name)
        await invitations.check(work, dataclasses.replace(SECOND, acting="plh"), SINGLE)
        await invitations.check(work, dataclasses.replace(SECOND, role="engineer"), SINGLE)


async def test_of_two_who_were_invited_to_a_vacant_office_the_first_has_it(desk: Desk) -> None:
    async with desk.database.write() as work:
        holder = (await members.holders(work, "kepala_dkisp"))[0]
        for row in await people.mandates(work, holder.id, members.today(work)):
            await members.end_mandate(work, None, row.id)
        links = [await members.create_invite(work, None, one) for one in (HEAD, SECOND)]
        await joining.open_invite(work, links[0], HER_ACCOUNT)
        await joining.open_invite(work, links[1], STRANGER)
        await joining.accept_contact(work, HER_ACCOUNT, HEAD.phone, HER_ACCOUNT, single=SINGLE)
        with pytest.raises(PeopleError) as refused:
            await joining.accept_contact(work, STRANGER, SECOND.phone, STRANGER, single=SINGLE)
    assert refused.value.code == "seat_held"


@pytest.mark.parametrize(("by_an_administrator", "offices"), [(False, {"tim_teknis"}), (True, {"kabid", "tim_teknis"})])
async def test_a_nip_opens_an_officials_seat_to_nobody_but_whom_an_administrator_invites(
    desk: Desk, by_an_administrator: bool, offices: set[str]
) -> None:
    async with desk.database.write() as work:
        on_paper = Person(name="Ir. Hasan", nip=NEWCOMER.nip, phone="", created_at=work.now)
        work.add(on_paper)
        await work.flush()
        await members.grant(work, on_paper.id, role="kabid", starts=members.today(work))
        invited = dataclasses.replace(NEWCOMER, role="tim_teknis", opd_id=1, starts_on=members.today(work))
        token = await members.create_invite(work, None, invited, also_by_nip=by_an_administrator)
    member = await enter(desk, token, STRANGER, NEWCOMER.phone, STRANGER)
    assert {mandate.role for mandate in member.mandates} == offices
    assert (member.person.id == on_paper.id) is by_an_administrator
