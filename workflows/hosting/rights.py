"""Who may order what of a hosting that stands. Pure: data, and one function that denies by default."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Collection, Iterable, Mapping

from provisioning.spec import State
from workflows.engine.case import Mandate

HEAD, TEAM, ENGINEER, KABID = "kepala_opd", "tim_teknis", "engineer", "kabid"
OF_ITS_OPD = frozenset({HEAD, TEAM})  # a mandate counts for the hostings of its own OPD only
SINGLE = frozenset({HEAD, KABID})  # one person's offices: whoever yields to a Plh or a holder does not act
OPEN_OR_SUSPENDED = (State.ACTIVE, State.SUSPENDED)
CLOSED = (State.SUSPENDED, State.ARCHIVED)

CUSTOM_DOMAINS, GIVE_UP_DOMAIN = "custom_domains", "give_up_domain"


class Of(enum.Enum):
    """What something is ordered of: a site that visitors see, or a staging copy of one."""

    SITE = enum.auto()
    COPY = enum.auto()


BOTH = (Of.SITE, Of.COPY)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Right:
    """The offices that may order something, of what, and the states that it may be wanted in meanwhile."""

    roles: tuple[str, ...]
    states: tuple[State, ...] = (State.ACTIVE,)
    of: tuple[Of, ...] = (Of.SITE,)


class Denial(enum.StrEnum):
    """Why somebody may not; each is the code of a refusal."""

    ROLE = "wrong_role"
    OPD = "wrong_opd"
    YIELDED = "office_yielded_now"
    STATE = "wrong_hosting_state"
    KIND = "wrong_hosting_kind"


RIGHTS: Mapping[str, Right] = {
    "credentials": Right(roles=(TEAM, HEAD), of=BOTH),
    "passwords": Right(roles=(TEAM, HEAD), of=BOTH),
    "ssh_keys": Right(roles=(TEAM, HEAD), of=BOTH),
    "php": Right(roles=(TEAM, HEAD), of=BOTH),
    "document_root": Right(roles=(TEAM, HEAD), of=BOTH),
    "cron": Right(roles=(TEAM, HEAD), of=BOTH),
    "laravel": Right(roles=(TEAM, HEAD), of=BOTH),
    "wordpress": Right(roles=(TEAM, HEAD)),
    "dump": Right(roles=(TEAM, HEAD), of=BOTH),
    "load": Right(roles=(TEAM, HEAD), of=BOTH),
    "site_log": Right(roles=(TEAM, HEAD, ENGINEER), states=OPEN_OR_SUSPENDED, of=BOTH),
    CUSTOM_DOMAINS: Right(roles=(TEAM, HEAD, ENGINEER), states=OPEN_OR_SUSPENDED),
    "backup": Right(roles=(TEAM, HEAD, ENGINEER), states=(State.ACTIVE, *CLOSED)),
    "restore": Right(roles=(TEAM, HEAD, ENGINEER), states=(State.ACTIVE, State.SUSPENDED)),
    "copy_make": Right(roles=(TEAM, HEAD)),
    "copy_refresh": Right(roles=(TEAM, HEAD), of=(Of.COPY,)),
    "copy_apply": Right(roles=(TEAM, HEAD), of=(Of.COPY,)),
    "copy_remove": Right(roles=(TEAM, HEAD, ENGINEER, KABID), states=OPEN_OR_SUSPENDED, of=(Of.COPY,)),
    "suspend": Right(roles=(ENGINEER, KABID)),
    "resume": Right(roles=(ENGINEER, KABID), states=CLOSED),
    "renew": Right(roles=(HEAD,), states=OPEN_OR_SUSPENDED),
    "team": Right(roles=(HEAD,), states=OPEN_OR_SUSPENDED),
    "archive": Right(roles=(KABID,), states=OPEN_OR_SUSPENDED),
    "remove": Right(roles=(KABID,), states=(State.ARCHIVED,)),
}

"""What the card has a button for."""
ELSEWHERE: Mapping[str, Right] = {
    GIVE_UP_DOMAIN: Right(roles=(HEAD,), states=(State.ACTIVE, *CLOSED)),
    "dismiss": Right(roles=(KABID, ENGINEER), states=(State.ACTIVE, *CLOSED)),
}
"""What another message has the button for."""


def acting(mandates: Iterable[Mandate], roles: Collection[str]) -> list[Mandate]:
    """Return the mandates of these offices in which somebody acts: who yields a single office only looks on."""
    held = [mandate for mandate in mandates if mandate.role in roles]
    return [mandate for mandate in held if not (mandate.role in SINGLE and mandate.outranked)]


def may_order(
    action: str, mandates: Iterable[Mandate], *, opd_id: int, state: State, of: Of = Of.SITE
) -> Mandate | Denial:
    """Return the mandate by which an action may be ordered of a hosting of an OPD that is wanted in `state`."""
    right = RIGHTS.get(action) or ELSEWHERE.get(action)
    held = [mandate for mandate in mandates if right is not None and mandate.role in right.roles]
    if right is None or not held:
        return Denial.ROLE
    here = [mandate for mandate in held if mandate.role not in OF_ITS_OPD or mandate.opd_id == opd_id]
    if not here:
        return Denial.OPD
    free = acting(here, right.roles)
    if not free:
        return Denial.YIELDED
    if of not in right.of:
        return Denial.KIND
    if state not in right.states:
        return Denial.STATE
    return min(free, key=lambda mandate: right.roles.index(mandate.role))
