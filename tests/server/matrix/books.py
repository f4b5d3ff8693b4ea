"""The office's books: hostings are wanted in its database, and a bot of its own, in another process, makes them.

In a file: the fault is the server's here; the stories kill the bot on either database.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from collections.abc import AsyncIterator
from pathlib import Path

from bot import bootstrap
from bot.demo.stage import demo_settings
from provisioning.agent_fleet import AgentFleet
from provisioning.fleet import ServerAddress
from provisioning.lab import LabServer
from provisioning.spec import HostingSecrets, HostingSpec, Secret, State
from tests.stories.bot_process import BotProcess
from workflows import servers
from workflows.hosting.opening import make_passwords, new_job, unwant
from workflows.jobs.reconcile import issued_secrets
from workflows.office import Office
from workflows.store import hostings, people
from workflows.store.tables import Hosting, HostingState, Job
from workflows.store.tables.servers import NOTHING_TOLD
from workflows.store.unit_of_work import Database, UnitOfWork

NOBODY = "http://127.0.0.1:9"  # this bot has no chats
PACE = 25.0
PATIENCE_SECONDS = 90.0


@dataclasses.dataclass(kw_only=True)
class Books:
    office: Office
    database: Database
    bot: BotProcess

    async def reserve(self, address: ServerAddress, server: LabServer, spec: HostingSpec) -> tuple[int, HostingSecrets]:
        """Enter a hosting that nobody wants yet; return its id and its passwords."""
        enrolled = servers.NewServer(
            **dataclasses.asdict(address), zone=server.zone, name_server=server.city.dns_address, facts=NOTHING_TOLD
        )
        async with self.database.write() as work:
            opd = await people.opd_by_code(work, "DISDIK")
            assert opd is not None
            hosting = Hosting(
                opd_id=opd.id,
                server_id=(await servers.register_server(work, enrolled)).id,
                slug=spec.slug,
                domain=spec.domains[0],
                state="reserved",
                spec=spec,
                created_at=work.now,
            )
            work.add(hosting)
            await work.flush()
            await make_passwords(self.office, work, hosting)
            passwords = await issued_secrets(self.office, work, hosting)
            assert passwords is not None
            return hosting.id, passwords

    async def want(self, hosting_id: int, spec: HostingSpec) -> None:
        """Have the bot bring the hosting to what is wanted now."""
        async with self.database.write() as work:
            hosting = await _hosting(work, hosting_id)
            if spec.state is State.REMOVED:
                await unwant(work, hosting)
                return
            hosting.state, hosting.spec = HostingState.WANTED, spec
            hosting.wanted_revision += 1
            new_job(work, hosting)

    async def give_up(self, hosting_id: int) -> None:
        """Have the bot remove the hosting, whatever it is at."""
        async with self.database.write() as work:
            await unwant(work, await _hosting(work, hosting_id))

    async def settled(self, hosting_id: int) -> tuple[Hosting, Job]:
        """Wait until every job of the hosting has ended; return how it stands, and the newest job."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await self._is_at_work(hosting_id):  # noqa: ASYNC110 - another process's database sends no event
                await asyncio.sleep(0.1)
        async with self.database.read() as work:
            job = await hostings.newest_job(work, hosting_id)
            assert job is not None
            return await _hosting(work, hosting_id), job

    async def _is_at_work(self, hosting_id: int) -> bool:
        async with self.database.read() as work:
            return any(job.hosting_id == hosting_id for job in await hostings.open_jobs(work))


async def _hosting(work: UnitOfWork, hosting_id: int) -> Hosting:
    hosting = await hostings.get(work, hosting_id)
    assert hosting is not None
    return hosting


@contextlib.asynccontextmanager
async def open_books(folder: Path, bot_key: Secret) -> AsyncIterator[Books]:
    """Open them in an empty folder, with a bot at work."""
    settings = demo_settings(NOBODY, folder)
    settings.ssh_key.write_text(bot_key.reveal())
    fleet = AgentFleet(bot_key)
    office = bootstrap.make_office(settings, bootstrap.load_sops(), fleet, "layanan_bot")
    bot = BotProcess(settings, pace=PACE, module="tests.server.matrix.bot_side")
    async with bootstrap.open_database(settings) as database:
        await bot.start()
        yield Books(office=office, database=database, bot=bot)
        await bot.stop()
    await fleet.aclose()
