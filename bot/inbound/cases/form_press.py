"""Pressing a case's button by the form that it asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.chat_context import ChatContext
from bot.forms.open_draft import OpenDraft
from bot.forms.purpose import Purpose
from bot.inbound import drafts
from bot.inbound.feature import Feature
from bot.screens.screen import Reply
from bot.texts import plain
from workflows.casework import press_button
from workflows.store import cases
from workflows.store.tables import Case


async def _press(chat: ChatContext, draft: OpenDraft, answers: Mapping[str, Any]) -> Reply:
    """Press on the case as it is now: the form was begun at this step, and whether it still may is checked again.

    A remark may be sent at another step than it was begun at.
    """
    purpose = draft.row.purpose
    case = await cases.get(chat.work, purpose["case"])
    if case is None or (case.step != purpose["step"] and not _is_remark(chat, case, purpose["action"])):
        await drafts.close(chat, draft, "formulir.sudah_berubah")
        await chat.show_case(purpose["case"])
        return Reply(toast=plain("formulir.sudah_berubah"))
    pressed = await press_button.press(
        chat.app.office,
        chat.work,
        chat.member,
        case_id=case.id,
        action_id=purpose["action"],
        revision=case.revision,
        answers=answers,
    )
    await drafts.finish(chat, draft)
    await chat.show_case(case.id, loud=True)
    return Reply(toast=plain("kartu.berhasil", number=case.number, done=pressed.action.done_text))


def _is_remark(chat: ChatContext, case: Case, action_id: str) -> bool:
    action = chat.app.office.sop(case.sop_code, case.sop_version).action(action_id)
    return action is not None and action.kind == "remark"


FEATURE = Feature(forms={Purpose.CASE_ACTION: _press})
