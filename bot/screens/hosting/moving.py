"""A hosting on its way to another server: where it may go, how far it is, what the Kabid is asked."""

from __future__ import annotations

from telegram import InlineKeyboardButton

from bot import formats
from bot.app import App
from bot.callback_data import Do, Show
from bot.screens.cases.job import cause_words
from bot.screens.hosting.groups import Offer
from bot.screens.keyboards import Row, button, keyboard
from bot.screens.lengths import fit, shorten
from bot.screens.named_screen import Args, for_members, number
from bot.screens.screen import Rendered, Screen
from bot.texts import html, plain
from provisioning.outside import is_well
from workflows.moving.decision import DECIDES, TOLD, fitting, subject
from workflows.moving.rules import Phase, may_be_cancelled, waits_for_a_try
from workflows.people.members import Member
from workflows.roles import ENGINEER
from workflows.store import copies, hostings, moves, people
from workflows.store.tables import Hosting, Move, OutboxMessage
from workflows.store.unit_of_work import UnitOfWork

DETAIL_MAX = 300


async def _targets(_app: App, work: UnitOfWork, member: Member, args: Args) -> Screen | None:
    hosting = await hostings.get(work, args["hosting"])
    if hosting is None or not member.has(ENGINEER):
        return None
    rows: list[Row] = []
    for server_id in await fitting(work, hosting):
        name = (await hostings.server(work, server_id)).name
        press = Do("move_to", (str(hosting.id), str(server_id)))
        rows.append([button(plain("pemindahan.ke", server=name), press, "primary")])
    text = html("pemindahan.pilih", domain=hosting.domain, server=(await hostings.server(work, hosting.server_id)).name)
    copy = await copies.of_hosting(work, hosting.id)
    warned = "\n\n" + html("pemindahan.ada_salinan", copy=copy.domain) if copy is not None else ""
    text = text + warned if rows else html("pemindahan.tanpa_tujuan")
    return Screen(text=text, keyboard=keyboard([*rows, [_back(hosting)]]))


def _back(hosting: Hosting) -> InlineKeyboardButton:
    return button(plain("pemindahan.batal"), Show("one_hosting", (str(hosting.id),)))


async def move(_app: App, work: UnitOfWork, row: OutboxMessage, member: Member | None) -> Rendered:
    """Return a move as it is now, to the Kabid and the engineers."""
    found = await moves.get(work, row.params["move"])
    hosting = await hostings.get(work, found.hosting_id) if found else None
    if member is None or not member.has(*TOLD) or found is None or hosting is None:
        return None
    lines = await _words(work, found, hosting)
    loud = bool(row.params.get("loud"))
    return Screen(text=fit(lines), keyboard=keyboard(_buttons(found, member)), subject=subject(found.id), fresh=loud)


def _buttons(found: Move, member: Member) -> list[Row]:
    at, phase = (str(found.id),), Phase(found.phase)
    if phase is Phase.ASKED and member.has(DECIDES):
        return [
            [button(plain("pemindahan.setujui"), Do("move_yes", at), "success")],
            [button(plain("pemindahan.tolak"), Do("move_no", at), "danger")],
        ]
    rows: list[Row] = []
    if waits_for_a_try(phase, found.error) and member.has(ENGINEER):
        rows.append([button(plain("pemindahan.coba_lagi"), Do("move_again", at), "primary")])
    if may_be_cancelled(phase, found.closed_at):
        rows.append([button(plain("pemindahan.batalkan"), Do("move_cancel", at), "danger")])
    return rows


async def _words(work: UnitOfWork, found: Move, hosting: Hosting) -> list[str]:
    source, target = await hostings.server(work, found.source_id), await hostings.server(work, found.target_id)
    opd = (await people.opd(work, hosting.opd_id)).name
    decided = (await people.by_id(work, found.decided_by)).name if found.decided_by else ""
    cancelled = (await people.by_id(work, found.cancelled_by)).name if found.cancelled_by else ""
    closed = found.opened_at - found.closed_at if found.opened_at and found.closed_at else None
    lines = [html("pemindahan.judul", domain=hosting.domain, opd=opd, source=source.name, target=target.name), ""]
    if found.phase == Phase.ASKED:
        by, copy = await people.by_id(work, found.asked_by), await copies.of_hosting(work, hosting.id)
        domains = ", ".join(hosting.spec.custom_domains)
        asked = {"by": by.name, "domains": domains, "starts": found.starts_at}
        lines.append(html("pemindahan.tanya", **asked, copy=copy.domain if copy else ""))
    lines.append(
        html(
            f"pemindahan.fase_{found.phase}",
            decided=decided,
            cancelled=cancelled,
            starts=found.starts_at,
            closed=formats.duration(closed) if closed else "-",
            until=found.due_at,
        )
    )
    if found.front_before is not None and not is_well(found.front_before):
        lines.append(html("pemindahan.galat_sendiri", status=found.front_before))
    if "refusal" in found.error:
        lines.append(html("pemindahan.tak_dapat_mulai"))
    elif found.error and found.phase not in (Phase.REFUSED, Phase.RESTING, Phase.DONE):
        detail = shorten(str(found.error.get("detail", "")), DETAIL_MAX)
        lines.append(html("pemindahan.gagal", cause=cause_words(str(found.error.get("code", ""))), detail=detail))
    return lines


async def moving_on_card(work: UnitOfWork, member: Member, hosting: Hosting) -> tuple[list[str], list[Offer]]:
    """Return what a hosting's card says of its move, and the way to ask for one."""
    found = await moves.under_way(work, hosting.id)
    if found is not None and found.phase == Phase.PLANNED:
        target = (await hostings.server(work, found.target_id)).name
        return ["", html("pemindahan.terencana", server=target, starts=found.starts_at)], []
    if found is not None and await moves.is_busy(work, hosting.id):
        return ["", html("pemindahan.sedang", server=(await hostings.server(work, found.target_id)).name)], []
    may = member.has(ENGINEER) and hosting.copy_of is None
    if found is not None or not may or len(await hostings.servers(work)) < 2:
        return [], []
    return [], [Offer("move", button(plain("pemindahan.tombol"), Show("move_targets", (str(hosting.id),))))]


SCREENS = (for_members("move_targets", _targets, number("hosting"), by_button=True),)
