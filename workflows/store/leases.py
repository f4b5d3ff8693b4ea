"""Work that one process at a time does, though several stand by to do it.

A lease is a row, so what is done in the same transaction as `take` is done by its holder or not at all. It has no
end of its own: it counts while its holder is present (`workflows.store.presence`), which on PostgreSQL is known to the
database at the instant a process dies, and soon after one is frozen or cut off. SQLite has one process: whoever else
holds a lease there is dead.
"""

from __future__ import annotations

from sqlalchemy import bindparam, delete, select, update

from workflows.store.insert import insert_new
from workflows.store.presence import is_present
from workflows.store.tables import Lease
from workflows.store.unit_of_work import Database, UnitOfWork

OURS = select(Lease.name).where(Lease.name == bindparam("name"), Lease.holder == bindparam("holder")).with_for_update()


async def take(work: UnitOfWork, name: str) -> bool:
    """Take a lease that is free or whose holder is gone; also True where it is ours. False: another is at it."""
    if await work.session.scalar(OURS, {"name": name, "holder": work.identity}) is not None:
        return True
    holder = await work.session.scalar(select(Lease.holder).where(Lease.name == name))
    if holder is None:
        values = {"name": name, "holder": work.identity, "taken_at": work.now}
        return await insert_new(work, Lease, values) is not None
    if await is_present(work, holder):
        return False
    taken = (
        update(Lease)
        .where(Lease.name == name, Lease.holder == holder)
        .values(holder=work.identity, taken_at=work.now)
        .returning(Lease.name)
    )
    return await work.session.scalar(taken) is not None


async def give_up(work: UnitOfWork, *names: str) -> None:
    """Let others have what is ours of these."""
    mine = (Lease.name.in_(names), Lease.holder == work.identity)
    await work.session.execute(delete(Lease).where(*mine))


async def ours(database: Database, name: str) -> bool:
    """Take a lease in a transaction of its own, to be kept for as long as this process lives."""
    async with database.write() as work:
        return await take(work, name)
