"""One row that cannot be worked on keeps nobody else waiting: it rests, is told of, and is made good later."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from typing import Any

import pytest
import structlog
from sqlalchemy import select, update

from provisioning.agent.backup.wire import TakenSnapshot
from provisioning.plan import ServerFacts
from provisioning.usage_report import Measurement
from tests.unit.conversation.town import PretendFleet
from tests.unit.workflows.conftest import Desk
from tests.unit.workflows.standing import add_hosting
from tests.unit.workflows.test_case import ask, bring_to_decision, push
from tests.unit.workflows.test_custom_domains import waiting
from tests.unit.workflows.test_hosting_backups import Bureau, bureau
from tests.unit.workflows.test_moving import Scene, scene
from workflows.casework import deliveries
from workflows.correspondence import worker
from workflows.hosting.backups import ordering
from workflows.hosting.backups.worker import run_backups
from workflows.hosting.custom_domains.verification import check_domains
from workflows.moving.worker import run_moves
from workflows.people import members
from workflows.store import cases
from workflows.store.tables import Case, CaseStep, CustomDomain, Hosting, Letter, OutboxMessage, Server
from workflows.store.unit_of_work import Database
from workflows.upkeep.drift import check_drift_nightly
from workflows.usage.hourly_count import count_due_servers

__all__ = ["bureau", "scene"]

ADMIN = 900
PATIENCE_SECONDS = 120


@pytest.fixture(autouse=True)
def plain_log() -> Iterator[None]:
    """Tracebacks in plain words: drawn with all that every frame holds, they take seconds each."""
    structlog.configure(processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()])
    yield
    structlog.reset_defaults()


@contextlib.asynccontextmanager
async def at_work(worker: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Let a worker run for as long as the block lasts; it must not have ended by itself."""
    task = asyncio.create_task(worker)
    try:
        yield
        assert not task.done(), "the worker lives on"
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def told_to_the_administrator(database: Database) -> list[dict[str, Any]]:
    async with database.read() as work:
        rows = select(OutboxMessage.params).where(OutboxMessage.chat_id == ADMIN).order_by(OutboxMessage.id)
        return [params["params"] for params in await work.session.scalars(rows) if params["text"] == "kabar.ditunda"]


async def with_administrator(database: Database) -> None:
    async with database.write() as work:
        await members.appoint_admin(work, ADMIN)


async def until(holds: Callable[[], Awaitable[bool]], wakes: Database, topic: str) -> None:
    """Wait until something holds, waking the worker each time."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await holds():
            wakes.wake(topic)
            await asyncio.sleep(0.05)


async def letters_made(database: Database) -> set[int]:
    async with database.read() as work:
        return set(await work.session.scalars(select(Letter.id).where(Letter.paper_id.is_not(None))))


async def until_made(database: Database, letter_id: int) -> None:
    async def made() -> bool:
        return letter_id in await letters_made(database)

    await until(made, database, "letters")


async def test_a_broken_letter_keeps_nobody_waiting_and_is_made_once_it_is_whole(desk: Desk) -> None:
    await with_administrator(desk.database)
    await push(desk, await bring_to_decision(desk, await ask(desk)), "kepala_dkisp", "setujui")
    async with desk.database.write() as work:
        broken, *_, last = await cases.letters(work, 1)
        whole, broken.data = broken.data, {}
    async with at_work(worker.run_letters(desk.office, desk.database)):
        await until_made(desk.database, last.id)
        assert broken.id not in await letters_made(desk.database)
        (told,) = await told_to_the_administrator(desk.database)
        assert (told["kind"], told["case"]) == ("letter", "HST-2026-0001")
        desk.clock.pass_time(minutes=2)  # tried again and failed again: nobody is told twice a day
        desk.database.wake("letters")
        await asyncio.sleep(0.3)
        assert len(await told_to_the_administrator(desk.database)) == 1
        async with desk.database.write() as work:
            (await work.session.get_one(Letter, broken.id)).data = whole
        desk.clock.pass_time(minutes=31)
        await until_made(desk.database, broken.id)


async def test_a_case_that_cannot_go_on_holds_up_no_other_whose_letters_arrived(desk: Desk) -> None:
    await with_administrator(desk.database)
    for subdomain in ("e-arsip", "e-surat"):
        case = await ask(desk, subdomain=subdomain)
        async with desk.database.write() as work:
            (await work.session.get_one(Case, case.id)).step = "pelaporan"
            work.add(CaseStep(case_id=case.id, step="pelaporan", started_at=work.now, pauses=[]))
            letters = (OutboxMessage.case_id == case.id, OutboxMessage.kind == "letter")
            await work.session.execute(update(OutboxMessage).where(*letters).values(state="sent"))
    async with desk.database.write() as work:
        (await work.session.get_one(Case, 1)).sop_version = 999
    async with at_work(deliveries.run_deliveries(desk.office, desk.database)):

        async def gone_on() -> bool:
            return await _step(desk.database, 2) != "pelaporan"

        await until(gone_on, desk.database, "deliveries")
        assert await _step(desk.database, 1) == "pelaporan"
        assert [one["kind"] for one in await told_to_the_administrator(desk.database)] == ["delivery"]


async def _step(database: Database, case_id: int) -> str:
    async with database.read() as work:
        return (await work.session.get_one(Case, case_id)).step


async def test_a_move_whose_end_cannot_be_noted_holds_up_no_other_and_ends_the_worker_never(scene: Scene) -> None:
    database = scene.desk.database
    await with_administrator(database)
    await scene.ask()
    await scene.decide()
    async with database.write() as work:
        (await work.session.get_one(Server, 2)).host_key = "a key that is none"
    async with at_work(run_moves(scene.office, database)):

        async def told() -> bool:
            return bool(await told_to_the_administrator(database))

        async def rests() -> bool:
            return await scene.phase() == "resting"

        await until(told, database, "moves")
        assert await scene.phase() == "delivered", "nothing of its end is noted by halves"
        async with database.write() as work:
            (await work.session.get_one(Server, 2)).host_key = "ssh-ed25519 AAAA"
        scene.desk.clock.pass_time(minutes=2)
        await until(rests, database, "moves")


class OneOfTwo(PretendFleet):
    """Two servers; what is asked of the first meets a defect of ours."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def _ask(self, server: Any) -> None:
        self.asked.append(server.name)
        if server.name == "web-1":
            raise TypeError("a defect of ours")

    async def facts(self, server: Any) -> ServerFacts:
        self._ask(server)
        return await super().facts(server)

    async def measure(self, server: Any, first_day: dt.date) -> Measurement:
        self._ask(server)
        return await super().measure(server, first_day)


