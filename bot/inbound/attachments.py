"""Documents and photos sent to a form's question; `prepare` has downloaded and looked into them."""

from __future__ import annotations

import dataclasses

import telegram

from bot.chat_context import ChatContext
from bot.forms.open_draft import OpenDraft, open_draft
from bot.inbound import answers, drafts
from bot.inbound.letters import letter_checks
from workflows.engine.description import FieldType


async def sent(chat: ChatContext, message: telegram.Message) -> None:
    """Take a file as the answer, or as one page of it."""
    draft = await open_draft(chat.app, chat.work, chat.member)
    if draft is None:
        if chat.prepared.checked is not None:
            await letter_checks.answer(chat.work, chat.chat_id, sha256=chat.prepared.checked)
        else:
            await chat.say("umum.bukan_teks")
        return
    field = draft.filling.field
    if field is None or field.type is not FieldType.DOCUMENT:
        await answers.refuse_file(chat, draft, "formulir.bukan_jawaban", {})
    elif chat.prepared.fault is not None:
        key, params = chat.prepared.fault
        await answers.refuse_file(chat, draft, key, dict(params))
    elif chat.prepared.document is not None:
        await answers.sent_file(chat, draft, dict(chat.prepared.document))
        await chat.confirm(message.message_id)
    elif chat.prepared.page is not None:
        await _page(chat, message, draft, chat.prepared.page)
        await chat.confirm(message.message_id)
    else:
        await chat.show_form()


async def _page(chat: ChatContext, message: telegram.Message, draft: OpenDraft, page: str) -> None:
    """Add a page; the photos of one album are counted in one message."""
    scratch = draft.filling.scratch
    same_album = message.media_group_id is not None and scratch.get("album") == message.media_group_id
    pages = [*scratch.get("pages", []), page]
    filling = dataclasses.replace(draft.filling, scratch={"pages": pages, "album": message.media_group_id})
    await drafts.save(chat, draft, filling, fresh=not same_album)
