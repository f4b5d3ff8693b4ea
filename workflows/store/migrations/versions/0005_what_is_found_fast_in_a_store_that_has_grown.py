"""Indexes for lists, sweeps and search, so that neither takes longer with every case there is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MADE = (
    ("ix_cases_opd_id_id", "cases", ["opd_id", "id"]),
    ("ix_outbox_sent_at", "outbox", ["sent_at"]),
    ("ix_hostings_state_domain", "hostings", ["state", "domain", "applied_revision"]),
    ("ix_hostings_opd_id_state_domain", "hostings", ["opd_id", "state", "domain", "applied_revision"]),
    ("ix_hostings_server_id_state", "hostings", ["server_id", "state"]),
)
REPLACED = (("cases", "opd_id"), ("outbox", "chat_id"), ("hostings", "opd_id"), ("hostings", "server_id"))
PARTS = (
    ("ix_letters_without_paper", "letters", ["id"], sa.text("paper_id IS NULL")),
    ("ix_outbox_open", "outbox", ["chat_id", "id"], sa.text("state IN ('pending', 'sending')")),
)
SQLITE = (
    """
    CREATE VIRTUAL TABLE case_words USING fts5
    (number, subject, subdomain, content='cases', content_rowid='id', tokenize='trigram')
    """,
    """
    CREATE TRIGGER case_words_insert AFTER INSERT ON cases BEGIN
        INSERT INTO case_words (rowid, number, subject, subdomain)
        VALUES (new.id, new.number, new.subject, new.subdomain);
    END
    """,
    """
    CREATE TRIGGER case_words_update AFTER UPDATE OF number, subject, subdomain ON cases BEGIN
        INSERT INTO case_words (case_words, rowid, number, subject, subdomain)
        VALUES ('delete', old.id, old.number, old.subject, old.subdomain);
        INSERT INTO case_words (rowid, number, subject, subdomain)
        VALUES (new.id, new.number, new.subject, new.subdomain);
    END
    """,
    "INSERT INTO case_words (case_words) VALUES ('rebuild')",
)
POSTGRESQL = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    """
    CREATE INDEX case_words ON cases USING gin
    (number gin_trgm_ops, subject gin_trgm_ops, subdomain gin_trgm_ops)
    """,
)
SQLITE_BACK = ("DROP TRIGGER case_words_update", "DROP TRIGGER case_words_insert", "DROP TABLE case_words")


def upgrade() -> None:
    """Go forward."""
    for table, column in REPLACED:
        op.drop_index(op.f(f"ix_{table}_{column}"), table_name=table)
    for name, table, columns in MADE:
        op.create_index(name, table, columns)
    op.drop_index("ix_outbox_state_not_before", table_name="outbox")
    for name, table, columns, those in PARTS:
        op.create_index(name, table, columns, sqlite_where=those, postgresql_where=those)
    for statement in SQLITE if op.get_context().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    """Go back."""
    for statement in SQLITE_BACK if op.get_context().dialect.name == "sqlite" else ("DROP INDEX case_words",):
        op.execute(statement)
    for name, table, _, _ in PARTS:
        op.drop_index(name, table_name=table)
    op.create_index("ix_outbox_state_not_before", "outbox", ["state", "not_before"])
    for name, table, _ in MADE:
        op.drop_index(name, table_name=table)
    for table, column in REPLACED:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
