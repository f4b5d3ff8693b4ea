"""Who may order what of a hosting that stands. Pure: data, and one function that denies by default."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Iterable, Mapping

from provisioning.spec import State
from workflows.engine.case import Mandate

HEAD, TEAM, ENGINEER, KABID = "kepala_opd", "tim_teknis", "engineer", "kabid"
OF_ITS_OPD = frozenset({HEAD, TEAM})  # a mandate counts for the hostings of its own OPD only
SINGLE = frozenset({HEAD, KABID})  # one person's offices: whoever yields to a Plh or a holder does not act
OPEN_OR_SUSPENDED = (State.ACTIVE, State.SUSPENDED)
CLOSED = (State.SUSPENDED, State.ARCHIVED)

CUSTOM_DOMAINS, GIVE_UP_DOMAIN = "custom_domains", "give_up_domain"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Right:
    """The offices that may order something, and the states that the hosting may be wanted in meanwhile."""

    roles: tuple[str, ...]
    states: tuple[State, ...] = (State.ACTIVE,)


class Denial(enum.StrEnum):
    """Why somebody may not; each is the code of a refusal."""

    ROLE = "wrong_role"
    OPD = "wrong_opd"
    YIELDED = "office_yielded_now"
    STATE = "wrong_hosting_state"


RIGHTS: Mapping[str, Right] = {
    "credentials": Right(roles=(TEAM, HEAD)),
    "passwords": Right(roles=(TEAM, HEAD)),
    "ssh_keys": Right(roles=(TEAM, HEAD)),
    "php": Right(roles=(TEAM, HEAD)),
    "document_root": Right(roles=(TEAM, HEAD)),
    "cron": Right(roles=(TEAM, HEAD)),
    "laravel": Right(roles=(TEAM, HEAD)),
    "wordpress": Right(roles=(TEAM, HEAD)),
    "dump": Right(roles=(TEAM, HEAD)),
    "load": Right(roles=(TEAM, HEAD)),
    "site_log": Right(roles=(TEAM, HEAD, ENGINEER), states=(State.ACTIVE, State.SUSPENDED)),
    CUSTOM_DOMAINS: Right(roles=(TEAM, HEAD, ENGINEER), states=OPEN_OR_SUSPENDED),
    "backup": Right(roles=(TEAM, HEAD, ENGINEER), states=(State.ACTIVE, *CLOSED)),
    "restore": Right(roles=(TEAM, HEAD, ENGINEER), states=(State.ACTIVE, State.SUSPENDED)),
    "suspend": Right(roles=(ENGINEER, KABID)),
    "resume": Right(roles=(ENGINEER, KABID), states=CLOSED),
    "renew": Right(roles=(HEAD,), states=OPEN_OR_SUSPENDED),
    "team": Right(roles=(HEAD,), states=OPEN_OR_SUSPENDED),
    "archive": Right(roles=(KABID,), states=OPEN_OR_SUSPENDED),
    "remove": Right(roles=(KABID,), states=(State.ARCHIVED,)),
}

"""What the card has a button for."""
ELSEWHERE: Mapping[str, Right] = {GIVE_UP_DOMAIN: Right(roles=(HEAD,), states=(State.ACTIVE, *CLOSED))}
"""What another message has the button for."""


def may_order(action: str, mandates: Iterable[Mandate], *, opd_id: int, state: State) -> Mandate | Denial:
    """Return the mandate by which an action may be ordered of a hosting of an OPD that is wanted in `state`."""
    right = RIGHTS.get(action) or ELSEWHERE.get(action)
    held = [mandate for mandate in mandates if right is not None and mandate.role in right.roles]
    if right is None or not held:
        return Denial.ROLE
    here = [mandate for mandate in held if mandate.role not in OF_ITS_OPD or mandate.opd_id == opd_id]
    if not here:
        return Denial.OPD
    acting = [mandate for mandate in here if not (mandate.role in SINGLE and mandate.outranked)]
    if not acting:
        return Denial.YIELDED
    if state not in right.states:
        return Denial.STATE
    return min(acting, key=lambda mandate: right.roles.index(mandate.role))
