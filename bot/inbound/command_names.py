"""Who has which command."""

from __future__ import annotations

from telegram import BotCommand

from bot.texts import plain
from workflows.people import Member

EVERYBODY = ("start", "menu", "bantuan", "tugas", "permohonan", "hosting", "cari", "batal", "privasi")


def commands_for(member: Member) -> list[BotCommand]:
    """Return what `setMyCommands` lists in this person's chat."""
    office_only = {"cari"} if not may_search(member) else set()
    return [BotCommand(name, plain(f"perintah.{name}")) for name in EVERYBODY if name not in office_only]


def may_search(member: Member) -> bool:
    """Whether this person searches all cases: everybody of DKISP does, an OPD sees its own list."""
    return any(mandate.opd_id is None for mandate in member.mandates)
