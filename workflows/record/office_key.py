"""The office's own key, under which checkpoints and bundles are signed: made once, sealed in the database.

Being there, every process of the office has it, a backup holds it, and a stolen database is not enough to sign.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from provisioning.spec import Secret
from workflows.people.notices import tell_admins
from workflows.record.signing import FormerKey, OfficeKey, fingerprint
from workflows.secrets.vault import Vault, setting_context
from workflows.store import ledger, settings
from workflows.store.unit_of_work import Database, UnitOfWork

NAME = "record_key"


async def office_key(vault: Vault, database: Database) -> OfficeKey:
    """Return the office's key; the first time it is made and noted in the ledger. Raises `VaultError`."""
    found = await existing_key(vault, database)
    if found is not None:
        return found
    async with database.write() as work:
        kept = await settings.lock(work, NAME)
        return _open(vault, kept) if kept is not None else await _make(vault, work)


async def existing_key(vault: Vault, database: Database) -> OfficeKey | None:
    """Return the office's key where it was made already. Raises `VaultError`."""
    async with database.read() as work:
        return await key_in(vault, work)


async def key_in(vault: Vault, work: UnitOfWork) -> OfficeKey | None:
    """Return the office's key as a transaction sees it; None where none was made. Raises `VaultError`."""
    kept = await settings.get(work, NAME)
    return _open(vault, kept) if kept is not None else None


async def replace_key(vault: Vault, database: Database, reason: str) -> OfficeKey | None:
    """Let a fresh key sign from now on, note it in the ledger with the reason, and tell the administrators.

    What the old one signed still counts, about the ledger as it is now. None where there is none to replace. Raises
    `VaultError`.
    """
    private = Ed25519PrivateKey.generate()
    async with database.write() as work:
        kept = await settings.lock(work, NAME)
        if kept is None:
            return None
        old, public = _open(vault, kept), private.public_key().public_bytes_raw()
        data = {"public_key": public.hex(), "former": old.public.hex(), "reason": reason}
        line = await ledger.append(work, "record.key_replaced", data=data)
        former = FormerKey(public=old.public, lines=line.sequence - 1)
        new = OfficeKey(private, (*old.signers.former, former))
        await _keep(vault, work, private, new.signers.former)
        shown = {"old": fingerprint(old.public), "new": fingerprint(new.public), "reason": reason}
        await tell_admins(work, "catatan.kunci_diganti", shown)
    return new


def _open(vault: Vault, kept: Mapping[str, str]) -> OfficeKey:
    opened = vault.open(kept["key_id"], base64.b64decode(kept["sealed"]), setting_context(NAME))
    private, *former = opened.reveal().split()
    return OfficeKey(Ed25519PrivateKey.from_private_bytes(bytes.fromhex(private)), tuple(map(_former, former)))


def _former(text: str) -> FormerKey:
    public, _, lines = text.partition(":")
    return FormerKey(public=bytes.fromhex(public), lines=int(lines))


async def _make(vault: Vault, work: UnitOfWork) -> OfficeKey:
    private = Ed25519PrivateKey.generate()
    await _keep(vault, work, private, ())
    made = OfficeKey(private)
    await ledger.append(work, "record.key_made", data={"public_key": made.public.hex()})
    return made


async def _keep(vault: Vault, work: UnitOfWork, private: Ed25519PrivateKey, former: Iterable[FormerKey]) -> None:
    """Seal the key, and with it the former ones: who writes to the database can add none of their own."""
    text = " ".join([private.private_bytes_raw().hex(), *(f"{one.public.hex()}:{one.lines}" for one in former)])
    sealed = vault.seal(Secret(text), setting_context(NAME))
    await settings.put(work, NAME, {"key_id": vault.key_id, "sealed": base64.b64encode(sealed).decode()})
