"""One update, handled and shown as the bot would, and then undone: what a stolen session would have got by it."""

from __future__ import annotations

import dataclasses
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import telegram
from sqlalchemy import event, func, select
from sqlalchemy.engine import Connection

from bot.app import App
from bot.inbound.router import prepare, route
from bot.outbox_sender import DIRECT
from bot.prepared import NOTHING
from bot.screens.render import render
from bot.screens.screen import DocumentScreen, Screen
from workflows.store.tables import OutboxMessage
from workflows.store.unit_of_work import UnitOfWork

WRITES = re.compile(r"\s*(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+\"?(\w+)", re.IGNORECASE)


@dataclasses.dataclass(frozen=True)
class Got:
    """What came of it: tables that were written, chats that hear of it, and every word that the sender is shown."""

    written: frozenset[str]
    chats: frozenset[int]
    words: str
    prepared: bool


class _UndoneError(Exception):
    """Ends the transaction, so that the next attempt finds the town as this one did."""


def press(person: int, data: str) -> dict[str, Any]:
    """A pressed button, as whoever holds the session may send it: its data are theirs to choose."""
    message = {"message_id": 77, "date": 1_764_000_000, "chat": _chat(person), "text": "kartu"}
    return {
        "callback_query": {"id": "1", "from": _user(person), "chat_instance": "1", "message": message, "data": data}
    }


def text(person: int, said: str, **more: Any) -> dict[str, Any]:
    """A message."""
    sent = {"message_id": 78, "date": 1_764_000_000, "chat": _chat(person), "from": _user(person), "text": said}
    return {"message": sent | more}


async def attempt(app: App, payload: dict[str, Any]) -> Got:
    """Handle an update and render all that it puts out, then take everything back."""
    update = telegram.Update.de_json({"update_id": time.monotonic_ns() % 2**31, **payload}, app.bot)
    ready = await prepare(app, update)
    got: list[Got] = []
    try:
        async with app.database.write() as work:
            newest = await work.session.scalar(select(func.max(OutboxMessage.id))) or 0
            with _noting_writes((await work.session.connection()).sync_connection) as written:
                reply = await route(app, work, update, ready)
                await work.flush()
            rows = list(await work.session.scalars(select(OutboxMessage).where(OutboxMessage.id > newest)))
            chats = frozenset(row.chat_id for row in rows)
            assert update.effective_user is not None
            theirs = [row for row in rows if row.chat_id == update.effective_user.id]
            words = [reply.toast or "", *[await _words(app, work, row) for row in theirs]]
            got.append(Got(frozenset(written), chats, "\n".join(words), ready != NOTHING))
            raise _UndoneError
    except _UndoneError:
        return got[0]


@contextmanager
def _noting_writes(connection: Connection | None) -> Iterator[set[str]]:
    assert connection is not None
    written: set[str] = set()

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if found := WRITES.match(statement):
            written.add(found[1])

    event.listen(connection, "before_cursor_execute", note)
    try:
        yield written
    finally:
        event.remove(connection, "before_cursor_execute", note)


async def _words(app: App, work: UnitOfWork, row: OutboxMessage) -> str:
    if row.kind in DIRECT:
        return ""
    screen = await render(app, work, row)
    if isinstance(screen, Screen):
        return f"{screen.text}\n{screen.keyboard.to_json() if screen.keyboard else ''}"
    return f"{screen.name}\n{screen.caption}\n{screen.path}" if isinstance(screen, DocumentScreen) else ""


def _user(person: int) -> dict[str, Any]:
    return {"id": person, "is_bot": False, "first_name": "Siapa"}


def _chat(person: int) -> dict[str, Any]:
    return {"id": person, "type": "private", "first_name": "Siapa"}
