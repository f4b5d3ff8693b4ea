"""The card of one hosting, for its OPD and for DKISP: how it is, and buttons for exactly what this person may order."""

from __future__ import annotations

from collections.abc import Sequence

from telegram import InlineKeyboardButton

from bot.callback_data import Do, Show
from bot.inbound.orders.order import Order
from bot.screens import formats
from bot.screens.certificate import certificate_words
from bot.screens.drift import check_button, finding_lines, repair_button
from bot.screens.hosting.use import use_buttons, use_lines
from bot.screens.keyboards import Row, button, keyboard, packed, to_menu
from bot.screens.lengths import fit
from bot.screens.screen import Screen
from bot.texts import html, plain
from workflows.engine.description import Entry, Sop
from workflows.views.drift import Finding
from workflows.views.hosting import HostingCard


def card_screen(
    card: HostingCard,
    orders: Sequence[Order],
    entries: Sequence[tuple[Sop, Entry]],
    *,
    inside: bool,
    fitness: tuple[Sequence[str], Sequence[Row]] = ((), ()),
) -> Screen:
    """Return the card with what is said of its `fitness` (lines, buttons).

    `inside` DKISP server and account are shown too, and to engineers what the last look found. `entries` are the ways
    by which this person may begin a case about the hosting.
    """
    lines = [_facts(card, inside=inside)]
    if card.backups.under_way or card.backups.newest_at:
        lines.append(html("cadangan.kartu", under_way=card.backups.under_way, at=card.backups.newest_at))
    lines += [*use_lines(card.use), *fitness[0]]
    if card.looked_after:
        lines += _found(card.finding)
    offered = [*(order_button(card, one) for one in orders), *(_entry_button(card, *one) for one in entries)]
    rows = [use_buttons(card.view.hosting.id), *packed(offered), *fitness[1]]
    rows += _engineers(card) if card.looked_after else []
    rows.append([button(plain("penyimpangan.tombol_daftar"), Show("hosting"))])
    return Screen(text=fit(lines), keyboard=keyboard([*rows, to_menu()]))


def _facts(card: HostingCard, *, inside: bool) -> str:
    view, hosting = card.view, card.view.hosting
    return html(
        "hosting.kartu",
        domains=view.spec.domains,
        opd=view.opd,
        number=view.case_number,
        server=view.server if inside else "",
        account=hosting.slug,
        state=plain(f"hosting.keadaan_{view.spec.state}"),
        php=view.spec.php_version,
        certificate=certificate_words(hosting.applied),
        checked=formats.instant(hosting.applied["verified_at"]) if hosting.applied.get("verified_at") else None,
        suspension=card.suspension,
        suspended_by=card.suspended_by,
        busy=card.busy,
        failed=card.failed,
        ending=card.ending,
        renewal=card.renewal,
    ).strip()


def order_button(card: HostingCard, order: Order) -> InlineKeyboardButton:
    """Return the button by which something is ordered of the hosting as the card shows it."""
    hosting = card.view.hosting
    press = Do("order", (order.action, str(hosting.id), str(hosting.wanted_revision)))
    return button(order.said("tombol"), press, order.style)


def _entry_button(card: HostingCard, sop: Sop, entry: Entry) -> InlineKeyboardButton:
    return button(entry.label, Do("open_about", (sop.code, entry.id, str(card.view.hosting.id))), entry.style)


def _found(finding: Finding | None) -> list[str]:
    if finding is None:
        return ["", html("penyimpangan.belum_diperiksa")]
    if finding.drifts:
        return ["", html("penyimpangan.diperiksa", at=finding.observation.observed_at), "", *finding_lines(finding)]
    return ["", html("penyimpangan.diperiksa_sesuai", at=finding.observation.observed_at)]


def _engineers(card: HostingCard) -> list[Row]:
    hosting_id, finding = card.view.hosting.id, card.finding
    rows: list[Row] = [[check_button(hosting_id)]]
    if finding is not None and finding.shown:
        rows[0].append(repair_button(finding))
    if finding is not None and finding.drifts:
        rows.append([button(plain("penyimpangan.tombol_rencana"), Do("plan", (str(hosting_id),)))])
    rows.append([button(plain("pencatatan.catat"), Do("maintenance_of", (str(hosting_id),)))])
    return rows


def question_screen(order: Order, card: HostingCard) -> Screen:
    """Return the question before something is ordered, naming what will happen."""
    hosting = card.view.hosting
    args = (order.action, str(hosting.id), str(hosting.wanted_revision))
    rows = [
        [button(order.said("ya"), Do("order_sure", args), order.style)],
        [button(plain("pesanan.tidak"), Show("one_hosting", (str(hosting.id),)))],
    ]
    text = html("formulir.tanya", text=order.said("tanya", domain=hosting.domain))
    return Screen(text=text, keyboard=keyboard(rows))
