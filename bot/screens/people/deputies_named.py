"""The screens of deputies and vacancies, with what each needs read from the store; each checks who looks."""

from __future__ import annotations

from bot.app import App
from bot.screens.named_screen import Args, for_members, number, word
from bot.screens.people import deputies
from bot.screens.screen import Screen
from workflows.deputies.appointing import concerned, positions_of, standing
from workflows.deputies.lines import deputy_lines
from workflows.people.members import Member
from workflows.people.vacancies import vacancy_of
from workflows.store.unit_of_work import UnitOfWork


async def _deputies(app: App, work: UnitOfWork, member: Member, _args: Args) -> Screen | None:
    if not concerned(app.office, member):
        return None
    return deputies.deputies_screen(
        await deputy_lines(app.office, work, member), names=bool(await positions_of(app.office, work, member))
    )


async def _end_deputy(app: App, work: UnitOfWork, member: Member, args: Args) -> Screen | None:
    lines = await deputy_lines(app.office, work, member)
    line = next((one for one in lines if one.mandate == args["mandate"] and one.may_end), None)
    return deputies.end_deputy_screen(line) if line else None


async def _vacancy(app: App, work: UnitOfWork, member: Member, args: Args) -> Screen | None:
    found = await vacancy_of(app.office, work, args["seat"])
    if found is None:
        return None
    right = standing(app.office, member, found.position)
    return deputies.vacancy_screen(found, names=right.admin or right.appoints)


SCREENS = (
    for_members("deputies", _deputies, by_button=True),
    for_members("end_deputy", _end_deputy, number("mandate"), by_button=True),
    for_members("vacancy", _vacancy, word("seat"), by_button=False),
)
