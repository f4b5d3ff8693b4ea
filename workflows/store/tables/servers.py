"""Servers, what their agents said last, and their addresses."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from provisioning.plan import ServerFacts
from workflows.store.tables.base import Base

NOTHING_TOLD = ServerFacts(
    hostname="",
    agent_version="",
    os_release="",
    disk_total_mb=0,
    disk_free_mb=0,
    memory_total_mb=0,
    memory_available_mb=0,
    load=0.0,
    cpus=0,
    sites=0,
    allotted_disk_mb=0,
    allotted_database_mb=0,
    allotted_memory_mb=0,
    allotted_bandwidth_kbit=0,
    uplink_kbit=0,
    zones=(),
    addresses_shared=(),
    addresses_dedicated=(),
    addresses_taken=(),
    php_versions=(),
    quota_on=False,
    services={},
)
"""The facts of a server that has not answered yet."""


def read_facts(data: Mapping[str, Any]) -> ServerFacts:
    """Read what was kept of an agent's answer, of any release: what it left out is as if never answered.

    What no release of today knows is left out: a newer one kept it before this one was put back.
    """
    known = {field.name: data[field.name] for field in dataclasses.fields(ServerFacts) if field.name in data}
    return ServerFacts.from_data(vars(NOTHING_TOLD) | known)


class Server(Base):
    """An enrolled server; `host_key` is pinned.

    The percentages say how much of each resource may be promised in all (`workflows.capacity.Shares`).
    """

    __tablename__ = "servers"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    host: Mapped[str] = mapped_column(String(253))
    port: Mapped[int] = mapped_column(default=22)
    host_key: Mapped[str] = mapped_column(String(2000))
    zone: Mapped[str] = mapped_column(String(253))
    name_server: Mapped[str] = mapped_column(String(253))  # the address that is asked when a name is verified
    active: Mapped[bool] = mapped_column(default=True)
    facts_data: Mapped[dict[str, Any]] = mapped_column("facts", default=dict)  # everybody reads and sets `facts`
    facts_at: Mapped[dt.datetime | None]
    disk_percent: Mapped[int] = mapped_column(default=90, server_default="90")
    memory_percent: Mapped[int] = mapped_column(default=400, server_default="400")
    bandwidth_percent: Mapped[int] = mapped_column(default=1000, server_default="1000")
    backup_place: Mapped[str | None] = mapped_column(String(500))  # where its backups go; nothing secret
    created_at: Mapped[dt.datetime]

    @property
    def facts(self) -> ServerFacts:
        """What its agent said last, at `facts_at`; `NOTHING_TOLD` where it never answered."""
        return read_facts(self.facts_data or {})

    @facts.setter
    def facts(self, told: ServerFacts) -> None:
        self.facts_data = told.to_data()

    @property
    def has_answered(self) -> bool:
        """Whether its agent ever said anything."""
        return bool(self.facts_data)


class Address(Base):
    """An IP address of a server: shared by its hostings, or dedicated, and then of at most one hosting.

    An address stands here once and has one holder, so no two hostings can ever have it. A holder that is `released`
    holds it no more. A retired one (not `active`) is given to nobody new.
    """

    __tablename__ = "addresses"
    __table_args__ = (
        CheckConstraint("kind IN ('shared', 'dedicated')", name="kind"),
        CheckConstraint("kind = 'dedicated' OR hosting_id IS NULL", name="only_dedicated_ones_are_held"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    server_id: Mapped[int] = mapped_column(ForeignKey("servers.id"), index=True)
    address: Mapped[str] = mapped_column(String(45), unique=True)  # IPv4 or IPv6, canonical
    kind: Mapped[str] = mapped_column(String(10))
    active: Mapped[bool] = mapped_column(default=True)
    hosting_id: Mapped[int | None] = mapped_column(ForeignKey("hostings.id"), index=True)
    created_at: Mapped[dt.datetime]
