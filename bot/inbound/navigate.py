"""Buttons that lead to another screen, and those that do something outside any case's own: their features answer."""

from __future__ import annotations

from collections.abc import Mapping

from bot.callback_data import Do, Show, first_number
from bot.chat_context import ChatContext
from bot.inbound.feature import Args
from bot.inbound.features import AFTER_REFUSAL, VERBS
from bot.screens.named import ADMIN_ONLY
from bot.screens.screen import Reply
from bot.texts import plain
from workflows.record import readings
from workflows.record.readings import ReadingKind
from workflows.refusal import Refused
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


async def show(chat: ChatContext, asked: Show) -> Reply:
    """Show a screen in place of the pressed message."""
    if asked.screen in ("case", "fresh_case"):
        view = await case_view(chat.app.office, chat.work, first_number(asked.args), chat.member)
        if view is None:
            return Reply(toast=plain("penolakan.unknown_case"))
        await readings.note_reading(chat.app.office, chat.work, chat.member, view.case, ReadingKind.CARD)
        await chat.show_case(first_number(asked.args), loud=asked.screen == "fresh_case")
        return Reply()
    named = _named(asked)
    if named is None or not (asked.screen in FREE or (asked.screen in ADMIN_ONLY and chat.member.is_admin)):
        return Reply(toast=plain("umum.tombol_lama"))
    await chat.show(asked.screen, **named)
    return Reply()


def _named(asked: Show) -> dict[str, object] | None:
    """Return a button's arguments by name; None where one is missing without which there is nothing to show."""
    needed, more = ARGUMENTS.get(asked.screen, ((), ()))
    if len(asked.args) < len(needed):
        return None
    named = zip((*needed, *more), asked.args, strict=False)
    return {name: arg if name in WORDS else first_number((arg,)) for name, arg in named}


async def do(chat: ChatContext, asked: Do) -> Reply:
    """Do what belongs to no case, wholly or not at all; each checks for itself who may. Raises `Refused`."""
    verb = VERBS.get(asked.verb)
    if verb is None:
        return Reply(toast=plain("umum.tombol_lama"))
    try:
        async with chat.work.attempt():
            return await verb(chat, asked.args)
    except UnknownRowError:  # a number that no button of ours carries
        return Reply(toast=plain("umum.tombol_lama"))
    except Refused as refused:
        if (show_anew := AFTER_REFUSAL.get(asked.verb)) is not None:
            await show_anew(chat, asked.args, refused)
        raise