@pytest.mark.parametrize(("kind", "look"), [("drift", check_drift_nightly), ("usage", count_due_servers)])
async def test_a_server_that_meets_a_defect_is_looked_at_later_and_hides_no_other(
    desk: Desk, kind: str, look: Callable[..., Awaitable[None]]
) -> None:
    await with_administrator(desk.database)
    async with desk.database.write() as work:
        first = (await work.session.scalars(select(Server))).one()
        same = {"host_key": first.host_key, "zone": first.zone, "name_server": first.name_server, "facts": first.facts}
        work.add(Server(name="web-2", host="192.0.2.11", created_at=work.now, facts_at=work.now, **same))
    fleet = OneOfTwo()
    office = dataclasses.replace(desk.office, fleet=fleet)
    for _ in range(2):
        await look(office, desk.database)
    assert sorted(fleet.asked) == ["web-1", "web-2"], "the other is done, and the first rests"
    assert [one["kind"] for one in await told_to_the_administrator(desk.database)] == [kind]
    desk.clock.pass_time(minutes=2)
    await look(office, desk.database)
    assert sorted(fleet.asked) == ["web-1", "web-1", "web-2"]


async def test_a_domain_whose_hosting_cannot_be_read_hides_no_other(desk: Desk) -> None:
    await with_administrator(desk.database)
    ids = [await waiting(desk, await add_hosting(desk, slug), f"{slug}.id") for slug in ("satu", "dua")]
    async with desk.database.write() as work:
        (await work.session.get_one(Hosting, 1)).spec_data = {"kind": "of another time"}
    office = dataclasses.replace(desk.office, fleet=OneOfTwo())
    await check_domains(office, desk.database)
    async with desk.database.read() as work:
        looked_at = [(await work.session.get_one(CustomDomain, one)).looked_at for one in ids]
    assert [one is not None for one in looked_at] == [False, True]
    assert [one["kind"] for one in await told_to_the_administrator(desk.database)] == ["domain"]


async def test_a_server_that_answers_nonsense_keeps_no_other_hosting_from_its_snapshot(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    await with_administrator(bureau.database)
    snapshot = bureau.fleet.snapshot

    async def nonsense_of_one(server: Any, spec: Any, reason: Any, *, order_id: str) -> TakenSnapshot:
        taken = await snapshot(server, spec, reason, order_id=order_id)
        return dataclasses.replace(taken, size_bytes=2**80) if spec.slug == "arsip" else taken

    monkeypatch.setattr(bureau.fleet, "snapshot", nonsense_of_one)
    async with bureau.database.write() as work:
        for hosting in list(await work.session.scalars(select(Hosting).order_by(Hosting.id))):
            await ordering.snapshot_now(work, hosting, by=await bureau.by())
    async with at_work(run_backups(bureau.office, bureau.database)):

        async def one_is_done() -> bool:
            return [row.state for row in await bureau.rows()] == ["running", "done"]

        await until(one_is_done, bureau.database, "backups")
        assert [one["kind"] for one in await told_to_the_administrator(bureau.database)] == ["backup"]
