"""The menu, the help and the privacy notice, with what each needs read from the store."""

from __future__ import annotations

from bot.app import App
from bot.command_names import may_search
from bot.offices import offices_of, roles
from bot.screens import menu
from bot.screens.named_screen import Args, for_members
from bot.screens.screen import Screen
from workflows.agenda.books import KEEPER
from workflows.cases.opinions import may_set
from workflows.cases.paper_request import may_enter
from workflows.casework.open_case import opening_mandate
from workflows.correspondence import unsigned
from workflows.deputies.appointing import concerned
from workflows.engine.duties import services
from workflows.letters.guide import titles
from workflows.people.insiders import sees_all
from workflows.people.languages import may_choose
from workflows.people.members import Member, today
from workflows.registers import rows
from workflows.reports.readers import READERS
from workflows.store.unit_of_work import UnitOfWork
from workflows.views import lists as listed
from workflows.views.hosting_tasks import hosting_tasks


async def _menu(app: App, work: UnitOfWork, member: Member, _args: Args) -> Screen:
    in_force = app.office.all_in_force(today(work))
    openings = [sop for sop in in_force if not sop.opening.about and opening_mandate(sop, member)]
    return menu.menu_screen(
        member.person,
        offices_of(app.office, member),
        openings=openings,
        on_paper=[sop for sop in in_force if not sop.opening.about and may_enter(sop, member)],
        tasks=len(await listed.tasks(app.office, work, member)) + len(await hosting_tasks(app.office, work, member)),
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
        "status": sees_all(app.office, member),
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
        sheets=in_force if sees_all(app.office, member) else (),
        languages=may_choose(member),
        phone=app.settings.office.phone,
        email=app.settings.office.email,
    )


async def _privacy(app: App, _work: UnitOfWork, member: Member, _args: Args) -> Screen:
    return menu.privacy_screen(member.person, offices_of(app.office, member), app.settings.retention())


SCREENS = (
    for_members("menu", _menu, by_button=True),
    for_members("help", _help, by_button=True),
    for_members("privacy", _privacy, by_button=True),
)
