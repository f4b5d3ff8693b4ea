"""What room the servers have at this moment: their facts, what was promised on them, and their free addresses."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from provisioning.spec import HostingSpec, Kind, Limits
from workflows import capacity
from workflows.capacity import Capacity, Shares
from workflows.refusal import Refused
from workflows.store import addresses, hostings
from workflows.store.tables import Hosting, HostingState, Server
from workflows.store.unit_of_work import UnitOfWork
from workflows.usage.figures import limits_of
from workflows.usage.hosting_usage import SHOWN, use_of
from workflows.words import WITA

LIMITS = "limits"  # the key of `Hosting.applied`: those that last stood
FACTS_AGE = dt.timedelta(minutes=10)
"""How old a server's own word may be when something is promised on it."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class CapacityNeed:
    """What a case asks of a server. `dedicated`: an IP address of its own."""

    capacity: Capacity
    php: str | None
    dedicated: bool = False


@dataclasses.dataclass(frozen=True, kw_only=True)
class ServerCapacity:
    """One server's room, without what the asking case holds itself. None where the server never answered."""

    server: Server
    total: Capacity | None
    promised: Capacity
    free: Capacity | None
    addresses: tuple[str, ...]  # dedicated ones that are free

    def after(self, need: CapacityNeed) -> Capacity | None:
        """Return what would stay free."""
        return self.free.minus(need.capacity) if self.free else None

    def fits(self, need: CapacityNeed) -> bool:
        """Whether all that is asked can be promised here."""
        left = self.after(need)
        php = need.php is None or need.php in self.server.facts.php_versions
        return left is not None and not left.lacking and php and bool(self.addresses or not need.dedicated)


def shares(server: Server) -> Shares:
    """Return how much of a server may be promised."""
    return Shares(
        disk_percent=server.disk_percent,
        memory_percent=server.memory_percent,
        bandwidth_percent=server.bandwidth_percent,
    )


async def capacity_on(work: UnitOfWork, server: Server, case_id: int | None) -> ServerCapacity:
    """Return a server's room for a case; what that case has reserved itself counts as free."""
    mine, others = _apart(await hostings.taking_room_on(work, server.id), case_id)
    promised = capacity.together(promised_to(held) for held in others)
    unbuilt = capacity.together(promised_to(held) for held in others if not held.applied_revision)
    free = await addresses.free_on(work, server.id, also_of=mine.id if mine else None)
    known = server.has_answered
    return ServerCapacity(
        server=server,
        total=capacity.total(server.facts, shares(server)) if known else None,
        promised=promised,
        free=capacity.free(server.facts, shares(server), promised=promised, unbuilt=unbuilt) if known else None,
        addresses=tuple(row.address for row in free),
    )


def _apart(taking: Sequence[Hosting], case_id: int | None) -> tuple[Hosting | None, list[Hosting]]:
    """Part what a case holds itself, if anything, from what others do; what is being removed is nobody's own."""
    mine: list[Hosting] = []
    others: list[Hosting] = []
    for held in taking:
        if case_id is not None and held.case_id == case_id and held.state != HostingState.LEAVING:
            mine.append(held)
        else:
            others.append(held)
    return next(iter(mine), None), others


async def take_for_change(work: UnitOfWork, hosting: Hosting, wanted: HostingSpec) -> None:
    """See, under its server's lock, that what a hosting will take more than now can be promised, and that it fits.

    It is promised as soon as the spec is written, which must be in the same transaction.
    Raises `Refused`: package_small, server_no_data, server_data_old, growth_lacking.
    """
    server = await hostings.lock_server(work, hosting.server_id)
    await _check_fits(work, hosting, wanted)
    lacking = await _lacking_to_grow(work, server, hosting, wanted)
    if lacking:
        raise Refused("growth_lacking", {"server": server.name, "lacking": lacking})


