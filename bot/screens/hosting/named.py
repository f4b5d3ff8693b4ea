"""The screens of hostings by name, with what each needs read from the store; each checks who looks."""

from __future__ import annotations

from collections.abc import Sequence

from bot.app import App
from bot.screens import lists
from bot.screens.cases.job import log_screen
from bot.screens.hosting import custom_domains, site_logs
from bot.screens.hosting import receiving as receiving_screen
from bot.screens.hosting.card import card_screen, group_screen, question_screen
from bot.screens.hosting.groups import Group, of_group
from bot.screens.hosting.offers import offered, open_orders
from bot.screens.hosting.renewal import renewal_screen
from bot.screens.hosting.team_left import team_left
from bot.screens.hosting.undecided import undecided_screen
from bot.screens.hosting.usage import months_screen
from bot.screens.named_screen import PAGE, Args, data, for_members, number, word
from bot.screens.screen import Screen
from bot.screens.upkeep import drift
from workflows.hosting import receiving, team, undecided
from workflows.hosting.ending import ARCHIVE, REMOVE
from workflows.hosting.renewal import RENEW, RENEW_BY_LETTER
from workflows.hosting.suspension import RESUME, SUSPEND
from workflows.people import reach
from workflows.people.insiders import sees_all
from workflows.people.members import Member, today
from workflows.reports.usage.month import known
from workflows.roles import ENGINEER
from workflows.store import hostings, renewals
from workflows.store.unit_of_work import UnitOfWork
from workflows.views.drift import finding_of, findings_on, repair_view
from workflows.views.hosting import HostingView, hosting_card, hosting_view, hostings_of, package_of
from workflows.views.jobs import order_view

MONTHS_SHOWN = 12


async def _hostings(app: App, work: UnitOfWork, member: Member, args: Args) -> Screen | None:
    """List them; whose OPD has a single one sees its card at once."""
    page = args.get("page", 0)
    views, more = await hostings_of(app.office, work, member, page)
    if _is_the_only(app, member, views) and page == 0:
        return await _one_hosting(app, work, member, {"hosting": views[0].hosting.id})
    packages = {view.hosting.id: package_of(app.office, view.spec, today(work)) for view in views}
    return lists.hostings_screen(views, more=more, packages=packages, page=page)


def _is_the_only(app: App, member: Member, views: Sequence[HostingView]) -> bool:
    return len(views) == 1 and not sees_all(app.office, member)


async def _one_hosting(app: App, work: UnitOfWork, member: Member, args: Args) -> Screen | None:
    card = await hosting_card(app.office, work, member, args["hosting"])
    if card is None:
        return None
    said, offers = await offered(app, work, member, card)
    views, _ = await hostings_of(app.office, work, member)
    return card_screen(
        card,
        said,
        offers,
        package=package_of(app.office, card.view.spec, today(work)),
        inside=sees_all(app.office, member),
        alone=_is_the_only(app, member, views),
    )


async def _group(app: App, work: UnitOfWork, member: Member, args: Args) -> Screen | None:
    """Open a group of the card's buttons; the card itself where there is no such group, or nothing in it now."""
    card = await hosting_card(app.office, work, member, args["hosting"])
    group = next((one for one in Group if one == args["group"] and one is not Group.NOW), None)
    if card is None or group is None:
        return await _one_hosting(app, work, member, args)
    _, offers = await offered(app, work, member, card)
    return group_screen(card, group, offers) if of_group(offers, group) else await _one_hosting(app, work, member, args)


async def _months(app: App, work: UnitOfWork, member: Member, args: Args) -> Screen | None:
    view = await hosting_view(app.office, work, member, args["hosting"])
    if view is None:
        return None
    return months_screen(view.hosting.id, view.hosting.domain, await known(work, view.hosting, MONTHS_SHOWN))


async def _question(app: App, work: UnitOfWork, member: Member, args: Args) -> Screen | None:
    """Ask once more, for as long as the hosting is as it was when the button was pressed; then show how it is."""
    card = await hosting_card(app.office, work, member, args["hosting"])
    order = (
        next((one for one in await open_orders(work, member, card) if one.name == args["action"]), None)
        if card
        else None
    )
    if card is None or order is None or card.view.hosting.wanted_revision != args["revision"]:
        return await _one_hosting(app, work, member, args)
    cautions = await order.cautions(work, card.view.hosting) if order.cautions else ()
    return question_screen(order, card, cautions)


