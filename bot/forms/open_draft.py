"""The one form a person has under way, as kept in the database."""

from __future__ import annotations

import dataclasses

from bot.app import App
from bot.forms import flow
from bot.forms.flow import Filling
from bot.forms.form_spec import FormGoneError, FormSpec
from bot.forms.form_specs import form_spec_of
from bot.forms.purpose import Purpose, purpose_of
from workflows.people.members import Member
from workflows.refusal import Refused
from workflows.store import drafts
from workflows.store.tables import Draft
from workflows.store.unit_of_work import UnitOfWork


@dataclasses.dataclass(frozen=True, kw_only=True)
class OpenDraft:
    """A form under way: its row, what it is for and how far it is."""

    row: Draft
    spec: FormSpec
    filling: Filling

    @property
    def purpose(self) -> Purpose:
        """Which of the closed set of purposes it has."""
        return purpose_of(self.row.purpose)

    @property
    def is_search(self) -> bool:
        """Whether this only asks what to search for."""
        return self.purpose is Purpose.SEARCH


async def open_draft(app: App, work: UnitOfWork, member: Member) -> OpenDraft | None:
    """Return the person's form under way; one whose purpose is gone is none. Changes nothing: screens ask too."""
    row = await drafts.under_way(work, member.person.id)
    if row is None:
        return None
    try:
        spec = await form_spec_of(app, work, member, row.purpose, row.answers)
    except (FormGoneError, Refused, KeyError):
        return None
    return OpenDraft(row=row, spec=spec, filling=flow.resume(spec.form, row.answers, row.position, row.scratch))
