"""What engineers are told about a server or what stands on it: in their own chats, and in their group if they have one.

So what is new to tell reaches everybody who is to hear of it. What the Kabid is told as well (a move, what a site is
suspected of) is no alert.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from workflows.people import engineers_group
from workflows.people.duty import engineers
from workflows.store import outbox
from workflows.store.tables.messages import MessageParams
from workflows.store.unit_of_work import UnitOfWork


async def tell_engineers(
    work: UnitOfWork,
    server_id: int | None,
    kind: str,
    params: MessageParams,
    *,
    key: str | None = None,
    case_id: int | None = None,
    also: Iterable[int] = (),
    in_group: bool = True,
) -> None:
    """Put a message into every engineer's chat, their group, and the chats `also` that are to read the same.

    `server_id` says which server it is about, None that it is about several. `key` is that of `outbox.put`, once a
    chat. What is shown step by step is not `in_group` but at its beginning and end: a group takes 20 messages a minute.
    """
    for chat_id in sorted({*await engineers(work), *also}):
        of_chat = f"{key}:{chat_id}" if key else None
        await outbox.put(work, chat_id, kind, params, key=of_chat, case_id=case_id)
    group = await engineers_group.linked(work) if in_group else None
    if group is not None:
        there: MessageParams = {**params, "topic": server_id}
        of_chat = f"{key}:{group.chat_id}" if key else None
        await outbox.put(work, group.chat_id, kind, there, key=of_chat, case_id=case_id)


async def show_again(
    work: UnitOfWork, server_id: int, subject: str, kind: str, params: MessageParams, *, also: Iterable[int] = ()
) -> None:
    """Have the message about a subject show how it is now, in every chat that has one, and in the chats `also`."""
    group = await engineers_group.linked(work)
    chats = {card.chat_id for card in await outbox.cards_of(work, subject)}
    for chat_id in sorted({*chats, *also}):
        is_group = group is not None and chat_id == group.chat_id
        shown: MessageParams = {**params, "topic": server_id} if is_group else params
        await outbox.put(work, chat_id, kind, shown)


async def say_to_engineers(
    work: UnitOfWork,
    server_id: int | None,
    text: str,
    values: Mapping[str, Any],
    *,
    key: str | None = None,
    case_id: int | None = None,
    also: Iterable[int] = (),
) -> None:
    """Say one sentence (`text` names it in templates/messages) to every engineer, as `tell_engineers`."""
    params: MessageParams = {"text": text, "params": dict(values)}
    await tell_engineers(work, server_id, "notice", params, key=key, case_id=case_id, also=also)
