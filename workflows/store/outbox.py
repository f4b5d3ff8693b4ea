"""Messages that must go out, and the cards that stand in chats."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import bindparam, func, literal_column, or_, select, update

from workflows.store.insert import insert_new
from workflows.store.tables import Card, MessageState, OutboxMessage
from workflows.store.tables.messages import MessageParams
from workflows.store.unit_of_work import UnitOfWork

OPEN = (MessageState.PENDING, MessageState.SENDING)
IS_OPEN = OutboxMessage.state.in_(  # written out, so that the index of what is open is known to serve
    [literal_column(f"'{state}'") for state in OPEN]
)
IS_PENDING = OutboxMessage.state == MessageState.PENDING
IS_HELD = OutboxMessage.state == bindparam("held_state", MessageState.HELD, literal_execute=True)
KEY_MAX = 120  # characters of a key as it is kept

# Asked at each pass of the sender, so they are put together once.
NOW = bindparam("now", type_=OutboxMessage.not_before.type)
HEADS = (
    select(func.min(OutboxMessage.id))
    .where(
        IS_OPEN,
        OutboxMessage.chat_id.not_in(bindparam("busy_chats", expanding=True)),
        or_(OutboxMessage.not_before <= NOW, OutboxMessage.attempts > 0),
    )
    .group_by(OutboxMessage.chat_id)
)
DUE = (
    select(OutboxMessage)
    .where(OutboxMessage.id.in_(HEADS), OutboxMessage.not_before <= NOW)
    .order_by(OutboxMessage.id)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)  # somebody is taking it back, or adding to what is known of it
)
NEXT_DUE = select(func.min(OutboxMessage.not_before)).where(IS_OPEN, IS_PENDING, OutboxMessage.not_before > NOW)
BY_IDS = select(OutboxMessage).where(OutboxMessage.id.in_(bindparam("ids", expanding=True)))


async def hurry(work: UnitOfWork, case_id: int, kind: str) -> None:
    """Let a case's messages of a kind that were put off be tried now: what they waited for is there."""
    waiting = (OutboxMessage.case_id == case_id, OutboxMessage.kind == kind, IS_PENDING)
    await work.session.execute(update(OutboxMessage).where(*waiting).values(not_before=work.now))
    work.wake("outbox")


async def keys_there(work: UnitOfWork, keys: Collection[str]) -> set[str]:
    """Return which of these keys some message has."""
    found = await work.session.scalars(select(OutboxMessage.key).where(OutboxMessage.key.in_(keys)))
    return {key for key in found if key is not None}


async def put(
    work: UnitOfWork,
    chat_id: int,
    kind: str,
    params: MessageParams | None = None,
    *,
    key: str | None = None,
    case_id: int | None = None,
    not_before: dt.datetime | None = None,
) -> int | None:
    """Add a message in the present transaction; return its id, or None where one of the same `key` exists already."""
    values = {
        "chat_id": chat_id,
        "kind": kind,
        "params": params or {},
        "key": _kept(key),
        "case_id": case_id,
        "not_before": not_before or work.now,
        "created_at": work.now,
    }
    await work.flush()  # a case that is new must be there before its message
    message: int | None = await insert_new(work, OutboxMessage, values)
    if message is not None:
        work.wake("outbox")
    return message


async def put_notice(
    work: UnitOfWork,
    chat_id: int,
    text: str,
    params: Mapping[str, Any] | None = None,
    *,
    key: str | None = None,
    case_id: int | None = None,
) -> int | None:
    """Have one sentence said (`text` names it in templates/messages); return and `key` as in `put`."""
    said: MessageParams = {"text": text, "params": dict(params or {})}
    return await put(work, chat_id, "notice", said, key=key, case_id=case_id)


async def put_screen(
    work: UnitOfWork,
    chat_id: int,
    name: str,
    args: Mapping[str, Any],
    *,
    edit: int | None = None,
    key: str | None = None,
    case_id: int | None = None,
) -> None:
    """Have a screen shown by its name: in the message `edit`, else as a message of its own."""
    params: MessageParams = {"name": name, "args": dict(args), "edit": edit}
    await put(work, chat_id, "screen", params, key=key, case_id=case_id)


