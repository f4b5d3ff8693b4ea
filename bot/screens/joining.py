"""What somebody sees who comes in by an invitation, or checks a letter."""

from __future__ import annotations

import datetime as dt

from telegram import KeyboardButton, ReplyKeyboardMarkup, ReplyKeyboardRemove

from bot.screens import formats
from bot.screens.screen import Screen
from bot.texts import html, plain
from workflows.store.tables import Letter


def invitation_screen(name: str, office: str) -> Screen:
    """Ask for the person's own contact."""
    ask = KeyboardButton(plain("orang.bagikan"), request_contact=True)
    keyboard = ReplyKeyboardMarkup([[ask]], resize_keyboard=True, one_time_keyboard=True)
    return Screen(text=html("orang.undangan", name=name, office=office), keyboard=keyboard)


def welcome_screen(name: str, office: str) -> Screen:
    """Greet, and take the contact's button away."""
    return Screen(text=html("orang.diterima", name=name, office=office), keyboard=ReplyKeyboardRemove())


def genuine_screen(
    letter: Letter | None, *, subject: str, signer: str, sha256: str, void_since: dt.datetime | None = None
) -> Screen:
    """Say whether a letter is ours and stands: number, date, subject, signer and hash, and nothing else."""
    if letter is None:
        return Screen(text=html("keaslian.tidak_dikenal"))
    text = html(
        "keaslian.asli",
        number=letter.number or "–",
        date=formats.date(letter.created_at.date()),
        subject=subject,
        signer=signer,
        hash=sha256,
    )
    if void_since is not None:
        text = "\n\n".join([html("keaslian.batal", when=formats.instant(void_since)), text])
    return Screen(text=text)
