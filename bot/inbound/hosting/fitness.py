"""Presses about fitness tests: look, tick, take back, sign. Each checks again who presses and what they saw."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.app import App
from bot.callback_data import Do, first_number
from bot.chat_context import ChatContext
from bot.inbound.feature import Args, Feature, MadeReady, Verbs
from bot.screens.hosting.fitness import TICKS
from bot.screens.screen import Reply
from bot.texts import plain
from workflows.fitness import procedure
from workflows.fitness.due import Occasion
from workflows.fitness.observation import look_at
from workflows.people import members
from workflows.people.insiders import sees_all
from workflows.refusal import Refused
from workflows.store import fitness_tests, hostings, outbox

LOOK = "inspect"


async def _look_at(app: App, telegram_id: int, asked: Do) -> Mapping[str, Any] | None:
    """Look at the site before the transaction, for somebody who inspects."""
    async with app.database.read() as work:
        member = await members.whois(work, telegram_id)
        hosting = await hostings.get(work, first_number(asked.args))
        if member is None or not member.has(*procedure.INSPECTORS) or hosting is None:
            return None
        if not procedure.is_fit_to_be_looked_at(hosting):
            return None
        server, today = await hostings.server(work, hosting.server_id), members.today(work)
    return await look_at(app.office, app.database, server, hosting, today)


async def _look(chat: ChatContext, args: Args, looked: Mapping[str, Any] | None) -> Reply:
    procedure.inspector(chat.member)
    seen = dict(looked or {})
    row = await procedure.begin(chat.work, first_number(args), Occasion.ASKED, seen, chat.member)
    await procedure.show(chat.work, row, anew={chat.chat_id})
    return Reply(toast=plain("kelaikan.selesai_dilihat" if seen else "kelaikan.tak_menjawab"))


async def _card(chat: ChatContext, args: Args) -> Reply:
    procedure.inspector(chat.member)
    await outbox.put(chat.work, chat.chat_id, "fitness", {"fitness": first_number(args), "loud": False})
    return Reply()


async def _tick(chat: ChatContext, args: Args) -> Reply:
    procedure.inspector(chat.member)
    if len(args) != 4 or args[3] not in TICKS:
        raise Refused("unknown_action", final=True)
    row = await procedure.tick(
        chat.work,
        chat.member,
        first_number(args),
        first_number(args[1:]),
        item_id=args[2],
        result=TICKS[args[3]],
    )
    await procedure.show(chat.work, row)
    return Reply(toast=plain("kelaikan.tercatat"))


async def _untick(chat: ChatContext, args: Args) -> Reply:
    row = await procedure.untick(chat.work, chat.member, first_number(args), first_number(args[1:]))
    await procedure.show(chat.work, row)
    return Reply()


async def _ask(chat: ChatContext, args: Args) -> Reply:
    procedure.inspector(chat.member, procedure.SIGNER)
    revision = first_number(args[1:])
    await outbox.put(chat.work, chat.chat_id, "fitness", {"fitness": first_number(args), "confirm": revision})
    return Reply()


async def _sign(chat: ChatContext, args: Args) -> Reply:
    row = await procedure.close(chat.app.office, chat.work, chat.member, first_number(args), first_number(args[1:]))
    await procedure.show(chat.work, row)
    return Reply(toast=plain("kelaikan.sah"))


async def _report(chat: ChatContext, args: Args) -> Reply:
    row = await fitness_tests.get(chat.work, first_number(args))
    hosting = await hostings.get(chat.work, row.hosting_id) if row else None
    if row is None or hosting is None or row.state != fitness_tests.CLOSED:
        raise Refused("no_hosting", final=True)
    if not (sees_all(chat.app.office, chat.member) or hosting.opd_id in chat.member.opds):
        raise Refused("wrong_role", final=True)
    await outbox.put(chat.work, chat.chat_id, "fitness_report", {"fitness": row.id})
    return Reply()


VERBS: Verbs = {
    LOOK: MadeReady(_look_at, _look),
    "fitness": _card,
    "tick": _tick,
    "untick": _untick,
    "fitness_close": _ask,
    "fitness_sure": _sign,
    "fitness_report": _report,
}


FEATURE = Feature(verbs=VERBS)
