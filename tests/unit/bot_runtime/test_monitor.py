"""What a monitoring sees of the bot."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.line.line import SILENT_SECONDS, Line
from bot.process import monitor
from tests.unit.bot_runtime.conftest import Clock
from tests.unit.bot_runtime.rows import ANI, Put
from workflows.store.unit_of_work import Database

Client = TestClient[web.Request, web.Application]


@pytest.fixture
def line(clock: Clock) -> Line:
    return Line(clock.seconds)


@pytest.fixture
async def client(database: Database, line: Line, tmp_path: Path) -> AsyncIterator[Client]:
    async with TestClient(TestServer(monitor.site(monitor.Watched(tmp_path, database, line)))) as client:
        yield client


async def figures(client: Client) -> dict[str, float]:
    page = await (await client.get("/metrics")).text()
    samples = (row.rpartition(" ") for row in page.splitlines() if not row.startswith("#"))
    return {name: float(value) for name, _, value in samples}


async def test_a_bot_that_works_is_healthy(client: Client, line: Line) -> None:
    line.answered(200)
    answer = await client.get("/health")
    assert (answer.status, await answer.json()) == (200, {"healthy": True, "faults": {}})


async def test_a_silent_telegram_makes_it_unhealthy_but_not_dead(client: Client, line: Line, clock: Clock) -> None:
    line.failed("no route")
    clock.move(SILENT_SECONDS + 1)
    answer = await client.get("/health")
    assert answer.status == 503
    assert (await answer.json())["faults"] == {"telegram": {"silent_seconds": 301, "trouble": "no route"}}
    assert (await client.get("/alive")).status == 200
    assert (await figures(client))["layanan_telegram_silent_seconds"] == 301


async def test_a_database_that_is_gone_makes_it_unhealthy(client: Client, database: Database) -> None:
    async with database.engine.begin() as connection:
        await connection.exec_driver_sql("ALTER TABLE outbox RENAME TO gone")
    answer = await client.get("/health")
    assert answer.status == 503
    assert list((await answer.json())["faults"]) == ["database"]


async def test_what_waits_is_counted_and_how_long(client: Client, clock: Clock, put: Put) -> None:
    for text in ("satu", "dua"):
        await put(ANI, text)
        clock.move(30)
    seen = await figures(client)
    assert seen['layanan_waiting{what="messages"}'] == 2
    assert seen['layanan_oldest_waiting_seconds{what="messages"}'] == 60
    assert seen["layanan_disk_free_bytes"] > 0
    assert seen["process_resident_memory_bytes"] > 0
