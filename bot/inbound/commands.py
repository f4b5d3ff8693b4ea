"""What commands do. An unfinished form is never lost to one: it is offered again afterwards."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from bot.chat_context import ChatContext
from bot.command_names import may_search
from bot.forms.open_draft import open_draft
from bot.inbound import deep_links, drafts
from workflows.people.languages import may_choose

Command = Callable[[ChatContext, str], Awaitable[None]]


async def run(chat: ChatContext, name: str, rest: str) -> None:
    """Run a command; an unknown one gets a helpful sentence."""
    command = COMMANDS.get(name)
    if command is None:
        await chat.say("umum.bukan_perintah")
        return
    under_way = await open_draft(chat.app, chat.work, chat.member)
    if under_way is not None and under_way.is_search and name != "batal":
        await drafts.drop(chat, under_way)  # one question, quickly asked again
        under_way = None
    await command(chat, rest)
    if name != "batal" and under_way is not None:
        await chat.show("resume")


def _screen(name: str) -> Command:
    async def show(chat: ChatContext, _rest: str) -> None:
        await chat.show(name)

    return show


async def _start(chat: ChatContext, payload: str) -> None:
    if payload:
        await deep_links.opened(chat, payload)
    else:
        await chat.show("menu")


async def _search(chat: ChatContext, words: str) -> None:
    if not may_search(chat.member):
        await chat.show("cases")
    elif words:
        await chat.show_found(words)
    elif await open_draft(chat.app, chat.work, chat.member) is None:
        await drafts.begin(chat, {"search": True})
    else:
        await chat.say("daftar.cari_langsung")


async def _language(chat: ChatContext, _rest: str) -> None:
    if may_choose(chat.member):
        await chat.show("language")
    else:
        await chat.say("umum.bukan_perintah")


async def _cancel(chat: ChatContext, _rest: str) -> None:
    draft = await open_draft(chat.app, chat.work, chat.member)
    if draft is None:
        await chat.say("umum.tidak_ada_yang_batal")
    else:
        await drafts.stop(chat, draft)


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
