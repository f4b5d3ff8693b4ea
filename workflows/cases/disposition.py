"""The disposition of a letter (SOP step 3): noted on the case and in the agenda book, and shown to who gets it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from workflows.agenda import case_entries
from workflows.cases import on_paper
from workflows.cases.disposed import FACT, FURTHER, Disposed, to_roles
from workflows.cases.notify import who_acts_for
from workflows.cases.occasion import Occasion
from workflows.engine.description import Form
from workflows.store import outbox


async def dispose(occasion: Occasion, args: Mapping[str, str]) -> None:
    """Note who disposed as `args["as"]` by `args["form"]`; show the case to each office it is passed to."""
    form = occasion.sop.form(args["form"])
    occasion.remember(FACT, dataclasses.asdict(await _disposed(occasion, args["as"], form)))
    occasion.remember(FURTHER, None)
    await case_entries.note_disposition(occasion, form)
    for role in to_roles(occasion.answers(form.id)) & {role.id for role in occasion.sop.roles}:
        for person in await who_acts_for(occasion.work, occasion.sop, occasion.case, role):
            await _show(occasion, int(person.telegram_id or 0))


async def _show(occasion: Occasion, chat_id: int) -> None:
    case = occasion.case
    key = f"card:{case.id}:{chat_id}:{case.revision}"
    await outbox.put(occasion.work, chat_id, "card", {"case": case.id, "loud": True}, key=key, case_id=case.id)


async def _disposed(occasion: Occasion, role: str, form: Form) -> Disposed:
    found = await on_paper.signed_now(occasion, role)
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
    assert occasion.by is not None  # noqa: S101  (only people dispose)
    assert occasion.mandate is not None  # noqa: S101
    return Disposed(
        form=form.id, by=occasion.by.person.id, acting=occasion.mandate.acting, at=occasion.work.now.isoformat()
    )
