"""Who comes into an office gets what waits there: the cards of a few cases, the list of more, nothing twice."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.unit.workflows.conftest import Desk
from tests.unit.workflows.test_case import ask
from workflows.deputies import appointing
from workflows.deputies.taking_office import FEW, show_what_waits
from workflows.people import members
from workflows.store.tables import OutboxMessage, Person

NEW = 4242  # a chat


async def comes_in(desk: Desk, role: str = "bagian_umum") -> int:
    """Let somebody new hold an office from today on; return the mandate's id."""
    async with desk.database.write() as work:
        person = Person(
            telegram_id=NEW, name="Hasan", nip="198505052010011001", phone="+6281299990001", created_at=work.now
        )  # fmt: skip
        work.add(person)
        await work.flush()
        row = await members.grant(
            work,
            person.id,
            role=role,
            opd_id=None,
            acting="Plh.",
            decree="800/1",
            starts=members.today(work),
            ends=None,
        )
        await work.flush()
        return row.id


async def shown(desk: Desk) -> list[str]:
    """Return what the new one gets beside sentences, in order."""
    async with desk.database.read() as work:
        rows = await work.session.scalars(
            select(OutboxMessage).where(OutboxMessage.chat_id == NEW, OutboxMessage.kind != "notice")
        )
        return [row.kind if row.kind == "card" else row.params["name"] for row in rows]


@pytest.mark.parametrize(("count", "expected"), [(0, []), (2, ["card", "card"]), (FEW + 1, ["tasks"])])
async def test_a_few_come_as_cards_and_more_as_the_list(desk: Desk, count: int, expected: list[str]) -> None:
    for place in range(count):
        await ask(desk, subdomain=f"situs-{place}")
    await comes_in(desk)
    async with desk.database.write() as work:
        person = await work.session.scalar(select(Person).where(Person.telegram_id == NEW))
        assert person is not None
        await show_what_waits(desk.office, work, await members.member(work, person))
    assert await shown(desk) == expected


async def test_a_deputy_gets_it_on_the_first_day_and_never_again(desk: Desk) -> None:
    await ask(desk)
    await comes_in(desk)
    for later in range(3):
        async with desk.database.write() as work:
            await appointing.tell_of_changes(desk.office, work)
        if later == 1:
            await ask(desk, subdomain="lain")  # rings by itself
        desk.clock.pass_time(days=1)
    async with desk.database.read() as work:
        cards = select(OutboxMessage.key).where(OutboxMessage.chat_id == NEW, OutboxMessage.kind == "card")
        keys = list(await work.session.scalars(cards))
    assert keys.count(None) == 1, "what rang by itself has a key of its own"


async def test_who_has_no_part_in_it_gets_nothing(desk: Desk) -> None:
    await ask(desk)
    await comes_in(desk, role="sub_koordinator")
    async with desk.database.write() as work:
        await appointing.tell_of_changes(desk.office, work)
    assert await shown(desk) == []
