"""What servers have not taken yet."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from workflows.store.tables.base import Base


class ServerUpdates(Base):
    """What a server said last of pending updates: `provisioning.plan.PendingUpdates` as data."""

    __tablename__ = "server_updates"

    server_id: Mapped[int] = mapped_column(ForeignKey("servers.id"), primary_key=True, autoincrement=False)
    pending: Mapped[dict[str, Any]] = mapped_column(default=dict)
    asked_at: Mapped[dt.datetime]
