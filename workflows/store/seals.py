"""All that is sealed in the database under a key of `SECRET_KEYS`: passwords of hostings, and some settings."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import func, select

from workflows.store.tables import Credential, Setting
from workflows.store.unit_of_work import UnitOfWork


async def credentials(work: UnitOfWork, *, not_under: str | None, after: int, limit: int) -> list[Credential]:
    """Return sealed passwords with ids above `after`, locked; without those under the key `not_under`."""
    query = select(Credential).where(Credential.sealed.is_not(None), Credential.id > after)
    if not_under is not None:
        query = query.where(Credential.key_id != not_under)
    return list(await work.session.scalars(query.order_by(Credential.id).limit(limit).with_for_update()))


async def settings(work: UnitOfWork) -> list[Setting]:
    """Return the settings whose value is sealed, locked: it holds `sealed` (base64) and `key_id`."""
    rows = await work.session.scalars(select(Setting).order_by(Setting.key).with_for_update())
    return [row for row in rows if {"sealed", "key_id"} <= row.value.keys()]


async def count(work: UnitOfWork) -> Counter[str]:
    """Return how many seals there are under each key."""
    query = select(Credential.key_id, func.count()).where(Credential.sealed.is_not(None)).group_by(Credential.key_id)
    found: Counter[str] = Counter()
    for key_id, number in await work.session.execute(query):
        found[key_id] = number
    found.update(row.value["key_id"] for row in await settings(work))
    return found
