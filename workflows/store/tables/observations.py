"""What the last look at each hosting and each server found, against what is wanted of them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from workflows.store.tables.base import Base


class Observation(Base):
    """The newest plan of a hosting that should have none. `night` is the last night that looked (WITA).

    `drift` names what is out of step (a digest: the same drift has the same name), None where nothing is;
    `error_code` stands where the agent refuses to plan.
    """

    __tablename__ = "observations"

    hosting_id: Mapped[int] = mapped_column(ForeignKey("hostings.id"), primary_key=True, autoincrement=False)
    revision: Mapped[int]  # the wanted revision it was held against
    observed_at: Mapped[dt.datetime]
    night: Mapped[dt.date | None]
    plan: Mapped[dict[str, Any]] = mapped_column(default=dict)  # provisioning.plan.Plan as data
    plan_hash: Mapped[str | None] = mapped_column(String(64))
    error_code: Mapped[str | None] = mapped_column(String(40))
    error: Mapped[str | None] = mapped_column(String(600))
    drift: Mapped[str | None] = mapped_column(String(64))
    since: Mapped[dt.datetime | None]


class ServerObservation(Base):
    """The nightly look at a server as a whole. `night` is the last one that was finished, `told` what engineers know.

    `told` is `{"error", "strangers", "outdated", "drifts": {hosting id: drift}}`.
    """

    __tablename__ = "server_observations"

    server_id: Mapped[int] = mapped_column(ForeignKey("servers.id"), primary_key=True, autoincrement=False)
    night: Mapped[dt.date | None]
    attempted_at: Mapped[dt.datetime]
    told: Mapped[dict[str, Any]] = mapped_column(default=dict)
