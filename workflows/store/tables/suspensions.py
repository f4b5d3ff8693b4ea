"""Why hostings are, or were, suspended: by whom and until when."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from workflows.store.tables.base import Base


class Suspension(Base):
    """One suspension of a hosting, from when it was ordered until its end was; at most one of a hosting has no end.

    `until` is the day (WITA) on which it is to be looked at again: nothing ends by itself. While it `waits`, what is
    under way of the hosting ends first. Until the day `cleaning_until` its owner has the files, to clean them.
    """

    __tablename__ = "suspensions"
    __table_args__ = (Index("ix_suspensions_until", "until"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    hosting_id: Mapped[int] = mapped_column(ForeignKey("hostings.id"), index=True)
    reason: Mapped[str] = mapped_column(Text())
    until: Mapped[dt.date | None]
    cleaning_until: Mapped[dt.date | None]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    began_at: Mapped[dt.datetime]
    reminded_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]
    waits: Mapped[bool] = mapped_column(default=False, server_default=false())
