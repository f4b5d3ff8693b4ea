"""Buttons that lead to another screen, and those few that do something outside any case."""

from __future__ import annotations

from collections.abc import Mapping

from bot.callback_data import Do, Show, first_number
from bot.chat_context import Turn
from bot.forms import admin_forms
from bot.inbound import drafts
from bot.inbound.administration import administer, keep_calendar
from bot.inbound.cases import opinions
from bot.inbound.help import guides, sop_sheets
from bot.inbound.hosting import acceptance, card_orders, custom_domains, moving, site_logs, usage
from bot.inbound.letters import scans, signing
from bot.inbound.people import deputies, languages, own_data
from bot.inbound.registers import agenda, register_files, reports
from bot.inbound.upkeep import hosting_care, status, suspicion, windows
from bot.inbound.verbs import Args, Verb, Verbs
from bot.screens.named import ADMIN_ONLY
from bot.screens.screen import Reply
from bot.texts import plain
from workflows.cases.open_case import opening_mandate
from workflows.cases.paper_request import may_enter
from workflows.cases.subject import ABOUT, begun_about, hosting_asked_about
from workflows.people.members import today
from workflows.record import readings
from workflows.record.readings import What
from workflows.store import people as stored
from workflows.store.unit_of_work import UnknownRowError
from workflows.views.case import case_view

# each shows only what its reader may see
AGENDA = ("agenda", "agenda_book", "agenda_months", "agenda_entry")
FREE = (
    "menu",
    "help",
    "tasks",
    "cases",
    "hosting",
    "one_hosting",
    "hosting_group",
    "custom_domain",
    "use_months",
    "deputies",
    "end_deputy",
    "quorum",
    "reports",
    "to_sign",
    "found",
    "privacy",
    "language",
    "my_readings",
    "registers",
    "fleet",
    "one_server",
    "window",
    "move_targets",
    "register",
    "status",
    *AGENDA,
)
ARGUMENTS: Mapping[str, tuple[Args, Args]] = {  # what a screen needs, and what it may be given too
    "tasks": ((), ("page",)),
    "cases": ((), ("page",)),
    "found": (("search",), ("page",)),
    "readings": ((), ("page",)),
    "my_readings": ((), ("page",)),
    "register": (("register",), ("page",)),
    "hosting": ((), ("page",)),
    "one_hosting": (("hosting",), ()),
    "hosting_group": (("hosting", "group"), ()),
    "custom_domain": (("domain",), ()),
    "use_months": (("hosting",), ()),
    "one_server": (("server",), ()),
    "window": (("window",), ()),
    "move_targets": (("hosting",), ()),
    "people": ((), ("page",)),
    "opds": ((), ("page",)),
    "person": (("person",), ()),
    "opd": (("opd",), ()),
    "end_mandate": (("mandate",), ()),
    "agenda_book": (("book", "year"), ("month", "page")),
    "agenda_months": (("book", "year"), ()),
    "agenda_entry": (("entry",), ()),
    "end_deputy": (("mandate",), ()),
    "reports": ((), ("sop", "year", "month")),
}
WORDS = ("book", "sop", "register", "group")  # arguments that are no numbers


async def show(turn: Turn, asked: Show) -> Reply:
    """Show a screen in place of the pressed message."""
    if asked.screen in ("case", "fresh_case"):
        view = await case_view(turn.app.office, turn.work, first_number(asked.args), turn.member)
        if view is None:
            return Reply(toast=plain("penolakan.unknown_case"))
        await readings.note(turn.app.office, turn.work, turn.member, view.case, What.CARD)
        await turn.show_case(first_number(asked.args), loud=asked.screen == "fresh_case")
        return Reply()
    named = _named(asked)
    if named is None or not (asked.screen in FREE or (asked.screen in ADMIN_ONLY and turn.member.is_admin)):
        return Reply(toast=plain("umum.tombol_lama"))
    await turn.show(asked.screen, **named)
    return Reply()


def _named(asked: Show) -> dict[str, object] | None:
    """Return a button's arguments by name; None where one is missing without which there is nothing to show."""
    needed, more = ARGUMENTS.get(asked.screen, ((), ()))
    if len(asked.args) < len(needed):
        return None
    named = zip((*needed, *more), asked.args, strict=False)
    return {name: arg if name in WORDS else first_number((arg,)) for name, arg in named}


