"""Who has which command, and which a message gives."""

from __future__ import annotations

from telegram import BotCommand

from bot.texts import plain
from workflows.people.members import Member

EVERYBODY = ("start", "menu", "bantuan", "tugas", "permohonan", "hosting", "cari", "batal", "privasi")


def commands_for(member: Member) -> list[BotCommand]:
    """Return what `setMyCommands` lists in this person's chat."""
    office_only = {"cari"} if not may_search(member) else set()
    return [BotCommand(name, plain(f"perintah.{name}")) for name in EVERYBODY if name not in office_only]


def command_in(text: str | None, bot_username: str) -> tuple[str, str]:
    """Return a command's name and what follows it; ("", "") for any other message, and one for another bot. Pure."""
    if not text or not text.startswith("/"):
        return "", ""
    head, _, rest = text[1:].partition(" ")
    name, _, addressed = head.partition("@")
    if addressed and addressed.lower() != bot_username.lower():
        return "", ""
    return name.lower() or "?", rest.strip()


def may_search(member: Member) -> bool:
    """Whether this person searches all cases: everybody of DKISP does, an OPD sees its own list."""
    return any(mandate.opd_id is None for mandate in member.mandates)
