from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox.client import Sandbox
from tests.sandbox_fixtures import sandbox, sandbox_server
from tests.unit.conversation.town import Town, town_of

__all__ = ["sandbox", "sandbox_server"]


@pytest.fixture
async def town(sandbox: Sandbox, tmp_path: Path) -> AsyncIterator[Town]:
    async with town_of(sandbox, tmp_path) as town:
        yield town
