"""The watch over the line to Telegram: what is told, when, and to whom."""

from __future__ import annotations

import asyncio
import json
import time

import pytest

from bot.line import line as lines
from bot.line.line import CONFLICT_SECONDS, CONFLICTS, SILENT_SECONDS, Line
from bot.process.hearing import look_at_webhook
from bot.settings import SettingsError
from tests.unit.bot_runtime.conftest import Clock, until
from tests.unit.bot_runtime.rows import BUDI
from tests.unit.bot_runtime.telegram_by_script import TelegramByScript, bot_over
from workflows.people import members
from workflows.store import outbox
from workflows.store.unit_of_work import Database


class CountedLine(Line):
    """A line that counts how often its watch has looked whether somebody shares it."""

    looks = 0

    @property
    def shared(self) -> bool:
        self.looks += 1
        return super().shared


@pytest.fixture
def line(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> CountedLine:
    monkeypatch.setattr("bot.line.line.LOOK_SECONDS", 0.01)
    return CountedLine(clock.seconds)


async def watched(line: CountedLine, database: Database) -> None:
    """Let the watch look three times, and say what it has to say at two of them."""
    seen = line.looks
    watching = asyncio.create_task(lines.watch(line, database))
    await until(lambda: line.looks == seen + 3)
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)


async def told(database: Database) -> list[str]:
    async with database.write() as work:
        return [row.params["text"] for row in await outbox.due(work)]


async def test_conflicts_time_and_again_are_told_to_the_administrators_once_an_hour(
    line: CountedLine, database: Database, clock: Clock
) -> None:
    async with database.write() as work:
        await members.appoint_admin(work, BUDI)
    for _ in range(CONFLICTS):
        line.answered(409)
        line.answered(200)  # the other one was ended by us in turn
        clock.move(2)
    await watched(line, database)
    await watched(line, database)
    assert await told(database) == ["kiriman.token_dipakai"]


async def test_the_conflict_that_a_killed_bot_leaves_behind_is_told_to_nobody(
    line: CountedLine, database: Database, clock: Clock
) -> None:
    async with database.write() as work:
        await members.appoint_admin(work, BUDI)
    for _ in range(CONFLICTS * 2):
        line.answered(409)
        clock.move(CONFLICT_SECONDS / 2)
    await watched(line, database)
    assert await told(database) == []


@pytest.mark.parametrize("status", [401, 404])  # after either PTB asks no more
async def test_a_refused_token_ends_the_watch_in_words(line: Line, database: Database, status: int) -> None:
    line.answered(status)
    with pytest.raises(SettingsError, match="BOT_TOKEN is not accepted by Telegram"):
        await lines.watch(line, database)


def test_the_time_without_an_answer_begins_with_the_first_failure_and_ends_with_an_answer(
    line: Line, clock: Clock
) -> None:
    assert line.down_seconds == 0
    line.failed("no route")
    clock.move(SILENT_SECONDS)
    line.answered(502)
    clock.move(1)
    assert line.down_seconds == SILENT_SECONDS + 1
    assert line.trouble == "status 502"
    line.answered(200)
    assert (line.down_seconds, line.trouble, line.heard_at) == (0, "", clock.seconds())


def test_an_update_that_ptb_cannot_read_keeps_no_other_from_being_read() -> None:
    chat = {"id": 1, "type": "private", "first_name": "x"}
    good = {"update_id": 1, "message": {"message_id": 1, "date": 1, "chat": chat, "text": "surat"}}
    odd = {"update_id": 2, "message": {"message_id": 2, "date": 1, "chat": {"of": "a Bot API to come"}}}
    answer = lines.legible(json.dumps({"ok": True, "result": [good, odd]}).encode())
    assert json.loads(answer)["result"] == [good, {"update_id": 2}]
    untouched = json.dumps({"ok": True, "result": [good]}).encode()
    assert lines.legible(untouched) is untouched


@pytest.mark.parametrize(
    ("waiting", "failed_ago", "hears"), [(0, None, True), (4, 30, False), (4, 3600, True), (0, 30, True)]
)
async def test_a_webhook_that_telegram_cannot_reach_is_a_line_that_is_down(
    line: Line, telegram: TelegramByScript, waiting: int, failed_ago: int | None, *, hears: bool
) -> None:
    info = {"url": "https://bot.test/telegram", "has_custom_certificate": False, "pending_update_count": waiting}
    if failed_ago is not None:
        info |= {"last_error_date": int(time.time()) - failed_ago, "last_error_message": "SSL error"}
    telegram.next_answers("getWebhookInfo", (200, {"ok": True, "result": info}))
    await look_at_webhook(await bot_over(telegram), line)
    assert line.hears is hears
    assert ("SSL error" in line.trouble) is not hears
