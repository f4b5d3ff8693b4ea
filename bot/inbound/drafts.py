"""Beginning, keeping and ending the one form that a person has under way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.chat_context import Turn
from bot.forms import flow
from bot.forms.flow import Filling
from bot.forms.open_draft import OpenDraft, open_draft
from bot.forms.purposes import purpose_of
from workflows.store import drafts


async def begin(turn: Turn, data: Mapping[str, Any], answers: Mapping[str, Any] | None = None) -> None:
    """Start a form and ask its first question; where another is under way, ask what shall become of that first."""
    under_way = await open_draft(turn.app, turn.work, turn.member)
    if under_way is not None and not under_way.is_search:
        await turn.show("resume")
        return
    if under_way is not None:
        await drop(turn, under_way)
    purpose = await purpose_of(turn.app, turn.work, turn.member, data, answers or {})
    filling = flow.begin_again(purpose.form, answers) if answers else flow.begin(purpose.form)
    await drafts.start(
        turn.work,
        turn.member.person.id,
        form=purpose.form.id,
        purpose=dict(data),
        answers=dict(filling.answers),
        position=filling.position,
    )
    await turn.show_form(fresh=True)


async def save(turn: Turn, draft: OpenDraft, filling: Filling, *, fresh: bool | None = None) -> None:
    """Keep how far the form is and show it."""
    draft.row.answers = dict(filling.answers)
    draft.row.position = filling.position
    draft.row.scratch = dict(filling.scratch)
    draft.row.changed_at = turn.work.now
    await turn.show_form(fresh=fresh)


async def discard(turn: Turn, draft: OpenDraft) -> None:
    """Throw the form away without a word."""
    await drafts.discard(turn.work, draft.row)


async def finish(turn: Turn, draft: OpenDraft) -> None:
    """Throw the form away with its message: what follows shows what became of it."""
    await discard(turn, draft)
    await turn.end_form(pressed=True)


async def drop(turn: Turn, draft: OpenDraft) -> None:
    """Throw the form away with its message, for something else that is wanted now."""
    await discard(turn, draft)
    await turn.end_form(pressed=False)


async def close(turn: Turn, draft: OpenDraft, key: str, **params: Any) -> None:
    """Throw the form away and let its message say why."""
    await discard(turn, draft)
    await turn.close_form(key, title=draft.purpose.form.title, **params)
