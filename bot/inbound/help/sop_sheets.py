"""The official sheet of an SOP, sent as a PDF to whoever is of DKISP."""

from __future__ import annotations

import asyncio

from bot.app import App
from bot.callback_data import Do
from bot.chat_context import ChatContext
from bot.inbound.feature import Args, Feature, MadeReady
from bot.screens.screen import Reply
from bot.texts import plain
from workflows.engine.description import Sop
from workflows.letters.sop_sheet import render_sheet
from workflows.people import members
from workflows.people.insiders import office_roles, sees_all
from workflows.people.members import Member
from workflows.store import outbox
from workflows.store.tables.messages import MessageParams
from workflows.store.unit_of_work import UnitOfWork

VERB = "sop_sheet"
PDF = "application/pdf"


async def _print(app: App, telegram_id: int, asked: Do) -> MessageParams | None:
    """Print the version in force before the transaction, for somebody who may have it."""
    async with app.database.read() as work:
        member = await members.whois(work, telegram_id)
        sop = _asked_for(app, work, member, asked.args) if member else None
    if sop is None:
        return None
    sha256 = await app.office.files.write(await asyncio.to_thread(render_sheet, sop))
    name = f"SOP-{sop.code}-versi-{sop.version}.pdf"
    about: MessageParams = {"caption": "bantuan.berkas_sop", "params": {"number": sop.number, "title": sop.title}}
    return {"sha256": sha256, "name": name, "media_type": PDF, **about}


async def _send(chat: ChatContext, args: Args, made: MessageParams | None) -> Reply:
    """Send what was printed; who may have it is asked again, here and when it goes out."""
    if made is None or _asked_for(chat.app, chat.work, chat.member, args) is None:
        return Reply(toast=plain("umum.tombol_lama"), alert=True)
    roles = sorted(office_roles(chat.app.office))
    await outbox.put(chat.work, chat.chat_id, "office_file", {**made, "roles": roles})
    return Reply()


def _asked_for(app: App, work: UnitOfWork, member: Member, args: Args) -> Sop | None:
    if len(args) != 1 or not sees_all(app.office, member):
        return None
    return app.office.in_force(args[0], members.today(work))


FEATURE = Feature(verbs={VERB: MadeReady(_print, _send)})
