"""What somebody sees who comes in by an invitation."""

from __future__ import annotations

from telegram import KeyboardButton, ReplyKeyboardMarkup, ReplyKeyboardRemove

from bot.screens.screen import Screen
from bot.texts import html, plain


def invitation_screen(name: str, office: str) -> Screen:
    """Ask for the person's own contact."""
    ask = KeyboardButton(plain("orang.bagikan"), request_contact=True)
    keyboard = ReplyKeyboardMarkup([[ask]], resize_keyboard=True, one_time_keyboard=True)
    return Screen(text=html("orang.undangan", name=name, office=office), keyboard=keyboard)


def welcome_screen(name: str, office: str) -> Screen:
    """Greet, and take the contact's button away."""
    return Screen(text=html("orang.diterima", name=name, office=office), keyboard=ReplyKeyboardRemove())
