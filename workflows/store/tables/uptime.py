"""What is known of sites from outside: whether each is there, since when, and the outages there were."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from workflows.store.tables.base import Base


class SiteWatch(Base):
    """The newest look at a hosting from outside; `up` is what is believed, `doubts` the looks that said otherwise.

    `cause` (`provisioning.uptime.Cause`) is what the last look saw, None where it saw the site.
    """

    __tablename__ = "site_watches"

    hosting_id: Mapped[int] = mapped_column(ForeignKey("hostings.id"), primary_key=True, autoincrement=False)
    up: Mapped[bool]
    doubts: Mapped[int]
    cause: Mapped[str | None] = mapped_column(String(40))
    detail: Mapped[str] = mapped_column(String(600), default="")
    since: Mapped[dt.datetime]  # the first look: before it nothing is known
    looked_at: Mapped[dt.datetime]
    due_at: Mapped[dt.datetime] = mapped_column(index=True)
    certificate_expires: Mapped[dt.datetime | None]
    certificate_trusted: Mapped[bool | None]


class Incident(Base):
    """What is told as one: from the first site of a server that went down until none is down any more."""

    __tablename__ = "incidents"

    id: Mapped[int] = mapped_column(primary_key=True)
    server_id: Mapped[int] = mapped_column(ForeignKey("servers.id"), index=True)
    began_at: Mapped[dt.datetime]
    rang_at: Mapped[dt.datetime]  # when the engineers heard a sound last; before `began_at` while they heard none
    ended_at: Mapped[dt.datetime | None]


class Outage(Base):
    """A site that was down; `began_at` is when as many looks as it takes had missed it."""

    __tablename__ = "outages"
    __table_args__ = (Index("ix_outages_hosting_id_began_at", "hosting_id", "began_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    hosting_id: Mapped[int] = mapped_column(ForeignKey("hostings.id"))
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"), index=True)
    cause: Mapped[str] = mapped_column(String(40))
    began_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
