"""Answers to a form's questions, pressed or sent, and what they lead to."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import telegram

from bot.callback_data import FormPress
from bot.chat_context import ChatContext
from bot.forms import flow
from bot.forms.flow import SUMMARY, Filling
from bot.forms.form_specs import form_spec_of
from bot.forms.open_draft import OpenDraft, open_draft
from bot.inbound import drafts, submit
from bot.refusals import refusal
from bot.screens.screen import Reply
from bot.texts import plain
from workflows.cases import answer_checks
from workflows.engine.description import FieldType
from workflows.engine.fields import FieldError, parse
from workflows.people.members import today
from workflows.refusal import Refused
from workflows.store import drafts as kept

PIECE_LEAST = 3_500  # characters; an app breaks a long text at 4096, or at the last word before
PIECES_WITHIN = dt.timedelta(seconds=1)
SEVERAL = (FieldType.MULTI_CHOICE, FieldType.REASONS)


async def typed(chat: ChatContext, draft: OpenDraft, message: telegram.Message) -> None:
    """Take typed text as the answer to the present question.

    Apps send a text of more than 4096 characters in pieces: where the first was refused, the rest is no answer. Their
    numbers do not tell: those of all chats of a bot are one row.
    """
    text, scratch = message.text or "", draft.filling.scratch
    sent_at = message.date.timestamp()  # in whole seconds
    if sent_at - scratch.get("refused_at", 0.0) <= PIECES_WITHIN.total_seconds():
        draft.row.scratch = {**scratch, "refused_at": sent_at}
        return
    await _typed(chat, draft, text)
    if len(text) >= PIECE_LEAST and "fault" in draft.row.scratch:
        draft.row.scratch = {**draft.row.scratch, "refused_at": sent_at}
        await chat.show_form(after=PIECES_WITHIN)  # so that nothing of ours stands between the pieces


async def _typed(chat: ChatContext, draft: OpenDraft, text: str) -> None:
    field = draft.filling.field
    if field is None:
        await drafts.save(chat, draft, _wrong(draft.filling, "formulir.ketuk_ubah", {}))
    elif field.type is FieldType.DOCUMENT:
        await drafts.save(chat, draft, _wrong(draft.filling, "formulir.perlu_berkas", {}))
    elif field.type is FieldType.REASONS:
        chosen = [choice.label for choice in field.choices if choice.value in flow.ticks(draft.filling)]
        await _keep(chat, draft, [*chosen, text] if chosen else text)
    else:
        await _keep(chat, draft, text)


async def sent_file(chat: ChatContext, draft: OpenDraft, document: dict[str, Any]) -> None:
    """Take a checked and kept file (sha256, name, media_type, size) as the answer."""
    await _keep(chat, draft, document)


async def refuse_file(chat: ChatContext, draft: OpenDraft, key: str, params: dict[str, Any]) -> None:
    """Say what is wrong with a sent file; the question stands."""
    await drafts.save(chat, draft, _wrong(draft.filling, key, params))


async def pressed(chat: ChatContext, press: FormPress) -> Reply:
    """Do what a form's button says. A button of an earlier question changes nothing."""
    taken_up = press.verb == "reopen" and await kept.take_up(chat.work, chat.member.person.id, press.at)
    draft = await open_draft(chat.app, chat.work, chat.member)
    if draft is None or (press.verb == "reopen" and not taken_up):
        await chat.strip()
        return Reply(toast=plain("formulir.tidak_ada"))
    if press.verb in ("resume", "reopen", "discard"):
        return await _take_up(chat, draft, discard=press.verb == "discard")
    return await _pressed(chat, draft, press)


async def _pressed(chat: ChatContext, draft: OpenDraft, press: FormPress) -> Reply:
    if press.at != draft.filling.position:
        await chat.show_form()
        return Reply(toast=plain("formulir.pertanyaan_lewat"))
    if press.verb == "cancel":
        await drafts.stop(chat, draft)
        return Reply()
    if draft.filling.position == SUMMARY:
        return await _at_summary(chat, draft, press)
    if press.verb == "done" and draft.filling.scratch.get("pages"):
        return await _finish_pages(chat, draft)
    return await _at_question(chat, draft, press)


async def _take_up(chat: ChatContext, draft: OpenDraft, *, discard: bool) -> Reply:
    if discard:
        await drafts.stop(chat, draft)
        await chat.show("discarded", title=draft.spec.form.title)
    else:
        await chat.take_away()
        await chat.show_form(fresh=True)
    return Reply()


