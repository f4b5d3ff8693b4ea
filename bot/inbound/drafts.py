"""The one form a person has under way, as kept in the database."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from bot.app import App
from bot.chat_context import Turn
from bot.forms import flow
from bot.forms.flow import Filling
from bot.forms.purpose import Purpose, PurposeGoneError
from bot.forms.purposes import purpose_of
from workflows.people.members import Member
from workflows.refusal import Refused
from workflows.store import drafts
from workflows.store.tables import Draft
from workflows.store.unit_of_work import UnitOfWork


@dataclasses.dataclass(frozen=True, kw_only=True)
class OpenDraft:
    """A form under way: its row, what it is for and how far it is."""

    row: Draft
    purpose: Purpose
    filling: Filling

    @property
    def is_search(self) -> bool:
        """Whether this only asks what to search for."""
        return "search" in self.row.purpose


async def load(app: App, work: UnitOfWork, member: Member) -> OpenDraft | None:
    """Return the person's form under way; one whose purpose is gone is none. Changes nothing: screens ask too."""
    row = await drafts.of_person(work, member.person.id)
    if row is None:
        return None
    try:
        purpose = await purpose_of(app, work, member, row.purpose, row.answers)
    except (PurposeGoneError, Refused, KeyError):
        return None
    return OpenDraft(
        row=row, purpose=purpose, filling=flow.resume(purpose.form, row.answers, row.position, row.scratch)
    )


async def begin(turn: Turn, data: Mapping[str, Any], answers: Mapping[str, Any] | None = None) -> None:
    """Start a form and ask its first question; where another is under way, ask what shall become of that first."""
    under_way = await load(turn.app, turn.work, turn.member)
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
