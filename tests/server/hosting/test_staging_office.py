"""The office over a real server: a copy is made, tried on, put over its site, taken back from the backup, and gone."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from provisioning.fleet import Fleet
from provisioning.lab import LabServer
from provisioning.spec import HostingSecrets, Secret
from provisioning.verification.http import PageLogin, Visitor, WebServer
from tests.server.hosting.backup_place import held, sql
from tests.server.hosting.conftest import Hosting, Hostings
from tests.server.hosting.test_staging_copy import PAGE, in_home, revealed, site, write
from workflows import servers
from workflows.hosting.backups import ordering, worker
from workflows.hosting.backups.ordering import RestoreRequest
from workflows.hosting.orders import THE_OFFICE
from workflows.hosting.staging import applying, lifecycle
from workflows.jobs import reconcile
from workflows.office import Office
from workflows.people import opds
from workflows.secrets.vault import Vault, new_key, read_keys
from workflows.store import backups, copies, hostings, ledger, migrations
from workflows.store.tables import Hosting as HostingRow
from workflows.store.tables import Job, Server
from workflows.store.unit_of_work import Database

__all__ = ["site"]

SECONDS = 120.0


class Desk:
    """The office's tables and workers, which can be stopped as a kill stops them."""

    def __init__(self, database: Database, office: Office) -> None:
        self.database = database
        self.office = office

    async def row(self, slug: str) -> HostingRow:
        async with self.database.read() as work:
            found = await hostings.by_slug(work, slug)
        assert found is not None
        return found

    async def copy(self) -> HostingRow | None:
        async with self.database.read() as work:
            return await copies.of_hosting(work, 1)

    async def at_work(self, until: Callable[[], Awaitable[object]]) -> None:
        """Let jobs and backups be done until something holds."""
        workers = [
            asyncio.create_task(run(self.office, self.database)) for run in (reconcile.run_jobs, worker.run_backups)
        ]
        try:
            async with asyncio.timeout(SECONDS):
                while not await until():
                    assert not [job.error for job in await self.jobs("failed")]
                    await asyncio.sleep(0.05)
        finally:
            for task in workers:
                task.cancel()
            await asyncio.gather(*workers, return_exceptions=True)

    async def jobs(self, *states: str) -> list[Job]:
        async with self.database.read() as work:
            found = [await hostings.job(work, number) for number in range(1, 30)]
        return [job for job in found if job is not None and job.state in states]

    async def rests(self) -> bool:
        """Whether nothing is left to do."""
        async with self.database.read() as work:
            return not await self.jobs("waiting", "running") and not await backups.due(work)

    async def passwords(self, row: HostingRow) -> HostingSecrets:
        async with self.database.read() as work:
            opened = await reconcile.issued_secrets(self.office, work, row)
        assert opened is not None
        return opened


@pytest.fixture
async def desk(tmp_path: Path, site: Hosting, kept: str, fleet: Fleet) -> AsyncIterator[Desk]:
    """On SQLite alone: what is asked of a server is the same."""
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/kantor.db")
    await migrations.upgrade(database)
    web, address = site.lab_server, site.server
    given = {"fleet": fleet, "vault": Vault(read_keys(new_key())), "zone": web.zone}
    office = cast("Office", SimpleNamespace(**given))
    async with database.write() as work:
        await opds.seed(work)
        work.add(
            Server(
                name="web-1", host=address.host, host_key=address.host_key, zone=web.zone,
                name_server=web.city.dns_address, backup_place=kept, created_at=work.now,
            )
        )  # fmt: skip
        await work.flush()
        work.add(
            HostingRow(
                opd_id=1, server_id=1, slug=site.spec.slug, domain=site.name, state="wanted",
                spec=site.spec, wanted_revision=1, applied_revision=1, created_at=work.now,
            )
        )  # fmt: skip
    await servers.refresh(office, database)
    yield Desk(database, office)
    await database.close()


async def made(desk: Desk, site: Hosting, hostings_: Hostings) -> Hosting:
    """Have a copy made, by workers that are stopped again and again; return it as a test holds one."""
    async with desk.database.write() as work:
        await lifecycle.make(desk.office, work, await work.session.get_one(HostingRow, 1), by=THE_OFFICE)
    for moment in (0.3, 0.8, 1.5):
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(moment):
                await desk.at_work(desk.rests)
    await desk.at_work(desk.rests)
    row = await desk.copy()
    assert row is not None
    copy = hostings_.want()
    copy.spec, copy.passwords = row.spec, await desk.passwords(row)
    return copy


