"""By what the entries of the log are about they can be found, without reading all of them."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

from doorlicht.register.log import keep_subjects

revision: Final = "0012"
down_revision: Final = "0011"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    """Make the table, and put in what the entries that are there are about."""
    op.create_table(
        "ledger_subjects",
        sa.Column("key", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    keep_subjects(op.get_bind())
    if op.get_bind().dialect.name != "sqlite":
        op.execute(
            "CREATE TRIGGER ledger_subjects_append_only BEFORE UPDATE OR DELETE OR TRUNCATE "
            "ON ledger_subjects FOR EACH STATEMENT EXECUTE FUNCTION doorlicht_append_only()"
        )
        return
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER ledger_subjects_no_{change.lower()} BEFORE {change} "
            "ON ledger_subjects "
            "BEGIN SELECT RAISE(ABORT, 'ledger_subjects is append-only'); END"
        )
