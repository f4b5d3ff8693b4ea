"""An order that failed, and that something later made so after all, ends as it would have ended by itself: once."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import select

from provisioning.spec import CronJob
from tests.unit.workflows.conftest import Desk
from tests.unit.workflows.standing import add_hosting
from tests.unit.workflows.test_closing import close, end
from workflows.engine.fields.ssh_key import read_ssh_key
from workflows.hosting import document_root, laravel, passwords, php, retry, sftp_keys, suspension, timed_scripts
from workflows.hosting.orders import OrderedBy
from workflows.jobs.met_later import is_still_wanted
from workflows.jobs.outcome import Failure
from workflows.store import hostings
from workflows.store.tables import Hosting, Job, JobState, OutboxMessage, Person
from workflows.store.unit_of_work import UnitOfWork

BROKEN = Failure(code="step_failed", step="vhost", detail="no")
KEY = read_ssh_key(f"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{'B' * 43} budi@laptop")
HEAD, TEAM = 1001, 1002  # chats
Give = Callable[[Desk, UnitOfWork, Hosting, OrderedBy], Awaitable[Job]]


async def _key(desk: Desk, work: UnitOfWork, hosting: Hosting, by: OrderedBy) -> Job:
    return await sftp_keys.add(desk.office, work, hosting, KEY, by=by)


async def _script(desk: Desk, work: UnitOfWork, hosting: Hosting, by: OrderedBy) -> Job:
    wish = CronJob(script="public/cron.php", minutes=15)
    return await timed_scripts.add(desk.office, work, hosting, wish, by=by)


async def _php(desk: Desk, work: UnitOfWork, hosting: Hosting, by: OrderedBy) -> Job:
    present = php.present(hosting.spec)
    wish = dataclasses.replace(present, upload_mb=128)
    return await php.change(desk.office, work, hosting, wish, by=by)


async def _laravel(desk: Desk, work: UnitOfWork, hosting: Hosting, by: OrderedBy) -> Job:
    return await laravel.prepare(desk.office, work, hosting, "public/toko", by=by)


async def _folder(desk: Desk, work: UnitOfWork, hosting: Hosting, by: OrderedBy) -> Job:
    return await document_root.change(desk.office, work, hosting, "public/web", by=by)


async def _passwords(desk: Desk, work: UnitOfWork, hosting: Hosting, by: OrderedBy) -> Job:
    return await passwords.change(desk.office, work, hosting, ["sftp"], by=by)


ORDERS = (_key, _script, _php, _laravel, _folder, _passwords)


async def give(desk: Desk, hosting_id: int, order: Give) -> None:
    async with desk.database.write() as work:
        hosting = await work.session.get_one(Hosting, hosting_id)
        await order(desk, work, hosting, OrderedBy(person_id=desk.ids["tim_teknis"]))


async def hears(desk: Desk, who: str, action: str) -> int:
    """Return how often somebody is told that an order of an action was done."""
    async with desk.database.read() as work:
        person = await work.session.get_one(Person, desk.ids[who])
        jobs = await work.session.scalars(select(Job.id).where(Job.action == action))
        keys = [f"order:{job}:{JobState.DONE}:{person.telegram_id}" for job in jobs]
        found = await work.session.scalars(select(OutboxMessage).where(OutboxMessage.key.in_(keys)))
        return len(list(found))


async def rows(desk: Desk, kind: str) -> list[tuple[int, Any]]:
    async with desk.database.read() as work:
        found = await work.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == kind))
        return [(row.chat_id, row.params) for row in found]


@pytest.mark.parametrize("order", ORDERS)
async def test_it_is_wanted_from_the_order_on_and_not_before(desk: Desk, order: Give) -> None:
    hosting_id = await add_hosting(desk, "web", php="8.2")
    async with desk.database.read() as work:
        before = (await work.session.get_one(Hosting, hosting_id)).spec
    await give(desk, hosting_id, order)
    async with desk.database.read() as work:
        job = await hostings.newest_job(work, hosting_id)
        assert job is not None
        spec = (await work.session.get_one(Hosting, hosting_id)).spec
    assert is_still_wanted(spec, job)
    assert is_still_wanted(before, job) == (order is _passwords), "no spec holds a password"


@pytest.mark.parametrize("order", ORDERS)
async def test_whoever_ordered_it_hears_that_it_was_done_with_a_closing(desk: Desk, order: Give) -> None:
    hosting_id = await add_hosting(desk, "web", php="8.2")
    await give(desk, hosting_id, order)
    _, failed = await end(desk, hosting_id, BROKEN)
    assert await hears(desk, "tim_teknis", failed.action) == 0
    await close(desk, hosting_id)
    await end(desk, hosting_id)
    assert await hears(desk, "tim_teknis", failed.action) == 1
    if failed.action in (sftp_keys.KEYS.name, passwords.PASSWORDS.name):
        assert [chat for chat, said in await rows(desk, "notice") if said["text"] == f"rekan.{failed.action}"] == [HEAD]


async def test_an_order_that_was_tried_again_ends_once(desk: Desk) -> None:
    hosting_id = await add_hosting(desk, "web", php="8.2")
    await give(desk, hosting_id, _key)
    _, failed = await end(desk, hosting_id, BROKEN)
    async with desk.database.write() as work:
        await retry.retry(work, await desk.member(work, "engineer"), failed.id)
    await end(desk, hosting_id)
    assert await hears(desk, "tim_teknis", sftp_keys.KEYS.name) == 1


@pytest.mark.parametrize("order", [_key, _passwords])
async def test_an_order_whose_second_try_failed_too_ends_with_a_later_job(desk: Desk, order: Give) -> None:
    hosting_id = await add_hosting(desk, "web", php="8.2")
    await give(desk, hosting_id, order)
    _, failed = await end(desk, hosting_id, BROKEN)
    desk.clock.pass_time(minutes=5)
    async with desk.database.write() as work:
        await retry.retry(work, await desk.member(work, "engineer"), failed.id)
    await end(desk, hosting_id, BROKEN)
    await close(desk, hosting_id)
    await end(desk, hosting_id)
    assert await hears(desk, "tim_teknis", failed.action) == 1


async def test_what_another_order_took_back_is_not_said_to_be_done(desk: Desk) -> None:
    hosting_id = await add_hosting(desk, "web", php="8.2")
    await give(desk, hosting_id, _folder)
    await end(desk, hosting_id, BROKEN)
    await give(desk, hosting_id, _laravel)
    await end(desk, hosting_id)
    assert await hears(desk, "tim_teknis", document_root.FOLDER.name) == 0
    assert await hears(desk, "tim_teknis", laravel.LARAVEL.name) == 1


async def test_a_closing_that_failed_and_was_done_by_a_repair_is_told_to_the_opd(desk: Desk) -> None:
    hosting_id = await add_hosting(desk, "web", php="8.2")
    await close(desk, hosting_id)
    await end(desk, hosting_id, BROKEN)
    await give(desk, hosting_id, _key)
    await end(desk, hosting_id)
    text = f"penangguhan.kabar_{suspension.SUSPEND.name}"
    assert {chat for chat, said in await rows(desk, "notice") if said["text"] == text} == {HEAD, TEAM}