async def _renewal(app: App, work: UnitOfWork, member: Member, args: Args) -> Screen | None:
    """Ask the head whether the hosting is still needed, or tell the Kabid that nobody said so."""
    row = await renewals.get(work, args["renewal"])
    card = await hosting_card(app.office, work, member, row.hosting_id) if row else None
    if row is None or card is None:
        return None
    left = (row.due_on - today(work)).days
    answers = (RENEW, RENEW_BY_LETTER) if left >= 0 else (RENEW_BY_LETTER, SUSPEND, ARCHIVE)
    offered = [order for order in await open_orders(work, member, card) if order.action in answers]
    unreached = not await reach.heads(work, card.view.hosting.opd_id)
    return renewal_screen(card, row, offered, left=left, unreached=unreached, fresh=bool(args.get("fresh")))


async def _undecided(app: App, work: UnitOfWork, member: Member, args: Args) -> Screen | None:
    """Ask what becomes of a closed hosting; nothing where it was decided by the time this is sent."""
    found = await undecided.of_hosting(work, args["hosting"])
    card = await hosting_card(app.office, work, member, args["hosting"])
    if found is None or card is None:
        return None
    answers = (RESUME, REMOVE) if found.is_archived else (RESUME, ARCHIVE)
    offered = [order for order in await open_orders(work, member, card) if order.action in answers]
    return undecided_screen(card, found, offered)


async def _order_log(_app: App, work: UnitOfWork, member: Member, args: Args) -> Screen | None:
    view = await order_view(work, args["job"])
    return log_screen(view.hosting.domain, view.job) if view and member.has(ENGINEER) else None


async def _plans(_app: App, work: UnitOfWork, member: Member, args: Args) -> Screen | None:
    found = await findings_on(work, args["server"])
    return drift.plans_screen(found.findings) if found and member.has(ENGINEER) else None


async def _one_plan(_app: App, work: UnitOfWork, member: Member, args: Args) -> Screen | None:
    row = await hostings.get(work, args["hosting"])
    found = await finding_of(work, row) if row else None
    return drift.plans_screen([found]) if found and member.has(ENGINEER) else None


async def _repair_log(_app: App, work: UnitOfWork, member: Member, args: Args) -> Screen | None:
    view = await repair_view(work, args["job"])
    return log_screen(view.hosting.domain, view.job) if view and member.has(ENGINEER) else None


HOSTING, DOMAIN, JOB = number("hosting"), number("domain"), number("job")
SCREENS = (
    for_members("hosting", _hostings, PAGE, by_button=True),
    for_members("one_hosting", _one_hosting, HOSTING, by_button=True),
    for_members("hosting_group", _group, HOSTING, word("group"), by_button=True),
    for_members("use_months", _months, HOSTING, by_button=True),
    for_members("order_question", _question, word("action"), HOSTING, number("revision"), by_button=False),
    for_members("order_log", _order_log, JOB, by_button=False),
    for_members("site_logs", site_logs.choice, HOSTING, by_button=False),
    for_members("site_log", site_logs.lines, HOSTING, word("log"), data("text"), by_button=False),
    for_members("custom_domains", custom_domains.listed, HOSTING, by_button=False),
    for_members("custom_domain", custom_domains.one, DOMAIN, by_button=True),
    for_members("domain_drop", custom_domains.question, DOMAIN, by_button=False),
    for_members("renewal", _renewal, number("renewal"), data("fresh", needed=False), by_button=False),
    for_members(receiving.SCREEN, receiving_screen.asked, number("case"), data("redraw", needed=False), by_button=True),
    for_members(undecided.UNDECIDED, _undecided, HOSTING, by_button=False),
    for_members(team.LEFT, team_left, number("opd"), data("people"), by_button=False),
    for_members("plans", _plans, number("server"), by_button=False),
    for_members("one_plan", _one_plan, HOSTING, by_button=False),
    for_members("repair_log", _repair_log, JOB, by_button=False),
)
