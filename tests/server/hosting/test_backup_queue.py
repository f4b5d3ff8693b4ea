"""The office's queue over a real server: an order over which its process dies is done once; what was lost is back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from tests.server.hosting.backup_place import held, wait_for_restic
from tests.server.hosting.conftest import BACKUPS, Hosting
from tests.server.hosting.test_backups import RESTIC, filled, in_home, traces
from workflows.hosting.backups import ordering, worker
from workflows.hosting.backups.ordering import RestoreRequest
from workflows.hosting.orders import THE_OFFICE
from workflows.office import Office
from workflows.people import opds
from workflows.store import backups, migrations
from workflows.store.tables import Backup, Server
from workflows.store.tables import Hosting as HostingRow
from workflows.store.unit_of_work import Database

__all__ = ["filled"]


@pytest.fixture
async def database(tmp_path: Path, filled: Hosting) -> AsyncIterator[Database]:
    """The office's tables, with the server and its hosting. On SQLite alone: what is asked of a server is the same."""
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/kantor.db")
    await migrations.upgrade(database)
    async with database.write() as work:
        await opds.seed(work)
        server = Server(
            name="web-1", host=filled.server.host, host_key=filled.server.host_key, zone=filled.lab_server.zone,
            name_server=filled.lab_server.city.dns_address, backup_place=BACKUPS, created_at=work.now,
        )  # fmt: skip
        work.add(server)
        await work.flush()
        work.add(
            HostingRow(
                opd_id=1, server_id=server.id, slug=filled.spec.slug, domain=filled.name, state="wanted",
                spec=filled.spec, wanted_revision=1, applied_revision=1, created_at=work.now,
            )
        )  # fmt: skip
    yield database
    await database.close()


async def row_of(database: Database, row: Backup) -> Backup:
    async with database.read() as work:
        found = await backups.get(work, row.id)
    assert found is not None
    return found


async def test_an_order_whose_process_dies_is_done_once_and_gives_back_what_was_lost(
    filled: Hosting, database: Database
) -> None:
    fill_more = f"runuser -u {filled.account} -- sh -c 'head -c 80000000 /dev/urandom >public/besar.bin'"
    in_home(filled, fill_more)
    before, office = held(filled), cast("Office", SimpleNamespace(fleet=filled.fleet))
    async with database.write() as work:
        hosting = await work.session.get_one(HostingRow, 1)
        order = await ordering.snapshot_now(work, hosting, by=THE_OFFICE)
    dying = asyncio.create_task(worker.run_one(office, database, order.id))
    await asyncio.to_thread(wait_for_restic, filled.lab_server, "backup")
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    assert (await row_of(database, order)).state == "running"

    await worker.run_one(office, database, order.id)
    done = await row_of(database, order)
    assert (done.state, done.error_code) == ("done", None)
    tagged = filled.lab_server.run(f"{RESTIC} snapshots --json --tag order:{order.request_id}").stdout
    assert [one["id"] for one in json.loads(tagged)] == [done.snapshot]

    in_home(filled, "rm -rf public/unggah public/besar.bin private/kunci")
    async with database.write() as work:
        back = await ordering.restore(work, hosting, RestoreRequest(snapshot=done.id), by=THE_OFFICE)
    await worker.run_one(office, database, back.id)
    assert (await row_of(database, back)).state == "done"
    assert held(filled) == before
    async with database.read() as work:
        reasons = [row.reason for row in await backups.snapshots_of(work, hosting.id, limit=5)]
    assert reasons == ["before", "asked"]
    assert traces(filled.lab_server) == ""
