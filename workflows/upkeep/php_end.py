"""Hostings on a PHP whose security fixes end within half a year: their OPD and the engineers hear once a quarter."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable

from workflows.calendar.office_calendar import calendar_of
from workflows.people import members, reach
from workflows.roles import CARETAKERS
from workflows.store import outbox, settings, upkeep
from workflows.store.unit_of_work import Database, UnitOfWork
from workflows.upkeep.php_support import Support, support

NAME = "php_end_told"
AHEAD = dt.timedelta(days=183)
SHOWN = 10  # domains in one message


@dataclasses.dataclass(frozen=True, kw_only=True)
class Running:
    """A hosting and the PHP it runs; `system` is how its server calls itself."""

    domain: str
    opd_id: int
    version: str
    system: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class EndingPhp:
    """A version that ends, with the domains on it, of one OPD."""

    opd_id: int
    version: str
    until: dt.date
    domains: tuple[str, ...]

    @property
    def name(self) -> str:
        """What it is known by within a quarter."""
        return f"{self.version}:{self.until}:{self.opd_id}"


def ending(running: Iterable[Running], dates: Support, today: dt.date) -> list[EndingPhp]:
    """Return what ends within `AHEAD`, or has ended, for each OPD and version. Pure."""
    found: dict[tuple[int, str, dt.date], list[str]] = {}
    for one in running:
        until = dates.until(one.version, one.system)
        if until is not None and until - today <= AHEAD:
            found.setdefault((one.opd_id, one.version, until), []).append(one.domain)
    return [
        EndingPhp(opd_id=opd_id, version=version, until=until, domains=tuple(domains))
        for (opd_id, version, until), domains in sorted(found.items())
    ]


async def tell_by_the_quarter(database: Database) -> None:
    """Tell what ends and was not told in this quarter, in office hours."""
    async with database.write() as work:
        if not (await calendar_of(work)).is_open(work.now):
            return
        kept = await settings.lock(work, NAME) or {}
        quarter = _quarter(members.today(work))
        told = list(kept.get("told", ())) if kept.get("quarter") == quarter else []
        news = [one for one in ending(await _running(work), support(), members.today(work)) if one.name not in told]
        for one in news:
            await _tell(work, one, quarter)
        if news or kept.get("quarter") != quarter:
            await settings.put(work, NAME, {"quarter": quarter, "told": [*told, *(one.name for one in news)]})


async def _running(work: UnitOfWork) -> list[Running]:
    return [
        Running(
            domain=hosting.domain,
            opd_id=hosting.opd_id,
            version=php,
            system=server.facts.os_release,
        )
        for hosting, server, php in await upkeep.php_hostings(work)
    ]


async def _tell(work: UnitOfWork, one: EndingPhp, quarter: str) -> None:
    team, heads = await reach.team_and_heads(work, one.opd_id)
    caretakers = [person for role in CARETAKERS for person in await members.holders(work, role)]
    over = one.until < members.today(work)
    domains = ", ".join(one.domains[:SHOWN]) + (f" … ({len(one.domains)})" if len(one.domains) > SHOWN else "")
    values = {"version": one.version, "until": one.until.isoformat(), "domains": domains, "over": over}
    texts = {person.telegram_id: "pembaruan.php_berakhir_kepala" for person in heads}
    texts |= {person.telegram_id: "pembaruan.php_berakhir" for person in (*team, *caretakers)}
    for chat_id, text in texts.items():
        if chat_id is not None:
            await outbox.put_notice(work, chat_id, text, values, key=f"php_end:{quarter}:{one.name}:{chat_id}")


def _quarter(day: dt.date) -> str:
    return f"{day.year}Q{(day.month + 2) // 3}"
