"""Small secrets, sealed among the settings: there a change of keys finds them, and a backup holds them sealed."""

from __future__ import annotations

import base64

from provisioning.spec import Secret
from workflows.secrets.vault import Vault, VaultError, setting_context
from workflows.store import settings
from workflows.store.unit_of_work import UnitOfWork


async def keep(work: UnitOfWork, vault: Vault, name: str, secret: Secret) -> None:
    """Seal a secret under a name; one that was there before is gone."""
    sealed = base64.b64encode(vault.seal(secret, setting_context(name))).decode()
    await settings.put(work, name, {"key_id": vault.key_id, "sealed": sealed})


async def opened(work: UnitOfWork, vault: Vault, name: str) -> Secret | None:
    """Return a secret; None where there is none, or its key is gone."""
    kept = await settings.get(work, name)
    try:
        return vault.open(kept["key_id"], base64.b64decode(kept["sealed"]), setting_context(name)) if kept else None
    except VaultError:
        return None


async def forget(work: UnitOfWork, name: str) -> None:
    """Destroy a secret."""
    await settings.drop(work, name)


async def is_kept(work: UnitOfWork, name: str) -> bool:
    """Whether there is a secret under a name."""
    return await settings.get(work, name) is not None
