"""How the line to Telegram is, told by the one call that never rests: the long poll of getUpdates.

PTB's polling goes on by itself after all but a refused token, which ends it without a word (22.8,
`telegram/ext/_utils/networkloop.py`); so what Telegram answers is looked at here, below PTB.
"""

from __future__ import annotations

import asyncio
import collections
import copy
import http
import json
import time
from collections.abc import Callable
from typing import Any

import structlog
from telegram import Update
from telegram.error import TelegramError
from telegram.request import HTTPXRequest

from bot.line.sentences import TOKEN_REFUSED
from bot.settings import SettingsError
from workflows.people import members
from workflows.store import outbox
from workflows.store.unit_of_work import Database

log = structlog.get_logger(__name__)

LOOK_SECONDS = 5.0
CONFLICTS = 3  # within CONFLICT_SECONDS: a bot that died and was started again makes one, or two
CONFLICT_SECONDS = 60.0
SILENT_SECONDS = 300.0  # after which a line that is down is an error; a poll takes half a minute


class Line:
    """What the last polls were answered; by webhook, what Telegram says of it (`bot/process/hearing.py`)."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._conflicts: collections.deque[float] = collections.deque(maxlen=CONFLICTS)
        self.heard_at: float | None = None
        self.down_since: float | None = None
        self.trouble = ""
        self.revoked = asyncio.Event()

    def answered(self, status: int) -> None:
        """Note the status of an answered poll."""
        if status in (http.HTTPStatus.UNAUTHORIZED, http.HTTPStatus.NOT_FOUND):  # after both PTB asks no more
            self.revoked.set()
        if status == http.HTTPStatus.CONFLICT:
            self._conflicts.append(self._clock())
        if status == http.HTTPStatus.OK:
            self.heard_at, self.down_since, self.trouble = self._clock(), None, ""
        else:
            self.failed(f"status {status}")

    def failed(self, reason: str) -> None:
        """Note a poll that came to nothing."""
        self.down_since = self.down_since or self._clock()
        self.trouble = reason

    @property
    def hears(self) -> bool:
        """Whether the last poll was answered well."""
        return self.heard_at is not None and self.down_since is None

    @property
    def shared(self) -> bool:
        """Whether somebody else asks for updates with our token, time and again."""
        recent = [at for at in self._conflicts if self._clock() - at <= CONFLICT_SECONDS]
        return len(recent) == CONFLICTS

    @property
    def down_seconds(self) -> float:
        """Return for how long no poll was answered well; 0 where the last one was."""
        return 0.0 if self.down_since is None else self._clock() - self.down_since


class WatchedRequest(HTTPXRequest):
    """The transport of getUpdates, which tells a line what became of each call."""

    def __init__(self, line: Line, **options: Any) -> None:
        super().__init__(**options)
        self._line = line

    async def do_request(self, *args: Any, **options: Any) -> tuple[int, bytes]:
        """Ask Telegram. Raises `TelegramError` where the network fails."""
        try:
            status, payload = await super().do_request(*args, **options)
        except TelegramError as error:
            self._line.failed(error.message)
            raise
        self._line.answered(status)
        return status, legible(payload) if status == http.HTTPStatus.OK else payload


def legible(payload: bytes) -> bytes:
    """Leave out of polled updates the content of those that PTB cannot read, so that the others are read.

    One that it cannot read fails the whole answer, and is asked for again at once, for a day (22.8,
    `telegram/ext/_updater.py`, `polling_action_cb`): it happens when Telegram runs ahead of the PTB in use.
    """
    answer = json.loads(payload)
    found = answer.get("result")
    if not isinstance(found, list):
        return payload
    answer["result"] = [update if _is_legible(update) else {"update_id": update["update_id"]} for update in found]
    return payload if answer["result"] == found else json.dumps(answer).encode()


def _is_legible(update: dict[str, Any]) -> bool:
    try:
        Update.de_json(copy.deepcopy(update), None)
    except Exception:
        log.exception("update_not_understood", update=update.get("update_id"), kinds=sorted(update))
        return False
    return True


async def watch(line: Line, database: Database) -> None:
    """Tell what only a person can mend, for as long as the process lives. Raises `SettingsError` for a dead token."""
    silent = False
    while True:
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                await line.revoked.wait()
        except TimeoutError:
            silent = _tell_silence(line, told=silent)
            if line.shared:
                await _tell_conflict(database)
        else:
            log.critical("token_refused")
            raise SettingsError([TOKEN_REFUSED])


def _tell_silence(line: Line, *, told: bool) -> bool:
    """Log that Telegram cannot be reached, and that it can again, once each. Return whether it is out of reach."""
    silent = line.down_seconds >= SILENT_SECONDS
    if silent and not told:
        log.error("telegram_out_of_reach", seconds=round(line.down_seconds), trouble=line.trouble)
    if told and line.down_since is None:
        log.warning("telegram_back")
        return False
    return silent or told


async def _tell_conflict(database: Database) -> None:
    """Tell the administrators, once an hour, that another program uses the token; sending works meanwhile."""
    async with database.write() as work:
        hour = f"{work.now:%Y-%m-%dT%H}"
        for admin in await members.admins(work):
            if admin.telegram_id is not None:
                key = f"conflict:{hour}:{admin.id}"
                if await outbox.put_notice(work, admin.telegram_id, "kiriman.token_dipakai", key=key):
                    log.error("token_shared", told=admin.id)
