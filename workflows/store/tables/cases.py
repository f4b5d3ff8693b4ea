"""Cases and what belongs to them: their steps, papers, letters and record."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from workflows.store.tables.base import Base


class Case(Base):
    """One request under one version of one SOP. `revision` grows with every change and guards every press."""

    __tablename__ = "cases"
    __table_args__ = (
        Index("ix_cases_status_step", "status", "step"),
        Index("ix_cases_opd_id_id", "opd_id", "id"),
        Index("ix_cases_sop_code_created_at", "sop_code", "created_at"),
        Index("ix_cases_sop_code_closed_at", "sop_code", "closed_at"),
        Index("ix_cases_created_at", "created_at"),
        Index("ix_cases_status_created_at", "status", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    sop_code: Mapped[str] = mapped_column(String(40))
    sop_version: Mapped[int]
    opd_id: Mapped[int] = mapped_column(ForeignKey("opds.id"))
    opened_by: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    subject: Mapped[str] = mapped_column(String(300))
    step: Mapped[str] = mapped_column(String(40))
    status: Mapped[str] = mapped_column(String(20))
    revision: Mapped[int] = mapped_column(default=1)
    facts: Mapped[dict[str, Any]]
    subdomain: Mapped[str | None] = mapped_column(String(63), index=True)
    created_at: Mapped[dt.datetime]
    changed_at: Mapped[dt.datetime]
    closed_at: Mapped[dt.datetime | None]


class CaseStep(Base):
    """A stay of a case in a step; a step that was returned to has several.

    What it waited for the OPD does not count: `pauses` are spans [begin, end] in ISO 8601, `paused_seconds` the working
    seconds of those that are not listed there (of before 0008). `due_at` is when somebody must next be reminded,
    `reminded` the percentage of the deadline that was told last, `worked_seconds` what an ended stay took, `late` and
    `in_norm` what that means for its deadline and norm; each is computed from the calendar soon after it is empty.
    """

    __tablename__ = "case_steps"
    __table_args__ = (
        Index(
            "ix_case_steps_unmeasured",
            "finished_at",
            sqlite_where=text("worked_seconds IS NULL"),
            postgresql_where=text("worked_seconds IS NULL"),
        ),
        Index("ix_case_steps_finished_at", "finished_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    step: Mapped[str] = mapped_column(String(40))
    started_at: Mapped[dt.datetime]
    finished_at: Mapped[dt.datetime | None]
    paused_at: Mapped[dt.datetime | None]
    paused_seconds: Mapped[int] = mapped_column(default=0)
    pauses: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    finished_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    due_at: Mapped[dt.datetime | None]
    reminded: Mapped[int] = mapped_column(default=0, server_default="0")
    worked_seconds: Mapped[int | None]
    late: Mapped[bool | None]
    in_norm: Mapped[bool | None]


class Paper(Base):
    """A file of a case: an upload or a letter of ours, kept by content under its SHA-256.

    `removed_at` is when the file was deleted because its time was over; other papers may still keep the same content.
    """

    __tablename__ = "papers"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    created_at: Mapped[dt.datetime]
    removed_at: Mapped[dt.datetime | None]


class Letter(Base):
    """A letter we issue: its data is frozen when it is signed, its PDF (`paper_id`) follows from the data alone.

    One that is signed by hand has that PDF as `original_id`; `paper_id` is its scan, once there is one.
    """

    __tablename__ = "letters"
    __table_args__ = (
        UniqueConstraint("case_id", "kind", "revision"),
        Index(
            "ix_letters_without_paper",
            "id",
            sqlite_where=text("paper_id IS NULL"),
            postgresql_where=text("paper_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    revision: Mapped[int]  # the case's revision that issued it
    number: Mapped[str | None] = mapped_column(String(100))
    short_code: Mapped[str | None] = mapped_column(String(20), unique=True)
    data: Mapped[dict[str, Any]]
    paper_id: Mapped[int | None] = mapped_column(ForeignKey("papers.id"))
    original_id: Mapped[int | None] = mapped_column(ForeignKey("papers.id"))
    signed_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[dt.datetime]


class LedgerEntry(Base):
    """One line of the append-only record; `hash` covers the line and the hash before it."""

    __tablename__ = "ledger"
    __table_args__ = (Index("ix_ledger_person_id_sequence", "person_id", "sequence"),)

    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[dt.datetime]
    person_id: Mapped[int | None]
    mandate_id: Mapped[int | None]
    action: Mapped[str] = mapped_column(String(80))
    case_id: Mapped[int | None] = mapped_column(index=True)
    data: Mapped[dict[str, Any]]
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)
