"""What the head and the Tim Teknis of an OPD hear of their hosting's move."""

from __future__ import annotations

import datetime as dt

from provisioning.spec import State
from workflows import servers, words
from workflows.hosting.orders import of_opd
from workflows.people import reach
from workflows.people.notices import notice
from workflows.store import copies, hostings, suspensions
from workflows.store.tables import Hosting, Move
from workflows.store.unit_of_work import UnitOfWork


async def announce(work: UnitOfWork, move: Move, hosting: Hosting) -> None:
    """Say that a site will move, and when; that its staging copy goes then."""
    await _tell_before(work, move, hosting, "rencana")


async def remind_of_start(work: UnitOfWork, move: Move, hosting: Hosting) -> None:
    """Call a move to mind before it begins."""
    await _tell_before(work, move, hosting, "ingat")


async def _tell_before(work: UnitOfWork, move: Move, hosting: Hosting, what: str) -> None:
    copy = await copies.of_hosting(work, hosting.id)
    values = {
        "domain": hosting.domain,
        "server": (await hostings.server(work, move.target_id)).name,
        "starts": move.starts_at.isoformat() if move.starts_at else "",
        "copy": copy.domain if copy is not None else "",
        "reminds": what == "ingat",
    }
    for person in await of_opd(work, hosting):
        await notice(work, person, "pemindahan.rencana_opd", values, key=f"move_{what}:{move.id}:{person.id}")


async def tell_arrival(work: UnitOfWork, move: Move, hosting: Hosting) -> None:
    """Say that a site stands on another server, and by what its owners know that server again."""
    target = await hostings.server(work, move.target_id)
    values = {
        "domain": hosting.domain,
        "server": target.name,
        "fingerprint": servers.fingerprint(target.host_key),
        "closed": _closed_for(move, move.opened_at),
    }
    team, heads = await reach.team_and_heads(work, hosting.opd_id)
    for text, told in (("pemindahan.selesai_opd", team), ("pemindahan.selesai_kepala", heads)):
        for person in told:
            await notice(work, person, text, values, key=f"moved:{move.id}:{person.id}")


async def tell_return(work: UnitOfWork, move: Move, hosting: Hosting) -> None:
    """Say that a site stays where it is after all, where they were told of the move."""
    if move.announced_at is None and move.closed_at is None:
        return
    stays_closed = await suspensions.present(work, hosting.id) is not None
    is_open = hosting.spec.state is State.ACTIVE and not stays_closed
    values = {
        "domain": hosting.domain,
        "closed": _closed_for(move, work.now) if move.closed_at else "",
        "open": is_open,
    }
    for person in await of_opd(work, hosting):
        await notice(work, person, "pemindahan.batal_opd", values, key=f"unmoved:{move.id}:{person.id}")


def _closed_for(move: Move, until: dt.datetime | None) -> str:
    return words.duration(until - move.closed_at) if until and move.closed_at else "-"
