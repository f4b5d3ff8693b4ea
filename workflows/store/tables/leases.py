"""Which process is at work on what."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from workflows.store.tables.base import Base


class Lease(Base):
    """Something that one process at a time does. It counts for as long as its holder is present."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)  # "outbox", "server:3", "hosting:7"
    holder: Mapped[int]  # `Database.identity` of the process
    taken_at: Mapped[dt.datetime]
