"""The newest lines of a site's own logs: asked of the server before the transaction, shown as a message or a file."""

from __future__ import annotations

import asyncio
import dataclasses

from bot.app import App
from bot.callback_data import Do, first_number
from bot.chat_context import ChatContext
from bot.inbound.feature import Args, Feature, MadeReady
from bot.screens.screen import Reply
from bot.texts import plain
from provisioning.agent.protocol import Log
from provisioning.fleet import ProvisioningError
from workflows import servers
from workflows.hosting.orders import permitted
from workflows.hosting.site_logs import LINES, SITE_LOG, SITE_LOGS
from workflows.people import members
from workflows.refusal import Refused
from workflows.store import hostings, outbox
from workflows.store.tables.messages import MessageParams

SHOW = "site_log"
MESSAGE_MAX = 3000  # characters; more comes as a file


@dataclasses.dataclass(frozen=True)
class LogRead:
    """Lines that a server answered with; where they fill no message, the SHA-256 of the file that has them."""

    text: str
    file: str | None = None


async def _read(app: App, telegram_id: int, asked: Do) -> LogRead | None:
    """Ask the server for somebody who may read it."""
    which = _log(asked.args)
    async with app.database.read() as work:
        member = await members.whois(work, telegram_id)
        hosting = await hostings.get(work, first_number(asked.args[1:]))
        if member is None or hosting is None or which is None:
            return None
        try:
            permitted(member, hosting, SITE_LOG)
        except Refused:
            return None
        server = await hostings.server(work, hosting.server_id)
    try:
        async with asyncio.timeout(servers.PATIENCE_SECONDS):
            text = await app.office.fleet.log(servers.address(server), hosting.spec, log=which, lines=LINES)
    except (TimeoutError, ProvisioningError):
        return None
    if len(text) <= MESSAGE_MAX:
        return LogRead(text)
    return LogRead(text, await app.office.files.write(text.encode()))


async def _show(chat: ChatContext, args: Args, read: LogRead | None) -> Reply:
    """Show what was read; who asks is looked at again."""
    which = _log(args)
    hosting = await hostings.get(chat.work, first_number(args[1:]))
    if hosting is None or which is None:
        return Reply(toast=plain("umum.tombol_lama"))
    permitted(chat.member, hosting, SITE_LOG)
    if read is None:
        return Reply(toast=plain("log_situs.diam"), alert=True)
    if read.file is None:
        await chat.show_apart("site_log", hosting=hosting.id, log=str(which), text=read.text)
    else:
        name = f"{which}-{hosting.slug}.txt"
        params: MessageParams = {
            "sha256": read.file,
            "name": name,
            "media_type": "text/plain",
            "caption": "log_situs.berkas",
            "params": {"domain": hosting.domain},
            "hosting": hosting.id,
            "action": SITE_LOG.name,
        }
        await outbox.put(chat.work, chat.chat_id, "hosting_file", params)
    return Reply()


def _log(args: tuple[str, ...]) -> Log | None:
    return next((log for log in SITE_LOGS if args and args[0] == log), None)


FEATURE = Feature(verbs={SHOW: MadeReady(_read, _show)})
