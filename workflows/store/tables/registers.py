"""Yearly numbered registers: the agenda books of letters (masuk, keluar) and the numbers of cases."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from workflows.store.tables.base import Base

FORWARDED_MAX = 300  # characters


class RegisterEntry(Base):
    """A line of a register: no number twice within a year, and none left out but those noted by hand (`outside`).

    A line is never taken away: a void one keeps its number, with the reason and who struck it. `taken_on` is the day
    (WITA) the number was taken, `party` who sent the letter or gets it, `forwarded` to whom it was passed.
    """

    __tablename__ = "register_entries"
    __table_args__ = (
        UniqueConstraint("register", "year", "sequence"),
        Index("ix_register_entries_register_taken_on", "register", "taken_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    register: Mapped[str] = mapped_column(String(20))
    year: Mapped[int]
    sequence: Mapped[int]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    number: Mapped[str] = mapped_column(String(100))
    subject: Mapped[str] = mapped_column(String(300), default="")
    party: Mapped[str] = mapped_column(String(200), default="")
    taken_on: Mapped[dt.date]
    received_on: Mapped[dt.date | None]
    letter_number: Mapped[str] = mapped_column(String(100), default="", server_default="")
    letter_date: Mapped[dt.date | None]
    attachments: Mapped[str] = mapped_column(String(100), default="", server_default="")
    forwarded: Mapped[str] = mapped_column(
        String(FORWARDED_MAX), default="", server_default=""
    )  # diteruskan ke / disposisi
    note: Mapped[str] = mapped_column(String(300), default="", server_default="")
    outside: Mapped[bool] = mapped_column(default=False, server_default=false())  # taken by hand, entered afterwards
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    voided_at: Mapped[dt.datetime | None]
    voided_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    void_reason: Mapped[str] = mapped_column(String(300), default="", server_default="")
    created_at: Mapped[dt.datetime]
