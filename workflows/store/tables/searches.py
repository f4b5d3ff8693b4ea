"""What people searched for lately: the buttons to a search's next page name it by its number."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from workflows.store.tables.base import Base

TYPED_MAX = 100  # characters


class Search(Base):
    """One search, as it was typed."""

    __tablename__ = "searches"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    typed: Mapped[str] = mapped_column(String(TYPED_MAX))
    created_at: Mapped[dt.datetime]
