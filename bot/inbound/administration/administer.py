"""What an administrator does in chat: inviting people, ending their offices, keeping the list of OPDs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from bot import command_lists
from bot.callback_data import first_number
from bot.chat_context import Turn
from bot.forms import admin_forms, calendar_forms
from bot.forms.open_draft import OpenDraft
from bot.inbound import drafts
from bot.inbound.administration import keep_calendar
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
from workflows.store import people as stored

Answers = Mapping[str, Any]


async def submit(turn: Turn, draft: OpenDraft, answers: Answers) -> Reply:
    """Carry out an administrator's form. Raises `Refused`."""
    if not turn.member.is_admin:
        raise Refused("wrong_role", final=True)
    name = draft.row.purpose["admin"]
    if name == admin_forms.INVITE:
        return await _invite(turn, draft, answers)
    if name == admin_forms.ON_PAPER:
        return await _enter_official(turn, draft, answers)
    if name in calendar_forms.TITLES:
        return await keep_calendar.submit(turn, draft, answers)
    if name == admin_forms.ADD_OPD:
        opd = await opds.add(turn.work, turn.member.person, name=answers["name"], head_title=answers["head"])
    else:
        opd = await opds.rename(
            turn.work, turn.member.person, draft.row.purpose["opd"], name=answers["name"], head_title=answers["head"]
        )
    await drafts.discard(turn, draft)
    await turn.give_up_form()
    await turn.show("opd", opd=opd.id)
    return Reply(toast=plain("admin.opd_disimpan", name=opd.name))


async def _end_mandate(turn: Turn, args: Args) -> Reply:
    """End an office at once. An administrator cannot shut themselves out."""
    mandate_id = first_number(args)
    if not turn.member.is_admin:
        return Reply(toast=plain("admin.bukan_admin"), alert=True)
    if any(mandate.id == mandate_id and mandate.role == ADMIN for mandate in turn.member.mandates):
        return Reply(toast=plain("admin.jabatan_sendiri"), alert=True)
    row = await members.end_mandate(turn.work, turn.member.person, mandate_id)
    await command_lists.changed_for(turn.work, row.person_id)
    await turn.show("person", person=row.person_id)
    name = await office_name(turn.app.office, turn.work, row)
    return Reply(toast=plain("admin.akhiri_sudah", office=name))


def _opd_active(*, active: bool) -> Verb:
    """Take an OPD off the list of those that are offered, or put it back."""

    async def change(turn: Turn, args: Args) -> Reply:
        if not turn.member.is_admin:
            return Reply(toast=plain("admin.bukan_admin"), alert=True)
        opd_id = first_number(args)
        await opds.set_active(turn.work, turn.member.person, opd_id, active=active)
        await turn.show("opd", opd=opd_id)
        return Reply()

    return change


async def _invite(turn: Turn, draft: OpenDraft, answers: Answers) -> Reply:
    request = _request(turn, answers)
    await invitations.check(turn.work, request, single_roles(turn.app.office))
    token = await members.create_invite(turn.work, turn.member.person, request, also_by_nip=True)
    await drafts.finish(turn, draft)
    await turn.say(
        "admin.undangan_jadi",
        name=request.name,
        office=await office_name(turn.app.office, turn.work, request),
        days=members.INVITE_LIFE.days,
        link=members.invite_link(turn.app.office.bot_username, token),
    )
    return Reply()


async def _enter_official(turn: Turn, draft: OpenDraft, answers: Answers) -> Reply:
    official = Official(
        name=answers["name"], nip=answers["nip"], rank=answers.get("rank"), role=answers["role"], **_term(turn, answers)
    )
    person = await enter(turn.work, turn.member.person, official, turn.app.office.sops.values())
    await drafts.discard(turn, draft)
    await turn.give_up_form()
    await turn.show("person", person=person.id)
    if turn.app.settings.office.on_paper is not PaperRule.DECISIONS:
        await turn.say("admin.kertas_keputusan", name=person.name)
    return Reply(toast=plain("admin.kertas_dicatat", name=person.name))


def _term(turn: Turn, answers: Answers) -> dict[str, Any]:
    """Return by what right and for how long an office is held. Raises `Refused`: dates_reversed."""
    begins, ends = answers.get("starts_on"), answers.get("ends_on")
    starts_on = dt.date.fromisoformat(begins) if begins else members.today(turn.work)
    ends_on = dt.date.fromisoformat(ends) if ends else None
    if ends_on is not None and ends_on < starts_on:
        raise Refused("dates_reversed")
    acting, decree = admin_forms.acting_of(answers), answers.get("decree") or ""
    return {"acting": acting, "decree": decree, "starts_on": starts_on, "ends_on": ends_on}


def _request(turn: Turn, answers: Answers) -> InviteRequest:
    person = answers["person"][0]
    return InviteRequest(
        name=person["name"],
        nip=person["nip"],
        rank=answers.get("rank"),
        phone=person["phone"],
        role=answers["role"],
        opd_id=int(answers["opd"]) if "opd" in answers else None,
        **_term(turn, answers),
    )


def _admin_form(name: str) -> Verb:
    async def start(turn: Turn, args: Args) -> Reply:
        if not turn.member.is_admin:
            return Reply(toast=plain("admin.bukan_admin"), alert=True)
        purpose: dict[str, object] = {"admin": name}
        answers: dict[str, object] = {}
        if name == admin_forms.RENAME_OPD:
            opd = await stored.opd(turn.work, first_number(args))
            purpose["opd"] = opd.id
            answers = {"name": opd.name, "head": opd.head_title}
        await drafts.begin(turn, purpose, answers)
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
    forms={"admin": submit},
)
