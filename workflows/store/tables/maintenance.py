"""What engineers did on servers and hostings by hand, and when they will."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from workflows.store.tables.base import Base


class MaintenanceNote(Base):
    """Work done on a day (WITA) on a server, for one of its hostings where `hosting_id` names it."""

    __tablename__ = "maintenance_notes"
    __table_args__ = (Index("ix_maintenance_notes_day_id", "day", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    server_id: Mapped[int] = mapped_column(ForeignKey("servers.id"))
    hosting_id: Mapped[int | None] = mapped_column(ForeignKey("hostings.id"), index=True)
    day: Mapped[dt.date]
    text: Mapped[str] = mapped_column(Text())
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[dt.datetime]


class MaintenanceWindow(Base):
    """A time at which a server is worked on, as it was told to those concerned. `state`: planned, done, cancelled.

    `revision` grows with each change, guards the presses and names what was told; `announced_at` is when the times that
    stand now were told, `told` the newest `workflows.maintenance_windows.rules.Told` that the clock said of them.
    """

    __tablename__ = "maintenance_windows"
    __table_args__ = (
        Index("ix_maintenance_windows_state_ends_at", "state", "ends_at"),
        Index("ix_maintenance_windows_server_id_begins_at", "server_id", "begins_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    server_id: Mapped[int] = mapped_column(ForeignKey("servers.id"))
    begins_at: Mapped[dt.datetime]
    ends_at: Mapped[dt.datetime]
    work: Mapped[str] = mapped_column(Text())
    state: Mapped[str] = mapped_column(String(10))
    revision: Mapped[int] = mapped_column(default=1)
    announced_at: Mapped[dt.datetime]
    told: Mapped[str] = mapped_column(String(20), default="")
    planned_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
