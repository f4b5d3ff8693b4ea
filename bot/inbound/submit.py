"""What becomes of a form that is filled in: each purpose has its way."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.chat_context import Turn
from bot.forms import flow
from bot.forms.open_draft import OpenDraft
from bot.forms.purposes import FOR_OPD, opd_chosen
from bot.inbound import drafts
from bot.inbound.administration import administer
from bot.inbound.hosting import card_orders
from bot.inbound.letters import scans
from bot.inbound.people import deputies
from bot.inbound.registers import agenda, register_files
from bot.inbound.upkeep import suspicion, windows
from bot.refusals import refusal
from bot.screens.screen import Reply
from bot.texts import plain
from workflows.cases import open_case, press_button
from workflows.cases.subject import begun_about
from workflows.engine.fields import relevant_answers
from workflows.people.members import today
from workflows.refusal import Refused
from workflows.store import cases
from workflows.store.tables import Case

Answers = Mapping[str, Any]
Way = Callable[[Turn, OpenDraft, Answers], Awaitable[Reply]]


async def send(turn: Turn, draft: OpenDraft) -> Reply:
    """Carry out what the form was filled in for. A refusal is said, and the answers stay unless it is final."""
    if not draft.filling.complete:
        await drafts.save(turn, draft, flow.begin(draft.purpose.form, draft.filling.answers))
        return Reply()
    answers = relevant_answers(draft.purpose.form, draft.filling.answers)
    try:
        return await _way(draft)(turn, draft, answers)
    except Refused as refused:
        words = refusal(refused)
        if refused.final:
            await drafts.close(turn, draft, "formulir.tidak_terkirim", reason=words)
        else:
            await turn.say_literally(words)
            back_at_summary = dataclasses.replace(draft.filling, scratch={})  # where an answer can be changed
            await drafts.save(turn, draft, back_at_summary, fresh=True)
        return Reply(toast=words)


def _way(draft: OpenDraft) -> Way:
    return next((way for key, way in WAYS.items() if key in draft.row.purpose), _administer)


async def _open(turn: Turn, draft: OpenDraft, answers: Answers) -> Reply:
    asked = {key: value for key, value in answers.items() if key != FOR_OPD}
    case = await open_case.open_case(
        turn.app.office,
        turn.work,
        turn.member,
        asked,
        sop_code=draft.row.purpose["open"],
        opd_id=opd_chosen(draft.row.purpose, answers),
        paper=bool(draft.row.purpose.get("paper")),
        about=await _about(turn, draft.row.purpose),
    )
    await drafts.finish(turn, draft)
    await turn.show_case(case.id, loud=True)
    return Reply(toast=case.number)


async def _about(turn: Turn, purpose: Mapping[str, Any]) -> Mapping[str, Any] | None:
    sop = turn.app.office.in_force(purpose["open"], today(turn.work))
    return await begun_about(turn.work, sop, turn.member, purpose) if sop is not None else None


async def _press(turn: Turn, draft: OpenDraft, answers: Answers) -> Reply:
    """Press on the case as it is now: the form was begun at this step, and whether it still may is checked again.

    A remark may be sent at another step than it was begun at.
    """
    purpose = draft.row.purpose
    case = await cases.get(turn.work, purpose["case"])
    if case is None or (case.step != purpose["step"] and not _is_remark(turn, case, purpose["action"])):
        await drafts.close(turn, draft, "formulir.sudah_berubah")
        await turn.show_case(purpose["case"])
        return Reply(toast=plain("formulir.sudah_berubah"))
    pressed = await press_button.press(
        turn.app.office,
        turn.work,
        turn.member,
        case_id=case.id,
        action_id=purpose["action"],
        revision=case.revision,
        answers=answers,
    )
    await drafts.finish(turn, draft)
    await turn.show_case(case.id, loud=True)
    return Reply(toast=plain("kartu.berhasil", number=case.number, done=pressed.action.done_text))


def _is_remark(turn: Turn, case: Case, action_id: str) -> bool:
    action = turn.app.office.sop(case.sop_code, case.sop_version).action(action_id)
    return action is not None and action.kind == "remark"


async def _search(turn: Turn, draft: OpenDraft, answers: Answers) -> Reply:
    await drafts.finish(turn, draft)
    await turn.show_found(str(answers["kata"]))
    return Reply()


async def _administer(turn: Turn, draft: OpenDraft, answers: Answers) -> Reply:
    return await administer.submit(turn, draft, answers)


WAYS: Mapping[str, Way] = {
    "open": _open,
    "action": _press,
    "agenda": agenda.submit,
    "maintenance": register_files.submit,
    "order": card_orders.submit,
    "window": windows.submit,
    "search": _search,
    "scan": scans.submit,
    "appoint": deputies.submit,
    "dismiss": suspicion.submit,
}
"""What a form is for, by what its purpose names."""
