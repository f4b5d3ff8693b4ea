"""Whose keys open a hosting's files."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workflows.store.tables.base import Base


class SftpKey(Base):
    """What is known of a key in a hosting's spec (`ssh_keys`, which is what counts): whose it is, and since when.

    `line` is bare, as in the spec; `comment` is what its owner called it, untrusted text.
    """

    __tablename__ = "sftp_keys"
    __table_args__ = (UniqueConstraint("hosting_id", "line"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    hosting_id: Mapped[int] = mapped_column(ForeignKey("hostings.id"))
    line: Mapped[str] = mapped_column(String(1500))
    comment: Mapped[str] = mapped_column(String(60))
    added_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    added_at: Mapped[dt.datetime]
