"""The screens of administrators, with what each needs read from the store."""

from __future__ import annotations

from bot.app import App
from bot.offices import office_name, offices_of
from bot.screens.administration import directory
from bot.screens.administration.calendar import calendar_screen
from bot.screens.named_screen import PAGE, Args, for_administrators, number
from bot.screens.screen import Screen
from workflows.calendar.office_calendar import calendar_of
from workflows.people.members import Member, today
from workflows.people.members import member as member_of
from workflows.store import people
from workflows.store.unit_of_work import UnitOfWork


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


SCREENS = (
    for_administrators("people", _people, PAGE),
    for_administrators("person", _person, number("person")),
    for_administrators("end_mandate", _end_mandate, number("mandate")),
    for_administrators("opds", _opds, PAGE),
    for_administrators("opd", _opd, number("opd")),
    for_administrators("calendar", _calendar),
)
