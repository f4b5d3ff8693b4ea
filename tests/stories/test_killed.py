"""The bot is killed with SIGKILL at ten random instants of a case, step 6 among them; the case completes all the same.

Nothing is doubled: no message (but one that says itself that it was sent again), no letter, no number, no effect of a
press, no hosting. The instants come from a seed that a failing run prints: `KILL_SEED=<seed>` repeats them.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from provisioning.lab import Lab, LabServer
from tests.rest import RESTARTS_SECONDS
from tests.stories import copies, play
from tests.stories.registers import registers_are_whole
from tests.stories.town import Town, open_town

pytestmark = [pytest.mark.server, pytest.mark.every_database]

KILLS = 10
ONCE = [
    "case.ajukan",
    "case.kirim",
    "case.agendakan",
    "case.teruskan",
    "case.disposisikan",
    "case.minta_pendapat",
    "case.setuju",
    "case.pilih_server",
    "case.rekomendasi_setuju",
    "case.setujui",
    "hosting.applied",
    "hosting.looked_at",
    "case.hosting_ready",
    "case.terbitkan",
    "case.delivered",
    "case.reported",
    "case.nyatakan_selesai",
]


@pytest.fixture
async def doomed(lab: Lab, web: LabServer, tmp_path: Path, database_url: str) -> AsyncIterator[Town]:
    """A town of its own, where every wait is long enough for a bot that must start again."""
    server = await asyncio.to_thread(lab.start, "doomed")
    async with open_town(tmp_path, server=server, database_url=database_url, patience=RESTARTS_SECONDS) as town:
        town.sandbox.timeout_s = 60.0
        yield town
    await asyncio.to_thread(server.stop)


@contextlib.asynccontextmanager
async def killing(town: Town, instants: list[float]) -> AsyncIterator[None]:
    """While the block runs, kill the bot after each of these pauses (seconds of its life) and start it again."""

    async def kill() -> None:
        for seconds in instants:
            await asyncio.sleep(seconds)
            await town.bot.kill()
            await town.bot.start()

    killer = asyncio.create_task(kill())
    try:
        yield
        await killer
    finally:
        killer.cancel()


async def test_a_case_survives_ten_kills_and_nothing_is_doubled(doomed: Town) -> None:
    seed = int(os.environ.get("KILL_SEED", random.SystemRandom().randrange(10**6)))
    print(f"KILL_SEED={seed}")  # shown when the test fails
    chance = random.Random(seed)

    def instants(count: int, longest: float = 1.5) -> list[float]:
        return [chance.uniform(0.0, longest) for _ in range(count)]

    assert doomed.server is not None
    before = {message.id for person in doomed.phones.values() for message in await person.messages()}
    head, kepala, kabid = doomed["kepala_opd"], doomed["kepala_dkisp"], doomed["kabid"]
    async with killing(doomed, instants(2)):
        case = await play.ask(head, "e-tahan")
    async with killing(doomed, instants(1)):
        await play.register(doomed["bagian_umum"], case)
    async with killing(doomed, instants(1)):
        await play.dispose(kepala, case)
    async with killing(doomed, instants(2)):
        await play.assess(kabid, doomed["sub_koordinator"], case, server=doomed.server.name)
    await play.approve(kepala, case)
    async with killing(doomed, instants(2, longest=0.8)):  # the hosting is being built
        await kabid.wait_for(play.card(case, "Langkah 7 dari 10"), since=0)
    async with killing(doomed, instants(2)):
        await play.hand_over(kabid, case)
        await play.finish(kepala, case)
    assert doomed.bot.kills == KILLS

    assert doomed.steps_taken(case) == ONCE
    assert await doomed.ledger_fault() is None
    await _settled(doomed)
    for role, person in doomed.phones.items():
        new = [m for m in await person.messages() if m.from_bot and m.id not in before]
        assert copies.unmarked(new) == [], role
        assert copies.marked(new) <= KILLS
    assert len(await doomed.sandbox.unanswered()) <= KILLS  # an answer that the kill cut off is not repeated
    _numbers_are_whole(doomed)
    _one_hosting(doomed.server)


async def _settled(town: Town) -> None:
    """Wait until the bot has said all it had to say."""
    await town.until("SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending')", 0)


def _numbers_are_whole(town: Town) -> None:
    registers_are_whole(town)
    letters = town.rows("SELECT kind, count(*) FROM letters GROUP BY kind")
    assert [kind for kind, count in letters if count != 1] == []


def _one_hosting(server: LabServer) -> None:
    assert server.run("getent passwd | grep ^h_ | cut -d: -f1").stdout.split() == ["h_e-tahan"]
    assert server.run("ls /srv/hosting").stdout.split() == ["e-tahan"]
    assert server.run("mariadb -Ne \"SHOW DATABASES LIKE 'h\\_%'\"").stdout.split() == ["h_e_tahan"]