async def take_for_refill(work: UnitOfWork, copy: Hosting, wanted: HostingSpec) -> None:
    """See, under its server's lock, that what a staging copy will take more than now can be promised.

    What it holds is thrown away, and need not fit. Raises `Refused`: server_no_data, server_data_old, room_lacking.
    """
    server = await hostings.lock_server(work, copy.server_id)
    lacking = await _lacking_to_grow(work, server, copy, wanted)
    if lacking:
        raise Refused("room_lacking", {"server": server.name, "lacking": lacking})


async def _lacking_to_grow(work: UnitOfWork, server: Server, hosting: Hosting, wanted: HostingSpec) -> list[str]:
    more = capacity.share_of(wanted).minus(promised_to(hosting)).positive
    return [] if more == Capacity() else await _lacking(work, server, more)


async def take_for_new(work: UnitOfWork, server: Server, wanted: HostingSpec) -> None:
    """See that a server, which is locked, can promise all that one hosting more will take.

    It is promised as soon as the hosting is there, which must be in the same transaction.
    Raises `Refused`: server_no_data, server_data_old, room_lacking.
    """
    lacking = await _lacking(work, server, capacity.share_of(wanted))
    if lacking:
        raise Refused("room_lacking", {"server": server.name, "lacking": lacking})


async def _lacking(work: UnitOfWork, server: Server, more: Capacity) -> list[str]:
    """Name what of `more` a server cannot promise. Raises `Refused`: server_no_data, server_data_old."""
    if not server.has_answered or server.facts_at is None:
        raise Refused("server_no_data", {"server": server.name})
    if work.now - server.facts_at > FACTS_AGE:
        raise Refused("server_data_old", {"server": server.name, "at": server.facts_at.isoformat()})
    left = ((await capacity_on(work, server, None)).free or Capacity()).minus(more)
    return [name for name in left.lacking if getattr(more, name)]


async def _check_fits(work: UnitOfWork, hosting: Hosting, wanted: HostingSpec) -> None:
    """Raise `Refused` (package_small) where the hosting holds more than a smaller package grants, as last counted."""
    today = work.now.astimezone(WITA).date()
    granted = limits_of(wanted)
    for level in (await use_of(work, hosting, today - SHOWN, today)).levels:
        if level.used > granted[level.resource]:
            said = {"held": level.used, "granted": granted[level.resource]}
            raise Refused("package_small", {"kind": str(level.resource), **said})


def promised_to(hosting: Hosting) -> Capacity:
    """Return what a hosting is promised: of what is wanted and what last stood, the larger.

    So what a smaller package gives back can be promised once the server enforces it. One whose spec cannot be read
    keeps no server from being counted: it counts by the limits that can be, as if it had all that takes any.
    """
    spec, stood = hosting.spec_if_readable, hosting.applied.get(LIMITS, {})
    wanted = dataclasses.asdict(spec.limits if spec else _legible(hosting.spec_data.get("limits", {})))
    limits = Limits(**{name: max(value, stood.get(name, 0)) for name, value in wanted.items()})
    return capacity.needed(limits, kind=spec.kind if spec else Kind.PHP, database=spec.database if spec else True)


def _legible(limits: Mapping[str, Any]) -> Limits:
    """Return the limits that are numbers of a name we know, the usual ones for the rest."""
    names = {field.name for field in dataclasses.fields(Limits)}
    return Limits(**{name: value for name, value in limits.items() if name in names and isinstance(value, int)})


async def next_best(work: UnitOfWork, need: CapacityNeed, *, case_id: int, instead_of: str) -> str:
    """Return the server where the most would stay free (by the resource that is scarcest there); "" where none fits."""
    rooms = [await capacity_on(work, server, case_id) for server in await hostings.servers(work)]
    fitting = [one for one in rooms if one.fits(need) and one.server.name != instead_of]
    return max(fitting, key=lambda one: _left(one, need)).server.name if fitting else ""


def _left(one: ServerCapacity, need: CapacityNeed) -> float:
    left, whole = one.after(need), one.total
    assert left is not None  # noqa: S101 - only asked of servers that fit
    assert whole is not None  # noqa: S101
    names = [field.name for field in dataclasses.fields(Capacity)]
    parts = [float(getattr(left, name)) / float(max(getattr(whole, name), 1)) for name in names]
    return min(parts)
