"""What engineers do about hostings that stand: look at one (Periksa), see what would be done, repair (Perbaiki)."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses

from bot.app import App
from bot.callback_data import Do, first_number
from bot.chat_context import ChatContext
from bot.inbound.feature import Args, Feature, MadeReady, Verb, Verbs, only
from bot.screens.screen import Reply
from bot.screens.upkeep.backups import GO_ON
from bot.texts import plain
from provisioning.fleet import ProvisioningError
from provisioning.plan import CertificateReport
from workflows import servers
from workflows.hosting import certificates, repairs
from workflows.hosting.backups import outcome
from workflows.hosting.drift_check import DriftCheck, check_drift, keep_check
from workflows.hosting.orders import ordered_by
from workflows.people import members
from workflows.people.duty import engineer
from workflows.refusal import Refused
from workflows.roles import ENGINEER
from workflows.store import backups, hostings, outbox
from workflows.store.tables import Hosting, Server
from workflows.views.drift import findings_on

CHECK, REPAIR, REPAIR_ALL, PLANS, PLAN, LOG = "check", "repair", "repair_all", "plans", "plan", "repair_log"
PLAN_CHANGED = "plan_changed"  # refused because another plan stands by now: it is shown


@dataclasses.dataclass(frozen=True)
class Looked:
    """What was seen of a hosting just now, and what its server said of its certificates."""

    check: DriftCheck
    certificates: CertificateReport | None


async def _look(app: App, telegram_id: int, asked: Do) -> Looked | None:
    """Ask the server before the transaction, for an engineer who wants a hosting looked at."""
    async with app.database.read() as work:
        member = await members.whois(work, telegram_id)
        hosting = await hostings.get(work, first_number(asked.args))
        if hosting is None or member is None or not member.has(ENGINEER):
            return None
        server = await hostings.server(work, hosting.server_id)
    try:
        async with asyncio.timeout(servers.PATIENCE_SECONDS):
            found = await check_drift(app.office, server, hosting)
            return Looked(found, None if found.unasked else await _certificates(app, server))
    except TimeoutError:
        return None


async def _certificates(app: App, server: Server) -> CertificateReport | None:
    """Ask what the server's hostings show; what cannot be said now is no reason to say nothing of the plan."""
    with contextlib.suppress(ProvisioningError):
        return await certificates.ask_certificates(app.office, server)
    return None


async def _check(chat: ChatContext, args: Args, looked: Looked | None) -> Reply:
    hosting = await _hosting(chat, args)
    if looked is None or looked.check.unasked:
        return Reply(toast=plain("penyimpangan.tidak_terjangkau"), alert=True)
    kept = await keep_check(chat.work, hosting, looked.check)
    if looked.certificates is not None:
        server = await hostings.server(chat.work, hosting.server_id)
        await certificates.keep_certificates(chat.work, server, looked.certificates)
    await repairs.redraw(chat.work, hosting)
    await chat.show_apart("one_hosting", hosting=hosting.id)
    if kept is None:
        return Reply(toast=plain("penyimpangan.sedang_diubah"))
    return Reply(toast=plain("penyimpangan.menyimpang" if kept.drift else "penyimpangan.sesuai"))


async def _repair(chat: ChatContext, args: Args) -> Reply:
    hosting = await _hosting(chat, args)
    await repairs.order_repair(chat.work, chat.member, hosting, args[1] if len(args) > 1 else "")
    await repairs.redraw(chat.work, hosting)
    return Reply(toast=plain("penyimpangan.diperbaiki", count=1, left=0))


async def _show_new_plan(chat: ChatContext, args: Args, refused: Refused) -> None:
    if refused.code == PLAN_CHANGED:
        await chat.show_apart("one_hosting", hosting=first_number(args))


async def _repair_all(chat: ChatContext, args: Args) -> Reply:
    found = await findings_on(chat.work, first_number(args))
    if found is None or args[1:] != (found.planned,):
        raise Refused(PLAN_CHANGED, final=True)
    each = [finding for finding in found.findings if finding.planned]
    refused: list[Refused] = []
    for finding in each:
        try:
            async with chat.work.attempt():
                await repairs.order_repair(chat.work, chat.member, finding.hosting, finding.planned or "")
        except Refused as one:  # it is being worked on: the others are repaired all the same
            refused.append(one)
    if len(refused) == len(each):
        raise Refused("job_running")
    await repairs.redraw(chat.work, each[0].hosting)
    return Reply(toast=plain("penyimpangan.diperbaiki", count=len(each) - len(refused), left=len(refused)))


async def _show_new_plans(chat: ChatContext, args: Args, refused: Refused) -> None:
    if refused.code == PLAN_CHANGED:
        await outbox.put(chat.work, chat.chat_id, "drift", {"server": first_number(args)})


async def _hosting(chat: ChatContext, args: tuple[str, ...]) -> Hosting:
    hosting = await hostings.get(chat.work, first_number(args))
    if hosting is None:
        raise Refused("no_hosting", final=True)
    return hosting


async def _go_on_without_backup(chat: ChatContext, args: Args) -> Reply:
    by = ordered_by(chat.member, engineer(chat.member))
    row = await backups.lock(chat.work, first_number(args))
    if row is None or not await outcome.go_on_without(chat.work, row, by=by):
        return Reply(toast=plain("umum.tombol_lama"))
    await outbox.put(chat.work, chat.chat_id, "backup_alert", {"backup": row.id})
    return Reply(toast=plain("cadangan.lanjut_selesai"), alert=True)


def _screen(name: str, argument: str) -> Verb:
    async def show(chat: ChatContext, args: Args) -> Reply:
        await chat.show_apart(name, **{argument: first_number(args)})
        return Reply()

    return show


VERBS: Verbs = only(
    engineer,
    {
        CHECK: MadeReady(_look, _check),
        REPAIR: _repair,
        REPAIR_ALL: _repair_all,
        PLANS: _screen("plans", "server"),
        PLAN: _screen("one_plan", "hosting"),
        LOG: _screen("repair_log", "job"),
        GO_ON: _go_on_without_backup,
    },
)


FEATURE = Feature(verbs=VERBS, refused={REPAIR: _show_new_plan, REPAIR_ALL: _show_new_plans})
