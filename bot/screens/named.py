"""Screens that are asked for by name, with what each needs read from the store; each checks who looks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.app import App
from bot.command_names import may_search
from bot.forms.open_draft import open_draft
from bot.offices import office_name, offices_of, roles
from bot.screens import lists, menu
from bot.screens.administration import directory
from bot.screens.administration.calendar import calendar_screen
from bot.screens.cases import opinions, remarks_named, servers_compared
from bot.screens.cases.case import request_screen
from bot.screens.cases.details import request_details
from bot.screens.cases.job import log_screen
from bot.screens.form import resume_screen
from bot.screens.hosting import moving
from bot.screens.hosting import named as hosting_named
from bot.screens.letters import genuine, to_sign
from bot.screens.people import deputies_named, joining, languages, readings
from bot.screens.registers import agenda_named, register_pages, reports_named
from bot.screens.screen import Screen
from bot.screens.upkeep import malware, server_card, status
from bot.texts import html
from workflows.agenda.books import KEEPER
from workflows.calendar.office_calendar import calendar_of
from workflows.cases.open_case import opening_mandate
from workflows.cases.opinions import may_set
from workflows.cases.paper_request import may_enter
from workflows.cases.search_query import understood
from workflows.correspondence import unsigned
from workflows.engine.duties import services
from workflows.engine.fields import FieldError
from workflows.letters.guide import titles
from workflows.people.deputies import concerned
from workflows.people.languages import may_choose
from workflows.people.members import Member, today
from workflows.people.members import member as member_of
from workflows.registers import rows
from workflows.reports.readers import READERS
from workflows.roles import ENGINEER
from workflows.store import people, saved_searches
from workflows.store.unit_of_work import UnitOfWork, UnknownRowError
from workflows.views import jobs
from workflows.views import lists as listed
from workflows.views.case import case_view
from workflows.views.hosting_tasks import hosting_tasks
from workflows.views.servers import server_views

Args = Mapping[str, Any]
ForMember = Callable[[App, UnitOfWork, Member, Args], Awaitable[Screen | None]]
ForAnybody = Callable[[App, UnitOfWork, Args], Awaitable[Screen | None]]


async def named_screen(app: App, work: UnitOfWork, member: Member | None, name: str, args: Args) -> Screen | None:
    """Return a screen by name, or None where this person may not see it or there is nothing to show."""
    if name in OPEN:
        return await OPEN[name](app, work, args)
    if member is None or (name in ADMIN_ONLY and not member.is_admin):
        return None
    try:
        return await SCREENS[name](app, work, member, args)
    except UnknownRowError:  # a number that no button of ours carries
        return None


async def _menu(app: App, work: UnitOfWork, member: Member, _args: Args) -> Screen:
    in_force = app.office.all_in_force(today(work))
    openings = [sop for sop in in_force if not sop.opening.about and opening_mandate(sop, member)]
    return menu.menu_screen(
        member.person,
        offices_of(app.office, member),
        openings=openings,
        on_paper=[sop for sop in in_force if not sop.opening.about and may_enter(sop, member)],
        tasks=len(await listed.tasks(app.office, work, member)) + len(await hosting_tasks(work, member)),
        ways=await _ways(app, work, member),
        admin=member.is_admin,
    )


async def _ways(app: App, work: UnitOfWork, member: Member) -> list[str]:
    """Return what is in this person's menu beside what everybody has."""
    ways = {
        "fleet": member.has(*rows.READERS),
        "registers": member.has(*rows.READERS),
        "books": member.has(KEEPER),
        "to_sign": bool(await unsigned.of_member(work, member)),
        "reports": member.has(*READERS),
        "status": listed.sees_all(app.office, member),
        "search": may_search(member),
        "deputies": concerned(app.office, member),
        "quorum": may_set(app.office, member),
    }
    return [name for name, has in ways.items() if has]


async def _help(app: App, work: UnitOfWork, member: Member, _args: Args) -> Screen:
    in_force = app.office.all_in_force(today(work))
    known = roles(app.office)
    held = list(dict.fromkeys(mandate.role for mandate in member.mandates))
    return menu.help_screen(
        [menu.RoleHelp(known[role].title, services(in_force, role)) for role in held if role in known],
        ways=await _ways(app, work, member),
        admin=member.is_admin,
        guides={role: titles()[role] for role in held if role in titles()},
        sheets=in_force if listed.sees_all(app.office, member) else (),
        languages=may_choose(member),
    )


async def _privacy(app: App, _work: UnitOfWork, member: Member, _args: Args) -> Screen:
    return menu.privacy_screen(member.person, offices_of(app.office, member), app.settings.retention())


async def _tasks(app: App, work: UnitOfWork, member: Member, args: Args) -> Screen:
    found, at_hostings = await listed.tasks(app.office, work, member), await hosting_tasks(work, member)
    return lists.tasks_screen(found, args.get("page", 0), at_hostings)


async def _cases(app: App, work: UnitOfWork, member: Member, args: Args) -> Screen:
    page = args.get("page", 0)
    lines, more = await listed.cases_of(app.office, work, member, page)
    return lists.cases_screen(lines, page, more=more)


