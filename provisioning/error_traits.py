"""What follows from how a request to a server ended badly: every code is judged here, and nowhere else.

What is the fault of a hosting's owner is judged by the action (`workflows.hosting.errands`): it
follows from what was asked.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping

from provisioning.errors import ErrorCode


class Trait(enum.Flag):
    """What a code says, beside its words."""

    NONE = 0
    UNHEARD = enum.auto()
    """Nobody knows what the server did, at this try or the one before."""
    NOT_BEGUN = enum.auto()
    """The agent itself says that it has begun nothing of what it was asked for."""
    UNASKED = enum.auto()
    """The server could not be asked, so nothing is said of any of its hostings."""
    PASSING = enum.auto()
    """It may be otherwise in a while, without anybody's doing: worth another try."""
    OF_THE_HOSTING = enum.auto()
    """It lies in this one hosting rather than in its server."""


LOST = Trait.UNHEARD | Trait.UNASKED | Trait.PASSING

TRAITS: Mapping[ErrorCode, Trait] = {
    ErrorCode.UNREACHABLE: LOST,
    ErrorCode.HOST_KEY_CHANGED: Trait.UNASKED,
    ErrorCode.LOGIN_REFUSED: Trait.UNASKED,
    ErrorCode.CONNECTION_LOST: LOST,
    ErrorCode.NO_ANSWER: LOST,
    ErrorCode.BAD_REQUEST: Trait.NOT_BEGUN,
    ErrorCode.VERSION_MISMATCH: Trait.UNASKED | Trait.NOT_BEGUN,
    ErrorCode.REQUEST_REUSED: Trait.NONE,
    ErrorCode.REQUEST_OUTDATED: Trait.NOT_BEGUN,
    ErrorCode.NOT_CONFIGURED: Trait.UNASKED | Trait.NOT_BEGUN,
    ErrorCode.LOCKED: Trait.PASSING | Trait.NOT_BEGUN,
    ErrorCode.PLAN_MOVED: Trait.NONE,
    ErrorCode.NOT_OURS: Trait.NONE,
    ErrorCode.ZONE_NOT_ALLOWED: Trait.NONE,
    ErrorCode.DOMAIN_TAKEN: Trait.NONE,
    ErrorCode.ADDRESS_NOT_AVAILABLE: Trait.NONE,
    ErrorCode.PHP_NOT_INSTALLED: Trait.NONE,
    ErrorCode.UID_RANGE_EXHAUSTED: Trait.NONE,
    ErrorCode.APACHE_CONFIG_BROKEN: Trait.NONE,
    ErrorCode.APACHE_CONFIG_INVALID: Trait.NONE,
    ErrorCode.APACHE_DOWN: Trait.NONE,
    ErrorCode.APACHE_RELOAD_FAILED: Trait.NONE,
    ErrorCode.PHP_CONFIG_INVALID: Trait.NONE,
    ErrorCode.PHP_START_FAILED: Trait.NONE,
    ErrorCode.SSHD_CONFIG_INVALID: Trait.NONE,
    ErrorCode.MARIADB_DOWN: Trait.PASSING,
    ErrorCode.MARIADB_REFUSED: Trait.NONE,
    ErrorCode.DNS_NAME_TAKEN: Trait.NONE,
    ErrorCode.DNS_REFUSED: Trait.NONE,
    ErrorCode.CLOCK_SKEWED: Trait.NONE,
    ErrorCode.DNS_UNREACHABLE: Trait.NONE,
    ErrorCode.CERTIFICATE_MISSING: Trait.NONE,
    ErrorCode.FILE_UNFIT: Trait.NONE,
    ErrorCode.BACKUP_NOT_SET: Trait.NONE,
    ErrorCode.BACKUP_UNREACHABLE: Trait.PASSING,
    ErrorCode.SNAPSHOT_MISSING: Trait.NONE,
    ErrorCode.OVER_QUOTA: Trait.NONE,
    ErrorCode.NOT_EMPTY: Trait.NONE,
    ErrorCode.PACKAGE_UNAVAILABLE: Trait.NONE,
    ErrorCode.DISK_FULL: Trait.PASSING,
    ErrorCode.TIMEOUT: Trait.PASSING | Trait.OF_THE_HOSTING,
    ErrorCode.STEP_FAILED: Trait.OF_THE_HOSTING,
    ErrorCode.INTERNAL: Trait.UNHEARD | Trait.OF_THE_HOSTING,
}
"""A code that is missing here fails the tests."""


def has(code: str, trait: Trait) -> bool:
    """Whether a code has a trait; what is no code of a server's (`workflows.jobs.outcome.VERIFY_FAILED`) has none."""
    return code in TRAITS and trait in TRAITS[ErrorCode(code)]
