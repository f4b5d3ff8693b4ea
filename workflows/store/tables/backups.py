"""Backups of hostings: what was asked of a server, when, and what came of it; queue and record in one."""

from __future__ import annotations

import datetime as dt
import enum
from typing import Any, TypedDict

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from workflows.store.tables.base import Base, StateText


class BackupState(enum.StrEnum):
    """How far an order about backups is. The value is kept."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"


class BackupData(TypedDict, total=False):
    """What is said with an order: of a drill its snapshot, of a restore all that a `BackupOrder` of the agent says."""

    deed: str
    reason: str
    snapshot: str
    part: str
    path: str
    beside: str


class Backup(Base):
    """One order to a server: a snapshot, a restore, a drill, or old snapshots to be let go of (no hosting).

    `key` names what is done once (a night's snapshot of a hosting, a month's drill). A job named by `job_id` waits for
    this. A snapshot can be restored from while it is not `gone_at`.
    """

    __tablename__ = "backups"
    __table_args__ = (
        Index("ix_backups_state_due_at", "state", "due_at"),
        Index("ix_backups_hosting_id_deed_id", "hosting_id", "deed", "id"),
        Index("ix_backups_night_hosting_id", "night", "hosting_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    server_id: Mapped[int] = mapped_column(ForeignKey("servers.id"), index=True)
    hosting_id: Mapped[int | None] = mapped_column(ForeignKey("hostings.id"))
    deed: Mapped[str] = mapped_column(String(10))  # snapshot, restore, drill, forget
    reason: Mapped[str] = mapped_column(String(10))  # nightly, asked, before, last, moved
    key: Mapped[str] = mapped_column(String(80), unique=True)
    request_id: Mapped[str] = mapped_column(String(40), unique=True)
    night: Mapped[dt.date | None]  # of a nightly snapshot (WITA)
    data: Mapped[BackupData] = mapped_column(JSON, default=dict)
    state: Mapped[BackupState] = mapped_column(StateText(BackupState, 10))
    attempt: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[dt.datetime]
    snapshot: Mapped[str | None] = mapped_column(String(64), index=True)
    size_bytes: Mapped[int | None] = mapped_column(BigInteger)
    result: Mapped[dict[str, Any]] = mapped_column(default=dict)
    error_code: Mapped[str | None] = mapped_column(String(40))
    error: Mapped[str | None] = mapped_column(String(600))
    job_id: Mapped[int | None] = mapped_column(ForeignKey("jobs.id"), index=True)
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[dt.datetime]
    started_at: Mapped[dt.datetime | None]
    finished_at: Mapped[dt.datetime | None]
    gone_at: Mapped[dt.datetime | None]
