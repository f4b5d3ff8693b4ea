"""In which language somebody wants to read."""

from __future__ import annotations

from bot.app import App
from bot.callback_data import Do
from bot.screens.keyboards import button, keyboard, to_menu
from bot.screens.named_screen import Args, for_members
from bot.screens.screen import Screen
from bot.texts import html, plain
from workflows.people.languages import Language, language_of, may_choose
from workflows.people.members import Member
from workflows.store.unit_of_work import UnitOfWork

CHOOSE = "language"


def language_screen(present: Language) -> Screen:
    """Return the languages to choose from, each in its own word, the present one marked."""
    choices = [
        button(plain(f"bahasa.{one.name.lower()}"), Do(CHOOSE, (one,)), "primary" if one is present else "")
        for one in Language
    ]
    return Screen(text=html("bahasa.tanya"), keyboard=keyboard([choices, to_menu()]))


async def _language(_app: App, _work: UnitOfWork, member: Member, _args: Args) -> Screen | None:
    return language_screen(language_of(member)) if may_choose(member) else None


SCREENS = (for_members(CHOOSE, _language, by_button=True),)
