"""How people become known, and what a link that is not theirs gets them."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.unit.workflows.conftest import Desk
from workflows import joining, people
from workflows.joining import PeopleError
from workflows.people import InviteRequest

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
        return await people.create_invite(work, None, NEWCOMER)


async def enter(desk: Desk, token: str, account: int, phone: str, contact_of: int) -> people.Member:
    async with desk.database.write() as work:
        await joining.open_invite(work, token, account)
        return await joining.accept_contact(work, account, phone, contact_of)


async def test_her_own_contact_with_the_invited_number_lets_her_in(desk: Desk) -> None:
    member = await enter(desk, await invite(desk), HER_ACCOUNT, "6281299990000", HER_ACCOUNT)
    assert member.has("engineer")
    async with desk.database.read() as work:
        known = await people.whois(work, HER_ACCOUNT)
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
        await people.appoint_admin(work, HER_ACCOUNT)
    member = await enter(desk, await invite(desk), HER_ACCOUNT, "+6281299990000", HER_ACCOUNT)
    assert member.is_admin
    assert member.has("engineer")
    assert member.person.name == "Siti Rahma"
