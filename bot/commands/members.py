"""People: inviting them and seeing who there is."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Annotated

import phonenumbers
import typer

from bot import bootstrap
from bot.commands.console import fail, load, say, wait_for
from bot.settings import Settings
from workflows.cases.on_paper import PaperRule, allowed
from workflows.engine.description import Role, Sop
from workflows.people import invitations, members
from workflows.people.without_telegram import Official, enter
from workflows.refusal import Refused
from workflows.store import people
from workflows.store.unit_of_work import UnitOfWork
from workflows.words import WITA

COUNTRY = "ID"
ENTRY_REFUSED = {
    "office_not_on_paper": "Nothing of this office can be entered from paper; invite its holder.",
    "office_held": "{name} holds this office already.",
    "on_telegram": "{name} has this --nip and a telephone number; use `layanan invite`.",
}
SLIPS = {
    "phone_of_another": "has this --phone with another NIP",
    "office_held": "holds this office already",
    "seat_held": "still holds this office: end that first, or invite with --acting plt or plh",
}


def invite(
    *,
    name: Annotated[str, typer.Option(help="full name with titles, as on letters")],
    phone: Annotated[str, typer.Option(help="the number of the person's Telegram account")],
    role: Annotated[str, typer.Option(help="such as kepala_opd, bagian_umum, kepala_dkisp, kabid, engineer, admin")],
    nip: Annotated[str | None, typer.Option(help="18 digits")] = None,
    rank: Annotated[str | None, typer.Option(help="pangkat, as on letters")] = None,
    opd: Annotated[str | None, typer.Option(help="code of the OPD, for roles of an OPD")] = None,
    acting: Annotated[str, typer.Option(help="plt or plh; nothing for a definitive office")] = "",
    decree: Annotated[str, typer.Option(help="number of the decree, for Plt and Plh")] = "",
    until: Annotated[dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="last day of the mandate")] = None,
) -> None:
    """Invite a person; prints a link that works once, for a week, for the account with that phone number only."""
    found = load()
    roles = _roles(found)
    _check(roles, role, opd, acting, nip)
    request = members.InviteRequest(
        name=name,
        nip=nip,
        rank=rank,
        phone=_e164(phone),
        role=role,
        acting=acting,
        decree=decree,
        starts_on=dt.datetime.now(WITA).date(),
        ends_on=until.date() if until else None,
    )
    say(wait_for(_invite(found, request, opd, {known.id for known in roles.values() if known.single})))


async def _invite(found: Settings, request: members.InviteRequest, opd: str | None, single: set[str]) -> str:
    async with bootstrap.open_bot(found) as bot, bootstrap.open_database(found) as database:
        async with database.write() as work:
            opd_id = await _opd_id(work, opd) if opd else None
            invited = dataclasses.replace(request, opd_id=opd_id)
            await _check_slips(work, invited, single)
            token = await members.create_invite(work, None, invited, also_by_nip=True)
        return members.invite_link(bot.username, token)


def enter_official(
    *,
    name: Annotated[str, typer.Option(help="full name with titles, as on letters")],
    nip: Annotated[str, typer.Option(help="18 digits")],
    role: Annotated[str, typer.Option(help="an office whose paper can be entered, such as kepala_dkisp")],
    rank: Annotated[str | None, typer.Option(help="pangkat, as on letters")] = None,
    acting: Annotated[str, typer.Option(help="plt or plh; nothing for a definitive office")] = "",
    decree: Annotated[str, typer.Option(help="number of the decree, for Plt and Plh")] = "",
    until: Annotated[dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="last day of the mandate")] = None,
) -> None:
    """Enter an official who is not on Telegram: Bagian Umum prints for them and enters what they signed on paper."""
    found = load()
    _check(_roles(found), role, None, acting, nip)
    today = dt.datetime.now(WITA).date()
    official = Official(
        name=name,
        nip=nip,
        rank=rank,
        role=role,
        acting=acting,
        decree=decree,
        starts_on=today,
        ends_on=until.date() if until else None,
    )
    wait_for(_enter(found, official))
    say(f"{name} is entered as {' '.join(filter(None, (acting, role)))}.")
    if found.office.on_paper is not PaperRule.DECISIONS:
        say("What they decide can be entered once OFFICE_ON_PAPER=decisions; until then cases wait at that step.")


async def _enter(found: Settings, official: Official) -> None:
    sops = _sops(found)
    async with bootstrap.open_database(found) as database:
        try:
            async with database.write() as work:
                await enter(work, None, official, sops)
        except Refused as refused:
            fail(ENTRY_REFUSED[refused.code].format(**refused.params))


def _sops(found: Settings) -> list[Sop]:
    """Return the SOPs as the office runs them."""
    return [allowed(sop, found.office.on_paper) for sop in bootstrap.load_sops(found.sops_dir).values()]


async def _check_slips(work: UnitOfWork, invited: members.InviteRequest, single: set[str]) -> None:
    try:
        await invitations.check(work, invited, single)
    except Refused as refused:
        fail(f"{refused.params['name']} {SLIPS[refused.code]}.")


def _roles(found: Settings) -> dict[str, Role]:
    return {known.id: known for sop in bootstrap.load_sops(found.sops_dir).values() for known in sop.roles}


def _check(roles: Mapping[str, Role], role: str, opd: str | None, acting: str, nip: str | None) -> None:
    if role not in roles:
        fail(f"There is no role {role}; there are {', '.join(sorted(roles))}.")
    if (roles[role].scope == "opd") != (opd is not None):
        fail(f"The role {role} {'needs --opd' if roles[role].scope == 'opd' else 'has no OPD'}.")
    if acting not in {"", "plt", "plh"}:
        fail("--acting is plt, plh or left out.")
    if nip is not None and not (nip.isascii() and nip.isdigit() and len(nip) == 18):
        fail("--nip has 18 digits.")


def list_people() -> None:
    """Show who is known, and the offices they hold today."""
    for line in wait_for(_lines(load())):
        say(line)


async def _lines(found: Settings) -> list[str]:
    lines = []
    async with bootstrap.open_database(found) as database, database.read() as work:
        for person in await people.everybody(work):
            member = await members.member(work, person)
            offices = [
                f"{mandate.acting} {mandate.role}".strip()
                + (f" ({member.opds[mandate.opd_id].code})" if mandate.opd_id is not None else "")
                for mandate in member.mandates
            ]
            state = "joined" if person.telegram_id else "invited" if person.phone else "on paper"
            lines.append(" | ".join((person.name, person.phone or "-", state, ", ".join(offices) or "-")))
    return lines


async def _opd_id(work: UnitOfWork, code: str) -> int:
    row = await people.opd_by_code(work, code)
    if row is None:
        codes = ", ".join(known.code for known in await people.opds(work))
        fail(f"There is no OPD {code}; there are {codes}.")
    return row.id


def _e164(phone: str) -> str:
    try:
        number = phonenumbers.parse(phone, COUNTRY)
    except phonenumbers.NumberParseException:
        fail("--phone is no telephone number; write it like +62 812 3456 7890.")
    if not phonenumbers.is_possible_number(number):
        fail("--phone is no telephone number; write it like +62 812 3456 7890.")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
