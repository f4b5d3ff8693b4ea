"""A person's own data, on request: made before the transaction, for whoever asks, about nobody else."""

from __future__ import annotations

from bot.app import App
from bot.callback_data import Do
from bot.chat_context import ChatContext
from bot.inbound.feature import Answer, Args, Feature, MadeReady, Verbs
from bot.screens.screen import Reply
from bot.texts import plain
from workflows.own_data.documents import KINDS, document
from workflows.people import members
from workflows.store import ledger, outbox
from workflows.store.tables.messages import MessageParams

KIND_OF = {f"own_data_{kind}": kind for kind in KINDS}


async def _make(app: App, telegram_id: int, asked: Do) -> MessageParams | None:
    """Make the file."""
    async with app.database.read() as work:
        member = await members.whois(work, telegram_id)
    if member is None or not member.mandates:
        return None
    return await document(app.office, app.database, member, KIND_OF[asked.verb])


def _send(kind: str) -> Answer[MessageParams]:
    async def send(chat: ChatContext, _args: Args, made: MessageParams | None) -> Reply:
        """Send the file that was made, and note that it was asked for."""
        person = chat.member.person.id
        if made is None or made["person"] != person:
            return Reply(toast=plain("umum.tombol_lama"))
        await ledger.append(chat.work, "own_data", person_id=person, data={"kind": kind})
        await outbox.put(chat.work, chat.chat_id, "own_file", made)
        return Reply()

    return send


VERBS: Verbs = {verb: MadeReady(_make, _send(kind)) for verb, kind in KIND_OF.items()}


FEATURE = Feature(verbs=VERBS)