async def _found(app: App, work: UnitOfWork, member: Member, args: Args) -> Screen | None:
    page = args.get("page", 0)
    kept = await saved_searches.of_person(work, member.person.id, args["search"])
    if kept is None:
        return None
    try:
        sought = understood(kept.typed, today=today(work))
    except FieldError as error:
        return lists.not_sought_screen(error)
    lines, count = await listed.search(app.office, work, member, sought, page)
    return lists.found_screen(sought, lines, count, search=kept.id, page=page)


async def _request(app: App, work: UnitOfWork, member: Member, args: Args) -> Screen | None:
    view = await case_view(app.office, work, args["case"], member)
    if view is None:
        return None
    return request_screen(view, view.sop.form(view.sop.opening.form).title, request_details(view))


async def _servers(app: App, work: UnitOfWork, member: Member, args: Args) -> Screen | None:
    view = await case_view(app.office, work, args["case"], member)
    if view is None or not listed.sees_all(app.office, member):
        return None
    return servers_compared.servers_screen(view.case.number, await server_views(work, view.sop, view.case))


async def _plan(app: App, work: UnitOfWork, member: Member, args: Args) -> Screen | None:
    view = await case_view(app.office, work, args["case"], member)
    if view is None or not listed.sees_all(app.office, member):
        return None
    return servers_compared.plan_screen(view.case.number, args["changes"], args["notes"])


async def _log(_app: App, work: UnitOfWork, member: Member, args: Args) -> Screen | None:
    view = await jobs.job_of_case(work, args["case"])
    if view is None or not member.has(ENGINEER):
        return Screen(text=html("pekerjaan.log_kosong"))
    return log_screen(view.case.number, view.job)


async def _resume(app: App, work: UnitOfWork, member: Member, _args: Args) -> Screen | None:
    draft = await open_draft(app, work, member)
    return resume_screen(draft.spec) if draft else None


async def _discarded(_app: App, _work: UnitOfWork, _member: Member, args: Args) -> Screen:
    return Screen(text=html("formulir.dibatalkan", title=args["title"]))


async def _people(app: App, work: UnitOfWork, _member: Member, args: Args) -> Screen:
    page, everybody = args.get("page", 0), await people.everybody(work)
    asked = everybody[page * directory.PAGE : (page + 1) * directory.PAGE]
    shown = [(person, offices_of(app.office, await member_of(work, person))) for person in asked]
    return directory.people_screen(shown, len(everybody), page)


async def _person(app: App, work: UnitOfWork, _member: Member, args: Args) -> Screen:
    person = await people.by_id(work, args["person"])
    held = await people.mandates(work, person.id, today(work))
    offices = [(row.id, await office_name(app.office, work, row)) for row in held]
    return directory.person_screen(person, offices)


async def _end_mandate(app: App, work: UnitOfWork, _member: Member, args: Args) -> Screen:
    row = await people.mandate(work, args["mandate"])
    person = await people.by_id(work, row.person_id)
    return directory.end_mandate_screen(person, row.id, await office_name(app.office, work, row))


async def _opds(_app: App, work: UnitOfWork, _member: Member, args: Args) -> Screen:
    return directory.opds_screen(await people.opds(work, active_only=False), args.get("page", 0))


async def _opd(_app: App, work: UnitOfWork, _member: Member, args: Args) -> Screen:
    return directory.opd_screen(await people.opd(work, args["opd"]))


async def _calendar(_app: App, work: UnitOfWork, _member: Member, _args: Args) -> Screen:
    return calendar_screen(await calendar_of(work), today(work))


async def _invitation(app: App, work: UnitOfWork, args: Args) -> Screen | None:
    invite = await people.invite(work, args["invite"])
    if invite is None or invite.used_at is not None:
        return None
    person = await people.by_id(work, invite.person_id)
    return joining.invitation_screen(person.name, await office_name(app.office, work, invite))


async def _welcome(_app: App, _work: UnitOfWork, args: Args) -> Screen:
    return joining.welcome_screen(args["name"], args["office"])


ADMIN_ONLY = frozenset({"people", "person", "end_mandate", "opds", "opd", "calendar", "readings"})
OPEN: Mapping[str, ForAnybody] = {"invitation": _invitation, "welcome": _welcome, "genuine": genuine.genuine}
SCREENS: Mapping[str, ForMember] = {
    "menu": _menu,
    "help": _help,
    "privacy": _privacy,
    "readings": readings.all_readings,
    "my_readings": readings.my_readings,
    "tasks": _tasks,
    "cases": _cases,
    "found": _found,
    "request": _request,
    "servers": _servers,
    "plan": _plan,
    "log": _log,
    "resume": _resume,
    "discarded": _discarded,
    "people": _people,
    "person": _person,
    "end_mandate": _end_mandate,
    "opds": _opds,
    "opd": _opd,
    **hosting_named.SCREENS,
    **agenda_named.SCREENS,
    **register_pages.SCREENS,
    **server_card.SCREENS,
    **moving.SCREENS,
    **deputies_named.SCREENS,
    "reports": reports_named.shown,
    "calendar": _calendar,
    **languages.SCREENS,
    **remarks_named.SCREENS,
    **opinions.SCREENS,
    **to_sign.SCREENS,
    **status.SCREENS,
    **malware.SCREENS,
}
