"""Whether hostings are still needed: asked of their OPD's head once a year."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workflows.store.tables.base import Base


class Renewal(Base):
    """One year's question about a hosting. `due_on` is the day (WITA) by which it is to be answered.

    `told` counts the messages about it (`workflows.hosting.renewal.stage`), `unreached` is the newest of them that
    could be said to nobody of the OPD. Nothing happens by itself when nobody answers: the Kabid is told, and decides.
    `letter_number` is that of the letter on paper by which the head answered.
    """

    __tablename__ = "renewals"
    __table_args__ = (
        UniqueConstraint("hosting_id", "due_on"),
        Index("ix_renewals_confirmed_at_due_on", "confirmed_at", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    hosting_id: Mapped[int] = mapped_column(ForeignKey("hostings.id"))
    due_on: Mapped[dt.date]
    told: Mapped[int] = mapped_column(default=0)
    unreached: Mapped[int] = mapped_column(default=0, server_default="0")
    confirmed_at: Mapped[dt.datetime | None]
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    letter_number: Mapped[str] = mapped_column(String(100), default="", server_default="")
