"""The bot is killed with SIGKILL at every commit of a whole case, just before and just after: nobody notices.

A case goes from the request to the survey in chat, over a lab server, while the bot runs as a process that dies at
commits it finds by itself (`commit_points`) and is started again at once. Nobody presses anything twice: what was
taken from Telegram is done, what was not is taken again. In one play it dies at every seventh commit, by turns before
and after it, each time at one where no earlier play died (`notebook`); fewer commits between two deaths would judge the
recovery from one by the next. So a dozen plays in one town, with one server, meet every commit on both sides: the
matrix is through when a play makes no commit that is new to it, which then is a play that nothing disturbed.

`make test` takes one play on each database, with a death at every thirteenth; `make kill-matrix` (`KILL=all`) all of
them.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from provisioning.lab import Lab, LabServer
from tests.rest import RESTARTS_SECONDS
from tests.stories.kills.extent import ALL, GAP
from tests.stories.kills.judging import faults
from tests.stories.kills.playing import (
    WHOLE_LIFE_SECONDS,
    Played,
    crew,
    let_the_credentials_go,
    play_through,
    take_off_the_server,
)
from tests.stories.town import Town, open_town

pytestmark = [pytest.mark.server, pytest.mark.every_database]

PLAYS_MAX = 60  # more than it ever took: a matrix that finds new commits for ever has lost its way
DEATHS_MIN = 15  # of a play that is the first: fewer would mean that the commits were not seen


@pytest.fixture
async def mortal(lab: Lab, web: LabServer, tmp_path: Path, database_url: str) -> AsyncIterator[Town]:
    """A town whose bot dies, with a server of its own."""
    server = await asyncio.to_thread(lab.start, "mortal")
    async with open_town(
        tmp_path, server=server, database_url=database_url, crew=crew, patience=RESTARTS_SECONDS
    ) as town:
        town.sandbox.timeout_s = WHOLE_LIFE_SECONDS
        yield town
    await asyncio.to_thread(server.stop)


async def test_a_case_is_whole_wherever_the_bot_dies(mortal: Town) -> None:
    undisturbed = await _played_and_judged(mortal, "tenang")
    first = await _played_and_judged(mortal, "kill00", undisturbed)
    assert first.deaths >= DEATHS_MIN
    number, newest = 0, first
    while ALL and newest.deaths:
        number += 1
        assert number < PLAYS_MAX, "there are always commits at which the bot has not died yet"
        newest = await _played_and_judged(mortal, f"kill{number:02}", undisturbed)


async def _played_and_judged(town: Town, name: str, undisturbed: Played | None = None) -> Played:
    """Play a case; without an undisturbed one to compare it with, it is that."""
    played = await play_through(town, name, gap=None if undisturbed is None else GAP)
    assert await faults(town, played, undisturbed or played) == []
    await let_the_credentials_go(town, played)
    await take_off_the_server(town, played)
    return played
