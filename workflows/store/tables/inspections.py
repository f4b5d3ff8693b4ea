"""Looking whether sites are still what they were: when each is looked through next, and what was found."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, Double, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workflows.store.tables.base import Base


class Inspection(Base):
    """Where the looks at a hosting's pages and files stand.

    A pass over the files that is under way has `files_after` (where to go on) and `files_began`, which becomes
    `files_since` at its end: both are moments of the server's own clock, in Unix time. `night` is the last night (WITA)
    for which all files were read, `is_whole` says whether the pass under way reads all.
    """

    __tablename__ = "inspections"

    hosting_id: Mapped[int] = mapped_column(ForeignKey("hostings.id"), primary_key=True, autoincrement=False)
    pages_due_at: Mapped[dt.datetime]
    pages_at: Mapped[dt.datetime | None]
    files_due_at: Mapped[dt.datetime]
    files_at: Mapped[dt.datetime | None]
    files_since: Mapped[float] = mapped_column(Double(), default=0.0)
    files_began: Mapped[float | None] = mapped_column(Double())
    files_after: Mapped[str] = mapped_column(Text(), default="")
    is_whole: Mapped[bool] = mapped_column(default=True)
    pass_began_at: Mapped[dt.datetime | None]
    night: Mapped[dt.date | None]
    error: Mapped[str | None] = mapped_column(String(600))


class SuspectFinding(Base):
    """A page or a file that is suspected, once, however often it is seen. `subject` is its address or its path.

    `fingerprint` names exactly this: what an official dismissed is not told again until it is another. `traits` are
    `provisioning.scan_report.Trait` as data; `facts` what else is known (size, hash, ClamAV's name, the picture).
    """

    __tablename__ = "suspect_findings"
    __table_args__ = (
        UniqueConstraint("hosting_id", "fingerprint"),
        Index("ix_suspect_findings_hosting_id_state", "hosting_id", "state"),
        CheckConstraint("kind IN ('page', 'file')", name="kind"),
        CheckConstraint("state IN ('open', 'dismissed', 'gone')", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    hosting_id: Mapped[int] = mapped_column(ForeignKey("hostings.id"))
    kind: Mapped[str] = mapped_column(String(10))
    fingerprint: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(600))
    score: Mapped[int]
    traits: Mapped[list[Any]]
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[str] = mapped_column(String(10))
    found_at: Mapped[dt.datetime]
    seen_at: Mapped[dt.datetime]
    settled_at: Mapped[dt.datetime | None]
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    reason: Mapped[str] = mapped_column(Text(), default="")
