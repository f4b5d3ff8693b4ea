"""Rows whose work failed by a fault of ours or of the machine's, and when each is tried again."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from workflows.store.tables.base import Base


class Setback(Base):
    """Work on one row (of a `kind`: a letter, a move, …) that failed; it is left alone until `not_before`.

    `error` is the name of what was raised: its message may hold what people typed, and stands in the log only.
    """

    __tablename__ = "setbacks"

    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    row_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    attempts: Mapped[int]
    error: Mapped[str] = mapped_column(String(100))
    since: Mapped[dt.datetime]
    not_before: Mapped[dt.datetime]
