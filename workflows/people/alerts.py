"""What engineers are told about a server or what stands on it: whatever it is, it is told from here.

So what is new to tell reaches everybody who is to hear of it. What the Kabid is told as well (a move, what a site is
suspected of) is no alert.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

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
) -> None:
    """Put a message into every engineer's chat, and into the chats `also` that are to read the same.

    `server_id` says which server it is about, None that it is about several. `key` is that of `outbox.put`, once a
    chat.
    """
    for chat_id in sorted({*await engineers(work), *also}):
        of_chat = f"{key}:{chat_id}" if key else None
        await outbox.put(work, chat_id, kind, params, key=of_chat, case_id=case_id)


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
