"""What commands do. An unfinished form is never lost to one: it is offered again afterwards."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from bot.chat_context import Turn
from bot.command_names import may_search
from bot.forms.open_draft import open_draft
from bot.inbound import deep_links, drafts
from workflows.people.languages import may_choose

Command = Callable[[Turn, str], Awaitable[None]]


async def run(turn: Turn, name: str, rest: str) -> None:
    """Run a command; an unknown one gets a helpful sentence."""
    command = COMMANDS.get(name)
    if command is None:
        await turn.say("umum.bukan_perintah")
        return
    under_way = await open_draft(turn.app, turn.work, turn.member)
    if under_way is not None and under_way.is_search and name != "batal":
        await drafts.drop(turn, under_way)  # one question, quickly asked again
        under_way = None
    await command(turn, rest)
    if name != "batal" and under_way is not None:
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
    if not may_search(turn.member):
        await turn.show("cases")
    elif words:
        await turn.show_found(words)
    elif await open_draft(turn.app, turn.work, turn.member) is None:
        await drafts.begin(turn, {"search": True})
    else:
        await turn.say("daftar.cari_langsung")


async def _language(turn: Turn, _rest: str) -> None:
    if may_choose(turn.member):
        await turn.show("language")
    else:
        await turn.say("umum.bukan_perintah")


async def _cancel(turn: Turn, _rest: str) -> None:
    draft = await open_draft(turn.app, turn.work, turn.member)
    if draft is None:
        await turn.say("umum.tidak_ada_yang_batal")
    else:
        await drafts.close(turn, draft, "formulir.dibatalkan")


COMMANDS: Mapping[str, Command] = {
    "start": _start,
    "menu": _screen("menu"),
    "bantuan": _screen("help"),
    "tugas": _screen("tasks"),
    "permohonan": _screen("cases"),
    "hosting": _screen("hosting"),
    "privasi": _screen("privacy"),
    "bahasa": _language,
    "cari": _search,
    "batal": _cancel,
}
