"""The bot is stopped in order (SIGTERM) and started again in the middle of a case: nobody notices but by the wait."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import time
from collections.abc import AsyncIterator
from pathlib import Path

from tests.stories import copies, play
from tests.stories.town import Town, open_town

STOPS = 6
STOP_SECONDS_MAX = 60.0  # docs/operations.md
STEPS = ["case.ajukan", "case.kirim", "case.agendakan", "case.teruskan", "case.disposisikan"]


@contextlib.asynccontextmanager
async def stopping(town: Town, chance: random.Random) -> AsyncIterator[None]:
    """While the block runs, and at least `STOPS` times, stop the bot after a moment of its life and start it again."""
    took: list[float] = []

    async def stop() -> None:
        for _ in range(STOPS):
            await asyncio.sleep(chance.uniform(0.0, 1.5))
            begun = time.monotonic()
            assert await town.bot.stop() == 0
            took.append(time.monotonic() - begun)
            await town.bot.start()

    stopper = asyncio.create_task(stop())
    try:
        yield
        await stopper
    finally:
        stopper.cancel()
    assert max(took) < STOP_SECONDS_MAX


async def test_a_case_goes_on_over_restarts_and_nothing_comes_twice_or_marked(
    tmp_path: Path, database_url: str
) -> None:
    seed = int(os.environ.get("STOP_SEED", random.SystemRandom().randrange(10**6)))
    print(f"STOP_SEED={seed}")  # shown when the test fails
    async with open_town(tmp_path, database_url=database_url) as town:
        town.sandbox.timeout_s = 60.0
        before = {message.id for person in town.phones.values() for message in await person.messages()}
        async with stopping(town, random.Random(seed)):
            case = await play.ask(town["kepala_opd"], "e-henti")
            await play.register(town["bagian_umum"], case)
            await play.dispose(town["kepala_dkisp"], case)
        await town["kabid"].wait_for(play.card(case, "Langkah 4 dari 10"), since=0)
        await town.until("SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending') AND kind != 'delete'", 0)
        assert town.steps_taken(case) == STEPS
        for role, person in town.phones.items():
            new = [m for m in await person.messages() if m.from_bot and m.id not in before]
            assert (copies.unmarked(new), copies.marked(new)) == ([], 0), role
        assert town.rows("SELECT count(*) FROM outbox WHERE doubtful") == [(0,)]
        assert town.bot.complaints() == []
