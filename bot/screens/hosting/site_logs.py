"""A site's logs in chat: which there are, and the newest lines of one."""

from __future__ import annotations

from bot.app import App
from bot.callback_data import Do
from bot.screens.keyboards import button, keyboard
from bot.screens.named_screen import Args
from bot.screens.screen import Screen
from bot.texts import html, plain
from workflows.hosting.orders import permitted
from workflows.hosting.site_logs import LINES, SITE_LOG, SITE_LOGS
from workflows.people.members import Member
from workflows.refusal import Refused
from workflows.store import hostings
from workflows.store.tables import Hosting
from workflows.store.unit_of_work import UnitOfWork


async def choice(_app: App, work: UnitOfWork, member: Member, args: Args) -> Screen | None:
    """Ask which log."""
    hosting = await _readable(work, member, args)
    if hosting is None:
        return None
    rows = [[button(plain(f"log_situs.{log}"), Do("site_log", (str(log), str(hosting.id))))] for log in SITE_LOGS]
    return Screen(text=html("log_situs.tanya", domain=hosting.domain, lines=LINES), keyboard=keyboard(rows))


async def lines(_app: App, work: UnitOfWork, member: Member, args: Args) -> Screen | None:
    """Show lines that were read, with the button that reads them again."""
    hosting = await _readable(work, member, args)
    if hosting is None:
        return None
    again = button(plain("log_situs.lagi"), Do("site_log", (args["log"], str(hosting.id))))
    text = html("log_situs.isi", name=plain(f"log_situs.{args['log']}"), domain=hosting.domain, text=args["text"])
    return Screen(text=text, keyboard=keyboard([[again]]))


async def _readable(work: UnitOfWork, member: Member, args: Args) -> Hosting | None:
    hosting = await hostings.get(work, args["hosting"])
    try:
        if hosting is not None:
            permitted(member, hosting, SITE_LOG)
    except Refused:
        return None
    return hosting
