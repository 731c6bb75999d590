"""Uses, answers, assessments with what people said of them, measures and legal holds."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0004"
down_revision: Final = "0003"
branch_labels: Final = None
depends_on: Final = None

_ID: Final = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_MOMENT: Final = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables of judging."""
    op.create_table(
        "uses",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("status", sa.Text, nullable=False, index=True),
        sa.Column("concept", sa.Text, nullable=False),
        sa.Column("processing", sa.Text, nullable=False),
        sa.Column("processing_id", sa.Text, nullable=False),
        sa.Column("observed_role", sa.Text, nullable=False),
        sa.Column("declared_role", sa.Text, nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("since", sa.Date),
        sa.Column("until", sa.Date),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.Column("into", sa.Text, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
    )
    op.create_table(
        "use_events",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("use_id", sa.Text, sa.ForeignKey("uses.id"), nullable=False, index=True),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
    )
    op.create_table(
        "use_answers",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("use_id", sa.Text, sa.ForeignKey("uses.id"), nullable=False, index=True),
        sa.Column("fact", sa.Text, nullable=False),
        sa.Column("value", sa.Text),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
    )
    op.create_table(
        "assessments",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("use_id", sa.Text, sa.ForeignKey("uses.id"), nullable=False, index=True),
        sa.Column("framework", sa.Text, nullable=False),
        sa.Column("edition", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("since", sa.Date),
        sa.Column("until", sa.Date),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("proposal", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False, index=True),
    )
    op.create_table(
        "assessment_reviews",
        sa.Column("id", _ID, primary_key=True),
        sa.Column(
            "assessment_id", sa.Text, sa.ForeignKey("assessments.id"), nullable=False, index=True
        ),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
    )
    op.create_table(
        "measures",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("use_id", sa.Text, sa.ForeignKey("uses.id"), nullable=False, index=True),
        sa.Column("assessment_id", sa.Text, sa.ForeignKey("assessments.id"), nullable=False),
        sa.Column("consequence", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("is_held", sa.Boolean, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("due", sa.Date),
        sa.Column("proof", sa.Text, nullable=False),
        sa.Column("verifier", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False, index=True),
    )
    op.create_table(
        "measure_events",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("measure_id", sa.Text, sa.ForeignKey("measures.id"), nullable=False, index=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
    )
    op.create_table(
        "holds",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("use_id", sa.Text, sa.ForeignKey("uses.id"), nullable=False, index=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("lifted_by", sa.Text, nullable=False),
        sa.Column("lifted_at", _MOMENT),
        sa.Column("lifted_reason", sa.Text, nullable=False),
    )
