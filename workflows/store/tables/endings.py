"""Hostings at their end: archived since when and why, and from which day on they may be removed."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from workflows.store.tables.base import Base


class Ending(Base):
    """One archiving of a hosting; at most one of a hosting was neither taken back nor ended by removal.

    `remove_on` is the day (WITA) from which on the Kabid may have it removed: nothing is removed by itself.
    """

    __tablename__ = "endings"
    __table_args__ = (Index("ix_endings_remove_on", "remove_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    hosting_id: Mapped[int] = mapped_column(ForeignKey("hostings.id"), index=True)
    reason: Mapped[str] = mapped_column(Text())
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    archived_at: Mapped[dt.datetime]
    remove_on: Mapped[dt.date]
    reminded_at: Mapped[dt.datetime | None]
    closed_at: Mapped[dt.datetime | None]  # taken back, or the removal was ordered
