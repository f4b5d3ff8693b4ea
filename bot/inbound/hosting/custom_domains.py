"""Presses on a domain's message: its DNS is asked before the transaction and kept in it, or the domain is given up.

Who may is asked again at each.
"""

from __future__ import annotations

import datetime as dt

from bot.app import App
from bot.callback_data import Do, first_number
from bot.chat_context import ChatContext
from bot.inbound.feature import Args, Feature, MadeReady, Verbs
from bot.screens.screen import Reply
from bot.texts import plain
from provisioning.domain_proof import DomainLook
from workflows.casework import domains_given_up
from workflows.hosting.custom_domains import verification
from workflows.hosting.custom_domains.actions import CUSTOM_DOMAINS, GIVE_UP
from workflows.hosting.orders import ordered_by, permitted
from workflows.people import members
from workflows.refusal import Refused
from workflows.store import custom_domains, hostings
from workflows.store.tables import CustomDomain, Hosting
from workflows.store.unit_of_work import UnitOfWork

LOOK, DROP, SURE = "domain_look", "domain_drop", "domain_drop_sure"
AGAIN = dt.timedelta(seconds=10)  # a stranger's name servers are not asked more often, however fast somebody presses


async def _ask_servers(app: App, telegram_id: int, asked: Do) -> DomainLook | None:
    """Ask the domain's name servers, for somebody who may have it looked at and where that was not done just now."""
    async with app.database.read() as work:
        member = await members.whois(work, telegram_id)
        found = await _living(work, asked)
        if member is None or found is None:
            return None
        row, hosting = found
        try:
            permitted(member, hosting, CUSTOM_DOMAINS)
        except Refused:
            return None
        if row.looked_at is not None and work.now - row.looked_at < AGAIN:
            return None
        server = await hostings.server(work, hosting.server_id)
    return await verification.check_domain(app.office, row, hosting, server)


async def _look(chat: ChatContext, args: Args, seen: DomainLook | None) -> Reply:
    """Keep what was seen and show it."""
    found = await custom_domains.lock(chat.work, first_number(args))
    if found is None:
        return Reply(toast=plain("umum.tombol_lama"))
    row, hosting = found
    permitted(chat.member, hosting, CUSTOM_DOMAINS)
    if seen is None:
        return Reply(toast=plain("domain_sendiri.baru_saja"), alert=True)
    before = row.name in hosting.spec.custom_domains
    await verification.keep_look(chat.app.office, chat.work, row.id, seen)
    await chat.show("custom_domain", domain=row.id)
    if not seen.is_ready:
        return Reply(toast=plain("domain_sendiri.diperiksa_belum"), alert=True)
    return Reply(toast=plain("domain_sendiri.diperiksa_baik" if before else "domain_sendiri.diperiksa_siap"))


async def _drop(chat: ChatContext, args: Args) -> Reply:
    """Ask once more before a domain is given up."""
    found = await custom_domains.lock(chat.work, first_number(args))
    if found is None:
        return Reply(toast=plain("umum.tombol_lama"))
    permitted(chat.member, found[1], GIVE_UP)
    await chat.show("domain_drop", domain=found[0].id)
    return Reply()


async def _drop_sure(chat: ChatContext, args: Args) -> Reply:
    """Give it up, and its case with it."""
    found = await custom_domains.lock(chat.work, first_number(args))
    if found is None:
        return Reply(toast=plain("umum.tombol_lama"))
    row, hosting = found
    mandate = permitted(chat.member, hosting, GIVE_UP)
    await domains_given_up.give_up(chat.app.office, chat.work, row, hosting, by=ordered_by(chat.member, mandate))
    await chat.show("one_hosting", hosting=hosting.id)
    return Reply(toast=plain("domain_sendiri.dibatalkan", name=row.name))


async def _living(work: UnitOfWork, asked: Do) -> tuple[CustomDomain, Hosting] | None:
    row = await custom_domains.get(work, first_number(asked.args))
    hosting = await hostings.get(work, row.hosting_id) if row and row.ended_at is None else None
    return (row, hosting) if row and hosting else None


VERBS: Verbs = {LOOK: MadeReady(_ask_servers, _look), DROP: _drop, SURE: _drop_sure}


FEATURE = Feature(verbs=VERBS)
