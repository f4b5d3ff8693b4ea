"""The screen of a report, with what it needs read from the store; only its readers see it."""

from __future__ import annotations

from bot.app import App
from bot.screens.named_screen import Args, for_members, number, word
from bot.screens.registers.reports import report_screen
from bot.screens.screen import Screen
from workflows.people.members import Member, today
from workflows.reports.figures import Period
from workflows.reports.gather import report
from workflows.reports.readers import READERS
from workflows.store.unit_of_work import UnitOfWork


async def shown(app: App, work: UnitOfWork, member: Member, args: Args) -> Screen | None:
    """Return the report that was asked for; this month's of the first SOP where nothing else was."""
    day = today(work)
    sops = app.office.all_in_force(day)
    sop = next((one for one in sops if one.code == args.get("sop", sops[0].code)), None) if sops else None
    period = Period.of(args.get("year", day.year), args.get("month", day.month))
    if sop is None or period is None or not member.has(*READERS):
        return None
    return report_screen(await report(work, sop, period), sops, day)


SOP, YEAR, MONTH = word("sop", needed=False), number("year", needed=False), number("month", needed=False)
SCREENS = (for_members("reports", shown, SOP, YEAR, MONTH, by_button=True),)
