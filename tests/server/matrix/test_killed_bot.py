"""The bot is killed while the agent is at a change: the next one takes the work up from the database."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from provisioning.lab import LabServer
from provisioning.spec import Secret
from tests.server.matrix.audit import residue
from tests.server.matrix.books import Books, open_books
from tests.server.matrix.conftest import Stage
from tests.server.matrix.generate import Case, chosen
from tests.server.matrix.lives import Life
from tests.server.matrix.trap import Trap


@pytest.fixture(scope="module")
async def books(bot_key: Secret, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Books]:
    async with open_books(tmp_path_factory.mktemp("office"), bot_key) as books:
        yield books


@pytest.mark.parametrize("case", chosen(lambda fault: fault.kills_bot), ids=str)
async def test_a_bot_killed_at_a_change(stage: Stage, books: Books, case: Case) -> None:
    slug, all_lives = stage.lives()
    life = all_lives[case.row.life]
    before = await asyncio.to_thread(residue, stage.server, stage.name_server)
    async with stage.removing(life.after):
        with stage.visitors() as seen:
            hosting_id = await _killed(stage, books, slug, life, case)
            if case.ending == "cancel":
                await books.give_up(hosting_id)
            await books.bot.start()
            await _ends(stage, books, hosting_id, case)
        assert seen.wrong == []
        assert seen.seconds
    after = await asyncio.to_thread(residue, stage.server, stage.name_server)
    assert (sorted(after - before), sorted(before - after)) == ([], [])


async def _killed(stage: Stage, books: Books, slug: str, life: Life, case: Case) -> int:
    hosting_id, passwords = await books.reserve(stage.address, stage.server, life.before or life.after)
    if life.before is not None:
        await stage.apply(life.before, passwords)
    trap = Trap(stage.server, stage.name_server, case.fault)
    await asyncio.to_thread(trap.set, slug, case.row)
    await books.want(hosting_id, life.after)
    await asyncio.to_thread(trap.wait)
    await books.bot.kill()
    await asyncio.to_thread(trap.release)
    return hosting_id


async def _ends(stage: Stage, books: Books, hosting_id: int, case: Case) -> None:
    hosting, job = await books.settled(hosting_id)
    is_gone = case.ending == "cancel" or case.row.life == "remove"
    assert (job.state, job.attempt, job.error) == ("done", 1, {})
    assert hosting.state == ("released" if is_gone else "wanted")
    assert hosting.applied_revision == hosting.wanted_revision
    if case.ending == "retry":
        assert await asyncio.to_thread(_told, stage.server, hosting.slug, job.request_id) == ["begin", "done"]


def _told(server: LabServer, slug: str, request_id: str) -> list[str]:
    """Return what the agent's own log says of a request: a copy that was answered from its journal is no work."""
    lines = map(json.loads, server.get(f"/var/lib/layanan/log/{slug}.log").decode().splitlines())
    return [line["event"] for line in lines if line.get("request") == request_id]
