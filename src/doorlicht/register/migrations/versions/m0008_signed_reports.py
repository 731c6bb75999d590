"""Signed reports, with their figures as they were."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0008"
down_revision: Final = "0007"
branch_labels: Final = None
depends_on: Final = None

_ID: Final = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables of signed reports."""
    op.create_table(
        "signed_reports",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("report", sa.Text, nullable=False, unique=True),
        sa.Column("kind", sa.Text, nullable=False, index=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("figures", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("doorlicht", sa.Text, nullable=False),
    )
    op.create_table(
        "signed_figures",
        sa.Column("report", sa.Text, sa.ForeignKey("signed_reports.report"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("figure", sa.Text, nullable=False, index=True),
    )