async def do(turn: Turn, asked: Do) -> Reply:
    """Do what belongs to no case; each checks for itself who may. Raises `Refused`."""
    verb = VERBS.get(asked.verb)
    try:
        return await verb(turn, asked.args) if verb else Reply(toast=plain("umum.tombol_lama"))
    except UnknownRowError:  # a number that no button of ours carries
        return Reply(toast=plain("umum.tombol_lama"))


async def _open(turn: Turn, args: Args) -> Reply:
    sop = turn.app.office.in_force(args[0], today(turn.work)) if len(args) == 1 else None
    if sop is None or sop.opening.about or opening_mandate(sop, turn.member) is None:
        return Reply(toast=plain("penolakan.wrong_role"), alert=True)
    await drafts.begin(turn, {"open": args[0]})
    return Reply()


async def _open_about(turn: Turn, args: Args) -> Reply:
    """Begin a case about a hosting, by one of the buttons that its SOP puts on the hosting's card."""
    code, entry = (*args, "", "")[:2]
    hosting_id = first_number(args[2:])
    sop = turn.app.office.in_force(code, today(turn.work))
    purpose: dict[str, object] = {"open": code, ABOUT: hosting_id, "entry": entry}
    begun = await begun_about(turn.work, sop, turn.member, purpose) if sop else None
    hosting = await hosting_asked_about(turn.work, turn.member, hosting_id)
    if sop is None or begun is None or opening_mandate(sop, turn.member, hosting.opd_id) is None:
        return Reply(toast=plain("penolakan.wrong_role"), alert=True)
    await drafts.begin(turn, {**purpose, "opd": hosting.opd_id})
    return Reply()


async def _open_paper(turn: Turn, args: Args) -> Reply:
    sop = turn.app.office.in_force(args[0], today(turn.work)) if len(args) == 1 else None
    if sop is None or not may_enter(sop, turn.member):
        return Reply(toast=plain("penolakan.wrong_role"), alert=True)
    await drafts.begin(turn, {"open": args[0], "paper": True})
    return Reply()


async def _search(turn: Turn, _args: Args) -> Reply:
    await drafts.begin(turn, {"search": True})
    return Reply()


def _admin_form(name: str) -> Verb:
    async def start(turn: Turn, args: Args) -> Reply:
        if not turn.member.is_admin:
            return Reply(toast=plain("admin.bukan_admin"), alert=True)
        purpose: dict[str, object] = {"admin": name}
        answers: dict[str, object] = {}
        if name == admin_forms.RENAME_OPD:
            opd = await stored.opd(turn.work, first_number(args))
            purpose["opd"] = opd.id
            answers = {"name": opd.name, "head": opd.head_title}
        await drafts.begin(turn, purpose, answers)
        return Reply()

    return start


async def _end_mandate(turn: Turn, args: Args) -> Reply:
    return await administer.end_mandate(turn, first_number(args))


async def _opd_off(turn: Turn, args: Args) -> Reply:
    return await administer.set_opd_active(turn, first_number(args), active=False)


async def _opd_on(turn: Turn, args: Args) -> Reply:
    return await administer.set_opd_active(turn, first_number(args), active=True)


VERBS: Verbs = {
    "open": _open,
    "open_paper": _open_paper,
    "open_about": _open_about,
    "search": _search,
    "invite": _admin_form(admin_forms.INVITE),
    "enter_official": _admin_form(admin_forms.ON_PAPER),
    "add_opd": _admin_form(admin_forms.ADD_OPD),
    "rename_opd": _admin_form(admin_forms.RENAME_OPD),
    "end_mandate": _end_mandate,
    "appoint": deputies.begin,
    "end_deputy": deputies.end,
    "quorum": opinions.set_quorum,
    "scan": scans.begin,
    **signing.VERBS,
    **languages.VERBS,
    "opd_off": _opd_off,
    "opd_on": _opd_on,
    "calendar": keep_calendar.start,
    "calendar_undo": keep_calendar.take_back,
    **hosting_care.VERBS,
    **card_orders.VERBS,
    **agenda.VERBS,
    **reports.VERBS,
    **own_data.VERBS,
    **register_files.VERBS,
    **acceptance.VERBS,
    **windows.VERBS,
    **moving.VERBS,
    **sop_sheets.VERBS,
    **guides.VERBS,
    **status.VERBS,
    **suspicion.VERBS,
    **site_logs.VERBS,
    **custom_domains.VERBS,
    **usage.VERBS,
}
