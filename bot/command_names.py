"""Who has which command, what it is called in whose language, and which a message gives."""

from __future__ import annotations

from telegram import BotCommand

from bot.language import spoken
from bot.texts import plain
from workflows.people.languages import Language, language_of, may_choose
from workflows.people.members import Member

EVERYBODY = ("start", "menu", "bantuan", "tugas", "permohonan", "hosting", "cari", "batal", "privasi", "bahasa")
ENGLISH = {
    "help": "bantuan",
    "tasks": "tugas",
    "requests": "permohonan",
    "search": "cari",
    "cancel": "batal",
    "privacy": "privasi",
    "language": "bahasa",
}
"""English names of commands; both are understood whatever language somebody reads, theirs is listed."""


def commands_for(member: Member) -> list[BotCommand]:
    """Return what `setMyCommands` lists in this person's chat, in the language they read."""
    spare = {"cari": not may_search(member), "bahasa": not may_choose(member)}
    names = [name for name in EVERYBODY if not spare.get(name)]
    english = {name: word for word, name in ENGLISH.items()} if language_of(member) is Language.ENGLISH else {}
    with spoken(language_of(member)):
        return [BotCommand(english.get(name, name), plain(f"perintah.{name}")) for name in names]


def command_in(text: str | None, bot_username: str) -> tuple[str, str]:
    """Return a command's name and what follows it; ("", "") for any other message, and one for another bot. Pure.

    A command that has an English name too goes by its Indonesian one.
    """
    if not text or not text.startswith("/"):
        return "", ""
    head, _, rest = text[1:].partition(" ")
    name, _, addressed = head.partition("@")
    if addressed and addressed.lower() != bot_username.lower():
        return "", ""
    return ENGLISH.get(name.lower(), name.lower()) or "?", rest.strip()


def may_search(member: Member) -> bool:
    """Whether this person searches all cases: everybody of DKISP does, an OPD sees its own list."""
    return any(mandate.opd_id is None for mandate in member.mandates)
