"""Of several processes one does a thing; when it dies or freezes another may, and it notices itself."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator

import pytest

from tests.processes import process
from workflows.store import leases, migrations, presence
from workflows.store.presence import PresenceLostError, present
from workflows.store.unit_of_work import Database


@pytest.fixture
async def one(postgresql_url: str) -> AsyncIterator[Database]:
    async with process(postgresql_url) as database:
        yield database


@pytest.fixture
async def other(postgresql_url: str) -> AsyncIterator[Database]:
    async with process(postgresql_url) as database:
        yield database


async def test_what_one_process_does_another_leaves_alone_until_it_is_given_up(one: Database, other: Database) -> None:
    assert await leases.ours(one, "server:1")
    assert not await leases.ours(other, "server:1")
    assert await leases.ours(other, "server:2")
    assert await leases.ours(one, "server:1"), "who has it goes on"
    async with one.write() as work:
        await leases.give_up(work, "server:1", "server:2")
    assert await leases.ours(other, "server:1")
    assert not await leases.ours(one, "server:2"), "nobody gives up what is another's"


async def test_of_many_that_ask_at_one_instant_one_gets_it(postgresql_url: str) -> None:
    async with contextlib.AsyncExitStack() as stack:
        crowd = [await stack.enter_async_context(process(postgresql_url)) for _ in range(6)]
        for name in ("first", "second", "third"):
            assert sum(await asyncio.gather(*(leases.ours(each, name) for each in crowd))) == 1


async def test_what_a_dead_process_did_another_takes_over(database_url: str) -> None:
    async with process(database_url) as dead:
        await migrations.upgrade(dead)
        assert await leases.ours(dead, "outbox")
    async with process(database_url) as alive:
        assert await leases.ours(alive, "outbox")
        assert not await leases.ours(dead, "outbox") or not alive.shared
        await dead.close()


async def test_who_gets_a_dead_ones_work_is_one(postgresql_url: str, one: Database, other: Database) -> None:
    async with process(postgresql_url) as dead:
        assert await leases.ours(dead, "clock")
    assert sorted(await asyncio.gather(leases.ours(one, "clock"), leases.ours(other, "clock"))) == [False, True]


async def test_a_frozen_process_loses_its_work_and_learns_of_it(
    postgresql_url: str, other: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "FROZEN_SECONDS", 1)
    frozen = Database(postgresql_url)
    async with present(frozen) as watch:
        assert await leases.ours(frozen, "outbox")
        assert not await leases.ours(other, "outbox")
        time.sleep(2.5)  # noqa: ASYNC251 - nothing of the process moves, as after SIGSTOP
        assert await leases.ours(other, "outbox")
        async with frozen.write() as work:
            assert not await leases.take(work, "outbox")
        with pytest.raises(PresenceLostError):
            await watch()
    await frozen.close()


async def test_a_wake_up_reaches_the_other_process(one: Database, other: Database) -> None:
    begun = time.monotonic()
    waiting = asyncio.create_task(other.wait("jobs", 10))
    await asyncio.sleep(0.1)
    async with one.write() as work:
        work.wake("jobs")
    await waiting
    assert time.monotonic() - begun < 5


async def test_who_wakes_the_others_is_not_woken_twice_by_it(one: Database, other: Database) -> None:
    waiting = asyncio.create_task(other.wait("jobs", 10))
    async with one.write() as work:
        work.wake("jobs")
    await asyncio.wait_for(waiting, 5)
    await one.wait("jobs", 0)  # its own wake, which it had at once
    started = time.monotonic()
    await one.wait("jobs", 1.0)
    assert time.monotonic() - started >= 1.0, "what it told the others came back to it"
