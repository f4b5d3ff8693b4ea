"""From a press to what it brings: the button that stops spinning, and the edited message, by the sandbox's own clock.

Ours and the bare rival take turns on one sandbox; each is a process of its own and its flood limits are off.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from bot.callback_data import Show, encode
from bot.sandbox.client import Sandbox
from bot.sandbox.runner import DEFAULT_TOKEN, sandbox_process
from tests.bench.follower import Event, Follower
from tests.bench.our_bot import FIRST_ID
from tests.bench.report import Line, Section, cpu_ms, median, percentile

CROWD = 200
TURNS = 2  # of each bot
WARM = 3  # presses that are not counted
ALONE = 40  # presses of one person a turn
TOGETHER = 3  # times the whole crowd presses in a turn
SANDBOX = ("--port", "0", "--no-flood-limits", "--query-lifetime", "600")
ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60.0
ANSWER_SECONDS = 120.0
BUTTONS = (encode(Show("help")), encode(Show("menu")))  # each page has the button that leads to the other


@dataclasses.dataclass
class Times:
    """Milliseconds from presses to: the button stopped spinning, the message had changed."""

    stopped: list[float] = dataclasses.field(default_factory=list)
    changed: list[float] = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Measured:
    """One bot's times with one person, and with the whole crowd at once."""

    alone: Times = dataclasses.field(default_factory=Times)
    together: Times = dataclasses.field(default_factory=Times)
    cpu: list[float] = dataclasses.field(default_factory=list)  # milliseconds of processor a press, in the crowd


async def measure() -> Section:
    """Let both bots have their turns and return the table."""
    ours, bare = Measured(), Measured()
    with tempfile.TemporaryDirectory(prefix="layanan-bench-") as folder:
        async with sandbox_process(*SANDBOX) as url, Sandbox(url) as sandbox:
            for place in range(CROWD):
                await sandbox.add_person(f"Pegawai {place}", person_id=FIRST_ID + place)
            for _ in range(TURNS):
                async with running("tests.bench.our_bot", url, folder, str(CROWD)) as process:
                    await _turn(sandbox, process, ours)
                async with running("tests.bench.rivals.bare_bot", DEFAULT_TOKEN, url) as process:
                    await _turn(sandbox, process, bare)
    return Section("Button press to answer (ours / bare python-telegram-bot bot)", [*_lines(ours, bare)], REMARKS)


REMARKS = (
    f"1 person: {TURNS * ALONE} presses one after another; at once: {TURNS * TOGETHER} rounds of {CROWD} presses",
    "flood limits off for both; with Telegram's 30 messages a second, 200 answers take both of them 6.7 s",
)


def _lines(ours: Measured, bare: Measured) -> list[Line]:
    lines = []
    for crowd in ("alone", "together"):
        for what in ("stopped", "changed"):
            for share in (0.5, 0.95):
                mine = percentile(getattr(getattr(ours, crowd), what), share)
                its = percentile(getattr(getattr(bare, crowd), what), share)
                who = "1 person" if crowd == "alone" else f"{CROWD} at once"
                does = "button stops" if what == "stopped" else "message changed"
                label = f"{who}, {does}, p{share * 100:.0f}"
                lines.append(Line(what=f"{label}: ours", value=mine, ratio=mine / its, to="bare"))
                lines.append(Line(what=f"{label}: bare", value=its))
    mine, its = median(ours.cpu), median(bare.cpu)
    lines.append(Line(what=f"{CROWD} at once, processor time a press: ours", value=mine, ratio=mine / its, to="bare"))
    return [*lines, Line(what=f"{CROWD} at once, processor time a press: bare", value=its)]


@contextlib.asynccontextmanager
async def running(module: str, *arguments: str) -> AsyncIterator[int]:
    """Run a bot as a process of its own, once it is ready; gives its id."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *arguments, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        line = await asyncio.wait_for(process.stdout.readline(), START_SECONDS)
        if line.strip() != b"ready":
            raise RuntimeError(f"{module} did not start")
        yield process.pid
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


async def _until(follower: Follower, wanted: dict[int, set[str]]) -> list[Event]:
    """Return the events until every person has had an event of each wanted kind."""
    seen: list[Event] = []
    async with asyncio.timeout(ANSWER_SECONDS):
        while any(wanted.values()):
            for event in await follower.read(5):
                seen.append(event)
                wanted.get(event["person_id"], set()).discard(event["kind"])
    return seen


async def _turn(sandbox: Sandbox, process: int, into: Measured) -> None:
    people = range(FIRST_ID, FIRST_ID + CROWD)
    crowd = _Crowd(sandbox, people)
    await crowd.open_menus()
    for count in range(ALONE + WARM):
        await crowd.press(people[:1], into.alone if count >= WARM else Times())
    before = cpu_ms(process)
    for _ in range(TOGETHER):
        await crowd.press(people, into.together)
    into.cpu.append((cpu_ms(process) - before) / (TOGETHER * CROWD))


class _Crowd:
    """People with a menu each, on which they press in turns the button to the help and the one back."""

    def __init__(self, sandbox: Sandbox, people: Sequence[int]) -> None:
        self._sandbox = sandbox
        self._people = people
        self._follower = Follower(sandbox)
        self._menus: dict[int, int] = {}
        self._presses = dict.fromkeys(people, 0)

    async def open_menus(self) -> None:
        """Let everybody ask for the menu."""
        await self._follower.skip()
        for person in self._people:
            await self._sandbox.call("POST", f"/sandbox/people/{person}/text", json={"text": "/menu"})
        while len(self._menus) < len(self._people):
            wanted = {person: {"message"} for person in self._people if person not in self._menus}
            for event in await _until(self._follower, wanted):
                if event["kind"] == "message" and event["message"]["from_bot"]:
                    self._menus[event["person_id"]] = event["message"]["id"]

    async def press(self, people: Sequence[int], into: Times) -> None:
        """Let these people press at once, and wait until everybody has their answer."""
        waiting = asyncio.create_task(_until(self._follower, {person: {"answered", "edited"} for person in people}))
        await asyncio.gather(*(self._press(person) for person in people))
        pressed: dict[int, float] = {}
        for event in await waiting:
            person = event["person_id"]
            if event["kind"] == "pressed":
                pressed[person] = event["query"]["pressed_ms"]
            elif event["kind"] == "answered":
                into.stopped.append(event["at_ms"] - pressed[person])
            elif event["kind"] == "edited":
                into.changed.append(event["at_ms"] - pressed[person])

    async def _press(self, person: int) -> None:
        data = BUTTONS[self._presses[person] % len(BUTTONS)]
        self._presses[person] += 1
        body = {"message_id": self._menus[person], "data": data}
        await self._sandbox.call("POST", f"/sandbox/people/{person}/press", json=body)
