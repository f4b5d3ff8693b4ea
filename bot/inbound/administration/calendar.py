"""What an administrator does to the working calendar in chat."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from bot.chat_context import ChatContext
from bot.forms import calendar_forms
from bot.forms.open_draft import OpenDraft
from bot.inbound import drafts
from bot.inbound.feature import Feature
from bot.screens.screen import Reply
from bot.texts import plain
from workflows.calendar import office_calendar
from workflows.calendar.notation import NotationError, read_spans
from workflows.calendar.working_calendar import Hours, Period, Spans, SpecialDay
from workflows.refusal import Refused

OPEN_END = "-"  # stands for "until further notice" on a button


async def submit(chat: ChatContext, draft: OpenDraft, answers: Mapping[str, Any]) -> Reply:
    """Carry out a form of the calendar. Raises `Refused`."""
    by = chat.member.person
    name = draft.row.purpose["admin"]
    if name == calendar_forms.HOURS:
        await office_calendar.add_period(chat.work, by, _period(answers))
    else:
        working = name == calendar_forms.WORKED_DAY
        day = dt.date.fromisoformat(answers["day"])
        await office_calendar.set_day(chat.work, by, SpecialDay(day=day, working=working, reason=answers["reason"]))
    await drafts.discard(chat, draft)
    await chat.give_up_form()
    await chat.show("calendar")
    return Reply(toast=plain("kalender.disimpan"))


async def start(chat: ChatContext, args: tuple[str, ...]) -> Reply:
    """Begin a form of the calendar; the hours of Ramadan come as a proposal to look over."""
    name = args[0] if args else ""
    ramadan = name == "ramadan"
    if not chat.member.is_admin or not (ramadan or name in calendar_forms.TITLES):
        return Reply(toast=plain("admin.bukan_admin"), alert=True)
    answers = calendar_forms.ramadan_proposal(chat.work) if ramadan else None
    await drafts.begin(chat, {"admin": calendar_forms.HOURS if ramadan else name}, answers)
    return Reply()


async def take_back(chat: ChatContext, args: tuple[str, ...]) -> Reply:
    """Let a day (one argument) or a period (its two days) be again what the law says."""
    if not chat.member.is_admin:
        return Reply(toast=plain("admin.bukan_admin"), alert=True)
    try:
        days = [None if arg == OPEN_END else dt.date.fromisoformat(arg) for arg in args]
    except ValueError:
        return Reply(toast=plain("umum.tombol_lama"))
    match days:
        case [dt.date() as day]:
            await office_calendar.clear_day(chat.work, chat.member.person, day)
        case [dt.date() as first, last]:
            await office_calendar.remove_period(chat.work, chat.member.person, first, last)
        case _:
            return Reply(toast=plain("umum.tombol_lama"))
    await chat.show("calendar")
    return Reply(toast=plain("kalender.dihapus"))


def _period(answers: Mapping[str, Any]) -> Period:
    hours = Hours(monday_to_thursday=_spans(answers["monday_to_thursday"]), friday=_spans(answers["friday"]))
    last = dt.date.fromisoformat(answers["last"]) if answers.get("last") else None
    return Period(name=answers["name"], first=dt.date.fromisoformat(answers["first"]), last=last, hours=hours)


def _spans(text: str) -> Spans:
    try:
        return read_spans(text)
    except NotationError:
        raise Refused("hours_unclear", {"text": text}) from None


FEATURE = Feature(verbs={"calendar": start, "calendar_undo": take_back})
