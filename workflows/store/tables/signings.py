"""Letters that their signer signs by the state's service (BSrE), and what the signer is asked for now."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from workflows.store.tables.base import Base


class Signing(Base):
    """One letter's signature by its signer. `asked`: "" (nothing yet), nik, passphrase; then typed, at last signed.

    What is typed lies sealed among the settings, and only until it was used. What the signer types until
    `veiled_until`, though it is asked for no more, may still be it.
    """

    __tablename__ = "signings"

    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id"), primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    asked: Mapped[str] = mapped_column(String(20), default="")
    changed_at: Mapped[dt.datetime]
    veiled_until: Mapped[dt.datetime | None]
