"""Who opened what of which case: kept apart from the ledger, one line a day at most, and not for ever."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workflows.store.tables.base import Base


class Reading(Base):
    """Somebody opened something of a case on a day (WITA), for the first time that day at `at`."""

    __tablename__ = "readings"
    __table_args__ = (UniqueConstraint("person_id", "case_id", "what", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    what: Mapped[str] = mapped_column(String(20))  # workflows.record.readings.What
    day: Mapped[dt.date]
    at: Mapped[dt.datetime]
