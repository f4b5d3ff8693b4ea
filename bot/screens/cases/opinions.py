"""How many opinions a case needs before it may be recommended."""

from __future__ import annotations

from bot.app import App
from bot.callback_data import Do
from bot.screens.keyboards import button, in_rows, keyboard, to_menu
from bot.screens.named_screen import Args, for_members
from bot.screens.screen import Screen
from bot.texts import html, plain
from workflows.cases import opinions
from workflows.people.members import Member
from workflows.store.unit_of_work import UnitOfWork


def quorum_screen(present: int) -> Screen:
    """Return the setting and what else it may be."""
    choices = [
        button(words(choice), Do("quorum", (str(choice),)), "primary" if choice == present else "")
        for choice in opinions.CHOICES
    ]
    text = html("pendapat.kuorum", present=words(present))
    return Screen(text=text, keyboard=keyboard([*in_rows(choices, 2), to_menu()]))


def words(least: int) -> str:
    """Return a value of the setting in words."""
    special = {opinions.NONE: "pendapat.tanpa_kuorum", opinions.ALL: "pendapat.semua"}
    return plain(special[least]) if least in special else plain("pendapat.paling_sedikit", count=least)


async def _quorum(app: App, work: UnitOfWork, member: Member, _args: Args) -> Screen | None:
    return quorum_screen(await opinions.quorum(work)) if opinions.may_set(app.office, member) else None


SCREENS = (for_members("quorum", _quorum, by_button=True),)
