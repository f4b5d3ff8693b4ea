"""One supergroup in a sandbox: what people do there, and what stands in its topics."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from bot.sandbox.groups import Standing
from bot.sandbox.person import SandboxTimeout, SandboxUser
from bot.sandbox.screen import ScreenMessage, read_message

if TYPE_CHECKING:
    from bot.sandbox.client import Sandbox

LOOK_AGAIN_S = 0.02


class SandboxGroup:
    """A supergroup, with topics or without; the topic that has no name here (None) is General."""

    def __init__(self, sandbox: Sandbox, group_id: int) -> None:
        self.sandbox = sandbox
        self.id = group_id

    async def add_bot(self, by: SandboxUser, *, topics: bool | None = None) -> None:
        """Add the bot: as a member, or as an administrator who may (`topics`) or may not manage topics."""
        standing = Standing.MEMBER if topics is None else Standing.ADMINISTRATOR
        await self._act("stand", by=by.id, standing=standing, topics=bool(topics))

    async def remove_bot(self, by: SandboxUser) -> None:
        """Remove the bot, as from a client: it is kicked."""
        await self._act("stand", by=by.id, standing=Standing.KICKED)

    async def write(self, by: SandboxUser, text: str) -> None:
        """Write into General."""
        await self._act("say", by=by.id, text=text)

    async def delete_topic(self, name: str) -> None:
        """Delete a topic and all that stands in it."""
        await self._act("delete_topic", thread=await self._thread(name))

    async def close_topic(self, name: str) -> None:
        """Close a topic."""
        await self._act("close_topic", thread=await self._thread(name))

    async def turn_topics(self, *, on: bool) -> None:
        """Switch topics on or off."""
        await self._act("turn_topics", on=on)

    async def has_bot(self) -> bool:
        """Whether the bot is in it."""
        return (await self._seen())["standing"] in (Standing.MEMBER, Standing.ADMINISTRATOR)

    async def topics(self) -> list[str]:
        """Return the names of the topics beside General."""
        return [topic["name"] for topic in (await self._seen())["topics"]]

    async def messages(self, topic: str | None = None) -> list[ScreenMessage]:
        """Return what stands in a topic, oldest first."""
        await self.sandbox.pause()
        return self._in(await self._seen(), topic)

    async def wait_for(self, wanted: str, *, topic: str | None = None, timeout_s: float | None = None) -> ScreenMessage:
        """Wait for a message of a topic with that text; the newest wins. Raises `SandboxTimeout`."""
        limit = self.sandbox.timeout_s if timeout_s is None else timeout_s
        seen: dict[str, Any] = {}
        try:
            async with asyncio.timeout(limit):
                while True:
                    seen = await self._seen()
                    found = [message for message in self._in(seen, topic) if wanted in message.text]
                    if found:
                        return found[-1]
                    await asyncio.sleep(LOOK_AGAIN_S)
        except TimeoutError:
            said = [(one["thread"], read_message(one, 0).text) for one in seen.get("messages", ())]
            raise SandboxTimeout(f"waited {limit:g} s for {wanted!r} in {topic or 'General'}: {said}") from None

    def _in(self, seen: dict[str, Any], topic: str | None) -> list[ScreenMessage]:
        names = {one["id"]: one["name"] for one in seen["topics"]}
        standing = [one for one in seen["messages"] if one["deleted_ms"] is None]
        return [read_message(one, 0) for one in standing if names.get(one["thread"]) == topic]

    async def _thread(self, name: str) -> int:
        return next(int(one["id"]) for one in (await self._seen())["topics"] if one["name"] == name)

    async def _seen(self) -> dict[str, Any]:
        seen: dict[str, Any] = await self.sandbox.call("GET", f"/sandbox/groups/{self.id}")
        return seen

    async def _act(self, act: str, **body: Any) -> None:
        await self.sandbox.call("POST", f"/sandbox/groups/{self.id}/{act}", json=body)
