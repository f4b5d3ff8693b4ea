"""The guide for a role, sent as a PDF to whoever holds it."""

from __future__ import annotations

import asyncio

from bot.app import App
from bot.callback_data import Do
from bot.chat_context import ChatContext
from bot.inbound.feature import Args, Feature, MadeReady
from bot.screens.screen import Reply
from bot.texts import plain
from workflows.letters.guide import render_guide, titles
from workflows.people import members
from workflows.people.members import Member
from workflows.store import outbox
from workflows.store.tables.messages import MessageParams

VERB = "guide"
PDF = "application/pdf"


async def _print(app: App, telegram_id: int, asked: Do) -> MessageParams | None:
    """Print the guide before the transaction, for somebody who holds its role."""
    async with app.database.read() as work:
        member = await members.whois(work, telegram_id)
        today = members.today(work)
    role = _asked_for(member, asked.args) if member else None
    if role is None:
        return None
    title = titles()[role]
    sha256 = await app.office.files.write(await asyncio.to_thread(render_guide, role, today))
    name = f"{title.replace(' ', '-')}.pdf"
    about: MessageParams = {"caption": "bantuan.berkas_panduan", "params": {"title": title}}
    return {"sha256": sha256, "name": name, "media_type": PDF, **about}


async def _send(chat: ChatContext, args: Args, made: MessageParams | None) -> Reply:
    """Send what was printed; whose guide it is is asked again, here and when it goes out."""
    role = _asked_for(chat.member, args)
    if made is None or role is None:
        return Reply(toast=plain("umum.tombol_lama"), alert=True)
    await outbox.put(chat.work, chat.chat_id, "office_file", {**made, "roles": [role]})
    return Reply()


def _asked_for(member: Member, args: Args) -> str | None:
    """Return the role whose guide is asked for, where this person holds it and it has one."""
    role = args[0] if len(args) == 1 else ""
    return role if member.has(role) and role in titles() else None


FEATURE = Feature(verbs={VERB: MadeReady(_print, _send)})
