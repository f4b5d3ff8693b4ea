"""The ledger is append-only: the database itself refuses UPDATE and DELETE (and TRUNCATE) on it."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SQLITE = tuple(
    f"CREATE TRIGGER ledger_no_{verb} BEFORE {verb} ON ledger "
    "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
    for verb in ("update", "delete")
)
POSTGRESQL = (
    """
    CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$
    """,
    """
    CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()
    """,
)
SQLITE_BACK = ("DROP TRIGGER ledger_no_update", "DROP TRIGGER ledger_no_delete")
POSTGRESQL_BACK = ("DROP TRIGGER ledger_append_only ON ledger", "DROP FUNCTION ledger_refuse()")


def upgrade() -> None:
    """Go forward."""
    for statement in SQLITE if op.get_context().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    """Go back."""
    for statement in SQLITE_BACK if op.get_context().dialect.name == "sqlite" else POSTGRESQL_BACK:
        op.execute(statement)
