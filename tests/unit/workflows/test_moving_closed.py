"""A site on its way to another server is closed by the office all the same, and opened by neither server."""

from __future__ import annotations

import pytest

from provisioning.spec import State
from tests.unit.workflows.test_closing import REASON, close, end, is_waiting, state_of
from tests.unit.workflows.test_moving import Scene, scene
from tests.unit.workflows.test_staging_following import newest
from workflows.hosting import suspension
from workflows.moving.rules import NEXT, Phase
from workflows.moving.worker import go_on
from workflows.store import hostings

__all__ = ["scene"]


async def carried_to(scene: Scene, phase: Phase) -> None:
    """Let a move that the Kabid agrees to get as far as `phase`."""
    await scene.ask()
    await scene.decide()
    while await scene.phase() != phase:
        before = Phase(await scene.phase())
        await go_on(scene.office, scene.desk.database, scene.move)
        assert await scene.phase() == NEXT[before]


@pytest.mark.parametrize("phase", [Phase.AGREED, Phase.PREPARED])
async def test_while_its_files_are_copied_it_is_closed_at_once_and_arrives_closed(scene: Scene, phase: Phase) -> None:
    await carried_to(scene, phase)
    assert await close(scene.desk, scene.hosting)
    site, job = await newest(scene.desk, scene.hosting)
    assert (job.action, state_of(site)) == (suspension.SUSPEND.name, (State.SUSPENDED, REASON))
    async with scene.desk.database.read() as work:
        assert job.id in [one.id for one in await hostings.open_jobs(work)]
    await end(scene.desk, scene.hosting)
    assert await scene.run() == "resting"
    assert "active" not in [state for _, state, _ in scene.fleet.made]
    site, _ = await newest(scene.desk, scene.hosting)
    assert (site.server_id, state_of(site)) == (2, (State.SUSPENDED, REASON))


@pytest.mark.parametrize("phase", [Phase.COPIED, Phase.CLOSED, Phase.DELIVERED])
async def test_once_a_move_has_closed_it_no_server_opens_it_again(scene: Scene, phase: Phase) -> None:
    await carried_to(scene, phase)
    before = len(scene.fleet.made)
    assert not await close(scene.desk, scene.hosting), "that is the move's to do, in minutes"
    assert await scene.run() == "resting"
    assert "active" not in [state for _, state, _ in scene.fleet.made[before:]]
    site, job = await newest(scene.desk, scene.hosting)
    assert (job.action, job.state, state_of(site)) == (suspension.SUSPEND.name, "waiting", (State.SUSPENDED, REASON))
    assert not await is_waiting(scene.desk, scene.hosting)


async def test_a_move_that_is_taken_back_leaves_it_closed_where_it_was(scene: Scene) -> None:
    await carried_to(scene, Phase.CLOSED)
    scene.fleet.fails["glance"] = scene.fleet.fails["web-2:active"] = scene.fleet.fails["web-2:suspended"] = 99
    assert not await close(scene.desk, scene.hosting)
    assert await scene.run() == "undone"
    assert ("web-1", "active", False) not in scene.fleet.made
    site, job = await newest(scene.desk, scene.hosting)
    assert (site.server_id, job.action, state_of(site)) == (1, suspension.SUSPEND.name, (State.SUSPENDED, REASON))
