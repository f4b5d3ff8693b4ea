"""The bot is killed with SIGKILL at every commit that an order of a hosting makes: it is done once, and told once.

Each order of `orders` is given once while the bot lives and then, from the press that gives it, while it dies at
commits it finds by itself, just before them and just after, as in the kill matrix of a whole case: by turns, each time
where no earlier play of that order died. Passwords are shown once, and the record verifies.

`make test` takes the first few orders, one play each; `make kill-matrix` (`KILL=all`) all, until no commit is new.
"""

from __future__ import annotations

import asyncio
import collections
import dataclasses
import json
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.person import SandboxUser
from provisioning.lab import Lab, LabServer
from tests.by_hand import as_json
from tests.rest import RESTARTS_SECONDS
from tests.stories.kills.extent import ALL
from tests.stories.kills.judging import faults_of_any
from tests.stories.kills.orders import ORDERS, Order
from tests.stories.kills.playing import WHOLE_LIFE_SECONDS, Played, crew, is_marked, recorded, what_stands
from tests.stories.kills.scene import Scene, keep_its_backups, make
from tests.stories.kills.staging_orders import STAGING_ORDERS
from tests.stories.town import open_town

pytestmark = [pytest.mark.server, pytest.mark.every_database]

GAP = 3 if ALL else 6  # commits between two deaths: an order makes a dozen or two
USUAL = 3  # orders that `make test` takes
PLAYS_MAX = 40
PASSWORD = re.compile(r"Kata sandi: (\S+)")
ONCE = frozenset({"done", "load", "copy"})  # what the agent's log says once of each piece of work


@pytest.fixture
async def scene(lab: Lab, web: LabServer, tmp_path: Path, database_url: str) -> AsyncIterator[Scene]:
    """A town whose bot dies, with a hosting on a server of its own."""
    server = await asyncio.to_thread(lab.start, "orders")
    async with open_town(
        tmp_path, server=server, database_url=database_url, crew=crew, patience=RESTARTS_SECONDS
    ) as town:
        town.sandbox.timeout_s = WHOLE_LIFE_SECONDS
        scene = await make(town, "pesanan")
        await keep_its_backups(town)
        yield scene
    await asyncio.to_thread(server.stop)


async def test_an_order_is_done_once_wherever_the_bot_dies(scene: Scene) -> None:
    for order in (*ORDERS, *STAGING_ORDERS) if ALL else ORDERS[:USUAL]:
        await _until_no_commit_is_new(scene, order)


async def _until_no_commit_is_new(scene: Scene, order: Order) -> None:
    undisturbed = await _played(scene, order, f"{order.name}_tenang")
    for number in range(PLAYS_MAX):
        newest = await _played(scene, order, f"{order.name}{number:02}", undisturbed)
        if number == 0:
            assert newest.deaths, "the commits were not seen"
        if not (ALL and newest.deaths):
            return
    pytest.fail("there are always commits at which the bot has not died yet")


async def _played(scene: Scene, order: Order, play: str, undisturbed: Played | None = None) -> Played:
    """Give an order and judge what came of it; without an undisturbed play to compare it with, it is that."""
    if order.ends_it:
        scene = await make(scene.town, play.replace("_", ""))
    user = scene.town[order.role]
    await order.before(scene, user)
    await order.fill(scene, user)
    marks = await _marks(scene)

    async def act() -> str:
        await _give(scene, order, user)
        return ""

    played = await recorded(scene.town, scene.slug, act, play=play, gap=None if undisturbed is None else GAP)
    faults = await faults_of_any(scene.town, played, undisturbed or played)
    faults += [*_told_once(played, order), *_recorded_once(scene, order, marks), *_done_once(scene, marks)]
    if not await order.holds(scene):
        faults.append(f"{order.name}: the server is not as it was ordered")
    assert faults == [], play
    return played


async def _give(scene: Scene, order: Order, user: SandboxUser) -> None:
    await user.press(order.yes, wait=False)
    told = await user.wait_for(order.told)
    if order.reveals:
        await user.press("Tampilkan kredensial", message=told, wait=False)
        await user.press("Ya, tampilkan", wait=False)
        shown = await user.wait_for(lambda message: len(PASSWORD.findall(message.text)) > 1)
        password = PASSWORD.findall(shown.text)[1]
        scene.run(f"MYSQL_PWD={password} mariadb -u h_{scene.slug} -e 'SELECT 1'")
    await scene.idle()


@dataclasses.dataclass(frozen=True, kw_only=True)
class Marks:
    """Where record and log of a hosting ended before a play."""

    hosting: int
    line: int
    entries: int


async def _marks(scene: Scene) -> Marks:
    ((line,),) = scene.town.rows("SELECT max(sequence) FROM ledger")
    return Marks(hosting=(await scene.row()).id, line=int(line), entries=len(_log(scene)))


def _log(scene: Scene) -> list[dict[str, Any]]:
    return [json.loads(line) for line in scene.server.get(f"/var/lib/layanan/log/{scene.slug}.log").splitlines()]


def _told_once(played: Played, order: Order) -> Iterator[str]:
    """Who gave it is told once; a copy says that it is one."""
    told = [message for message in played.chats[order.role] if order.told in message.versions[0].text]
    if len(told) < 1 or sum(not is_marked(message) for message in told) > 1:
        yield f"{order.role} was told {len(told)} times"
    shown = [text for text in what_stands(played, order.role, marked=False) if "Kata sandi:" in text]
    if len(shown) > 1 or bool(shown) > order.reveals:
        yield f"passwords were shown {len(shown)} times"


def _recorded_once(scene: Scene, order: Order, marks: Marks) -> Iterator[str]:
    rows = scene.town.rows("SELECT action, data FROM ledger WHERE sequence > ? ORDER BY sequence", marks.line)
    mine = [action for action, data in rows if as_json(data).get("hosting") == marks.hosting]
    said = collections.Counter(action for action in mine if action.startswith(("hosting.", "backup.")))
    if said != collections.Counter(order.lines):
        yield f"the record has {dict(said)} instead of {order.lines}"


def _done_once(scene: Scene, marks: Marks) -> Iterator[str]:
    """The agent did each piece of work once; asked again it answered from its journal, or found nothing to change."""
    work = collections.Counter(
        (entry["request"], entry["event"])
        for entry in _log(scene)[marks.entries :]
        if entry["event"] in ONCE and entry.get("changed", True)
    )
    yield from (f"the agent did it {count} times: {one}" for one, count in work.items() if count > 1)
