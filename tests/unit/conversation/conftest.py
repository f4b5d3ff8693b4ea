from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog

from bot.sandbox.client import Sandbox
from tests.sandbox_fixtures import sandbox, sandbox_server
from tests.unit.conversation.town import Town, town_of

__all__ = ["sandbox", "sandbox_server"]


@pytest.fixture(autouse=True)
def plain_log() -> Iterator[None]:
    """Log as a server does: a traceback without the values of its variables."""
    structlog.configure(processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()])
    yield
    structlog.reset_defaults()


@pytest.fixture
async def town(sandbox: Sandbox, tmp_path: Path, database_url: str) -> AsyncIterator[Town]:
    async with town_of(sandbox, tmp_path, database_url) as town:
        yield town
