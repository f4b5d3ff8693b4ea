"""Who may press what on a hosting's card, by the name of the order: written by hand, as the office decided it.

Not read from the program: who changes a right there says it here once more, and an auditor reads it in one place.
"""

from __future__ import annotations

from collections.abc import Mapping

from provisioning.spec import State
from workflows.hosting.rights import Right, SiteKind


def _right(offices: str, states: str, of: str, *, while_cleaned: bool = False) -> Right:
    return Right(
        roles=tuple(offices.split()),
        states=tuple(State(state) for state in states.split()),
        of=tuple(SiteKind[kind.upper()] for kind in of.split()),
        while_cleaned=while_cleaned,
    )


# The offices, the states in which the hosting may be wanted, whether of the site itself or of its staging copy; and
# what goes on while the owner of a suspended site cleans it over SFTP.
RIGHTS: Mapping[str, Right] = {
    "archive": _right("kabid", "active suspended", "site"),
    "backup": _right("engineer kepala_opd tim_teknis", "active suspended archived", "site"),
    "clean_close": _right("engineer kabid", "suspended", "site"),
    "clean_open": _right("engineer kabid", "suspended", "site"),
    "copy_apply": _right("kepala_opd tim_teknis", "active", "copy"),
    "copy_make": _right("kepala_opd tim_teknis", "active", "site"),
    "copy_refresh": _right("kepala_opd tim_teknis", "active", "copy"),
    "copy_remove": _right("engineer kabid kepala_opd tim_teknis", "active suspended", "copy"),
    "credentials": _right("kepala_opd tim_teknis", "active", "site copy", while_cleaned=True),
    "cron": _right("kepala_opd tim_teknis", "active", "site copy"),
    "custom_domains": _right("engineer kepala_opd tim_teknis", "active suspended", "site"),
    "document_root": _right("kepala_opd tim_teknis", "active", "site copy"),
    "dump": _right("kepala_opd tim_teknis", "active", "site copy"),
    "laravel": _right("kepala_opd tim_teknis", "active", "site copy"),
    "load": _right("kepala_opd tim_teknis", "active", "site copy"),
    "passwords": _right("kepala_opd tim_teknis", "active", "site copy", while_cleaned=True),
    "php": _right("kepala_opd tim_teknis", "active", "site copy"),
    "print_credentials": _right("bagian_umum engineer", "active", "site", while_cleaned=True),
    "print_passwords": _right("bagian_umum engineer", "active", "site", while_cleaned=True),
    "remove": _right("kabid", "archived", "site"),
    "renew": _right("kepala_opd", "active suspended", "site"),
    "renew_letter": _right("bagian_umum kabid", "active suspended", "site"),
    "restore": _right("engineer kepala_opd tim_teknis", "active suspended", "site"),
    "resume": _right("engineer kabid", "suspended archived", "site"),
    "site_log": _right("engineer kepala_opd tim_teknis", "active suspended", "site copy"),
    "ssh_keys": _right("kepala_opd tim_teknis", "active", "site copy", while_cleaned=True),
    "suspend": _right("engineer kabid", "active suspended", "site"),
    "team": _right("kepala_opd", "active suspended", "site"),
    "wordpress": _right("kepala_opd tim_teknis", "active", "site"),
}
