"""Play people in a sandbox from Python: the typed client that tests, benchmarks and the demo script use."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Self

import aiohttp

from bot.sandbox.group import SandboxGroup
from bot.sandbox.person import SandboxRefused, SandboxTimeout, SandboxUser
from bot.sandbox.screen import Press, ScreenMessage, read_press

__all__ = ["Press", "Sandbox", "SandboxGroup", "SandboxRefused", "SandboxTimeout", "SandboxUser", "ScreenMessage"]

DEFAULT_TIMEOUT_S = 10.0


async def no_pause() -> None:
    """People look and act at once."""


class Sandbox:
    """A connection to a running sandbox: `async with Sandbox(url) as sandbox: kepala = await sandbox.add_person(…)`."""

    def __init__(self, url: str, *, timeout_s: float = DEFAULT_TIMEOUT_S) -> None:
        self.url = url.rstrip("/")
        self.timeout_s = timeout_s
        self.pause: Callable[[], Awaitable[None]] = no_pause  # before anybody looks or acts: a bot may finish first
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def add_person(
        self, name: str, *, phone: str = "", person_id: int | None = None, username: str = "", role: str = ""
    ) -> SandboxUser:
        """Give somebody a phone with Telegram; `phone` with or without a plus sign, `role` only for the page."""
        body = {"name": name, "phone": phone, "username": username, "role": role, "id": person_id}
        return SandboxUser(self, await self.call("POST", "/sandbox/people", json=body))

    async def add_group(self, title: str, *, forum: bool = True) -> SandboxGroup:
        """Let somebody make a supergroup, with topics or without; the bot is not in it yet."""
        made = await self.call("POST", "/sandbox/groups", json={"title": title, "forum": forum})
        return SandboxGroup(self, int(made["id"]))

    async def people(self) -> list[SandboxUser]:
        """Everybody there is."""
        return [SandboxUser(self, raw) for raw in await self.call("GET", "/sandbox/people")]

    async def bot_username(self) -> str:
        """Return the bot's name in deep links."""
        return str((await self.call("GET", "/sandbox/bot"))["username"])

    async def unread(self) -> int:
        """Return how many updates the bot has not confirmed to have."""
        return int((await self.call("GET", "/sandbox/bot"))["unread"])

    async def bot_calls(self, method: str = "") -> list[dict[str, Any]]:
        """List what the bot asked: `at_ms`, `method`, `chat_id`, `code`, `description`; no successful getUpdates."""
        calls: list[dict[str, Any]] = await self.call("GET", "/sandbox/calls")
        return [call for call in calls if not method or call["method"] == method.lower()]

    async def refusals(self) -> list[dict[str, Any]]:
        """Return the bot's calls that were refused, but for ordered faults; a well-behaved bot has few."""
        return [call for call in await self.bot_calls() if call["code"] != 200 and not call["ordered"]]

    async def order(self, kind: str, method: str = "", *, times: int | None = 1, **more: Any) -> None:
        """Let the bot's next calls meet a fault (`faults.Kind`), in one chat (`chat_id`) or everywhere."""
        await self.call("POST", "/sandbox/faults", json={"kind": kind, "method": method, "times": times, **more})

    async def heal(self) -> None:
        """End all faults."""
        await self.call("DELETE", "/sandbox/faults")

    async def faults_left(self) -> int:
        """Return how many ordered faults no call has met yet."""
        return int((await self.call("GET", "/sandbox/faults"))["left"])

    async def repeat_updates(self) -> int:
        """Let Telegram give the updates of late once more; return how many."""
        return int((await self.call("POST", "/sandbox/updates/repeat"))["again"])

    async def reverse_updates(self, polls: int = 1) -> None:
        """Let Telegram answer the next polls with the newest update first."""
        await self.call("POST", "/sandbox/updates/reverse", json={"polls": polls})

    async def revoke_token(self, new: str) -> None:
        """Do as /revoke at @BotFather: the bot's token opens nothing any more, `new` takes its place."""
        await self.call("POST", "/sandbox/token", json={"token": new})

    async def presses(self) -> list[Press]:
        """Every press of everybody; `answered` tells whether the bot answered it."""
        return [read_press(raw) for raw in await self.call("GET", "/sandbox/queries")]

    async def unanswered(self) -> list[Press]:
        """Presses whose button still spins."""
        return [press for press in await self.presses() if not press.answered]

    async def call(self, verb: str, path: str, **options: Any) -> Any:
        """One request to the people's side. Raises `SandboxRefused`."""
        async with self._open().request(verb, self.url + path, **options) as response:
            body = await response.json()
            if response.status >= 400:
                raise SandboxRefused(body["description"])
            return body

    async def download(self, file_id: str) -> bytes:
        """Return a file as a person downloads it."""
        async with self._open().get(f"{self.url}/sandbox/files/{file_id}") as response:
            response.raise_for_status()
            return await response.read()

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise RuntimeError("use `async with Sandbox(url)`")
        return self._session
