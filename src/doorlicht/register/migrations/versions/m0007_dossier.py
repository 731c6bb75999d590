"""The dossier of an inquiry: units, scope, campaigns, and what Parliament asked."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0007"
down_revision: Final = "0006"
branch_labels: Final = None
depends_on: Final = None

_ID: Final = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_MOMENT: Final = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables of the dossier."""
    op.create_table(
        "dossier_records",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.Column("kind", sa.Text, nullable=False, index=True),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("changed_by", sa.Text, nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=False),
    )
    op.create_table(
        "dossier_events",
        sa.Column("id", _ID, primary_key=True),
        sa.Column(
            "record_key", sa.Text, sa.ForeignKey("dossier_records.key"), nullable=False, index=True
        ),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
    )
