"""What a hosting uses, for whoever may see it: the picture of thirty days, and the report of a month."""

from __future__ import annotations

from bot.app import App
from bot.callback_data import Do, first_number
from bot.chat_context import ChatContext
from bot.inbound.feature import Args, Feature, MadeReady, Verbs
from bot.screens.screen import Reply
from bot.texts import plain
from workflows.people import languages, members
from workflows.reports.figures import Period
from workflows.reports.usage import documents
from workflows.store import outbox
from workflows.store.tables.messages import MessageParams
from workflows.views.hosting import hosting_view

PICTURE, REPORT = "use_picture", "use_report"


async def _make(app: App, telegram_id: int, asked: Do) -> MessageParams | None:
    """Make the file for somebody who may have it."""
    async with app.database.read() as work:
        member = await members.whois(work, telegram_id)
        view = await hosting_view(app.office, work, member, first_number(asked.args)) if member else None
    if member is None or view is None:
        return None
    if asked.verb == PICTURE:
        language = languages.language_of(member)
        return await documents.picture_of(app.office, app.database, view.hosting, language)
    period = Period.of(first_number(asked.args[1:]), first_number(asked.args[2:]))
    if period is None or not period.month:
        return None
    hosting = view.hosting
    return await documents.report_of(app.office, app.database, hosting.opd_id, [hosting], period)


async def _send(chat: ChatContext, args: Args, made: MessageParams | None) -> Reply:
    """Send the file that was made; who asks is looked at again."""
    if await hosting_view(chat.app.office, chat.work, chat.member, first_number(args)) is None:
        return Reply(toast=plain("penolakan.wrong_role"), alert=True)
    if made is None:
        return Reply(toast=plain("umum.tombol_lama"))
    await outbox.put(chat.work, chat.chat_id, "opd_file", made)
    return Reply()


VERBS: Verbs = dict.fromkeys((PICTURE, REPORT), MadeReady(_make, _send))


FEATURE = Feature(verbs=VERBS)