async def test_an_update_is_tried_and_comes_to_the_site_and_back_again(
    desk: Desk, site: Hosting, hostings: Hostings, web: LabServer
) -> None:
    write(site, "public/index.php", PAGE)
    before = held(site)
    copy = await made(desk, site, hostings)
    assert copy.name == f"uji-{site.name}"
    assert await page(copy) == f"Naskah Ü 😀 `x`|{copy.database}"
    assert revealed(copy) in in_home(copy, "cat public/wp-config.php")
    assert web.run(f"grep -rl {revealed(site)} /srv/hosting/{copy.spec.slug}", check=False).stdout == ""

    sql(copy, "UPDATE surat SET judul='Versi 2' WHERE id=1")
    write(copy, "public/baru.txt", "versi 2")
    async with desk.database.write() as work:
        row = await work.session.get_one(HostingRow, 2)
        await applying.order_apply(desk.office, work, row, database=True, by=THE_OFFICE)
    with Watching(site) as watching:
        await desk.at_work(desk.rests)
    assert await page(site) == f"Versi 2|{site.database}"
    assert in_home(site, "cat public/baru.txt") == "versi 2"
    assert 0 < watching.closed_seconds < 60
    assert {*watching.statuses} <= {200, 503}, "visitors read the page or why it is closed, and nothing else"

    async with desk.database.write() as work:
        (snapshot,) = await backups.snapshots_of(work, 1, limit=9)
        assert snapshot.reason == "before"
        row = await work.session.get_one(HostingRow, 1)
        await ordering.restore(work, row, RestoreRequest(snapshot=snapshot.id), by=THE_OFFICE)
    await desk.at_work(desk.rests)
    assert held(site) == before
    assert await page(site) == f"Naskah Ü 😀 `x`|{site.database}"

    async with desk.database.write() as work:
        await lifecycle.remove(work, await work.session.get_one(HostingRow, 2), by=THE_OFFICE)
    await desk.at_work(desk.rests)
    await nothing_is_left(desk, copy, web)
    assert held(site) == before


async def nothing_is_left(desk: Desk, copy: Hosting, web: LabServer) -> None:
    slug = copy.spec.slug
    looks = (
        f"getent passwd {copy.account}; ls -d /srv/hosting/.*{slug}* /srv/hosting/{slug}",
        f"grep -rl {slug} /etc/apache2 /etc/layanan /etc/systemd/system /var/lib/layanan/sites",
        f"mariadb -N -e \"SHOW DATABASES LIKE '{copy.database}'\"",
        f"mariadb -N -e \"SELECT User FROM mysql.user WHERE User='{copy.database}'\"",
    )
    assert [web.run(f"{look} 2>/dev/null", check=False).stdout for look in looks] == [""] * len(looks)
    assert (await desk.row(slug)).state == "released"
    async with desk.database.read() as work:
        said = [line.action async for line, _ in ledger.lines(work) if line.action.startswith("hosting.copy")]
    assert said == ["hosting.copy_make", *["hosting.copy_apply"] * 3, "hosting.copy_remove"]


async def page(hosting: Hosting) -> str:
    known: Secret | None = hosting.passwords.page_password
    login = PageLogin(name=hosting.spec.slug, password=known) if known else None
    async with Visitor(WebServer(address=hosting.server.host), login) as visitor:
        return (await visitor.get("https", hosting.name, "/")).body


class Watching:
    """A visitor who opens the site ten times a second."""

    def __init__(self, hosting: Hosting) -> None:
        self._hosting = hosting
        self._seen: list[tuple[float, int]] = []

    def __enter__(self) -> Watching:
        self._task = asyncio.create_task(self._watch())
        return self

    def __exit__(self, *_: object) -> None:
        self._task.cancel()

    async def _watch(self) -> None:
        async with Visitor(WebServer(address=self._hosting.server.host)) as visitor:
            while True:
                status = (await visitor.get("https", self._hosting.name, "/")).status
                self._seen.append((asyncio.get_running_loop().time(), status))
                await asyncio.sleep(0.1)

    @property
    def statuses(self) -> list[int]:
        return [status for _, status in self._seen]

    @property
    def closed_seconds(self) -> float:
        closed = [at for at, status in self._seen if status == 503]
        return closed[-1] - closed[0] if closed else 0.0
