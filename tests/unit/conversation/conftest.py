from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog

from bot.sandbox.client import Sandbox
from tests.databases import in_turn, newest_database
from tests.sandbox_fixtures import sandbox, sandbox_server
from tests.unit.conversation.town import ANSWER_SECONDS, Town, town_of

__all__ = ["sandbox", "sandbox_server"]


@pytest.fixture(autouse=True)
def plain_log() -> Iterator[None]:
    """Log as a server does: a traceback without the values of its variables."""
    structlog.configure(processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()])
    yield
    structlog.reset_defaults()


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a busy machine answer late: what is said then, and how, has tests of its own."""
    monkeypatch.setattr("bot.update_inbox.PATIENCE_SECONDS", ANSWER_SECONDS)


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
