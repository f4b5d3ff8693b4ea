"""What is said about a case beside its course: internal notes, the OPD's questions, the office's answers."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from workflows.store.tables.base import Base


class Remark(Base):
    """One remark. `kind`: internal (DKISP's eyes only), question (of the OPD), answer (of the office)."""

    __tablename__ = "remarks"
    __table_args__ = (Index("ix_remarks_person_id_created_at", "person_id", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    mandate_id: Mapped[int] = mapped_column(ForeignKey("mandates.id"))
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[dt.datetime]
