"""A move's way: agreed, carried out step by step whatever dies, taken back where it must be, kept for a week."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import uuid
from typing import Any

import pytest
from sqlalchemy import select

from provisioning.agent.move_request import Move as Asked
from provisioning.agent.protocol import Verb
from provisioning.fleet import ProvisioningError
from provisioning.outside import is_well
from provisioning.plan import Applied, ErrorCode, Plan
from provisioning.spec import HostingSpec, Kind, State
from provisioning.verification.verify import Verification
from tests.unit.fleet_double import FleetDouble
from tests.unit.workflows.conftest import FACTS, Desk
from tests.unit.workflows.standing import add_hosting
from workflows.hosting import orders, retry
from workflows.hosting.opening import new_job
from workflows.moving import decision, rules
from workflows.moving.rules import Phase
from workflows.moving.worker import WORKED, go_on, run_moves, waits_for_a_copy
from workflows.office import Office
from workflows.people import members
from workflows.refusal import Refused
from workflows.store import backups, hostings, moves
from workflows.store.tables import Backup, Hosting, JobState, Move, OutboxMessage, Server


class Servers(FleetDouble):
    """Two servers that remember what was made and carried; `fails` is raised at a step, `dies` after one."""

    made: list[tuple[str, str, bool]]
    carried: list[tuple[str, str]]
    fails: dict[str, int]
    front: dict[str, int]
    dies: str = ""

    def _step(self, name: str) -> None:
        if self.fails.get(name, 0) > 0:
            self.fails[name] -= 1
            raise ProvisioningError(ErrorCode.UNREACHABLE, f"no {name}", step="move")

    async def apply(self, server: Any, spec: HostingSpec, secrets: Any, **options: Any) -> Applied:
        self._step(f"{server.name}:{spec.state}")
        self.made.append((server.name, str(spec.state), spec.elsewhere))
        plan = Plan(slug=spec.slug, basis="0" * 64, changes=())
        if self.dies == f"{server.name}:{spec.state}":
            self.dies = ""
            raise SystemExit
        return Applied(plan=plan, changed=True, facts={"addresses": ["192.0.2.20"]})

    async def move(self, server: Any, verb: Verb, spec: HostingSpec, move: Asked) -> dict[str, Any]:
        self._step(f"{verb}:{move.piece}")
        if verb is Verb.UNPACK:
            self.carried.append((server.name, str(move.piece)))
        answers: dict[Verb, dict[str, Any]] = {
            Verb.PACK: {"size": 0, "sha256": "0" * 64, "logins": {}},
            Verb.TAKE: {"size": 0},
        }
        return answers.get(verb, {})

    async def front_page_status(self, server: Any, spec: HostingSpec, **options: Any) -> int:
        return self.front.get(server.name, 200)

    async def check_page_served(self, server: Any, spec: HostingSpec, *, before: int = 200) -> None:
        self._step("glance")
        if is_well(before) and not is_well(await self.front_page_status(server, spec)):
            raise ProvisioningError(ErrorCode.STEP_FAILED, "the page answers 500", step="verify")

    async def verify(self, server: Any, spec: HostingSpec, secrets: Any, **options: Any) -> Verification:
        return Verification(())


@dataclasses.dataclass
class Scene:
    desk: Desk
    office: Office
    fleet: Servers
    hosting: int
    move: int = 0

    async def phase(self) -> str:
        async with self.desk.database.read() as work:
            found = await moves.get(work, self.move)
            assert found is not None
            return found.phase

    async def run(self, *, most: int = 40) -> str:
        """Go on until nothing is left to do now; time passes between the tries."""
        for _ in range(most):
            async with self.desk.database.read() as work:
                due = await moves.due(work, [one for one in WORKED if one is not Phase.RESTING], work.now)
            if not due and await self.phase() not in rules.BUSY:
                break
            for one in due:
                await go_on(self.office, self.desk.database, one.id)
            self.desk.clock.pass_time(minutes=1)
        return await self.phase()

    async def ask(self, target: int = 2, who: str = "engineer", starts: dt.datetime | None = None) -> None:
        async with self.desk.database.write() as work:
            member = await self.desk.member(work, who)
            self.move = (await decision.ask_for_move(work, member, self.hosting, target, starts)).id

    async def decide(self, *, agrees: bool = True, who: str = "kabid") -> None:
        async with self.desk.database.write() as work:
            await decision.decide(work, await self.desk.member(work, who), self.move, agrees=agrees)


@pytest.fixture
async def scene(desk: Desk) -> Scene:
    fleet = Servers()
    fleet.made, fleet.carried, fleet.fails, fleet.front = [], [], {}, {}
    async with desk.database.write() as work:
        facts = dataclasses.replace(FACTS, addresses_shared=("192.0.2.20",))
        key = "ssh-ed25519 AAAA"
        more = {"zone": "tarakankota.go.id", "name_server": "192.0.2.53", "created_at": work.now}
        work.add(Server(name="web-2", host="192.0.2.20", host_key=key, facts=facts, facts_at=work.now, **more))
    return Scene(desk, dataclasses.replace(desk.office, fleet=fleet), fleet, await add_hosting(desk, "e-arsip"))


async def test_a_hosting_goes_step_by_step_and_what_stood_there_is_removed_a_week_later(scene: Scene) -> None:
    await scene.ask()
    assert await scene.run() == "asked", "nothing is done before the Kabid agrees"
    await scene.decide()
    assert await scene.run() == "resting"
    assert scene.fleet.made == [
        ("web-2", "archived", True),
        ("web-1", "suspended", True),
        ("web-2", "active", True),
        ("web-2", "active", False),
    ]
    assert scene.fleet.carried == [("web-2", "files"), ("web-2", "changes"), ("web-2", "database")]
    async with scene.desk.database.read() as work:
        hosting, move = await hostings.get(work, scene.hosting), await moves.get(work, scene.move)
        assert hosting is not None
        assert move is not None
        assert hosting.server_id == 2
        assert hosting.applied_revision == hosting.wanted_revision == 2
        assert (move.due_at - move.opened_at) == rules.KEPT if move.opened_at else False
        told = await work.session.scalars(select(OutboxMessage.chat_id).where(OutboxMessage.kind == "notice"))
        assert sorted(told) == [1001, 1001, 1002, 1002], "its head and Tim Teknis hear before and after"
    scene.desk.clock.pass_time(days=8)
    await go_on(scene.office, scene.desk.database, scene.move)
    assert await scene.phase() == "done"
    assert scene.fleet.made[-1] == ("web-1", "removed", True), "its names are the target's now"


@pytest.mark.parametrize("step", ["web-2:archived", "web-1:suspended", "web-2:active"])
async def test_whatever_dies_at_a_step_is_gone_on_with(scene: Scene, step: str) -> None:
    await scene.ask()
    await scene.decide()
    scene.fleet.dies = step
    with pytest.raises(SystemExit):
        await scene.run()
    assert await scene.run() == "resting"
    assert {one[:2] for one in scene.fleet.made} == {
        ("web-2", "archived"),
        ("web-1", "suspended"),
        ("web-2", "active"),
    }


@pytest.mark.parametrize("step", ["unpack:files", "unpack:database", "glance", "web-1:suspended"])
async def test_a_step_that_keeps_failing_takes_the_move_back_and_opens_the_source(scene: Scene, step: str) -> None:
    await scene.ask()
    await scene.decide()
    scene.fleet.fails = {step: rules.TRIES}
    assert await scene.run() == "undone"
    assert scene.fleet.made[-2:] == [("web-1", "active", False), ("web-2", "removed", True)]
    async with scene.desk.database.read() as work:
        hosting = await hostings.get(work, scene.hosting)
        assert hosting is not None
        assert hosting.server_id == 1


async def test_it_is_backed_up_where_it_stands_then_once_whatever_dies(scene: Scene) -> None:
    async with scene.desk.database.write() as work:
        (await hostings.server(work, 2)).backup_place = "/var/backups/layanan"
    await scene.ask()
    await scene.decide()
    scene.fleet.dies = "web-2:active"
    with pytest.raises(SystemExit):
        await scene.run()
    assert await scene.run() == Phase.RESTING
    async with scene.desk.database.read() as work:
        rows = list(await work.session.scalars(select(Backup)))
    assert [(row.server_id, row.deed, row.reason, row.state) for row in rows] == [(2, "snapshot", "moved", "waiting")]


async def test_a_long_copy_keeps_no_closed_site_waiting(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = await add_hosting(scene.desk, "e-surat")
    await scene.ask()
    await scene.decide()
    async with scene.desk.database.write() as work:
        (await work.session.get_one(Move, scene.move)).phase = str(Phase.PREPARED)
        other = Move(
            hosting_id=closed, source_id=1, target_id=2, uuid=str(uuid.uuid4()), phase=str(Phase.CLOSED), attempt=0,
            error={}, asked_by=1, due_at=work.now, created_at=work.now, closed_at=work.now,
        )  # fmt: skip
        work.add(other)
    move = scene.fleet.move

    async def copying_for_hours(server: Any, verb: Verb, spec: HostingSpec, asked: Asked) -> dict[str, Any]:
        if spec.slug == "e-arsip" and verb is Verb.PACK:
            await asyncio.Event().wait()
        return await move(server, verb, spec, asked)

    monkeypatch.setattr(scene.fleet, "move", copying_for_hours)
    worker = asyncio.create_task(run_moves(scene.office, scene.desk.database))
    async with asyncio.timeout(120):
        while await _phase(scene, other.id) != Phase.RESTING:  # noqa: ASYNC110 - it is another's transaction
            await asyncio.sleep(0.05)
    worker.cancel()
    await asyncio.gather(worker, return_exceptions=True)
    assert await scene.phase() == Phase.PREPARED


async def _phase(scene: Scene, move_id: int) -> str:
    async with scene.desk.database.read() as work:
        return (await work.session.get_one(Move, move_id)).phase


def test_two_copies_wait_for_each_other_where_they_share_a_server() -> None:
    def copy(source: int, target: int, phase: Phase = Phase.PREPARED) -> Move:
        return Move(source_id=source, target_id=target, phase=str(phase))

    assert waits_for_a_copy(copy(1, 2), [copy(3, 2)])
    assert not waits_for_a_copy(copy(1, 2), [copy(3, 4)])
    assert not waits_for_a_copy(copy(1, 2), [copy(1, 2, Phase.CLOSED)])
    assert not waits_for_a_copy(copy(1, 2, Phase.DELIVERED), [copy(1, 2)])


async def test_a_failure_that_ends_is_overcome_and_the_switch_is_never_taken_back(scene: Scene) -> None:
    await scene.ask()
    await scene.decide()
    scene.fleet.fails = {"unpack:files": rules.TRIES - 1, "web-2:active": 0}
    assert await scene.run() == "resting"
    assert rules.after_failure(Phase.DELIVERED, 99) is Phase.DELIVERED
    assert rules.after_failure(Phase.CLOSED, rules.TRIES) is Phase.UNDOING


async def test_nothing_else_is_done_to_a_hosting_on_its_way_and_its_room_is_kept(scene: Scene) -> None:
    await scene.ask()
    await scene.decide()
    async with scene.desk.database.write() as work:
        with pytest.raises(Refused, match="hosting_busy"):
            await orders.orderable(work, scene.hosting)
        assert [one.id for one in await hostings.taking_room_on(work, 2)] == [scene.hosting]
    with pytest.raises(Refused, match="hosting_busy"):
        await scene.ask()


async def test_an_older_order_that_failed_is_not_tried_again_while_the_hosting_moves(scene: Scene) -> None:
    async with scene.desk.database.write() as work:
        hosting = await hostings.lock(work, scene.hosting)
        assert hosting is not None
        failed = new_job(work, hosting)
        failed.action, failed.data, failed.state = "php", {}, JobState.FAILED
        await work.flush()
    await scene.ask()
    await scene.decide()
    async with scene.desk.database.write() as work:
        engineer = await scene.desk.member(work, "engineer")
        for press in (retry.retry, retry.take_over):
            with pytest.raises(Refused, match="job_running"):
                await press(work, engineer, failed.id)
    assert await scene.run() == "resting"
    async with scene.desk.database.write() as work:
        again = await retry.retry(work, await scene.desk.member(work, "engineer"), failed.id)
    assert again.attempt == failed.attempt + 1


async def test_no_move_is_agreed_to_while_a_restore_is_open(scene: Scene) -> None:
    await scene.ask()
    async with scene.desk.database.write() as work:
        order = {"deed": "restore", "reason": "asked", "server_id": 1, "hosting_id": scene.hosting, "due_at": work.now}
        await backups.put(work, {**order, "key": "r", "request_id": "r"})
    with pytest.raises(Refused, match="hosting_busy"):
        await scene.decide()


async def test_who_may_not_is_refused_and_a_server_without_room_too(scene: Scene) -> None:
    for who in ("kabid", "kepala_opd"):
        with pytest.raises(Refused, match="wrong_role"):
            await scene.ask(who=who)
    with pytest.raises(Refused, match="move_target"):
        await scene.ask(target=1)
    async with scene.desk.database.write() as work:
        row = await work.session.get(Hosting, scene.hosting)
        assert row is not None
        spec = HostingSpec(slug="e-arsip", domains=(row.domain,), kind=Kind.PHP, php_version="8.4", state=State.ACTIVE)
        row.spec = spec
    with pytest.raises(Refused, match="move_target"):
        await scene.ask()


async def test_the_kabid_may_say_no_and_only_the_kabid_decides(scene: Scene) -> None:
    await scene.ask()
    with pytest.raises(Refused, match="wrong_role"):
        await scene.decide(who="engineer")
    await scene.decide(agrees=False)
    with pytest.raises(Refused, match="move_gone"):
        await scene.decide()
    assert (await scene.phase(), scene.fleet.made) == ("refused", [])


async def test_who_asked_for_a_move_may_withdraw_it_but_does_not_agree_to_it(scene: Scene) -> None:
    async with scene.desk.database.write() as work:
        await members.grant(work, scene.desk.ids["kabid"], role="engineer", starts=members.today(work))
    await scene.ask(who="kabid")
    with pytest.raises(Refused, match="move_own"):
        await scene.decide()
    await scene.decide(agrees=False)
    assert await scene.phase() == "refused"


def test_pauses_grow_to_ten_minutes() -> None:
    assert rules.pause(1) == dt.timedelta(seconds=20)
    assert rules.pause(50) == dt.timedelta(minutes=10)
