"""Hostings on their way to another server."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from workflows.store.tables.base import Base

UNDER_WAY = text("phase NOT IN ('refused', 'done', 'undone')")


class Move(Base):
    """One move; `phase` is a `workflows.moving.rules.Phase`. A hosting has at most one under way.

    `uuid` names it to the agents for ever, `attempt` counts the failures of the present step, `due_at` is when it is
    gone on with. `closed_at` and `opened_at` bound the time in which the site was not open. `front_before` is the
    status that its page had before (`provisioning.outside.NO_PAGE`: none came), None until somebody looked.
    `starts_at` is the time it was planned for (None: at once), `announced_at` and `reminded_at` when its OPD was told.
    """

    __tablename__ = "moves"
    __table_args__ = (
        Index("ix_moves_phase_due_at", "phase", "due_at"),
        Index("ux_moves_under_way", "hosting_id", unique=True, sqlite_where=UNDER_WAY, postgresql_where=UNDER_WAY),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    hosting_id: Mapped[int] = mapped_column(ForeignKey("hostings.id"))
    source_id: Mapped[int] = mapped_column(ForeignKey("servers.id"))
    target_id: Mapped[int] = mapped_column(ForeignKey("servers.id"))
    uuid: Mapped[str] = mapped_column(String(40), unique=True)
    phase: Mapped[str] = mapped_column(String(12))
    attempt: Mapped[int] = mapped_column(default=0)
    error: Mapped[dict[str, Any]] = mapped_column(default=dict)
    asked_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    cancelled_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    front_before: Mapped[int | None]
    starts_at: Mapped[dt.datetime | None]
    announced_at: Mapped[dt.datetime | None]
    reminded_at: Mapped[dt.datetime | None]
    due_at: Mapped[dt.datetime]
    created_at: Mapped[dt.datetime]
    closed_at: Mapped[dt.datetime | None]
    opened_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]
