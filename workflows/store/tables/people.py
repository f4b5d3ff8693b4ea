"""People, the offices they hold, the OPDs they serve and the invitations that bring them in."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workflows.store.tables.base import Base


class Opd(Base):
    """An Organisasi Perangkat Daerah of the city."""

    __tablename__ = "opds"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    head_title: Mapped[str] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)


class Person(Base):
    """Somebody known by name; `telegram_id` is empty until they came in through their invitation."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    telegram_id: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    name: Mapped[str] = mapped_column(String(200))
    nip: Mapped[str | None] = mapped_column(String(18))
    rank: Mapped[str | None] = mapped_column(String(100))
    phone: Mapped[str] = mapped_column(String(20), index=True)
    blocked_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime]
    language: Mapped[str] = mapped_column(String(2), default="id", server_default="id")  # chosen; see people/languages


class MandateRow(Base):
    """An office held for a time: definitive, or acting (Plt, Plh; UU 30/2014 art. 14). Dates are inclusive, WITA."""

    __tablename__ = "mandates"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    role: Mapped[str] = mapped_column(String(40), index=True)
    opd_id: Mapped[int | None] = mapped_column(ForeignKey("opds.id"), index=True)
    acting: Mapped[str] = mapped_column(String(10), default="")
    decree: Mapped[str] = mapped_column(String(200), default="")
    starts_on: Mapped[dt.date]
    ends_on: Mapped[dt.date | None]
    revoked_at: Mapped[dt.datetime | None]


class Invite(Base):
    """A one-time deep link; only the SHA-256 of its token is kept."""

    __tablename__ = "invites"
    __table_args__ = (UniqueConstraint("token_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    role: Mapped[str] = mapped_column(String(40))
    opd_id: Mapped[int | None] = mapped_column(ForeignKey("opds.id"))
    acting: Mapped[str] = mapped_column(String(10), default="")
    decree: Mapped[str] = mapped_column(String(200), default="")
    starts_on: Mapped[dt.date]
    ends_on: Mapped[dt.date | None]
    invited_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]
    opened_by: Mapped[int | None] = mapped_column(BigInteger)  # the Telegram id that opened the link last
