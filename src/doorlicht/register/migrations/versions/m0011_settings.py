"""The settings of traces and audits, so that they can be repeated; older ones have none."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0011"
down_revision: Final = "0010"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    """Add the columns; a record leaves out what is empty, so that no state changes by it."""
    op.add_column("traces", sa.Column("settings", sa.Text))
    op.add_column("audits", sa.Column("settings", sa.Text))
