"""Every button that one person has on a hosting's card now, and what the card says beside them."""

from __future__ import annotations

from bot.app import App
from bot.callback_data import Do
from bot.orders.order import Order
from bot.orders.registry import ORDERS
from bot.screens.hosting.card import order_button
from bot.screens.hosting.fitness_summary import fitness
from bot.screens.hosting.groups import ENTRY, Offer
from bot.screens.hosting.moving import moving_on_card
from bot.screens.hosting.staging import copy_offers
from bot.screens.hosting.usage import use_offers
from bot.screens.keyboards import button
from bot.screens.upkeep.drift import check_button, repair_button
from bot.texts import plain
from workflows.cases.paper_request import may_enter
from workflows.cases.subject import HOSTING, further_names, may_be_asked_about
from workflows.casework.open_case import opening_mandate
from workflows.engine.description import Entry, FieldType, Sop
from workflows.hosting.orders import may_order
from workflows.hosting.rights import Denial
from workflows.hosting.staging import lifecycle
from workflows.malware.findings import READERS
from workflows.people.members import Member, today
from workflows.store.tables import HostingState
from workflows.store.unit_of_work import UnitOfWork
from workflows.views.hosting import HostingCard

OF_THE_UNMADE = (lifecycle.REMOVE,)  # what may be ordered of a copy whose making failed


async def offered(app: App, work: UnitOfWork, member: Member, card: HostingCard) -> tuple[list[str], list[Offer]]:
    """Return lines for the card, and the buttons for exactly what this person may do with the hosting now."""
    hosting = card.view.hosting
    fit, move = await fitness(work, member, hosting), await moving_on_card(work, member, hosting)
    orders = [Offer(order.name, order_button(card, order)) for order in await open_orders(work, member, card)]
    engineers = _engineers(card) if card.looked_after else []
    begun = _entries(app, work, member, card)
    suspected = _suspected(member, card)
    return [*fit[0], *move[0]], [
        *suspected,
        *engineers,
        *orders,
        *copy_offers(card),
        *begun,
        *use_offers(hosting.id),
        *fit[1],
        *move[1],
    ]


async def open_orders(work: UnitOfWork, member: Member, card: HostingCard) -> list[Order]:
    """Return what this person may order now; while the hosting is being changed, what is open even then."""
    hosting = card.view.hosting
    if hosting.state != HostingState.WANTED:
        return []
    rightful = [
        order
        for order in ORDERS.values()
        if (card.stands or order.action in OF_THE_UNMADE)
        and (order.always_open or not card.busy)
        and not isinstance(may_order(member, hosting, order.action), Denial)
    ]
    return [order for order in rightful if await order.is_open(work, member, hosting)]


def _entries(app: App, work: UnitOfWork, member: Member, card: HostingCard) -> list[Offer]:
    """Return the buttons by which this person may begin a case about the hosting, of whatever SOP has such."""
    hosting = card.view.hosting
    if not may_be_asked_about(hosting):
        return []
    about_it = [sop for sop in app.office.all_in_force(today(work)) if sop.opening.about == HOSTING]
    theirs = [sop for sop in about_it if opening_mandate(sop, member, hosting.opd_id) or may_enter(sop, member)]
    entries = [(sop, entry) for sop in theirs for entry in sop.opening.entries]
    return [
        Offer(ENTRY, button(entry.label, Do("open_about", (sop.code, entry.id, str(hosting.id))), entry.style))
        for sop, entry in entries
        if further_names(hosting) or not _asks_for_a_name(sop, entry)
    ]


def _asks_for_a_name(sop: Sop, entry: Entry) -> bool:
    """Whether one of the hosting's further names is to be chosen, which not every hosting has."""
    asked = sop.form(sop.opening.form).asked(entry.answers)
    return any(field.type is FieldType.HOSTING_NAME for field in asked)


def _suspected(member: Member, card: HostingCard) -> list[Offer]:
    if not (card.suspected and member.has(*READERS)):
        return []
    at = (str(card.view.hosting.id),)
    return [Offer("findings", button(plain("pemantauan.tombol_temuan"), Do("findings", at), "danger"))]


def _engineers(card: HostingCard) -> list[Offer]:
    at, finding = (str(card.view.hosting.id),), card.finding
    offers = [Offer("check", check_button(card.view.hosting.id))]
    if finding is not None and finding.shown:
        offers.append(Offer("repair", repair_button(finding)))
    if finding is not None and finding.drifts:
        offers.append(Offer("plan", button(plain("penyimpangan.tombol_rencana"), Do("plan", at))))
    offers.append(Offer("maintenance", button(plain("pencatatan.catat"), Do("maintenance_of", at))))
    return offers
