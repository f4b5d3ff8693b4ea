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
from provisioning.lab import LabError
from provisioning.plan import Applied, ErrorCode
from provisioning.spec import HostingSecrets, HostingSpec
from tests.server.matrix.audit import residue
from tests.server.matrix.conftest import Stage, passwords_of
from tests.server.matrix.faults import KILLED, strikes
from tests.server.matrix.generate import Case, chosen
from tests.server.matrix.lives import RECORDED, Life, rows, shape
from tests.server.matrix.trap import Trap
from tests.server.visitors import Visitors


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


@pytest.mark.parametrize("case", chosen(lambda fault: not (fault.on_small_disk or fault.kills_bot)), ids=str)
async def test_a_fault_at_a_change(stage: Stage, case: Case) -> None:
    await _play(stage, case)


@pytest.mark.parametrize("case", chosen(lambda fault: fault.on_small_disk), ids=str)
async def test_a_full_disk_at_a_change(small_stage: Stage, case: Case) -> None:
    await _play(small_stage, case)


async def _play(stage: Stage, case: Case) -> None:
    slug, all_lives = stage.lives()
    life = all_lives[case.row.life]
    passwords = passwords_of(life.before or life.after)
    before = await asyncio.to_thread(residue, stage.server, stage.name_server)
    async with stage.removing(life.after):
        await _goes_through(stage, slug, life, passwords, case)
    after = await asyncio.to_thread(residue, stage.server, stage.name_server)
    assert (sorted(after - before), sorted(before - after)) == ([], [])


async def _goes_through(stage: Stage, slug: str, life: Life, passwords: HostingSecrets, case: Case) -> None:
    if life.before is not None:
        await stage.apply(life.before, passwords)
    with stage.visitors() as seen:
        trap = Trap(stage.server, stage.name_server, case.fault)
        await asyncio.to_thread(trap.set, slug, case.row)
        try:
            error = await _tried(stage, asyncio.create_task(stage.apply(life.after, passwords)), trap, case, seen)
        finally:
            await asyncio.to_thread(trap.heal)
        _is_named(error, case)
        if case.fault.changes_host_key:
            await _nothing_is_sent_before_the_key_is_confirmed(stage)
        await _ends(stage, life.after, passwords, case)
    assert seen.wrong == []
    assert seen.seconds


async def _tried(
    stage: Stage, applying: asyncio.Task[Applied], trap: Trap, case: Case, seen: Visitors
) -> ProvisioningError | None:
    """Let the fault come while the work is under way; who gives up does not wait for the end."""
    try:
        await asyncio.to_thread(trap.wait)
    except LabError:
        if applying.done():
            await applying  # what ended it before the fault could come says more
        raise
    if case.fault.cuts_power:
        with seen.away():
            await asyncio.to_thread(stage.server.kill)
            await asyncio.to_thread(stage.server.boot)
    if case.ending == "cancel" and case.fault.code is None:
        applying.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        try:
            await applying
        except ProvisioningError as error:
            return error
    return None


LOGINS = (
    "journalctl -q -o cat _SYSTEMD_INVOCATION_ID=$(systemctl show -P InvocationID ssh)"
    " | grep -c '^Accepted publickey for layanan'"
)  # since the SSH service was started with the new key


async def _nothing_is_sent_before_the_key_is_confirmed(stage: Stage) -> None:
    async def logins() -> int:
        return int((await asyncio.to_thread(stage.server.run, LOGINS, check=False)).stdout)

    with pytest.raises(ProvisioningError) as refused:
        await stage.fleet.facts(stage.address)
    assert refused.value.code is ErrorCode.HOST_KEY_CHANGED
    assert await logins() == 0
    await stage.confirm_host_key()
    await stage.fleet.facts(stage.address)
    async with asyncio.timeout(20):
        while not await logins():  # noqa: ASYNC110 - it is there once journald has it
            await asyncio.sleep(0.2)
    assert await logins() == 1


def _is_named(error: ProvisioningError | None, case: Case) -> None:
    """The cause and the step are those of the fault; it must show where the change itself needs what failed."""
    if strikes(case.fault, case.row):
        assert error is not None
    if error is not None:
        assert case.fault.code is not None, error
        assert error.code is case.fault.code or (error.code is case.fault.later and not strikes(case.fault, case.row))
        assert error.step in case.fault.steps, error
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
    with stage.visitors() as seen:
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
