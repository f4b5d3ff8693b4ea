"""What becomes of a form that is filled in: the feature that asked carries it out."""

from __future__ import annotations

import dataclasses

from bot.chat_context import ChatContext
from bot.forms import flow
from bot.forms.open_draft import OpenDraft
from bot.inbound import drafts
from bot.inbound.features import FORMS
from bot.refusals import refusal
from bot.screens.screen import Reply
from workflows.engine.fields import relevant_answers
from workflows.refusal import Refused


async def send(chat: ChatContext, draft: OpenDraft) -> Reply:
    """Carry out what the form was filled in for. A refusal is said, and the answers stay unless it is final."""
    if not draft.filling.complete:
        await drafts.save(chat, draft, flow.begin(draft.spec.form, draft.filling.answers))
        return Reply()
    answers = relevant_answers(draft.spec.form, draft.filling.answers)
    try:
        async with chat.work.attempt():
            return await FORMS[draft.purpose](chat, draft, answers)
    except Refused as refused:
        words = refusal(refused)
        if refused.final:
            await drafts.close(chat, draft, "formulir.tidak_terkirim", reason=words)
        else:
            await chat.say_literally(words)
            back_at_summary = dataclasses.replace(draft.filling, scratch={})  # where an answer can be changed
            await drafts.save(chat, draft, back_at_summary, fresh=True)
        return Reply(toast=words)
