"""Beginning a case: for an OPD, about a hosting that stands, or from a letter on paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.callback_data import first_number
from bot.chat_context import ChatContext
from bot.forms.form_specs import FOR_OPD, opd_chosen
from bot.forms.open_draft import OpenDraft
from bot.forms.purpose import Purpose
from bot.inbound import drafts
from bot.inbound.feature import Args, Feature
from bot.screens.screen import Reply
from bot.texts import plain
from workflows.cases.noted_facts import About
from workflows.cases.paper_request import may_enter
from workflows.cases.subject import ABOUT, begun_about
from workflows.casework import open_case
from workflows.casework.open_case import opening_mandate
from workflows.people.members import today
from workflows.store import hostings


async def _open(chat: ChatContext, args: Args) -> Reply:
    sop = chat.app.office.in_force(args[0], today(chat.work)) if len(args) == 1 else None
    if sop is None or sop.opening.about or opening_mandate(sop, chat.member) is None:
        return Reply(toast=plain("penolakan.wrong_role"), alert=True)
    await drafts.begin(chat, {"open": args[0]})
    return Reply()


async def _open_about(chat: ChatContext, args: Args) -> Reply:
    """Begin a case about a hosting, by one of the buttons on its card: for its OPD, or from the OPD's letter."""
    code, entry = (*args, "", "")[:2]
    hosting = await hostings.get(chat.work, first_number(args[2:]))
    sop = chat.app.office.in_force(code, today(chat.work))
    if sop is None or hosting is None:
        return Reply(toast=plain("penolakan.wrong_role"), alert=True)
    by_opd = opening_mandate(sop, chat.member, hosting.opd_id) is not None
    purpose = {"open": code, ABOUT: hosting.id, "entry": entry, **({} if by_opd else {"paper": True})}
    begun = await begun_about(chat.work, sop, chat.member, purpose)
    if begun is None or not (by_opd or may_enter(sop, chat.member)):
        return Reply(toast=plain("penolakan.wrong_role"), alert=True)
    await drafts.begin(chat, {**purpose, "opd": hosting.opd_id})
    return Reply()


async def _open_paper(chat: ChatContext, args: Args) -> Reply:
    sop = chat.app.office.in_force(args[0], today(chat.work)) if len(args) == 1 else None
    if sop is None or sop.opening.about or not may_enter(sop, chat.member):
        return Reply(toast=plain("penolakan.wrong_role"), alert=True)
    await drafts.begin(chat, {"open": args[0], "paper": True})
    return Reply()


async def _submit(chat: ChatContext, draft: OpenDraft, answers: Mapping[str, Any]) -> Reply:
    asked = {key: value for key, value in answers.items() if key != FOR_OPD}
    case = await open_case.open_case(
        chat.app.office,
        chat.work,
        chat.member,
        asked,
        sop_code=draft.row.purpose["open"],
        opd_id=opd_chosen(draft.row.purpose, answers),
        paper=bool(draft.row.purpose.get("paper")),
        about=await _about(chat, draft.row.purpose),
    )
    await drafts.finish(chat, draft)
    await chat.show_case(case.id, loud=True)
    return Reply(toast=case.number)


async def _about(chat: ChatContext, purpose: Mapping[str, Any]) -> About | None:
    sop = chat.app.office.in_force(purpose["open"], today(chat.work))
    return await begun_about(chat.work, sop, chat.member, purpose) if sop is not None else None


FEATURE = Feature(
    verbs={"open": _open, "open_about": _open_about, "open_paper": _open_paper},
    forms={Purpose.OPENING: _submit},
)
