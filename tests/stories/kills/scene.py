"""A hosting that stands in a mortal town, with a place for its backups: what orders are given about."""

from __future__ import annotations

import dataclasses
import uuid

from bot.demo.lab_server import keep_backups
from provisioning.agent import names
from provisioning.lab import LabServer
from provisioning.spec import HostingSpec, Kind
from tests.stories.kills.playing import WHOLE_LIFE_SECONDS
from tests.stories.town import Town
from workflows.calendar.nights import night_of
from workflows.hosting.backups import nightly
from workflows.hosting.opening import new_job
from workflows.secrets.vault import Vault
from workflows.store import backups, hostings, people
from workflows.store.tables import Hosting, Inspection
from workflows.store.unit_of_work import UnitOfWork

BUSY = (
    "SELECT (SELECT count(*) FROM jobs WHERE state IN ('waiting', 'running'))"
    " + (SELECT count(*) FROM backups WHERE state IN ('waiting', 'running'))"
)
LOAD = "CREATE TABLE IF NOT EXISTS muatan (x INT); INSERT INTO muatan VALUES (1); INSERT INTO muatan VALUES (2);"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Scene:
    """One hosting of the town's OPD, and its server."""

    town: Town
    server: LabServer
    slug: str

    @property
    def domain(self) -> str:
        """Its name."""
        return f"{self.slug}.{self.server.zone}"

    def run(self, command: str, *, given: str = "") -> str:
        """Do something on the server, as root in the hosting's folder; return what was said."""
        return self.server.run(f"cd /srv/hosting/{self.slug}; {command}", stdin=given).stdout.strip()

    def put(self, file: str, text: str) -> None:
        """Put a file there as its owner does."""
        self.run(f"cat >{file}; chown h_{self.slug}: {file}", given=text)

    def sql(self, query: str) -> list[str]:
        """Ask the hosting's database."""
        return self.run(f"mariadb -N {names.database(self.slug)}", given=query).split()

    async def row(self) -> Hosting:
        """Return the hosting as the office has it."""
        async with self.town.database.read() as work:
            found = await hostings.by_slug(work, self.slug)
        assert found is not None
        return found

    async def spec(self) -> HostingSpec:
        """Return what is wanted of it."""
        return (await self.row()).spec

    async def idle(self) -> None:
        """Wait until nothing is being done on the server."""
        await self.town.until(BUSY, 0, within=WHOLE_LIFE_SECONDS)


async def make(town: Town, slug: str) -> Scene:
    """Let the bot make a hosting that no case asked for, and wait until it stands."""
    assert town.server is not None
    scene = Scene(town=town, server=town.server, slug=slug)
    spec = HostingSpec(
        slug=slug, domains=(scene.domain,), kind=Kind.PHP, php_version="8.2", database=True, owner="Dinas Uji"
    )
    async with town.database.write() as work:
        opd, server = await people.opd_by_code(work, "DISDIK"), await hostings.server_by_name(work, town.server.name)
        assert opd is not None
        assert server is not None
        hosting = Hosting(
            opd_id=opd.id,
            server_id=server.id,
            slug=slug,
            domain=scene.domain,
            state="wanted",
            spec=spec,
            wanted_revision=1,
            created_at=work.now,
        )
        work.add(hosting)
        await work.flush()
        new_job(work, hosting)
        await _leave_it_alone(work, hosting)
    await scene.idle()
    assert (await scene.row()).applied_revision == 1
    return scene


async def _leave_it_alone(work: UnitOfWork, hosting: Hosting) -> None:
    """Let nothing happen to it by the clock: what looks through it, and this night's snapshot, belong to no play."""
    later = work.now.replace(year=work.now.year + 1)
    work.add(
        Inspection(
            hosting_id=hosting.id, pages_due_at=later, files_due_at=later, files_since=0, files_after="", is_whole=True
        )
    )
    night = night_of(work.now)
    await _as_done(work, hosting, f"nightly:{hosting.id}:{night}", night=night, deed="snapshot")


async def keep_its_backups(town: Town) -> None:
    """Let the server keep backups on its own disk; nothing of them is due tonight."""
    assert town.server is not None
    await keep_backups(town.database, town.server, Vault(town.settings.sealing_keys()))
    async with town.database.write() as work:
        for order in await nightly.lacking(work, night_of(work.now)):
            await backups.put(work, {"reason": "nightly", "request_id": str(uuid.uuid4()), **order, "state": "skipped"})
        server = await hostings.server_by_name(work, town.server.name)
        assert server is not None
        drill = {"deed": "drill", "server_id": server.id, "key": f"drill:{night_of(work.now):%Y-%m}"}
        more = {"reason": "nightly", "request_id": str(uuid.uuid4()), "state": "skipped", "due_at": work.now}
        await backups.put(work, {**drill, **more})


async def _as_done(work: UnitOfWork, hosting: Hosting, key: str, **more: object) -> None:
    values = {"hosting_id": hosting.id, "server_id": hosting.server_id, "key": key, "request_id": str(uuid.uuid4())}
    await backups.put(work, {**values, "reason": "nightly", "state": "skipped", "due_at": work.now, **more})
