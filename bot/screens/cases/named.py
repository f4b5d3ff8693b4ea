"""The screens of cases, with what each needs read from the store; each checks who looks."""

from __future__ import annotations

from bot.app import App
from bot.screens import lists
from bot.screens.cases import servers_compared
from bot.screens.cases.case import request_screen
from bot.screens.cases.details import request_details
from bot.screens.cases.job import log_screen
from bot.screens.named_screen import PAGE, Args, data, for_members, number
from bot.screens.screen import Screen
from bot.texts import html
from workflows.cases.search_query import understood
from workflows.engine.fields import FieldError
from workflows.people.insiders import sees_all
from workflows.people.members import Member, today
from workflows.roles import ENGINEER
from workflows.store import saved_searches
from workflows.store.unit_of_work import UnitOfWork
from workflows.views import jobs
from workflows.views import lists as listed
from workflows.views.case import case_view
from workflows.views.hosting_tasks import hosting_tasks
from workflows.views.servers import server_views


async def _tasks(app: App, work: UnitOfWork, member: Member, args: Args) -> Screen:
    found, at_hostings = await listed.tasks(app.office, work, member), await hosting_tasks(app.office, work, member)
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
    if view is None or not sees_all(app.office, member):
        return None
    return servers_compared.servers_screen(view.case.number, await server_views(work, view.sop, view.case))


async def _plan(app: App, work: UnitOfWork, member: Member, args: Args) -> Screen | None:
    view = await case_view(app.office, work, args["case"], member)
    if view is None or not sees_all(app.office, member):
        return None
    return servers_compared.plan_screen(view.case.number, args["changes"], args["notes"])


async def _log(_app: App, work: UnitOfWork, member: Member, args: Args) -> Screen | None:
    view = await jobs.job_of_case(work, args["case"])
    if view is None or not member.has(ENGINEER):
        return Screen(text=html("pekerjaan.log_kosong"))
    return log_screen(view.case.number, view.job)


SCREENS = (
    for_members("tasks", _tasks, PAGE, by_button=True),
    for_members("cases", _cases, PAGE, by_button=True),
    for_members("found", _found, number("search"), PAGE, by_button=True),
    for_members("request", _request, number("case"), by_button=False),
    for_members("servers", _servers, number("case"), by_button=False),
    for_members("plan", _plan, number("case"), data("changes"), data("notes"), by_button=False),
    for_members("log", _log, number("case"), by_button=False),
)
