"""Whatever fails at whichever change: no neighbour notices, the cause is named, it is mended or given up whole."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import uuid

import pytest

from provisioning.agent.protocol import Work
from provisioning.fleet import ProvisioningError
from provisioning.plan import Applied, ErrorCode
from provisioning.spec import HostingSecrets, HostingSpec
from tests.server.matrix.audit import residue
from tests.server.matrix.conftest import Stage, passwords_of
from tests.server.matrix.faults import KILLED, Trap, strikes
from tests.server.matrix.generate import Case, chosen
from tests.server.matrix.lives import RECORDED, Life, rows, shape
from tests.server.matrix.watcher import watched


async def test_the_rows_are_what_a_server_plans(stage: Stage) -> None:
    """`MATRIX=record` writes them anew."""
    planned = {}
    for name in stage.lives()[1]:
        slug, all_lives = stage.lives()
        life = all_lives[name]
        if life.before is not None:
            await stage.apply(life.before, passwords_of(life.before))
        plan = await stage.fleet.plan(stage.address, life.after)
        planned[name] = shape(plan, slug, stage.server.zone)
        await stage.remove(life.after)
    if os.environ.get("MATRIX") == "record":
        RECORDED.write_text(json.dumps(planned, indent=1) + "\n")
    assert json.loads(RECORDED.read_text()) == planned


@pytest.mark.parametrize("case", chosen(), ids=str)
async def test_a_fault_at_a_change(stage: Stage, case: Case) -> None:
    slug, all_lives = stage.lives()
    life = all_lives[case.row.life]
    before = await asyncio.to_thread(residue, stage.server, stage.name_server)
    passwords = passwords_of(life.before or life.after)
    if life.before is not None:
        await stage.apply(life.before, passwords)
    async with watched(stage.server.address, stage.neighbours) as seen:
        trap = Trap(stage.server, stage.name_server, case.fault)
        await asyncio.to_thread(trap.set, slug, case.row)
        try:
            error = await _tried(stage, life, passwords, trap, case)
        finally:
            await asyncio.to_thread(trap.heal)
        _is_named(error, case)
        await _ends(stage, life.after, passwords, case)
    assert seen.wrong == []
    assert seen.answers > 0
    await stage.remove(life.after)
    after = await asyncio.to_thread(residue, stage.server, stage.name_server)
    assert (sorted(after - before), sorted(before - after)) == ([], [])


async def _tried(
    stage: Stage, life: Life, passwords: HostingSecrets, trap: Trap, case: Case
) -> ProvisioningError | None:
    """Apply with the fault under way; who gives up does not wait for the end."""
    applying = asyncio.create_task(stage.apply(life.after, passwords))
    await asyncio.to_thread(trap.wait)
    if case.ending == "cancel" and case.fault.code is None:
        applying.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        try:
            await applying
        except ProvisioningError as error:
            return error
    return None


def _is_named(error: ProvisioningError | None, case: Case) -> None:
    """The cause and the step are those of the fault; it must show where the change itself needs what failed."""
    if strikes(case.fault, case.row):
        assert error is not None
    if error is not None:
        assert case.fault.code is not None, error
        assert error.code is case.fault.code, error
        assert error.step in {*case.fault.parts, *case.fault.steps}, error
        assert error.code is not ErrorCode.INTERNAL


async def _ends(stage: Stage, spec: HostingSpec, passwords: HostingSecrets, case: Case) -> None:
    if case.ending == "cancel":
        await stage.remove(spec)
        return
    await stage.apply(spec, passwords)
    assert (await stage.verify(spec, passwords)).failed == ()
    assert not (await stage.apply(spec, passwords)).changed


async def test_a_batch_killed_in_its_middle_is_done_whole(stage: Stage) -> None:
    """Three hostings in one request; the agent dies as it makes their databases, and the link asks again."""
    specs = [all_lives["create"].after for _, all_lives in (stage.lives() for _ in range(3))]
    works = [Work(id=str(uuid.uuid4()), spec=spec, secrets=passwords_of(spec)) for spec in specs]
    trap = Trap(stage.server, stage.name_server, KILLED)
    row = next(row for row in rows() if (row.life, row.part) == ("create", "database"))
    before = await asyncio.to_thread(residue, stage.server, stage.name_server)
    async with watched(stage.server.address, stage.neighbours) as seen:
        await asyncio.to_thread(trap.set, specs[1].slug, row)
        answers = await stage.fleet.apply_many(stage.address, works)
        await asyncio.to_thread(trap.wait)
    assert [type(answer) for answer in answers] == [Applied] * len(works)
    for work in works:
        assert work.secrets is not None
        assert (await stage.verify(work.spec, work.secrets)).failed == ()
        await stage.remove(work.spec)
    assert seen.wrong == []
    assert await asyncio.to_thread(residue, stage.server, stage.name_server) == before
