"""Windows of maintenance: kept, and found by server and by time."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from workflows.store.tables import Hosting, MaintenanceWindow
from workflows.store.tables.hostings import IS_NO_COPY
from workflows.store.unit_of_work import UnitOfWork

PLANNED = "planned"
Window = MaintenanceWindow


async def get(work: UnitOfWork, window_id: int) -> Window | None:
    """Return one window."""
    return await work.session.get(Window, window_id)


async def lock(work: UnitOfWork, window_id: int) -> Window | None:
    """Return one window as it stands now, locked until the transaction ends."""
    await work.lock_record()
    query = select(Window).where(Window.id == window_id).with_for_update(key_share=True)
    return (await work.session.scalars(query.execution_options(populate_existing=True))).first()


async def planned(work: UnitOfWork, server_id: int | None = None) -> list[Window]:
    """Return the windows that stand planned, of one server or of all, the next first."""
    query = select(Window).where(Window.state == PLANNED).order_by(Window.begins_at, Window.id)
    return list(await work.session.scalars(query if server_id is None else query.where(Window.server_id == server_id)))


async def meeting(
    work: UnitOfWork, server_id: int, begins: dt.datetime, ends: dt.datetime, *, but: int | None = None
) -> Window | None:
    """Return a planned window of a server, other than `but`, that shares an instant with a span."""
    found = await planned(work, server_id)
    return next((one for one in found if one.id != but and one.begins_at < ends and begins < one.ends_at), None)


async def concerned(work: UnitOfWork, server_id: int) -> list[Hosting]:
    """Return the hostings that stand on a server, by domain."""
    query = select(Hosting).where(Hosting.server_id == server_id, Hosting.stands, IS_NO_COPY)
    return list(await work.session.scalars(query.order_by(Hosting.domain)))
