"""Domains of OPDs' own, outside the city's zone, on their way to a hosting or answered by it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from workflows.store.tables.base import Base

HELD = text("proven_at IS NOT NULL AND ended_at IS NULL")
LIVING = text("ended_at IS NULL")


class CustomDomain(Base):
    """A domain that was allowed for a hosting, whose owner shows `token` in its own DNS.

    Whether the server answers to it stands in the hosting's spec. Several hostings may wait for proof of one name, at
    most one has it. `seen` is what the last look saw (`provisioning.domain_proof`), `misses` counts looks in a row that
    found proof or direction gone of a domain that is served; `told` is what its OPD was told last.
    """

    __tablename__ = "custom_domains"
    __table_args__ = (
        Index("ux_custom_domains_held", "name", unique=True, sqlite_where=HELD, postgresql_where=HELD),
        Index(
            "ux_custom_domains_living", "hosting_id", "name", unique=True, sqlite_where=LIVING, postgresql_where=LIVING
        ),
        Index("ix_custom_domains_ended_at_look_at", "ended_at", "look_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    hosting_id: Mapped[int] = mapped_column(ForeignKey("hostings.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    name: Mapped[str] = mapped_column(String(253))
    token: Mapped[str] = mapped_column(String(40))
    seen: Mapped[dict[str, Any]] = mapped_column(default=dict)
    misses: Mapped[int] = mapped_column(default=0)
    told: Mapped[str] = mapped_column(String(20), default="")
    created_at: Mapped[dt.datetime]
    look_at: Mapped[dt.datetime]
    looked_at: Mapped[dt.datetime | None]
    proven_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]
