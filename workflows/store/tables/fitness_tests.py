"""Fitness tests of hostings: what was seen, what was ticked, and how they ended."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from workflows.store.tables.base import Base

OPEN = text("state = 'open'")


class FitnessTest(Base):
    """Whether a hosting is fit (`workflows.fitness`). A hosting has at most one that is open.

    `seen` is what the machine saw by the item's id (ok, detail), `ticked` what people said (result, person, at).
    `asked_at` is when people were asked to tick: once there is something to judge, more `files` than the hosting was
    made with. `revision` grows with each change and guards the presses. `report` is the frozen data of the signed
    record; its PDF (`paper_id`) follows from that alone.
    """

    __tablename__ = "fitness_tests"
    __table_args__ = (
        Index("ix_fitness_tests_hosting_id_closed_at", "hosting_id", "closed_at"),
        Index("ux_fitness_tests_open", "hosting_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    hosting_id: Mapped[int] = mapped_column(ForeignKey("hostings.id"))
    occasion: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(10))  # open, closed, dropped
    revision: Mapped[int] = mapped_column(default=1)
    checklist: Mapped[int]  # its version
    seen: Mapped[dict[str, Any]] = mapped_column(default=dict)
    seen_at: Mapped[dt.datetime | None]
    ticked: Mapped[dict[str, Any]] = mapped_column(default=dict)
    verdict: Mapped[str | None] = mapped_column(String(20))
    number: Mapped[str | None] = mapped_column(String(100))
    report: Mapped[dict[str, Any]] = mapped_column(default=dict)
    paper_id: Mapped[int | None] = mapped_column(ForeignKey("papers.id"))
    files: Mapped[int | None]
    asked_at: Mapped[dt.datetime | None]
    begun_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[dt.datetime]
    closed_at: Mapped[dt.datetime | None]
