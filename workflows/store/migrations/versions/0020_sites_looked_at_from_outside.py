"""What is known of sites from outside, and the outages there were."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "site_watches",
        sa.Column("hosting_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("up", sa.Boolean(), nullable=False),
        sa.Column("doubts", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(length=40), nullable=True),
        sa.Column("detail", sa.String(length=600), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("looked_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("certificate_expires", MOMENT, nullable=True),
        sa.Column("certificate_trusted", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["hosting_id"], ["hostings.id"], name=op.f("fk_site_watches_hosting_id_hostings")),
        sa.PrimaryKeyConstraint("hosting_id", name=op.f("pk_site_watches")),
    )
    op.create_index(op.f("ix_site_watches_due_at"), "site_watches", ["due_at"])
    op.create_table(
        "incidents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("server_id", sa.Integer(), nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("rang_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["server_id"], ["servers.id"], name=op.f("fk_incidents_server_id_servers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
    )
    op.create_index(op.f("ix_incidents_server_id"), "incidents", ["server_id"])
    op.create_table(
        "outages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hosting_id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(length=40), nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["hosting_id"], ["hostings.id"], name=op.f("fk_outages_hosting_id_hostings")),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_outages_incident_id_incidents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outages")),
    )
    op.create_index(op.f("ix_outages_incident_id"), "outages", ["incident_id"])
    op.create_index("ix_outages_hosting_id_began_at", "outages", ["hosting_id", "began_at"])


def downgrade() -> None:
    """Go back; what was seen is lost, but for the ledger's lines of outages."""
    for table in ("outages", "incidents", "site_watches"):
        op.drop_table(table)
