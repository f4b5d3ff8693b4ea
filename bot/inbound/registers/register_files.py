"""The registers' files, and the notes of maintenance that engineers make."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from bot.app import App
from bot.callback_data import Do, first_number
from bot.chat_context import ChatContext
from bot.forms.open_draft import OpenDraft
from bot.forms.purpose import Purpose
from bot.inbound import drafts
from bot.inbound.feature import Args, Feature, MadeReady, Verbs
from bot.screens.screen import Reply
from bot.texts import plain
from workflows.letters.printers import PRINTERS, printed
from workflows.people import members
from workflows.people.duty import engineer
from workflows.refusal import Refused
from workflows.registers.listing import listing
from workflows.registers.rows import READERS
from workflows.store import hostings, outbox
from workflows.store.tables.messages import MessageParams
from workflows.upkeep import maintenance_notes

FILES = {f"register_{kind}": kind for kind in PRINTERS}
NOTE, NOTE_HOSTING = "maintenance", "maintenance_of"  # on a server; for a hosting


async def _print(app: App, telegram_id: int, asked: Do) -> MessageParams | None:
    """Make the file for somebody who may have it."""
    kind = FILES[asked.verb]
    if len(asked.args) != 1:
        return None
    most = PRINTERS[kind].rows_max
    async with app.database.read() as work:
        member = await members.whois(work, telegram_id)
        try:
            found = await listing(app.office, work, member, asked.args[0], limit=most + 1) if member else None
        except Refused:
            return None
    if found is None or len(found.rows) > most:
        return None
    return await printed(app.office.files, found, kind)


async def _file(chat: ChatContext, _args: Args, made: MessageParams | None) -> Reply:
    if not chat.member.has(*READERS):
        raise Refused("wrong_role", final=True)
    if made is None:
        return Reply(toast=plain("pencatatan.terlalu_banyak"), alert=True)
    await outbox.put(chat.work, chat.chat_id, "office_file", {**made, "roles": list(READERS)})
    return Reply()


async def _note(chat: ChatContext, args: Args) -> Reply:
    engineer(chat.member)
    server = await hostings.server(chat.work, first_number(args))
    await drafts.begin(chat, {"maintenance": server.id, "about": server.name})
    return Reply()


async def _note_of_hosting(chat: ChatContext, args: Args) -> Reply:
    engineer(chat.member)
    hosting = await hostings.get(chat.work, first_number(args))
    if hosting is None:
        raise Refused("no_hosting", final=True)
    purpose = {"maintenance": hosting.server_id, "hosting": hosting.id, "about": hosting.domain}
    await drafts.begin(chat, purpose)
    return Reply()


VERBS: Verbs = {
    **dict.fromkeys(FILES, MadeReady(_print, _file)),
    NOTE: _note,
    NOTE_HOSTING: _note_of_hosting,
}


async def submit(chat: ChatContext, draft: OpenDraft, answers: Mapping[str, Any]) -> Reply:
    """Keep a note of maintenance and show the register. Raises `Refused`."""
    purpose = draft.row.purpose
    await maintenance_notes.add_note(
        chat.work,
        chat.member,
        server_id=purpose["maintenance"],
        hosting_id=purpose.get("hosting"),
        day=dt.date.fromisoformat(answers["tanggal"]),
        text=answers["pekerjaan"],
    )
    await drafts.discard(chat, draft)
    await chat.give_up_form()
    await chat.show("register", register="pemeliharaan")
    return Reply(toast=plain("pencatatan.tercatat", about=purpose["about"]))


FEATURE = Feature(verbs=VERBS, forms={Purpose.MAINTENANCE_NOTE: submit})
