"""Who may order what of a hosting that stands. Pure: data, and one function that denies by default."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Iterable, Mapping

from provisioning.spec import State
from workflows.engine.acting import MandateLack, acting_mandate
from workflows.engine.case import Mandate
from workflows.roles import BAGIAN_UMUM, ENGINEER, KABID, KEPALA_OPD, OF_AN_OPD, SINGLE, TIM_TEKNIS

OPEN_OR_SUSPENDED = (State.ACTIVE, State.SUSPENDED)
CLOSED = (State.SUSPENDED, State.ARCHIVED)

CUSTOM_DOMAINS, GIVE_UP_DOMAIN = "custom_domains", "give_up_domain"


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


RIGHTS: Mapping[str, Right] = {
    "credentials": Right(roles=(TIM_TEKNIS, KEPALA_OPD), while_cleaned=True, of=BOTH),
    "passwords": Right(roles=(TIM_TEKNIS, KEPALA_OPD), while_cleaned=True, of=BOTH),
    "print_credentials": Right(roles=(BAGIAN_UMUM, ENGINEER), while_cleaned=True),
    "print_passwords": Right(roles=(BAGIAN_UMUM, ENGINEER), while_cleaned=True),
    "ssh_keys": Right(roles=(TIM_TEKNIS, KEPALA_OPD), while_cleaned=True, of=BOTH),
    "php": Right(roles=(TIM_TEKNIS, KEPALA_OPD), of=BOTH),
    "document_root": Right(roles=(TIM_TEKNIS, KEPALA_OPD), of=BOTH),
    "cron": Right(roles=(TIM_TEKNIS, KEPALA_OPD), of=BOTH),
    "laravel": Right(roles=(TIM_TEKNIS, KEPALA_OPD), of=BOTH),
    "wordpress": Right(roles=(TIM_TEKNIS, KEPALA_OPD)),
    "dump": Right(roles=(TIM_TEKNIS, KEPALA_OPD), of=BOTH),
    "load": Right(roles=(TIM_TEKNIS, KEPALA_OPD), of=BOTH),
    "site_log": Right(roles=(TIM_TEKNIS, KEPALA_OPD, ENGINEER), states=OPEN_OR_SUSPENDED, of=BOTH),
    CUSTOM_DOMAINS: Right(roles=(TIM_TEKNIS, KEPALA_OPD, ENGINEER), states=OPEN_OR_SUSPENDED),
    "backup": Right(roles=(TIM_TEKNIS, KEPALA_OPD, ENGINEER), states=(State.ACTIVE, *CLOSED)),
    "restore": Right(roles=(TIM_TEKNIS, KEPALA_OPD, ENGINEER), states=(State.ACTIVE, State.SUSPENDED)),
    "copy_make": Right(roles=(TIM_TEKNIS, KEPALA_OPD)),
    "copy_refresh": Right(roles=(TIM_TEKNIS, KEPALA_OPD), of=(SiteKind.COPY,)),
    "copy_apply": Right(roles=(TIM_TEKNIS, KEPALA_OPD), of=(SiteKind.COPY,)),
    "copy_remove": Right(
        roles=(TIM_TEKNIS, KEPALA_OPD, ENGINEER, KABID), states=OPEN_OR_SUSPENDED, of=(SiteKind.COPY,)
    ),
    "suspend": Right(roles=(ENGINEER, KABID), states=OPEN_OR_SUSPENDED),  # what an order closed for a while, too
    "resume": Right(roles=(ENGINEER, KABID), states=CLOSED),
    "clean_open": Right(roles=(ENGINEER, KABID), states=(State.SUSPENDED,)),
    "clean_close": Right(roles=(ENGINEER, KABID), states=(State.SUSPENDED,)),
    "renew": Right(roles=(KEPALA_OPD,), states=OPEN_OR_SUSPENDED),
    "renew_letter": Right(roles=(BAGIAN_UMUM, KABID), states=OPEN_OR_SUSPENDED),
    "team": Right(roles=(KEPALA_OPD,), states=OPEN_OR_SUSPENDED),
    "archive": Right(roles=(KABID,), states=OPEN_OR_SUSPENDED),
    "remove": Right(roles=(KABID,), states=(State.ARCHIVED,)),
}
"""What the card has a button for."""

ELSEWHERE: Mapping[str, Right] = {
    GIVE_UP_DOMAIN: Right(roles=(KEPALA_OPD,), states=(State.ACTIVE, *CLOSED)),
    "dismiss": Right(roles=(KABID, ENGINEER), states=(State.ACTIVE, *CLOSED)),
}
"""What another message has the button for."""


def may_order(
    action: str,
    mandates: Iterable[Mandate],
    *,
    opd_id: int,
    state: State,
    of: SiteKind = SiteKind.SITE,
    opens_files: bool = False,
) -> Mandate | Denial:
    """Return the mandate by which an action may be ordered of a hosting of an OPD that is wanted in `state`.

    `opens_files` says whether its owner comes in by SFTP, in whatever state.
    """
    right = RIGHTS.get(action) or ELSEWHERE.get(action)
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
