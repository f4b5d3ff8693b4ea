"""Who hears of a window, and what: heads and Tim Teknis of the server's hostings, the Kabid and the engineers, once."""

from __future__ import annotations

from collections.abc import Mapping

from workflows.maintenance_windows.rules import WindowNotice
from workflows.people import members
from workflows.people.alerts import say_to_engineers
from workflows.roles import CARETAKERS, OF_AN_OPD
from workflows.store import hostings, maintenance_windows, outbox
from workflows.store.tables import MaintenanceWindow
from workflows.store.unit_of_work import UnitOfWork

SHOWN = 5  # domains in one message


async def tell_window(work: UnitOfWork, window: MaintenanceWindow, told: WindowNotice, **more: object) -> None:
    """Tell everybody concerned, each in one message that names the hostings of their own OPDs."""
    server = await hostings.server(work, window.server_id)
    for chat_id, domains in (await _concerned(work, window)).items():
        names = ", ".join(domains[:SHOWN]) + (f" … ({len(domains)})" if len(domains) > SHOWN else "")
        values = {
            "server": server.name,
            "work": window.work,
            "begins": window.begins_at.isoformat(),
            "ends": window.ends_at.isoformat(),
            "domains": names,
            **more,
        }
        await _put(work, window, told, chat_id, values)


async def ask_engineers(work: UnitOfWork, window: MaintenanceWindow) -> None:
    """Ask the engineers what became of a window whose time is over."""
    server = await hostings.server(work, window.server_id)
    values = {"server": server.name, "ends": window.ends_at.isoformat()}
    key = f"window:{window.id}:{window.revision}:{WindowNotice.OVERDUE}"
    await say_to_engineers(work, server.id, f"jendela.{WindowNotice.OVERDUE}", values, key=key)


async def _put(
    work: UnitOfWork, window: MaintenanceWindow, told: WindowNotice, chat_id: int, values: Mapping[str, object]
) -> None:
    key = f"window:{window.id}:{window.revision}:{told}:{chat_id}"
    await outbox.put_notice(work, chat_id, f"jendela.{told}", values, key=key)


async def _concerned(work: UnitOfWork, window: MaintenanceWindow) -> dict[int, list[str]]:
    """Return the chats to be told, each with the domains that its person answers for; none for those of DKISP."""
    found: dict[int, list[str]] = {}
    by_opd: dict[int, list[str]] = {}
    for hosting in await maintenance_windows.concerned(work, window.server_id):
        by_opd.setdefault(hosting.opd_id, []).append(hosting.domain)
    for opd_id, domains in sorted(by_opd.items()):
        chats = {
            person.telegram_id
            for role in OF_AN_OPD
            for person in await members.holders(work, role, opd_id)
            if person.telegram_id is not None
        }
        for chat_id in sorted(chats):
            found.setdefault(chat_id, []).extend(domains)
    for role in CARETAKERS:
        for person in await members.holders(work, role):
            if person.telegram_id is not None:
                found.setdefault(person.telegram_id, [])
    return found
