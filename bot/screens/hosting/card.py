"""The card of one hosting, for its OPD and for DKISP: how it is, and buttons for exactly what this person may order."""

from __future__ import annotations

from collections.abc import Sequence

from telegram import InlineKeyboardButton

from bot.callback_data import Do, Show
from bot.orders.order import Order
from bot.screens.hosting.certificate import certificate_words
from bot.screens.hosting.groups import Group, Offer, of_group, rows_of_card
from bot.screens.hosting.staging import copy_lines
from bot.screens.hosting.usage import use_lines
from bot.screens.keyboards import button, keyboard, packed, to_menu
from bot.screens.lengths import fit
from bot.screens.screen import Screen
from bot.screens.upkeep.drift import finding_lines
from bot.texts import html, plain
from workflows.views.backups import BackupsView
from workflows.views.drift import HostingDrift
from workflows.views.hosting import HostingCard


def card_screen(
    card: HostingCard, said: Sequence[str], offers: Sequence[Offer], *, package: str, inside: bool, alone: bool
) -> Screen:
    """Return the card with what is `said` beside its state, and the buttons that its reader has.

    `inside` DKISP server and account are shown too, and to engineers what the last look found. `alone`: there is no
    other in its reader's list.
    """
    hosting_id, lines = card.view.hosting.id, [_facts(card, package=package, inside=inside), *copy_lines(card)]
    lines += _backups(card.backups)
    lines += [*use_lines(card.use), *said]
    if card.looked_after:
        lines += _found(card.finding)
    listed = [] if alone else [button(plain("penyimpangan.tombol_daftar"), Show("hosting"))]
    return Screen(text=fit(lines), keyboard=keyboard([*rows_of_card(hosting_id, offers), [*listed, *to_menu()]]))


def group_screen(card: HostingCard, group: Group, offers: Sequence[Offer]) -> Screen:
    """Return the buttons of one group, with what they are for."""
    hosting = card.view.hosting
    name, about = plain(f"kelompok.tombol_{group}"), plain(f"kelompok.isi_{group}")
    text = html("kelompok.layar", domain=hosting.domain, name=name, about=about)
    rows = packed([offer.button for offer in of_group(offers, group)])
    back = [button(plain("kelompok.kembali"), Show("one_hosting", (str(hosting.id),)))]
    return Screen(text=text, keyboard=keyboard([*rows, back]))


def _facts(card: HostingCard, *, package: str, inside: bool) -> str:
    view, hosting = card.view, card.view.hosting
    return html(
        "hosting.kartu",
        domains=view.spec.domains,
        custom_domains=card.domains,
        opd=view.opd,
        number=view.case_number,
        server=view.server if inside else "",
        account=hosting.slug,
        state=plain(f"hosting.keadaan_{view.spec.state}"),
        addresses=", ".join(hosting.served_addresses),
        package=package,
        php=view.spec.php_version,
        certificate=certificate_words(hosting.applied),
        sight=view.site_status,
        suspension=card.suspension,
        cleaned_until=card.suspension.cleaning_until if card.suspension and view.spec.cleaning else None,
        suspended_by=card.suspended_by,
        suspected=card.suspected,
        busy=card.busy,
        failed=card.failed,
        ending=card.ending,
        renewal=card.renewal,
    ).strip()


def _backups(kept: BackupsView) -> list[str]:
    if not (kept.lacks or kept.under_way or kept.newest_at):
        return []
    said = {"at": kept.newest_at, "lacks": kept.lacks, "old": kept.old, "under_way": kept.under_way}
    return [html("cadangan.kartu", **said)]


def order_button(card: HostingCard, order: Order) -> InlineKeyboardButton:
    """Return the button by which something is ordered of the hosting as the card shows it."""
    hosting = card.view.hosting
    press = Do("order", (order.name, str(hosting.id), str(hosting.wanted_revision)))
    return button(order.said("tombol"), press, order.style)


def _found(finding: HostingDrift | None) -> list[str]:
    if finding is None:
        return ["", html("penyimpangan.belum_diperiksa")]
    if finding.drifts:
        return ["", html("penyimpangan.diperiksa", at=finding.observation.observed_at), "", *finding_lines(finding)]
    return ["", html("penyimpangan.diperiksa_sesuai", at=finding.observation.observed_at)]


def question_screen(order: Order, card: HostingCard, cautions: Sequence[str]) -> Screen:
    """Return the question before something is ordered, naming what will happen, after what is to be borne in mind."""
    hosting = card.view.hosting
    args = (order.name, str(hosting.id), str(hosting.wanted_revision))
    rows = [
        [button(order.said("ya"), Do("order_sure", args), order.style)],
        [button(plain("pesanan.tidak"), Show("one_hosting", (str(hosting.id),)))],
    ]
    said = "\n\n".join([*cautions, order.said("tanya", domain=hosting.domain)])
    text = html("formulir.tanya", text=said)
    return Screen(text=text, keyboard=keyboard(rows))
