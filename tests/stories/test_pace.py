"""The bot at Telegram's own pace, against Telegram's own limits: it waits by itself and is never told to."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.stories.town import open_town


async def test_a_crowd_is_answered_without_breaking_a_limit(tmp_path: Path, database_url: str) -> None:
    async with open_town(tmp_path, pace=1.0, database_url=database_url) as town:
        people = list(town.phones.values())

        async def ask_often(commands: tuple[str, ...]) -> None:
            await asyncio.gather(*(person.send_command(command) for person in people for command in commands))

        await ask_often(("menu", "bantuan", "tugas"))
        await asyncio.gather(*(person.wait_for("menunggu tindakan Anda") for person in people))
        await town.until("SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending')", 0)
        assert [call for call in await town.sandbox.refusals() if call["code"] == 429] == []
        answered = [len([m for m in await person.messages() if m.from_bot]) for person in people]
        assert min(answered) >= 5  # invitation, welcome, menu; then each command's own answer
