"""Documents and photos sent to a form's question; `prepare` has downloaded and looked into them."""

from __future__ import annotations

import dataclasses

import telegram

from bot.chat_context import Turn
from bot.forms.open_draft import OpenDraft, open_draft
from bot.inbound import answers, drafts
from bot.inbound.letters import letter_checks
from workflows.engine.description import FieldType


async def sent(turn: Turn, message: telegram.Message) -> None:
    """Take a file as the answer, or as one page of it."""
    draft = await open_draft(turn.app, turn.work, turn.member)
    if draft is None:
        if turn.prepared.checked is not None:
            await letter_checks.answer(turn.work, turn.chat_id, sha256=turn.prepared.checked)
        else:
            await turn.say("umum.bukan_teks")
        return
    field = draft.filling.field
    if field is None or field.type is not FieldType.DOCUMENT:
        await answers.refuse_file(turn, draft, "formulir.bukan_jawaban", {})
    elif turn.prepared.fault is not None:
        key, params = turn.prepared.fault
        await answers.refuse_file(turn, draft, key, dict(params))
    elif turn.prepared.document is not None:
        await answers.sent_file(turn, draft, dict(turn.prepared.document))
        await turn.confirm(message.message_id)
    elif turn.prepared.page is not None:
        await _page(turn, message, draft, turn.prepared.page)
        await turn.confirm(message.message_id)
    else:
        await turn.show_form()


async def _page(turn: Turn, message: telegram.Message, draft: OpenDraft, page: str) -> None:
    """Add a page; the photos of one album are counted in one message."""
    scratch = draft.filling.scratch
    same_album = message.media_group_id is not None and scratch.get("album") == message.media_group_id
    pages = [*scratch.get("pages", []), page]
    filling = dataclasses.replace(draft.filling, scratch={"pages": pages, "album": message.media_group_id})
    await drafts.save(turn, draft, filling, fresh=not same_album)
