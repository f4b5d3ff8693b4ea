"""What hostings took and served, day by day; of old days, month by month."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from workflows.store.tables.base import Base


class UsageSample(Base):
    """One hosting on one server on one day of WITA, or in the whole month that begins on `day`.

    Of one that moves, both servers count: that day has a row of each, and its counters are their sum.
    Counters are the day's whole, so writing them again changes nothing. What it took (bytes, inodes) is as of
    `measured_at`, the last look of that day; None where there was none, and for a database where there is none.
    """

    __tablename__ = "usage_samples"
    __table_args__ = (Index("ix_usage_samples_whole_month_day", "whole_month", "day"),)

    hosting_id: Mapped[int] = mapped_column(ForeignKey("hostings.id"), primary_key=True, autoincrement=False)
    server_id: Mapped[int] = mapped_column(ForeignKey("servers.id"), primary_key=True, autoincrement=False)
    day: Mapped[dt.date] = mapped_column(primary_key=True)
    whole_month: Mapped[bool] = mapped_column(primary_key=True, default=False)
    requests: Mapped[int] = mapped_column(BigInteger, default=0)
    received_bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    sent_bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    client_errors: Mapped[int] = mapped_column(BigInteger, default=0)  # answers of 400 to 499
    server_errors: Mapped[int] = mapped_column(BigInteger, default=0)  # answers of 500 to 599
    disk_bytes: Mapped[int | None] = mapped_column(BigInteger)
    inodes: Mapped[int | None] = mapped_column(BigInteger)
    database_bytes: Mapped[int | None] = mapped_column(BigInteger)
    measured_at: Mapped[dt.datetime | None]


class UsageWarning(Base):
    """That a hosting stands above a level (percent) of a limit, and that those concerned were told so at `since`."""

    __tablename__ = "usage_warnings"

    hosting_id: Mapped[int] = mapped_column(ForeignKey("hostings.id"), primary_key=True, autoincrement=False)
    resource: Mapped[str] = mapped_column(String(10), primary_key=True)  # disk, inodes, database
    level: Mapped[int]
    since: Mapped[dt.datetime]


class UsageWatch(Base):
    """When a server was asked last what its hostings take, and until when all of them are counted."""

    __tablename__ = "usage_watches"

    server_id: Mapped[int] = mapped_column(ForeignKey("servers.id"), primary_key=True, autoincrement=False)
    asked_at: Mapped[dt.datetime]
    counted_at: Mapped[dt.datetime | None]
    answered: Mapped[bool] = mapped_column(default=True)
