"""A server of its own for the matrix, with a PHP and a static neighbour whose visitors must never notice."""

from __future__ import annotations

import asyncio
import dataclasses
import secrets
import uuid
from collections.abc import AsyncIterator

import pytest

from provisioning.fleet import Fleet, ServerAddress
from provisioning.lab import Lab, LabServer
from provisioning.plan import Applied
from provisioning.spec import HostingSecrets, HostingSpec, Secret, State
from provisioning.verify import Verification
from tests.server.hosting.conftest import PHP, a_password, bot_key, enrolled
from tests.server.matrix.faults import HOOK, HOOK_FILE
from tests.server.matrix.lives import Life, lives

__all__ = ["bot_key"]

PAGE = "<?php echo array_sum([1, 2]);"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Stage:
    """Where the rows are played."""

    server: LabServer
    name_server: LabServer
    address: ServerAddress
    fleet: Fleet
    neighbours: tuple[tuple[str, str], ...] = ()

    def lives(self) -> tuple[str, dict[str, Life]]:
        slug = f"uji{secrets.token_hex(3)}"
        return slug, dict(lives(slug, self.server.zone, PHP))

    async def apply(self, spec: HostingSpec, passwords: HostingSecrets | None) -> Applied:
        return await self.fleet.apply(self.address, spec, passwords, request_id=str(uuid.uuid4()))

    async def remove(self, spec: HostingSpec) -> None:
        await self.apply(dataclasses.replace(spec, state=State.REMOVED), None)

    async def verify(self, spec: HostingSpec, passwords: HostingSecrets) -> Verification:
        dns = self.server.city.dns_address
        return await self.fleet.verify(self.address, spec, passwords, dns=dns, addresses=(self.server.address,))


def passwords_of(spec: HostingSpec) -> HostingSecrets:
    return HostingSecrets(sftp_password=a_password(), database_password=a_password() if spec.database else None)


@pytest.fixture(scope="session")
async def stage(lab: Lab, web: LabServer, bot_key: Secret) -> AsyncIterator[Stage]:
    server = await asyncio.to_thread(lab.start, "matrix")
    server.put(HOOK, HOOK_FILE)
    fleet = Fleet(bot_key)
    stage = Stage(server=server, name_server=web, address=await enrolled(server, bot_key), fleet=fleet)
    pages = []
    for life, path in (("create", "/tetangga.php"), ("static", "/")):
        slug, all_lives = stage.lives()
        spec = all_lives[life].after
        await stage.apply(spec, passwords_of(spec))
        if life == "create":
            server.put(PAGE, f"/srv/hosting/{slug}/public/tetangga.php")
        pages.append((spec.domains[0], path))
    yield dataclasses.replace(stage, neighbours=tuple(pages))
    await fleet.aclose()
    await asyncio.to_thread(server.stop)
