"""The picture of all sites' status, for DKISP: made before the transaction, who asks is looked at in it again."""

from __future__ import annotations

from bot.app import App
from bot.callback_data import Do
from bot.chat_context import ChatContext
from bot.inbound.feature import Args, Feature, MadeReady
from bot.screens.screen import Reply
from bot.texts import plain
from workflows.people import languages, members
from workflows.people.insiders import office_roles, sees_all
from workflows.pictures import status as picture
from workflows.store import outbox
from workflows.store.tables.messages import MessageParams
from workflows.uptime.status import status_of

VERB = "status_png"


async def _draw(app: App, telegram_id: int, _asked: Do) -> MessageParams | None:
    """Draw it for somebody who may have it."""
    async with app.database.read() as work:
        member = await members.whois(work, telegram_id)
        found = await status_of(app.office, work, member) if member is not None else None
    if member is None or found is None:
        return None
    return await picture.document(app.office, found, languages.language_of(member))


async def _send(chat: ChatContext, _args: Args, made: MessageParams | None) -> Reply:
    """Send the picture that was made."""
    if not sees_all(chat.app.office, chat.member):
        return Reply(toast=plain("penolakan.wrong_role"), alert=True)
    if made is None:
        return Reply(toast=plain("umum.tombol_lama"))
    roles = sorted(office_roles(chat.app.office))
    await outbox.put(chat.work, chat.chat_id, "office_file", {**made, "roles": roles})
    return Reply()


FEATURE = Feature(verbs={VERB: MadeReady(_draw, _send)})
