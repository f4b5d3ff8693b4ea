"""Naming a deputy (Plh, Plt) in chat, and ending their time early; who may is asked again each time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from bot import command_lists
from bot.callback_data import first_number
from bot.chat_context import ChatContext
from bot.forms import deputy_forms
from bot.forms.open_draft import OpenDraft
from bot.forms.purpose import Purpose
from bot.inbound import drafts
from bot.inbound.feature import Feature
from bot.screens.screen import Reply
from bot.texts import plain
from workflows.deputies import appointing
from workflows.deputies.appointing import Appointment
from workflows.refusal import Refused


async def begin(chat: ChatContext, args: tuple[str, ...]) -> Reply:
    """Ask who shall stand in; `args` may name the office."""
    known = {position.key for position in await appointing.positions_of(chat.app.office, chat.work, chat.member)}
    if not known or (args and args[0] not in known):
        return Reply(toast=plain("penolakan.deputy_not_yours"), alert=True)
    await drafts.begin(chat, {"appoint": args[0] if args else deputy_forms.ANY})
    return Reply()


async def submit(chat: ChatContext, draft: OpenDraft, answers: Mapping[str, Any]) -> Reply:
    """Carry the form out. Raises `Refused`."""
    key = draft.row.purpose["appoint"]
    named = await deputy_forms.seat_key(chat.app, chat.work, chat.member, key, answers)
    position = await appointing.position_of(chat.app.office, chat.work, named)
    if position is None or "person" not in answers:
        raise Refused("deputy_not_yours")
    if answers["person"] not in {choice.value for choice in draft.spec.form.field("person").choices}:
        raise Refused("deputy_not_listed")  # another office was chosen since, or they have left
    wanted = Appointment(
        position=position,
        person_id=int(answers["person"]),
        decree=answers["decree"],
        starts=dt.date.fromisoformat(answers["starts"]),
        ends=dt.date.fromisoformat(answers["ends"]) if answers.get("ends") else None,
    )
    row = await appointing.appoint(chat.app.office, chat.work, chat.member, wanted)
    await command_lists.changed_for(chat.work, row.person_id)
    await drafts.discard(chat, draft)
    await chat.give_up_form()  # its message becomes the list
    await chat.show("deputies")
    office = await appointing.seat_words(chat.app.office, chat.work, row)
    return Reply(toast=plain("pengganti.sudah_ditunjuk", office=office))


async def end(chat: ChatContext, args: tuple[str, ...]) -> Reply:
    """End a deputy's time at once."""
    row = await appointing.end(chat.app.office, chat.work, chat.member, first_number(args))
    await command_lists.changed_for(chat.work, row.person_id)
    await chat.show("deputies")
    office = await appointing.seat_words(chat.app.office, chat.work, row)
    return Reply(toast=plain("admin.akhiri_sudah", office=office))


FEATURE = Feature(verbs={"appoint": begin, "end_deputy": end}, forms={Purpose.DEPUTY: submit})
