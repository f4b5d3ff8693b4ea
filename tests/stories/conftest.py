"""Towns that stories share: one with a server of the lab, one whose office has no server yet."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Generator

import pytest

from provisioning.lab import Lab, LabServer
from tests.databases import KINDS, Cluster, session_database
from tests.sandbox_fixtures import sandbox, sandbox_apart, sandbox_server
from tests.stories.bot_process import STARTED_HERE
from tests.stories.town import Town, open_town

__all__ = ["sandbox", "sandbox_apart", "sandbox_server"]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show with a story that failed what the bots said last."""
    report = yield
    if report.failed:
        report.sections += [(f"end of {bot.log}", bot.last_words()) for bot in STARTED_HERE]
    return report


@pytest.fixture(scope="session", params=KINDS)
async def town(
    request: pytest.FixtureRequest,
    cluster: Cluster,
    lab: Lab,
    web: LabServer,  # first: the lab's first server is the city's name server, and other tests' own
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Town]:
    """A town with an enrolled server, on each database; each story brings cases of its own."""
    server = await asyncio.to_thread(lab.start, f"stories-{request.param}")
    url = session_database(cluster, request.param)
    async with open_town(tmp_path_factory.mktemp("town"), server=server, database_url=url) as town:
        yield town
    await asyncio.to_thread(server.stop)


@pytest.fixture(scope="session", params=KINDS)
async def office(
    request: pytest.FixtureRequest, cluster: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Town]:
    """A town without any server, on each database: enough for all that is decided by people."""
    url = session_database(cluster, request.param)
    async with open_town(tmp_path_factory.mktemp("office"), database_url=url) as town:
        yield town
