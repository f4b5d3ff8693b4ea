"""The inventory of addresses, and how much of each server may be promised."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SHARES = (("disk_percent", "90"), ("memory_percent", "400"), ("bandwidth_percent", "1000"))


def upgrade() -> None:
    """Go forward; the addresses are those that the servers' agents named last."""
    for name, default in SHARES:
        op.add_column("servers", sa.Column(name, sa.Integer(), server_default=default, nullable=False))
    addresses = op.create_table(
        "addresses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("server_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("hosting_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('shared', 'dedicated')", name=op.f("ck_addresses_kind")),
        sa.CheckConstraint(
            "kind = 'dedicated' OR hosting_id IS NULL", name=op.f("ck_addresses_only_dedicated_ones_are_held")
        ),
        sa.ForeignKeyConstraint(["hosting_id"], ["hostings.id"], name=op.f("fk_addresses_hosting_id_hostings")),
        sa.ForeignKeyConstraint(["server_id"], ["servers.id"], name=op.f("fk_addresses_server_id_servers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_addresses")),
        sa.UniqueConstraint("address", name=op.f("uq_addresses_address")),
    )
    op.create_index(op.f("ix_addresses_hosting_id"), "addresses", ["hosting_id"], unique=False)
    op.create_index(op.f("ix_addresses_server_id"), "addresses", ["server_id"], unique=False)
    if not op.get_context().as_sql:
        op.bulk_insert(addresses, _known())


def _known() -> list[dict[str, Any]]:
    rows: dict[str, dict[str, Any]] = {}
    for server_id, facts in op.get_bind().execute(sa.text("SELECT id, facts FROM servers ORDER BY id")):
        said = json.loads(facts) if isinstance(facts, str) else facts
        for kind in ("shared", "dedicated"):
            for address in said.get(f"addresses_{kind}", ()):
                row = {"server_id": server_id, "address": address, "kind": kind, "active": True}
                rows.setdefault(address, {**row, "created_at": dt.datetime.now(dt.UTC)})
    return list(rows.values())


def downgrade() -> None:
    """Go back."""
    op.drop_table("addresses")
    for name, _ in SHARES:
        op.drop_column("servers", name)
