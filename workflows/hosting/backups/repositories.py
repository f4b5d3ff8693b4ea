"""Where a server's backups go, and what opens them: the place in plain words, the password sealed."""

from __future__ import annotations

import secrets

from provisioning.spec import Secret
from workflows.secrets import sealed
from workflows.secrets.vault import Vault
from workflows.store import ledger
from workflows.store.tables import Server
from workflows.store.unit_of_work import UnitOfWork

PASSWORD_BYTES = 32


async def password(work: UnitOfWork, vault: Vault, server: Server) -> Secret | None:
    """Return what opens a server's backups; None where there is none yet, or its key is gone."""
    return await sealed.opened(work, vault, _name(server))


async def password_for(work: UnitOfWork, vault: Vault, server: Server, given: Secret | None = None) -> Secret:
    """Return the password of a server's backups: the one `given`, the one that is kept, or a new one; it is kept.

    To be committed before the server hears of it: a repository whose password nobody kept would be lost.
    """
    chosen = given or await password(work, vault, server) or Secret(secrets.token_urlsafe(PASSWORD_BYTES))
    await sealed.keep(work, vault, _name(server), chosen)
    return chosen


async def set_place(work: UnitOfWork, server: Server, place: str) -> None:
    """Note where a server's backups go, once it has opened the repository there."""
    server.backup_place = place
    await ledger.append(work, "backup.place", data={"server": server.id, "place": place})


def _name(server: Server) -> str:
    return f"backup:{server.id}"
