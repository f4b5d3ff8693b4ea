"""Towns that stories share: one with a server of the lab, one whose office has no server yet."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from provisioning.lab import Lab, LabServer
from tests.sandbox_fixtures import sandbox, sandbox_apart, sandbox_server
from tests.stories.town import Town, open_town

__all__ = ["sandbox", "sandbox_apart", "sandbox_server"]


@pytest.fixture(scope="session")
async def town(
    lab: Lab,
    web: LabServer,  # first: the lab's first server is the city's name server, and other tests' own
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Town]:
    """A town with an enrolled server; each story brings cases of its own."""
    server = await asyncio.to_thread(lab.start, "stories")
    async with open_town(tmp_path_factory.mktemp("town"), server=server) as town:
        yield town


@pytest.fixture(scope="session")
async def office(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """A town without any server: enough for all that is decided by people."""
    async with open_town(tmp_path_factory.mktemp("office")) as town:
        yield town
