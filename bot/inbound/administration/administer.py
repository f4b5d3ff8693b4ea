"""What an administrator does in chat: inviting people, ending their offices, keeping the list of OPDs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from bot import command_lists
from bot.callback_data import first_number
from bot.chat_context import ChatContext
from bot.forms import admin_forms, calendar_forms
from bot.forms.open_draft import OpenDraft
from bot.forms.purpose import Purpose
from bot.inbound import drafts
from bot.inbound.administration import calendar
from bot.inbound.feature import Args, Feature, Verb
from bot.offices import office_name, single_roles
from bot.screens.screen import Reply
from bot.texts import plain
from workflows.cases.on_paper import PaperRule
from workflows.people import invitations, members, opds
from workflows.people.members import InviteRequest
from workflows.people.without_telegram import Official, enter
from workflows.refusal import Refused
from workflows.roles import ADMIN
from workflows.store import people

Answers = Mapping[str, Any]


async def submit(chat: ChatContext, draft: OpenDraft, answers: Answers) -> Reply:
    """Carry out an administrator's form. Raises `Refused`."""
    if not chat.member.is_admin:
        raise Refused("wrong_role", final=True)
    name = draft.row.purpose["admin"]
    if name == admin_forms.INVITE:
        return await _invite(chat, draft, answers)
    if name == admin_forms.ON_PAPER:
        return await _enter_official(chat, draft, answers)
    if name in calendar_forms.TITLES:
        return await calendar.submit(chat, draft, answers)
    if name == admin_forms.ADD_OPD:
        opd = await opds.add(chat.work, chat.member.person, name=answers["name"], head_title=answers["head"])
    else:
        opd = await opds.rename(
            chat.work, chat.member.person, draft.row.purpose["opd"], name=answers["name"], head_title=answers["head"]
        )
    await drafts.discard(chat, draft)
    await chat.give_up_form()
    await chat.show("opd", opd=opd.id)
    return Reply(toast=plain("admin.opd_disimpan", name=opd.name))


async def _end_mandate(chat: ChatContext, args: Args) -> Reply:
    """End an office at once. An administrator cannot shut themselves out."""
    mandate_id = first_number(args)
    if not chat.member.is_admin:
        return Reply(toast=plain("admin.bukan_admin"), alert=True)
    if any(mandate.id == mandate_id and mandate.role == ADMIN for mandate in chat.member.mandates):
        return Reply(toast=plain("admin.jabatan_sendiri"), alert=True)
    row = await members.end_mandate(chat.work, chat.member.person, mandate_id)
    await command_lists.changed_for(chat.work, row.person_id)
    await chat.show("person", person=row.person_id)
    name = await office_name(chat.app.office, chat.work, row)
    return Reply(toast=plain("admin.akhiri_sudah", office=name))


def _opd_active(*, active: bool) -> Verb:
    """Take an OPD off the list of those that are offered, or put it back."""

    async def change(chat: ChatContext, args: Args) -> Reply:
        if not chat.member.is_admin:
            return Reply(toast=plain("admin.bukan_admin"), alert=True)
        opd_id = first_number(args)
        await opds.set_active(chat.work, chat.member.person, opd_id, active=active)
        await chat.show("opd", opd=opd_id)
        return Reply()

    return change


async def _invite(chat: ChatContext, draft: OpenDraft, answers: Answers) -> Reply:
    request = _request(chat, answers)
    await invitations.check(chat.work, request, single_roles(chat.app.office))
    token = await members.create_invite(chat.work, chat.member.person, request, also_by_nip=True)
    await drafts.finish(chat, draft)
    await chat.say(
        "admin.undangan_jadi",
        name=request.name,
        office=await office_name(chat.app.office, chat.work, request),
        days=members.INVITE_LIFE.days,
        link=members.invite_link(chat.app.office.bot_username, token),
    )
    return Reply()


async def _enter_official(chat: ChatContext, draft: OpenDraft, answers: Answers) -> Reply:
    official = Official(
        name=answers["name"], nip=answers["nip"], rank=answers.get("rank"), role=answers["role"], **_term(chat, answers)
    )
    person = await enter(chat.work, chat.member.person, official, chat.app.office.sops.values())
    await drafts.discard(chat, draft)
    await chat.give_up_form()
    await chat.show("person", person=person.id)
    if chat.app.settings.office.on_paper is not PaperRule.DECISIONS:
        await chat.say("admin.kertas_keputusan", name=person.name)
    return Reply(toast=plain("admin.kertas_dicatat", name=person.name))


def _term(chat: ChatContext, answers: Answers) -> dict[str, Any]:
    """Return by what right and for how long an office is held. Raises `Refused`: dates_reversed."""
    begins, ends = answers.get("starts_on"), answers.get("ends_on")
    starts_on = dt.date.fromisoformat(begins) if begins else members.today(chat.work)
    ends_on = dt.date.fromisoformat(ends) if ends else None
    if ends_on is not None and ends_on < starts_on:
        raise Refused("dates_reversed")
    acting, decree = admin_forms.acting_of(answers), answers.get("decree") or ""
    return {"acting": acting, "decree": decree, "starts_on": starts_on, "ends_on": ends_on}


def _request(chat: ChatContext, answers: Answers) -> InviteRequest:
    person = answers["person"][0]
    return InviteRequest(
        name=person["name"],
        nip=person["nip"],
        rank=answers.get("rank"),
        phone=person["phone"],
        role=answers["role"],
        opd_id=int(answers["opd"]) if "opd" in answers else None,
        **_term(chat, answers),
    )


def _admin_form(name: str) -> Verb:
    async def start(chat: ChatContext, args: Args) -> Reply:
        if not chat.member.is_admin:
            return Reply(toast=plain("admin.bukan_admin"), alert=True)
        purpose: dict[str, object] = {"admin": name}
        answers: dict[str, object] = {}
        if name == admin_forms.RENAME_OPD:
            opd = await people.opd(chat.work, first_number(args))
            purpose["opd"] = opd.id
            answers = {"name": opd.name, "head": opd.head_title}
        await drafts.begin(chat, purpose, answers)
        return Reply()

    return start


FEATURE = Feature(
    verbs={
        "invite": _admin_form(admin_forms.INVITE),
        "enter_official": _admin_form(admin_forms.ON_PAPER),
        "add_opd": _admin_form(admin_forms.ADD_OPD),
        "rename_opd": _admin_form(admin_forms.RENAME_OPD),
        "end_mandate": _end_mandate,
        "opd_off": _opd_active(active=False),
        "opd_on": _opd_active(active=True),
    },
    forms={Purpose.ADMINISTRATION: submit},
)
