"""Who may do something about a hosting that stands. Pure: one function that denies by default."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Iterable, Mapping

from provisioning.spec import State
from workflows.engine.acting import MandateLack, acting_mandate
from workflows.engine.case import Mandate
from workflows.roles import ENGINEER, KEPALA_OPD, OF_AN_OPD, SINGLE, TIM_TEKNIS

OPEN_OR_SUSPENDED = (State.ACTIVE, State.SUSPENDED)
CLOSED = (State.SUSPENDED, State.ARCHIVED)
STANDING = (State.ACTIVE, *CLOSED)

OF_ITS_OPD = (TIM_TEKNIS, KEPALA_OPD)
OF_ITS_OPD_OR_ENGINEER = (*OF_ITS_OPD, ENGINEER)


class SiteKind(enum.Enum):
    """What something is ordered of: a site that visitors see, or a staging copy of one."""

    SITE = enum.auto()
    COPY = enum.auto()


BOTH = (SiteKind.SITE, SiteKind.COPY)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Right:
    """The offices that may order something, of what, and the states that it may be wanted in meanwhile.

    What opens the files goes on `while_cleaned`, too: while its owner cleans a suspended site over SFTP.
    """

    roles: tuple[str, ...]
    states: tuple[State, ...] = (State.ACTIVE,)
    of: tuple[SiteKind, ...] = (SiteKind.SITE,)
    while_cleaned: bool = False


class Denial(enum.StrEnum):
    """Why somebody may not; each is the code of a refusal."""

    ROLE = "wrong_role"
    OPD = "wrong_opd"
    YIELDED = "office_yielded_now"
    STATE = "wrong_hosting_state"
    KIND = "wrong_hosting_kind"


DENIAL_OF: Mapping[MandateLack, Denial] = {
    MandateLack.ROLE: Denial.ROLE,
    MandateLack.OPD: Denial.OPD,
    MandateLack.YIELDED: Denial.YIELDED,
}


def may_order(
    right: Right | None,
    mandates: Iterable[Mandate],
    *,
    opd_id: int,
    state: State,
    of: SiteKind = SiteKind.SITE,
    opens_files: bool = False,
) -> Mandate | Denial:
    """Return the mandate by which its right lets somebody act on a hosting of an OPD that is wanted in `state`.

    Without a right nobody may. `opens_files` says whether its owner comes in by SFTP, in whatever state.
    """
    if right is None:
        return Denial.ROLE
    mandate = acting_mandate(mandates, right.roles, opd_id=opd_id, of_opd=OF_AN_OPD, single=SINGLE)
    if isinstance(mandate, MandateLack):
        return DENIAL_OF[mandate]
    if of not in right.of:
        return Denial.KIND
    if state not in right.states and not (right.while_cleaned and opens_files):
        return Denial.STATE
    return mandate
