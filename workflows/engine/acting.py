"""By which of their mandates somebody acts: one rule for cases, hostings and the office's other duties. Pure."""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable, Sequence

from workflows.engine.case import Mandate


class MandateLack(enum.Enum):
    """Why none of somebody's mandates lets them act."""

    ROLE = enum.auto()  # they hold none of the roles
    OPD = enum.auto()  # they hold one, for another OPD
    YIELDED = enum.auto()  # somebody else acts in their office now (UU 30/2014 art. 14)


def acting_mandate(
    mandates: Iterable[Mandate],
    roles: Sequence[str],
    *,
    opd_id: int | None,
    of_opd: Collection[str],
    single: Collection[str],
) -> Mandate | MandateLack:
    """Return the mandate for the first of `roles` that lets somebody act; what they hold themselves goes first.

    A role in `of_opd` counts for its own OPD (`opd_id`) only; in one that is `single`, whoever is outranked looks on.
    """
    held = [mandate for mandate in mandates if mandate.role in roles]
    if not held:
        return MandateLack.ROLE
    here = [mandate for mandate in held if mandate.role not in of_opd or mandate.opd_id == opd_id]
    if not here:
        return MandateLack.OPD
    acting = [mandate for mandate in here if not (mandate.role in single and mandate.outranked)]
    if not acting:
        return MandateLack.YIELDED
    return min(acting, key=lambda mandate: (bool(mandate.acting), roles.index(mandate.role)))
