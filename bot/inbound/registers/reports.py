"""The files of a report, for its readers: made before the transaction, who asks is looked at in it again."""

from __future__ import annotations

import datetime as dt

from bot.app import App
from bot.callback_data import Do, first_number
from bot.chat_context import ChatContext
from bot.inbound.feature import Args, Feature, MadeReady, Verbs
from bot.screens.screen import Reply
from bot.texts import plain
from workflows.engine.description import Sop
from workflows.office import Office
from workflows.people import members
from workflows.reports.documents import KINDS, document
from workflows.reports.figures import Period
from workflows.reports.readers import READERS
from workflows.store import outbox
from workflows.store.tables.messages import MessageParams

KIND_OF = {f"report_{kind}": kind for kind in KINDS}


async def _make(app: App, telegram_id: int, asked: Do) -> MessageParams | None:
    """Make the file for somebody who may have it."""
    async with app.database.read() as work:
        member, chosen = await members.whois(work, telegram_id), choice(app.office, members.today(work), asked.args)
    if chosen is None or member is None or not member.has(*READERS):
        return None
    return await document(app.office, app.database, *chosen, KIND_OF[asked.verb])


async def _send(chat: ChatContext, _args: Args, made: MessageParams | None) -> Reply:
    """Send the file that was made."""
    if not chat.member.has(*READERS):
        return Reply(toast=plain("penolakan.wrong_role"), alert=True)
    if made is None:
        return Reply(toast=plain("umum.tombol_lama"))
    await outbox.put(chat.work, chat.chat_id, "office_file", {**made, "roles": list(READERS)})
    return Reply()


def choice(office: Office, today: dt.date, args: tuple[str, ...]) -> tuple[Sop, Period] | None:
    """Return the SOP and the period that a button names, where there are such."""
    if len(args) != 3 or (sop := office.in_force(args[0], today)) is None:
        return None
    period = Period.of(first_number(args[1:]), first_number(args[2:]))
    return (sop, period) if period else None


VERBS: Verbs = dict.fromkeys(KIND_OF, MadeReady(_make, _send))


FEATURE = Feature(verbs=VERBS)
