"""Checking letters for anybody: so many an hour for each chat, so that nobody guesses codes or has files fetched."""

from __future__ import annotations

from typing import Any

from workflows.store import outbox
from workflows.store.unit_of_work import UnitOfWork

AN_HOUR = 20  # a code has 50 bits: at this pace nobody comes upon one


async def left(work: UnitOfWork, chat_id: int) -> bool:
    """Whether a chat may check another letter in this hour."""
    return await _free_key(work, chat_id) is not None


async def answer(work: UnitOfWork, chat_id: int, **args: Any) -> None:
    """Answer for a letter's code, or a file's SHA-256; once it was too often, say so once an hour."""
    key = await _free_key(work, chat_id)
    if key is not None:
        await outbox.put_screen(work, chat_id, "genuine", args, key=key)
        return
    key = f"{_hour(work, chat_id)}:over"
    await outbox.put_notice(work, chat_id, "keaslian.terlalu_sering", {"limit": AN_HOUR}, key=key)


async def _free_key(work: UnitOfWork, chat_id: int) -> str | None:
    keys = [f"{_hour(work, chat_id)}:{place}" for place in range(AN_HOUR)]
    used = await outbox.keys_there(work, keys)
    return next((key for key in keys if key not in used), None)


def _hour(work: UnitOfWork, chat_id: int) -> str:
    return f"genuine:{chat_id}:{work.now:%Y%m%d%H}"