async def _finish_pages(chat: ChatContext, draft: OpenDraft) -> Reply:
    """Take the PDF made of the photos; where they make none, say why and begin the pages anew."""
    if chat.prepared.document is not None:
        return await _keep(chat, draft, dict(chat.prepared.document))
    key, params = chat.prepared.fault or ("kiriman.gangguan", {})
    empty = dataclasses.replace(draft.filling, scratch={})
    await drafts.save(chat, draft, _wrong(empty, key, dict(params)))
    return Reply()


async def _at_summary(chat: ChatContext, draft: OpenDraft, press: FormPress) -> Reply:
    filling = draft.filling
    if press.verb == "change" and press.value:
        await drafts.save(chat, draft, flow.change(filling, press.value))
    elif press.verb == "change" and len(filling.asked) == 1:
        await drafts.save(chat, draft, flow.change(filling, filling.asked[0].id))
    elif press.verb == "change":
        await drafts.save(chat, draft, dataclasses.replace(filling, scratch={"changing": True}))
    elif press.verb == "back":
        await drafts.save(chat, draft, flow.back(filling))
    elif press.verb == "send" and draft.spec.confirm:
        await drafts.save(chat, draft, dataclasses.replace(filling, scratch={"confirm": True}))
    elif press.verb in ("send", "sure"):
        return await submit.send(chat, draft)
    else:
        await drafts.save(chat, draft, dataclasses.replace(filling, scratch={}))
    return Reply()


async def _at_question(chat: ChatContext, draft: OpenDraft, press: FormPress) -> Reply:
    field, filling = draft.filling.field, draft.filling
    offered = {
        "pick": flow.value_of(field, press.value),
        "today": today(chat.work).isoformat(),
        "default": field.default if field else "",
    }
    if press.verb in offered:
        return await _keep(chat, draft, offered[press.verb])
    match press.verb:
        case "tick":
            await drafts.save(chat, draft, flow.toggle(filling, flow.value_of(field, press.value)))
        case "done":
            ticked = flow.ticks(filling)
            if not ticked:
                return Reply(toast=plain("formulir.pilih_dulu"))
            return await _keep(chat, draft, ticked)
        case "skip":
            return await _go_on(chat, draft, flow.skip(filling))
        case "back":
            await drafts.save(chat, draft, flow.back(filling))
        case "page" if press.value.isdigit():
            await drafts.save(chat, draft, dataclasses.replace(filling, scratch={"page": int(press.value)}))
        case _:
            return Reply(toast=plain("umum.tombol_lama"))
    return Reply()


async def _keep(chat: ChatContext, draft: OpenDraft, raw: Any) -> Reply:
    """Read an answer, look at what is live about it, and go on; or say what is wrong with it."""
    field = draft.filling.field
    assert field is not None  # noqa: S101 - only called at a question
    try:
        value = parse(field, raw, today=today(chat.work))
        await answer_checks.check_answer(chat.app.office, chat.work, field, value, draft.row.purpose.get("case"))
    except FieldError as error:
        await drafts.save(chat, draft, _wrong(draft.filling, f"isian.{error.code}", dict(error.params)))
        return Reply()
    except Refused as refused:
        await drafts.save(chat, draft, _wrong(draft.filling, "umum.kalimat", {"sentence": refusal(refused)}))
        return Reply()
    return await _go_on(chat, draft, flow.answer(draft.filling, value))


async def _go_on(chat: ChatContext, draft: OpenDraft, answered: Filling) -> Reply:
    """Ask what comes next; the questions themselves may follow from the answers, so they are looked up again."""
    spec = await form_spec_of(chat.app, chat.work, chat.member, draft.row.purpose, answered.answers)
    filling = flow.begin(spec.form, answered.answers)
    if draft.spec.quick and filling.position == SUMMARY:
        return await submit.send(chat, dataclasses.replace(draft, filling=filling))
    await drafts.save(chat, draft, filling)
    return Reply()


def _wrong(filling: Filling, key: str, params: dict[str, Any]) -> Filling:
    scratch = {name: kept for name, kept in filling.scratch.items() if name in ("ticks", "pages", "page")}
    return dataclasses.replace(filling, scratch={**scratch, "fault": {"text": key, "params": params}})
