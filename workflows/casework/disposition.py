"""The disposition of a letter (SOP step 3): noted on the case and in the agenda book, and shown to who gets it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from workflows.agenda import case_entries
from workflows.cases import on_paper
from workflows.cases.case_context import CaseContext
from workflows.cases.disposed import Disposed, to_roles
from workflows.cases.notify import who_acts_for
from workflows.engine.description import Form
from workflows.store import outbox


async def dispose(context: CaseContext, args: Mapping[str, str]) -> None:
    """Note who disposed as `args["as"]` by `args["form"]`; show the case to each office it is passed to."""
    form = context.sop.form(args["form"])
    context.remember(disposed=dataclasses.asdict(await _disposed(context, args["as"], form)))
    context.forget("dispositions")
    await case_entries.note_disposition(context, form)
    for role in to_roles(context.answers(form.id)) & {role.id for role in context.sop.roles}:
        for person in await who_acts_for(context.work, context.sop, context.case, role):
            await _show(context, int(person.telegram_id or 0))


async def _show(context: CaseContext, chat_id: int) -> None:
    case = context.case
    key = f"card:{case.id}:{chat_id}:{case.revision}"
    await outbox.put(context.work, chat_id, "card", {"case": case.id, "loud": True}, key=key, case_id=case.id)


async def _disposed(context: CaseContext, role: str, form: Form) -> Disposed:
    found = await on_paper.signed_now(context, role)
    if found is not None:
        person, mark = found
        return Disposed(
            form=form.id,
            by=person.id,
            acting=mark.acting,
            at=mark.signed_on,
            scanned_by=mark.scanned_by,
            scanned_at=mark.scanned_at,
        )
    assert context.by is not None  # noqa: S101  (`effects.PERSONAL`: only a button has it)
    assert context.mandate is not None  # noqa: S101
    return Disposed(
        form=form.id, by=context.by.person.id, acting=context.mandate.acting, at=context.work.now.isoformat()
    )