async def put_on_message(
    work: UnitOfWork, chat_id: int, kind: str, message_id: int, *, not_before: dt.datetime | None = None
) -> None:
    """Have something done to a message that stands in a chat, once: it is deleted, or loses its buttons.

    One that is deleted already, or about to be, has no buttons to lose.
    """
    gone = select(OutboxMessage.id).where(
        OutboxMessage.key == f"delete:{chat_id}:{message_id}", OutboxMessage.not_before <= work.now
    )
    if kind != "delete" and await work.session.scalar(gone) is not None:
        return
    key = f"{kind}:{chat_id}:{message_id}"
    await put(work, chat_id, kind, {"message": message_id}, key=key, not_before=not_before)


async def delete_later(work: UnitOfWork, chat_id: int, message_id: int, at: dt.datetime) -> None:
    """Plan when a message is deleted; what was planned before for it is put off until then."""
    planned = (OutboxMessage.key == f"delete:{chat_id}:{message_id}", IS_PENDING)
    await work.session.execute(update(OutboxMessage).where(*planned).values(not_before=at))
    await put_on_message(work, chat_id, "delete", message_id, not_before=at)


def _kept(key: str | None) -> str | None:
    """Return a key as it is kept: a long one by its beginning and its digest."""
    if key is None or len(key) <= KEY_MAX:
        return key
    digest = hashlib.sha256(key.encode()).hexdigest()
    return f"{key[: KEY_MAX - len(digest) - 1]}:{digest}"


async def due(work: UnitOfWork, *, busy_chats: Collection[int] = (), limit: int = 100) -> list[OutboxMessage]:
    """Return the oldest message of each chat that is due and not in `busy_chats`: order holds within a chat.

    What failed before holds its chat until its next attempt; what was only planned for later lets others pass.
    """
    asked = {"now": work.now, "busy_chats": list(busy_chats), "limit": limit}
    return list(await work.session.scalars(DUE, asked))


async def attempts_since(work: UnitOfWork, since: dt.datetime) -> list[tuple[int, dt.datetime]]:
    """Return the chat and the instant of every attempt that Telegram counted since then, oldest first."""
    query = (
        select(OutboxMessage.chat_id, OutboxMessage.attempted_at)
        .where(OutboxMessage.attempted_at > since)
        .order_by(OutboxMessage.attempted_at)
    )
    return [(chat_id, at) for chat_id, at in await work.session.execute(query) if at is not None]


async def next_due(work: UnitOfWork) -> dt.datetime | None:
    """Return when the next message that is planned for later comes due."""
    return await work.session.scalar(NEXT_DUE, {"now": work.now})


async def by_id(work: UnitOfWork, row_id: int) -> OutboxMessage:
    """Return one message. Raises `NoResultFound`."""
    return await work.session.get_one(OutboxMessage, row_id)


async def by_ids(work: UnitOfWork, row_ids: Collection[int]) -> dict[int, OutboxMessage]:
    """Return messages by their ids."""
    rows = await work.session.scalars(BY_IDS, {"ids": list(row_ids)})
    return {row.id: row for row in rows}


async def supersede(work: UnitOfWork, chat_id: int, kind: str, *, unless: str) -> list[OutboxMessage]:
    """Take back a chat's messages of one kind that nobody began to send, `unless` they have that parameter."""
    waiting = (IS_OPEN, OutboxMessage.chat_id == chat_id, OutboxMessage.kind == kind, IS_PENDING)
    found = await work.session.scalars(
        select(OutboxMessage).where(*waiting, OutboxMessage.attempts == 0).with_for_update()
    )
    rows = [row for row in found if unless not in row.params]
    for row in rows:
        row.state, row.error = MessageState.DROPPED, "superseded"
    return rows


