"""What is ordered of a hosting: who may, what its job does on the server, and what follows. One description each.

Each stands in the module of what it does, and in `registry`. No part of an order has a default, so none is forgotten.
"""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from provisioning.errors import ErrorCode
from provisioning.fleet import ServerAddress
from provisioning.spec import HostingSpec, State
from workflows.hosting.errand_input import ErrandInput
from workflows.hosting.rights import BOTH, OF_ITS_OPD, Right
from workflows.office import Office
from workflows.store.tables import Hosting, Job
from workflows.store.unit_of_work import UnitOfWork

StillWanted = Callable[[HostingSpec, Job], bool]
WhenDone = Callable[[UnitOfWork, Job, Hosting], Awaitable[None]]
GoesOn = Callable[[Office, UnitOfWork, Job, Hosting], Awaitable[None]]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Action:
    """Something that is done about a hosting, by the name that jobs, buttons and the record keep.

    `right` says who may; None where nobody has a button: a case's decision orders it, or the office itself.
    """

    name: str
    right: Right | None


@dataclasses.dataclass(frozen=True, kw_only=True)
class Errand:
    """What an order has done on its server beside making the hosting as it is wanted, once for each job.

    It runs once the agent has made the hosting as it is wanted. Whatever dies meanwhile, it is asked for again under
    the same id, which the server answers without doing it twice.

    `run` returns what is to be told of it, which joins the job's data, and raises `ProvisioningError`.
    `owners_faults` are the failures that only whoever ordered it can mend: no engineer is called for them.
    `when_owners_fault` follows such a one, in the transaction in which it is noted.
    `fills_in_place` says that the site is no state to keep where it was cut off.
    """

    run: Callable[[Office, ServerAddress, ErrandInput], Awaitable[Mapping[str, Any]]]
    owners_faults: frozenset[ErrorCode]
    when_owners_fault: Callable[[Office, UnitOfWork, Hosting], Awaitable[None]] | None
    fills_in_place: bool


class ReleasedDomains(enum.Enum):
    """Which of the domains of its OPD's own a hosting holds no more once an order is done."""

    NONE = enum.auto()
    AWAITED = enum.auto()  # that no server answers to yet
    ALL = enum.auto()


@dataclasses.dataclass(frozen=True, kw_only=True)
class Stages:
    """How an order of several jobs goes on: from one that went well, and back from one that failed."""

    go_on: GoesOn
    go_back: GoesOn


@dataclasses.dataclass(frozen=True, kw_only=True)
class JobAction(Action):
    """An action that a job carries out (`orders.want`).

    `still_wanted` says whether a spec still holds what a job ordered, so that a later one has made it so too (pure);
    None of a deed, which no later job does.
    `when_done` is done, in its order, in the transaction in which the job is noted as done; `stages` is the last there.
    """

    errand: Errand | None
    still_wanted: StillWanted | None
    when_done: tuple[WhenDone, ...]
    releases: ReleasedDomains
    stages: Stages | None


def wanted_in(state: State) -> StillWanted:
    """Return whether a hosting is still wanted in the state that was ordered, as a function of its spec. Pure."""
    return lambda spec, _job: spec.state is state


def site_setting(name: str, still_wanted: StillWanted) -> JobAction:
    """Return an action by which its OPD sets something of a site or of its staging copy; nothing follows it."""
    return JobAction(
        name=name,
        right=Right(roles=OF_ITS_OPD, of=BOTH),
        errand=None,
        still_wanted=still_wanted,
        when_done=(),
        releases=ReleasedDomains.NONE,
        stages=None,
    )


def by_the_office(name: str) -> JobAction:
    """Return an action for which nobody has a button, of a deed that nothing follows."""
    return JobAction(
        name=name,
        right=None,
        errand=None,
        still_wanted=None,
        when_done=(),
        releases=ReleasedDomains.NONE,
        stages=None,
    )
