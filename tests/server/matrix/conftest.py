"""Servers of its own for the matrix, with a PHP and a static neighbour whose visitors must never notice."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import secrets
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from provisioning.agent_fleet import AgentFleet
from provisioning.connection import read_host_key
from provisioning.fleet import Fleet, ServerAddress
from provisioning.lab import Lab, LabServer
from provisioning.plan import Applied
from provisioning.spec import HostingSecrets, HostingSpec, Secret, State
from provisioning.verification.verify import Verification
from tests.server.hosting.conftest import PHP, a_password, bot_key, enrolled
from tests.server.matrix.faults import FAKETIME
from tests.server.matrix.lives import Life, lives
from tests.server.matrix.trap import HOOK, HOOK_FILE
from tests.server.visitors import Page, Visitors

__all__ = ["bot_key"]

PAGE = "<?php echo array_sum([1, 2]);"
SMALL_DISK_MB = 512
HOST_KEY_FILE = "/etc/ssh/ssh_host_ed25519_key.pub"


@dataclasses.dataclass(kw_only=True)
class Stage:
    """Where the rows are played."""

    server: LabServer
    name_server: LabServer
    address: ServerAddress
    fleet: Fleet
    neighbours: tuple[Page, ...] = ()

    def visitors(self) -> Visitors:
        return Visitors(self.server, *self.neighbours)

    def lives(self) -> tuple[str, dict[str, Life]]:
        slug = f"uji{secrets.token_hex(3)}"
        return slug, dict(lives(slug, self.server.zone, PHP))

    async def apply(self, spec: HostingSpec, passwords: HostingSecrets | None) -> Applied:
        return await self.fleet.apply(self.address, spec, passwords, request_id=str(uuid.uuid4()))

    async def remove(self, spec: HostingSpec) -> None:
        await self.apply(dataclasses.replace(spec, state=State.REMOVED), None)

    @contextlib.asynccontextmanager
    async def removing(self, spec: HostingSpec) -> AsyncIterator[None]:
        """Remove the hosting in the end, also where the row fails: the next ones are to be judged without it."""
        try:
            yield
        finally:
            await self.remove(spec)

    async def confirm_host_key(self) -> None:
        """Pin the key that the server shows, as an engineer who compares it with what the server itself says."""
        shown = await read_host_key(self.address.host, self.address.port)
        own = await asyncio.to_thread(self.server.run, f"ssh-keygen -lf {HOST_KEY_FILE}")
        assert shown.fingerprint == own.stdout.split()[1]
        self.address = dataclasses.replace(self.address, host_key=shown.line)

    async def verify(self, spec: HostingSpec, passwords: HostingSecrets) -> Verification:
        dns = self.server.city.dns_address
        return await self.fleet.outside.verify(self.address, spec, passwords, dns=dns, addresses=(self.server.address,))


def passwords_of(spec: HostingSpec) -> HostingSecrets:
    return HostingSecrets(sftp_password=a_password(), database_password=a_password() if spec.database else None)


@pytest.fixture(scope="session")
async def stage(lab: Lab, web: LabServer, bot_key: Secret) -> AsyncIterator[Stage]:
    web.put(Path(FAKETIME), FAKETIME)
    async with _with_neighbours(await asyncio.to_thread(lab.start, "matrix"), web, bot_key) as stage:
        yield stage


@pytest.fixture(scope="session")
async def small_stage(lab: Lab, web: LabServer, bot_key: Secret) -> AsyncIterator[Stage]:
    """A server whose whole disk can be filled."""
    server = await asyncio.to_thread(lab.start, "small", disk_mb=SMALL_DISK_MB)
    async with _with_neighbours(server, web, bot_key) as stage:
        yield stage


@contextlib.asynccontextmanager
async def _with_neighbours(server: LabServer, name_server: LabServer, bot_key: Secret) -> AsyncIterator[Stage]:
    server.put(HOOK, HOOK_FILE)
    fleet = AgentFleet(bot_key)
    stage = Stage(server=server, name_server=name_server, address=await enrolled(server, bot_key), fleet=fleet)
    for life, page in (("create", "/tetangga.php"), ("static", "/")):
        slug, all_lives = stage.lives()
        spec = all_lives[life].after
        await stage.apply(spec, passwords_of(spec))
        if life == "create":
            server.put(PAGE, f"/srv/hosting/{slug}/public/tetangga.php")
        stage.neighbours += (Page(spec.domains[0], page, "3" if life == "create" else None),)
    yield stage
    await fleet.aclose()
    await asyncio.to_thread(server.stop)
