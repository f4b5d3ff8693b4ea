"""The screens of the agenda books, with what each needs read from the store; only their keepers see them."""

from __future__ import annotations

from bot.app import App
from bot.screens.named_screen import PAGE, Args, ForMember, for_members, number, word
from bot.screens.registers import agenda
from bot.screens.screen import Screen
from workflows.agenda import book_view
from workflows.agenda.books import KEEPER
from workflows.people.members import Member, today
from workflows.store.unit_of_work import UnitOfWork


async def _books(_app: App, work: UnitOfWork, _member: Member, _args: Args) -> Screen:
    year = today(work).year
    return agenda.books_screen(year, await book_view.counts(work, year))


async def _book(_app: App, work: UnitOfWork, _member: Member, args: Args) -> Screen | None:
    part = book_view.part(args.get("book"), args.get("year"), args.get("month", 0))
    return agenda.book_screen(await book_view.page(work, part, args.get("page", 0))) if part else None


async def _months(_app: App, work: UnitOfWork, _member: Member, args: Args) -> Screen | None:
    part = book_view.part(args.get("book"), args.get("year"))
    return agenda.months_screen(part.book, part.year, today(work).year) if part else None


async def _entry(_app: App, work: UnitOfWork, _member: Member, args: Args) -> Screen | None:
    view = await book_view.entry(work, args.get("entry", 0))
    return agenda.entry_screen(view) if view else None


def _for_keepers(screen: ForMember) -> ForMember:
    async def shown(app: App, work: UnitOfWork, member: Member, args: Args) -> Screen | None:
        return await screen(app, work, member, args) if member.has(KEEPER) else None

    return shown


BOOK, YEAR, MONTH = word("book"), number("year"), number("month", needed=False)
SCREENS = (
    for_members("agenda", _for_keepers(_books), by_button=True),
    for_members("agenda_book", _for_keepers(_book), BOOK, YEAR, MONTH, PAGE, by_button=True),
    for_members("agenda_months", _for_keepers(_months), BOOK, YEAR, by_button=True),
    for_members("agenda_entry", _for_keepers(_entry), number("entry"), by_button=True),
)
