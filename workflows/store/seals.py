"""All that is sealed in the database under a key of `SECRET_KEYS`: passwords of hostings, and some settings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import Select, func, select

from workflows.store.tables import Credential, Setting
from workflows.store.unit_of_work import UnitOfWork


async def credentials(work: UnitOfWork, *, after: int, limit: int) -> list[Credential]:
    """Return the sealed passwords with ids above `after`, to read."""
    return list(await work.session.scalars(_credentials(after, limit)))


async def older_credentials(work: UnitOfWork, newest: str, *, after: int, limit: int) -> list[Credential]:
    """Return the sealed passwords that are not under the key `newest`, with ids above `after`, locked."""
    query = _credentials(after, limit).where(Credential.key_id != newest).with_for_update()
    return list(await work.session.scalars(query))


async def settings(work: UnitOfWork) -> list[Setting]:
    """Return the settings whose value is sealed: it holds `sealed` (base64) and `key_id`."""
    return _sealed(await work.session.scalars(select(Setting).order_by(Setting.key)))


async def older_settings(work: UnitOfWork, newest: str) -> list[Setting]:
    """Return the sealed settings that are not under the key `newest`, locked."""
    rows = _sealed(await work.session.scalars(select(Setting).order_by(Setting.key).with_for_update()))
    return [row for row in rows if row.value["key_id"] != newest]


async def count(work: UnitOfWork) -> Counter[str]:
    """Return how many seals there are under each key."""
    query = select(Credential.key_id, func.count()).where(Credential.sealed.is_not(None)).group_by(Credential.key_id)
    found: Counter[str] = Counter()
    for key_id, number in await work.session.execute(query):
        found[key_id] = number
    found.update(row.value["key_id"] for row in await settings(work))
    return found


def _credentials(after: int, limit: int) -> Select[Credential]:
    found = select(Credential).where(Credential.sealed.is_not(None), Credential.id > after)
    return found.order_by(Credential.id).limit(limit)


def _sealed(rows: Iterable[Setting]) -> list[Setting]:
    return [row for row in rows if {"sealed", "key_id"} <= row.value.keys()]
