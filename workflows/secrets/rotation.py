"""Changing the key that secrets are sealed under: everything under an older key is opened and sealed anew.

In small transactions, each whole by itself: a process that dies in between leaves seals under both keys, and both
keys are still known; running it again does the rest. What was shown and destroyed meanwhile stays destroyed.
"""

from __future__ import annotations

import base64
import dataclasses
from collections.abc import Mapping

from provisioning.spec import Secret
from workflows.secrets.vault import Vault, VaultError, credential_context, setting_context
from workflows.store import ledger, seals
from workflows.store.tables import Credential, Setting
from workflows.store.unit_of_work import Database, UnitOfWork

BATCH = 50
DONE = "secrets.resealed"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Rotation:
    """What was done: how many seals are new, which do not open (each by place and reason), what is under each key."""

    resealed: int
    stuck: tuple[str, ...]
    under: Mapping[str, int]


async def rotate(vault: Vault, database: Database) -> Rotation:
    """Seal everything under the vault's newest key."""
    done, stuck = 0, []
    last: int | None = 0
    while last is not None:
        async with database.write() as work:
            rows = await seals.older_credentials(work, vault.key_id, after=last, limit=BATCH)
            faults = [fault for row in rows if (fault := _reseal_password(vault, row))]
        done, last = done + len(rows) - len(faults), rows[-1].id if rows else None
        stuck += faults
    async with database.write() as work:
        settings = await seals.older_settings(work, vault.key_id)
        faults = [fault for row in settings if (fault := _reseal_setting(vault, row))]
        done += len(settings) - len(faults)
        stuck += faults
        if done:
            await ledger.append(work, DONE, data={"key_id": vault.key_id, "count": done})
        under = await seals.count(work)
    return Rotation(resealed=done, stuck=tuple(stuck), under=under)


async def unopened(vault: Vault, work: UnitOfWork) -> list[str]:
    """Return what the vault cannot open, each by place and reason."""
    faults: list[str] = []
    last: int | None = 0
    while last is not None:
        rows = await seals.credentials(work, after=last, limit=BATCH)
        faults += [fault for row in rows if isinstance(fault := _open_password(vault, row), str)]
        last = rows[-1].id if rows else None
    settings = await seals.settings(work)
    return faults + [fault for row in settings if isinstance(fault := _open_setting(vault, row), str)]


def _open_password(vault: Vault, row: Credential) -> Secret | str:
    """Return the password, or why it does not open."""
    try:
        return vault.open(row.key_id, row.sealed or b"", credential_context(row.hosting_id, row.kind))
    except VaultError as error:
        return f"the {row.kind} password of hosting {row.hosting_id}: {error}"


def _open_setting(vault: Vault, row: Setting) -> Secret | str:
    """Return what a setting holds, or why it does not open."""
    try:
        return vault.open(row.value["key_id"], base64.b64decode(row.value["sealed"]), setting_context(row.key))
    except VaultError as error:
        return f"the setting {row.key}: {error}"


def _reseal_password(vault: Vault, row: Credential) -> str | None:
    opened = _open_password(vault, row)
    if isinstance(opened, str):
        return opened
    row.sealed = vault.seal(opened, credential_context(row.hosting_id, row.kind))
    row.key_id = vault.key_id
    return None


def _reseal_setting(vault: Vault, row: Setting) -> str | None:
    opened = _open_setting(vault, row)
    if isinstance(opened, str):
        return opened
    sealed = base64.b64encode(vault.seal(opened, setting_context(row.key))).decode()
    row.value = {**row.value, "key_id": vault.key_id, "sealed": sealed}
    return None