async def later(work: UnitOfWork, row: OutboxMessage) -> list[OutboxMessage]:
    """Return a chat's open messages of the same kind that were put out after this one."""
    newer = (OutboxMessage.chat_id == row.chat_id, OutboxMessage.id > row.id)
    like = (OutboxMessage.kind == row.kind, IS_OPEN)
    return list(await work.session.scalars(select(OutboxMessage).where(*newer, *like)))


async def release(work: UnitOfWork, chat_id: int, *, since: dt.datetime) -> None:
    """Let out what was held for a chat, but not what is older, and what says the same only once: the newest."""
    mine = (OutboxMessage.chat_id == chat_id, IS_HELD, OutboxMessage.created_at >= since)
    rows = await work.session.scalars(select(OutboxMessage).where(*mine).order_by(OutboxMessage.id.desc()))
    seen: set[tuple[str, str]] = set()
    for row in rows:
        said = (row.kind, json.dumps(row.params, sort_keys=True))
        if said in seen:
            row.state, row.error = MessageState.DROPPED, "superseded"
        else:
            row.state, row.attempts, row.not_before = MessageState.PENDING, 0, work.now
        seen.add(said)
    work.wake("outbox")


async def open_in(work: UnitOfWork, chat_id: int, kind: str) -> list[OutboxMessage]:
    """Return a chat's messages of one kind that are not settled yet."""
    mine = (OutboxMessage.chat_id == chat_id, OutboxMessage.kind == kind, IS_OPEN)
    return list(await work.session.scalars(select(OutboxMessage).where(*mine)))


async def open_of(work: UnitOfWork, case_id: int, kind: str) -> list[OutboxMessage]:
    """Return a case's messages of one kind that are not settled yet."""
    mine = (OutboxMessage.case_id == case_id, OutboxMessage.kind == kind, IS_OPEN)
    return list(await work.session.scalars(select(OutboxMessage).where(*mine)))


async def card(work: UnitOfWork, chat_id: int, subject: str, *, lock: bool = False) -> Card | None:
    """Return the message that shows `subject` in a chat; with `lock`, once nobody else is changing that."""
    query = select(Card).where(Card.chat_id == chat_id, Card.subject == subject)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return (await work.session.scalars(query)).first()


async def cards_of(work: UnitOfWork, subject: str) -> list[Card]:
    """Return every chat's message that shows `subject`."""
    return list(await work.session.scalars(select(Card).where(Card.subject == subject).order_by(Card.id)))


async def set_card(work: UnitOfWork, chat_id: int, subject: str, message_id: int, shown: str) -> int | None:
    """Note which message shows `subject` in a chat. Return the message it replaces, if it is another one."""
    row = await card(work, chat_id, subject, lock=True)
    if row is None:
        work.add(Card(chat_id=chat_id, subject=subject, message_id=message_id, shown=shown))
        return None
    replaced = row.message_id if row.message_id != message_id else None
    row.message_id, row.shown = message_id, shown
    return replaced


async def forget_card(work: UnitOfWork, chat_id: int, subject: str) -> int | None:
    """Let no message show `subject` in a chat any more. Return the one that did."""
    row = await card(work, chat_id, subject, lock=True)
    if row is None:
        return None
    await work.session.delete(row)
    return row.message_id


async def move_chat(work: UnitOfWork, old: int, new: int) -> None:
    """Say what is still to be said in the new chat, where a group became a supergroup; old messages stay behind."""
    await work.session.execute(update(OutboxMessage).where(OutboxMessage.chat_id == old, IS_OPEN).values(chat_id=new))


async def newest_letters(work: UnitOfWork, case_id: int, since: dt.datetime) -> list[OutboxMessage]:
    """Return the letters of a case that were last put out together, not before `since`."""
    mine = (
        OutboxMessage.case_id == case_id,
        OutboxMessage.kind == "letter",
        OutboxMessage.created_at >= since,
    )
    last = select(func.max(OutboxMessage.created_at)).where(*mine).scalar_subquery()
    return list(await work.session.scalars(select(OutboxMessage).where(*mine, OutboxMessage.created_at == last)))
