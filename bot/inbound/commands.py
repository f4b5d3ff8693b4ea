"""Commands, and who has which. An unfinished form is never lost to one: it is offered again afterwards."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from telegram import BotCommand

from bot.inbound import deep_links, drafts
from bot.inbound.turn import Turn
from bot.texts import plain
from workflows.people import Member

Command = Callable[[Turn, str], Awaitable[None]]
OPD_ROLES = ("kepala_opd", "tim_teknis")
EVERYBODY = ("start", "menu", "bantuan", "tugas", "permohonan", "hosting", "cari", "batal", "privasi")


def commands_for(member: Member) -> list[BotCommand]:
    """Return what `setMyCommands` lists in this person's chat."""
    office_only = {"cari"} if not searches(member) else set()
    return [BotCommand(name, plain(f"perintah.{name}")) for name in EVERYBODY if name not in office_only]


def searches(member: Member) -> bool:
    """Whether this person searches all cases: everybody of DKISP does, an OPD sees its own list."""
    return any(mandate.role not in OPD_ROLES for mandate in member.mandates)


async def run(turn: Turn, name: str, rest: str) -> None:
    """Run a command; an unknown one gets a helpful sentence."""
    command = COMMANDS.get(name)
    if command is None:
        await turn.say("umum.bukan_perintah")
        return
    await command(turn, rest)
    if name != "batal" and await drafts.load(turn.app, turn.work, turn.member) is not None:
        await turn.show("resume")


def _screen(name: str) -> Command:
    async def show(turn: Turn, _rest: str) -> None:
        await turn.show(name)

    return show


async def _start(turn: Turn, payload: str) -> None:
    if payload:
        await deep_links.opened(turn, payload)
    else:
        await turn.show("menu")


async def _search(turn: Turn, words: str) -> None:
    if not searches(turn.member):
        await turn.show("cases")
    elif words:
        await turn.show("found", words=words[:60])
    elif await drafts.load(turn.app, turn.work, turn.member) is None:
        await drafts.begin(turn, {"search": True})
    else:
        await turn.say("daftar.cari_langsung")


async def _cancel(turn: Turn, _rest: str) -> None:
    draft = await drafts.load(turn.app, turn.work, turn.member)
    if draft is None:
        await turn.say("umum.tidak_ada_yang_batal")
    else:
        await drafts.close(turn, draft, "formulir.dibatalkan")


COMMANDS: Mapping[str, Command] = {
    "start": _start,
    "menu": _screen("menu"),
    "bantuan": _screen("help"),
    "help": _screen("help"),
    "tugas": _screen("tasks"),
    "permohonan": _screen("cases"),
    "hosting": _screen("hosting"),
    "privasi": _screen("privacy"),
    "cari": _search,
    "batal": _cancel,
}
