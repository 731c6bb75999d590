"""Audits: what was measured of models and decisions."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0003"
down_revision: Final = "0002"
branch_labels: Final = None
depends_on: Final = None

_ID: Final = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_MOMENT: Final = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables of audits."""
    op.create_table(
        "audits",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("started_at", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT, nullable=False),
        sa.Column("audit_id", sa.Text, nullable=False, index=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("doorlicht", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
    )
    op.create_table(
        "audit_numbers",
        sa.Column("audit", _ID, sa.ForeignKey("audits.id"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("number_id", sa.Text, nullable=False, index=True),
    )
