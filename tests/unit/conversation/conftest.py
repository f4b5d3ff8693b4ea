from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog

from bot.sandbox.client import Sandbox
from tests.databases import in_turn, newest_database
from tests.sandbox_fixtures import sandbox, sandbox_server
from tests.unit.conversation.town import Town, town_of

__all__ = ["sandbox", "sandbox_server"]


@pytest.fixture(autouse=True)
def plain_log() -> Iterator[None]:
    """Log as a server does: a traceback without the values of its variables."""
    structlog.configure(processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()])
    yield
    structlog.reset_defaults()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Play each conversation on one database, in turn; the store's own tests and the stories run on all of them."""
    if "database_url" in metafunc.fixturenames and not hasattr(metafunc.module, "database_url"):
        metafunc.parametrize("database_url", in_turn(metafunc.definition.nodeid), indirect=True)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    yield from newest_database(request, tmp_path)


@pytest.fixture
async def town(sandbox: Sandbox, tmp_path: Path, database_url: str) -> AsyncIterator[Town]:
    async with town_of(sandbox, tmp_path, database_url) as town:
        yield town
        assert await gaping(town) == [], "more than one empty line on end"


async def gaping(town: Town) -> list[str]:
    """Return what people read with a gap in it, as a line leaves that was left out."""
    read = [message.text for user in town.people.values() for message in await user.messages()]
    return [text for text in read if "\n\n\n" in text]
