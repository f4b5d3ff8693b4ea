"""What engineers did on servers and hostings by hand."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, Text
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
