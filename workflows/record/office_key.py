"""The office's own key, under which checkpoints and bundles are signed: made once, sealed in the database.

Being there, every process of the office has it, a backup holds it, and a stolen database is not enough to sign.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from provisioning.spec import Secret
from workflows.record.signing import OfficeKey
from workflows.store import ledger, settings
from workflows.store.unit_of_work import Database, UnitOfWork
from workflows.vault import Vault, setting_context

NAME = "record_key"


async def office_key(vault: Vault, database: Database) -> OfficeKey:
    """Return the office's key; the first time it is made and noted in the ledger. Raises `VaultError`."""
    found = await existing_key(vault, database)
    if found is not None:
        return found
    async with database.write() as work:
        return _open(vault, await settings.lock(work, NAME) or await _make(vault, work))


async def existing_key(vault: Vault, database: Database) -> OfficeKey | None:
    """Return the office's key where it was made already. Raises `VaultError`."""
    async with database.read() as work:
        kept = await settings.get(work, NAME)
    return _open(vault, kept) if kept is not None else None


def _open(vault: Vault, kept: Mapping[str, str]) -> OfficeKey:
    opened = vault.open(kept["key_id"], base64.b64decode(kept["sealed"]), setting_context(NAME))
    return OfficeKey(Ed25519PrivateKey.from_private_bytes(bytes.fromhex(opened.reveal())))


async def _make(vault: Vault, work: UnitOfWork) -> dict[str, str]:
    private = Ed25519PrivateKey.generate()
    sealed = vault.seal(Secret(private.private_bytes_raw().hex()), setting_context(NAME))
    kept = {"key_id": vault.key_id, "sealed": base64.b64encode(sealed).decode()}
    await settings.put(work, NAME, kept)
    public = private.public_key().public_bytes_raw()
    await ledger.append(work, "record.key_made", data={"public_key": public.hex()})
    return kept
