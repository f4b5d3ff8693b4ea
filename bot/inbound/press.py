"""A press on a case's card: looked at again in full, then done, asked once more, or turned into a form or a view."""

from __future__ import annotations

from bot.callback_data import CasePress
from bot.chat_context import ChatContext
from bot.inbound import drafts
from bot.inbound.cases.views import check_view, show_view, what_opens
from bot.screens.cases.job import alert_subject
from bot.screens.screen import Reply
from bot.texts import plain
from workflows.cases.noted_facts import noted
from workflows.cases.subject import ABOUT
from workflows.casework import press_button
from workflows.engine.description import Action
from workflows.file_hashes import hashes_in
from workflows.people.alerts import show_again
from workflows.record import readings
from workflows.refusal import Refused
from workflows.store import cases, outbox
from workflows.store.tables import Case
from workflows.views.jobs import JobView, job_of_case


async def pressed(chat: ChatContext, press: CasePress) -> Reply:
    """Answer a press, wholly or not at all. Where it may not be, the card is brought up to date. Raises `Refused`."""
    try:
        async with chat.work.attempt():
            return await _answered(chat, press)
    except Refused:
        if await outbox.card(chat.work, chat.chat_id, f"case:{press.case}") is not None:
            await chat.show_case(press.case)
        raise


async def _answered(chat: ChatContext, press: CasePress) -> Reply:
    case, action, _ = await press_button.lock_for_press(
        chat.app.office, chat.work, chat.member, case_id=press.case, action_id=press.action, revision=press.revision
    )
    if action.kind == "view":
        return await _view(chat, press, case, action)
    return await _do(chat, press, case, action)


async def _view(chat: ChatContext, press: CasePress, case: Case, action: Action) -> Reply:
    if action.confirm and not press.sure:
        await check_view(chat, case, action)
        return await _confirm(chat, case, action)
    if action.confirm:
        await chat.show_case(case.id)  # in place of the question
    reply = await show_view(chat, case, action)
    await readings.note_reading(chat.app.office, chat.work, chat.member, case, what_opens(action))
    return reply


async def _confirm(chat: ChatContext, case: Case, action: Action) -> Reply:
    await chat.ask_about_case(case, action.id)
    return Reply()


async def _do(chat: ChatContext, press: CasePress, case: Case, action: Action) -> Reply:
    if action.kind == "reopen":
        return await _reopen(chat, case)
    if action.form:
        return await _ask(chat, case, action)
    if action.confirm and not press.sure:
        return await _confirm(chat, case, action)
    job = await job_of_case(chat.work, case.id)
    done = await press_button.press(
        chat.app.office, chat.work, chat.member, case_id=case.id, action_id=action.id, revision=press.revision
    )
    if job is not None:
        await _refresh_alerts(chat, job)
    return Reply(toast=plain("kartu.berhasil", number=case.number, done=done.action.done_text))


async def _refresh_alerts(chat: ChatContext, view: JobView) -> None:
    """Have the alert of a job show what may be done about it now, in every engineer's chat."""
    job_id = view.job.id
    await show_again(chat.work, view.server.id, alert_subject(job_id), "alert", {"job": job_id})


async def _ask(chat: ChatContext, case: Case, action: Action) -> Reply:
    purpose = {"case": case.id, "action": action.id, "step": case.step}
    outcome = action.outcome
    corrects = not (outcome.to or outcome.status or outcome.records)  # it writes over what it wrote before
    before = case.facts.get(action.form, {}) if corrects else {}
    await drafts.begin(chat, purpose, before)
    return Reply()


async def _reopen(chat: ChatContext, case: Case) -> Reply:
    about = noted(case.facts).get("about")
    purpose = {"open": case.sop_code, "opd": case.opd_id}
    if about:
        purpose |= {ABOUT: about["hosting"], "entry": about["entry"]}
    opening = chat.app.office.sop_of(case).opening
    deleted = {paper.sha256 for paper in await cases.papers(chat.work, case.id) if paper.removed_at is not None}
    before = case.facts.get(opening.form, {})
    asked_anew = {name for name, answer in before.items() if deleted & set(hashes_in(answer))}
    await drafts.begin(chat, purpose, {name: answer for name, answer in before.items() if name not in asked_anew})
    return Reply()
