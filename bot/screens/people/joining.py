"""What somebody sees who comes in by an invitation."""

from __future__ import annotations

from telegram import KeyboardButton, ReplyKeyboardMarkup, ReplyKeyboardRemove

from bot.app import App
from bot.offices import office_name
from bot.screens.named_screen import Args, for_anybody, number, word
from bot.screens.screen import Screen
from bot.texts import html, plain
from workflows.store import people
from workflows.store.unit_of_work import UnitOfWork


def invitation_screen(name: str, office: str) -> Screen:
    """Ask for the person's own contact."""
    ask = KeyboardButton(plain("orang.bagikan"), request_contact=True)
    keyboard = ReplyKeyboardMarkup([[ask]], resize_keyboard=True, one_time_keyboard=True)
    return Screen(text=html("orang.undangan", name=name, office=office), keyboard=keyboard)


def welcome_screen(name: str, office: str) -> Screen:
    """Greet, and take the contact's button away."""
    return Screen(text=html("orang.diterima", name=name, office=office), keyboard=ReplyKeyboardRemove())


async def _invitation(app: App, work: UnitOfWork, args: Args) -> Screen | None:
    invite = await people.invite(work, args["invite"])
    if invite is None or invite.used_at is not None:
        return None
    person = await people.by_id(work, invite.person_id)
    return invitation_screen(person.name, await office_name(app.office, work, invite))


async def _welcome(_app: App, _work: UnitOfWork, args: Args) -> Screen:
    return welcome_screen(args["name"], args["office"])


SCREENS = (
    for_anybody("invitation", _invitation, number("invite")),
    for_anybody("welcome", _welcome, word("name"), word("office")),
)
