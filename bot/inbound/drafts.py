"""Beginning, keeping and ending the one form that a person has under way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.chat_context import ChatContext
from bot.forms import flow
from bot.forms.flow import Filling
from bot.forms.form_specs import form_spec_of
from bot.forms.open_draft import OpenDraft, open_draft
from workflows.store import drafts

STOPPED = "formulir.dibatalkan"
WORTH_KEEPING = 3  # answers


async def begin(chat: ChatContext, data: Mapping[str, Any], answers: Mapping[str, Any] | None = None) -> None:
    """Start a form and ask its first question; where another is under way, ask what shall become of that first."""
    under_way = await open_draft(chat.app, chat.work, chat.member)
    if under_way is not None and not under_way.is_search:
        await chat.show("resume")
        return
    if under_way is not None:
        await drop(chat, under_way)
    spec = await form_spec_of(chat.app, chat.work, chat.member, data, answers or {})
    filling = flow.begin_again(spec.form, answers) if answers else flow.begin(spec.form)
    await drafts.start(
        chat.work,
        chat.member.person.id,
        form=spec.form.id,
        purpose=dict(data),
        answers=dict(filling.answers),
        position=filling.position,
    )
    await chat.show_form(fresh=True)


async def save(chat: ChatContext, draft: OpenDraft, filling: Filling, *, fresh: bool | None = None) -> None:
    """Keep how far the form is and show it."""
    draft.row.answers = dict(filling.answers)
    draft.row.position = filling.position
    draft.row.scratch = dict(filling.scratch)
    draft.row.changed_at = chat.work.now
    await chat.show_form(fresh=fresh)


async def discard(chat: ChatContext, draft: OpenDraft) -> None:
    """Throw the form away without a word."""
    await drafts.discard(chat.work, draft.row)


async def finish(chat: ChatContext, draft: OpenDraft) -> None:
    """Throw the form away with its message: what follows shows what became of it."""
    await discard(chat, draft)
    await chat.end_form(pressed=True)


async def drop(chat: ChatContext, draft: OpenDraft) -> None:
    """Throw the form away with its message, for something else that is wanted now."""
    await discard(chat, draft)
    await chat.end_form(pressed=False)


async def stop(chat: ChatContext, draft: OpenDraft) -> None:
    """End the form because its person says so; one slip of a finger does not lose what took them minutes."""
    if len(draft.row.answers) < WORTH_KEEPING:
        await close(chat, draft, STOPPED)
        return
    token = await drafts.stop(chat.work, draft.row)
    await chat.close_form(STOPPED, title=draft.spec.form.title, token=token)


async def close(chat: ChatContext, draft: OpenDraft, key: str, **params: Any) -> None:
    """Throw the form away and let its message say why."""
    await discard(chat, draft)
    await chat.close_form(key, title=draft.spec.form.title, **params)
