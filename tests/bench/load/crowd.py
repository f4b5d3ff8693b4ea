"""People with a menu each who press its button to the help and the one back, as people do or as fast as they can."""

from __future__ import annotations

import asyncio
import dataclasses
import random
import time
from collections.abc import Collection, Coroutine, Iterable
from typing import Any

from bot.sandbox.client import Sandbox
from tests.bench.follower import Event, Follower
from tests.bench.presses import BUTTONS

GIVE_UP_SECONDS = 60.0
MENUS_AT_ONCE = 50  # people who ask for their menu before anybody presses


@dataclasses.dataclass
class Seen:
    """Milliseconds from presses to: the button stopped spinning, the message had changed; and how many there were."""

    stopped: list[float] = dataclasses.field(default_factory=list)
    changed: list[float] = dataclasses.field(default_factory=list)
    pressed: int = 0
    too_early: int = 0  # times somebody wanted to press again and still waited
    seconds: float = 0.0


@dataclasses.dataclass
class _Wait:
    """A press whose message has not changed yet."""

    since: float = 0.0  # milliseconds of the sandbox's clock
    over: asyncio.Event = dataclasses.field(default_factory=asyncio.Event)


class Crowd:
    """Everybody, by the sandbox's own clock."""

    def __init__(self, sandbox: Sandbox, people: Collection[int]) -> None:
        self._sandbox = sandbox
        self._people = people
        self._follower = Follower(sandbox)
        self._menus: dict[int, int] = {}
        self._waiting: dict[int, _Wait] = {}
        self._turns = dict.fromkeys(people, 0)
        self._seen = Seen()

    async def open_menus(self) -> None:
        """Let everybody ask for the menu, some at a time."""
        await self._follower.skip()
        people = list(self._people)
        for first in range(0, len(people), MENUS_AT_ONCE):
            asking = people[first : first + MENUS_AT_ONCE]
            for person in asking:
                await self._sandbox.call("POST", f"/sandbox/people/{person}/text", json={"text": "/menu"})
            async with asyncio.timeout(GIVE_UP_SECONDS):
                while not self._menus.keys() >= set(asking):
                    for event in await self._follower.read(5):
                        if event["kind"] == "message" and event["message"]["from_bot"]:
                            self._menus[event["person_id"]] = event["message"]["id"]

    async def press_as_people_do(self, seconds: float, pause: float) -> Seen:
        """Let each press at random, `pause` seconds apart on average, whether the bot keeps up or not."""
        return await self._while(seconds, [self._at_leisure(person, pause) for person in self._people])

    async def press_on_and_on(self, seconds: float, people: Collection[int]) -> Seen:
        """Let these press again as soon as they see what the last press brought."""
        return await self._while(seconds, [self._in_haste(person) for person in people])

    async def _while(self, seconds: float, pressing: Iterable[Coroutine[Any, Any, None]]) -> Seen:
        self._seen = seen = Seen()
        started = time.monotonic()
        async with asyncio.TaskGroup() as tasks:
            following = tasks.create_task(self._follow())
            pressers = [tasks.create_task(one) for one in pressing]
            await asyncio.sleep(seconds)
            seen.seconds = time.monotonic() - started
            for presser in pressers:
                presser.cancel()
            async with asyncio.timeout(GIVE_UP_SECONDS):
                for wait in list(self._waiting.values()):
                    await wait.over.wait()
            following.cancel()
        return seen

    async def _at_leisure(self, person: int, pause: float) -> None:
        while True:
            await asyncio.sleep(random.expovariate(1 / pause))
            if person in self._waiting:
                self._seen.too_early += 1
            else:
                await self._press(person)

    async def _in_haste(self, person: int) -> None:
        while True:
            await (await self._press(person)).over.wait()

    async def _press(self, person: int) -> _Wait:
        data = BUTTONS[self._turns[person] % len(BUTTONS)]
        self._turns[person] += 1
        self._seen.pressed += 1
        wait = self._waiting[person] = _Wait()
        body = {"message_id": self._menus[person], "data": data}
        await asyncio.shield(self._sandbox.call("POST", f"/sandbox/people/{person}/press", json=body))
        return wait

    async def _follow(self) -> None:
        while True:
            for event in await self._follower.read(5):
                self._note(event)

    def _note(self, event: Event) -> None:
        person = event["person_id"]
        if event["kind"] == "pressed":
            self._waiting[person].since = event["query"]["pressed_ms"]
        elif event["kind"] == "answered":
            self._seen.stopped.append(event["at_ms"] - event["query"]["pressed_ms"])
        elif event["kind"] == "edited" and person in self._waiting:
            wait = self._waiting.pop(person)
            self._seen.changed.append(event["at_ms"] - wait.since)
            wait.over.set()
