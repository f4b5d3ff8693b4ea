"""Every screen that is asked for by name; one that is not here is none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.app import App
from bot.screens import form, menu_named
from bot.screens.administration import named as administration_named
from bot.screens.cases import named as cases_named
from bot.screens.cases import opinions, remarks_named
from bot.screens.hosting import moving
from bot.screens.hosting import named as hosting_named
from bot.screens.letters import genuine, to_sign
from bot.screens.named_screen import Args, NamedScreen
from bot.screens.people import deputies_named, joining, languages, readings
from bot.screens.registers import agenda_named, register_pages, reports_named
from bot.screens.screen import Screen
from bot.screens.upkeep import malware, server_card, status
from workflows.people.members import Member
from workflows.store.unit_of_work import UnitOfWork, UnknownRowError


async def named_screen(app: App, work: UnitOfWork, member: Member | None, name: str, args: Args) -> Screen | None:
    """Return a screen by name, or None where this person may not see it or there is nothing to show."""
    try:
        return await SCREENS[name].make(app, work, member, args)
    except UnknownRowError:  # a number that no button of ours carries
        return None


def _by_name(rooms: Iterable[Iterable[NamedScreen]]) -> Mapping[str, NamedScreen]:
    """Put the screens of all rooms into one table. Raises `ValueError` where two have one name."""
    table: dict[str, NamedScreen] = {}
    for screen in (one for room in rooms for one in room):
        if table.setdefault(screen.name, screen) is not screen:
            raise ValueError(f"two screens are named {screen.name}")
    return table


SCREENS: Mapping[str, NamedScreen] = _by_name(
    (
        menu_named.SCREENS,
        form.SCREENS,
        cases_named.SCREENS,
        remarks_named.SCREENS,
        opinions.SCREENS,
        hosting_named.SCREENS,
        moving.SCREENS,
        to_sign.SCREENS,
        genuine.SCREENS,
        agenda_named.SCREENS,
        register_pages.SCREENS,
        reports_named.SCREENS,
        server_card.SCREENS,
        status.SCREENS,
        malware.SCREENS,
        deputies_named.SCREENS,
        languages.SCREENS,
        readings.SCREENS,
        joining.SCREENS,
        administration_named.SCREENS,
    )
)
