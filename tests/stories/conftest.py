"""Towns that stories share: one with a server of the lab, one whose office has no server yet."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Generator

import pytest

from provisioning.lab import Lab, LabServer
from tests.databases import KINDS, Cluster, in_turn, session_database
from tests.sandbox_fixtures import sandbox, sandbox_apart, sandbox_server
from tests.stories.bot_process import STARTED_HERE
from tests.stories.town import Town, open_town

__all__ = ["sandbox", "sandbox_apart", "sandbox_server"]

TOWNS = ("town", "office")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show with a story that failed what the bots said last."""
    report = yield
    if report.failed:
        report.sections += [(f"end of {bot.log}", bot.last_words()) for bot in STARTED_HERE]
    return report


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Play the stories of a file on one database, in turn; `every_database` marks those that are played on all."""
    on_all = metafunc.definition.get_closest_marker("every_database") is not None
    kinds = KINDS if on_all else in_turn(metafunc.definition.nodeid.partition("::")[0])
    for name in TOWNS:
        if name in metafunc.fixturenames and not hasattr(metafunc.module, name):  # a file may have a town of its own
            metafunc.parametrize(name, kinds, indirect=True, scope="session")


@pytest.fixture(scope="session")
async def town(
    request: pytest.FixtureRequest,
    cluster: Cluster,
    lab: Lab,
    web: LabServer,  # first: the lab's first server is the city's name server, and other tests' own
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Town]:
    """A town with an enrolled server; each story brings cases of its own."""
    server = await asyncio.to_thread(lab.start, f"stories-{request.param}")
    url = session_database(cluster, request.param)
    async with open_town(tmp_path_factory.mktemp("town"), server=server, database_url=url) as town:
        yield town
    await asyncio.to_thread(server.stop)


@pytest.fixture(scope="session")
async def office(
    request: pytest.FixtureRequest, cluster: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Town]:
    """A town without any server: enough for all that is decided by people."""
    url = session_database(cluster, request.param)
    async with open_town(tmp_path_factory.mktemp("office"), database_url=url) as town:
        yield town
