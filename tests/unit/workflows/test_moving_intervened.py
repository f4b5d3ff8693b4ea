"""A move is called off until its site is closed, a failed step is tried at once, and the OPD hears what it met."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from provisioning.agent.move_request import Move as Asked
from provisioning.agent.move_request import Piece
from provisioning.agent.protocol import Verb
from provisioning.spec import HostingSpec
from tests.unit.workflows.test_closing import close
from tests.unit.workflows.test_moving import Scene, scene
from tests.unit.workflows.test_moving_closed import carried_to
from workflows.moving import intervening
from workflows.moving.rules import Phase
from workflows.moving.worker import go_on
from workflows.refusal import Refused
from workflows.store import hostings, moves
from workflows.store.tables import Move, OutboxMessage

__all__ = ["scene"]


async def cancel(scene: Scene, who: str = "engineer") -> None:
    async with scene.desk.database.write() as work:
        await intervening.cancel(work, await scene.desk.member(work, who), scene.move)


async def told(scene: Scene, text: str) -> list[dict[str, Any]]:
    """Return what the people of the OPD were told under this text."""
    async with scene.desk.database.read() as work:
        rows = await work.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "notice"))
        return [row.params["params"] for row in rows if row.params["text"] == text]


async def the_move(scene: Scene) -> Move:
    async with scene.desk.database.read() as work:
        found = await moves.get(work, scene.move)
        assert found is not None
        return found


async def test_who_proposed_it_takes_it_back_and_nothing_was_done(scene: Scene) -> None:
    await scene.ask()
    with pytest.raises(Refused, match="wrong_role"):
        await cancel(scene, "kepala_opd")
    await cancel(scene)
    assert (await scene.run(), scene.fleet.made) == ("undone", [])
    with pytest.raises(Refused, match="move_closed"):
        await cancel(scene)
    await scene.ask()
    assert await scene.phase() == "asked", "it may be proposed anew"


@pytest.mark.parametrize("who", ["engineer", "kabid"])
async def test_called_off_while_its_files_are_copied_the_copy_stops_and_the_site_stays_open(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    await carried_to(scene, Phase.PREPARED)
    given, move = [], scene.fleet.move

    async def endless(server: Any, verb: Verb, spec: HostingSpec, asked: Asked) -> dict[str, Any]:
        if verb is Verb.PACK and asked.piece is Piece.FILES:
            return {"size": 10_000, "sha256": "0" * 64, "logins": {}}
        if verb is Verb.GIVE:
            given.append(asked.offset)
            if len(given) == 3:
                await cancel(scene, who)
            return {"data": "AA=="}
        if verb is Verb.TAKE:
            return {"size": len(given)}
        return await move(server, verb, spec, asked)

    monkeypatch.setattr(scene.fleet, "move", endless)
    assert await scene.run() == "undone"
    assert given == [0, 1, 2]
    assert scene.fleet.made[1:] == [("web-1", "active", False), ("web-2", "removed", True)]
    assert ("web-1", "suspended", True) not in scene.fleet.made
    assert [one["closed"] for one in await told(scene, "pemindahan.batal_opd")] == ["", ""], "nobody met it closed"


async def test_called_off_at_the_last_moment_the_site_is_not_closed_and_afterwards_it_is_too_late(scene: Scene) -> None:
    await carried_to(scene, Phase.COPIED)
    await cancel(scene)
    assert await scene.run() == "undone"
    assert ("web-1", "suspended", True) not in scene.fleet.made
    scene.fleet.dies = "web-1:suspended"
    await carried_to(scene, Phase.COPIED)
    with pytest.raises(SystemExit):
        await go_on(scene.office, scene.desk.database, scene.move)
    assert await scene.phase() == Phase.COPIED
    with pytest.raises(Refused, match="move_closed"):
        await cancel(scene)


@pytest.mark.parametrize("is_closed_for_good", [False, True])
async def test_the_opd_hears_of_a_move_that_was_undone_after_the_site_was_closed(
    scene: Scene, is_closed_for_good: bool
) -> None:
    await carried_to(scene, Phase.CLOSED)
    scene.fleet.fails["unpack:database"] = 99
    if is_closed_for_good:
        assert not await close(scene.desk, scene.hosting)
    assert await scene.run() == "undone"
    said = await told(scene, "pemindahan.batal_opd")
    assert len(said) == 2, "its head and its Tim Teknis, once"
    assert {one["open"] for one in said} == {not is_closed_for_good}
    assert all("menit" in one["closed"] for one in said)


async def test_an_engineer_has_a_step_tried_at_once_that_waits_for_its_next_turn(scene: Scene) -> None:
    await carried_to(scene, Phase.DELIVERED)
    async with scene.desk.database.write() as work:
        with pytest.raises(Refused, match="move_runs"):
            await intervening.try_again(work, await scene.desk.member(work, "engineer"), scene.move)
    scene.fleet.fails["web-2:active"] = 7
    for _ in range(7):
        scene.desk.clock.pass_time(minutes=11)
        await go_on(scene.office, scene.desk.database, scene.move)
    assert (await the_move(scene)).due_at > scene.desk.clock.now
    async with scene.desk.database.write() as work:
        with pytest.raises(Refused, match="wrong_role"):
            await intervening.try_again(work, await scene.desk.member(work, "kabid"), scene.move)
        await intervening.try_again(work, await scene.desk.member(work, "engineer"), scene.move)
    assert (await the_move(scene)).due_at <= scene.desk.clock.now
    await go_on(scene.office, scene.desk.database, scene.move)
    assert await scene.phase() == "resting"


async def test_a_site_whose_own_application_fails_is_moved_and_one_that_fails_there_alone_is_not(scene: Scene) -> None:
    scene.fleet.front = {"web-1": 500, "web-2": 500}
    await scene.ask()
    await scene.decide()
    assert await scene.run() == "resting"
    assert (await the_move(scene)).front_before == 500
    scene.fleet.front = {"web-2": 200, "web-1": 500}
    scene.desk.clock.pass_time(days=8)
    await go_on(scene.office, scene.desk.database, scene.move)
    await scene.ask(target=1)
    await scene.decide()
    assert await scene.run() == "undone"
    async with scene.desk.database.read() as work:
        hosting = await hostings.get(work, scene.hosting)
        assert hosting is not None
        assert hosting.server_id == 2
