"""Entries of the ledger in form 2, the tree over them, and the state of each subject.

Entries that are there stay as they are, and become leaves of the tree too. What the register
holds of each subject is sealed right behind this step: see ``register/ledger.py``.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from alembic import op

from doorlicht.evidence import form_1_line, leaf_hash, root_of

if TYPE_CHECKING:
    from collections.abc import Iterator

revision: Final = "0005"
down_revision: Final = "0004"
branch_labels: Final = None
depends_on: Final = None

_SHA256: Final = sa.String(64)
_WIDTH: Final = 256
_NODES: Final = sa.table(
    "ledger_nodes", sa.column("level"), sa.column("position"), sa.column("hash")
)


def upgrade() -> None:
    """Give the ledger its second form, and a tree over the entries of the first."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table("ledger_entries") as table:
        for name, kind in (("subjects", sa.Text()), *_HASHES):
            table.alter_column(name, existing_type=kind, nullable=True)
        table.add_column(sa.Column("line", sa.Text))
    op.create_table(
        "ledger_nodes",
        sa.Column("level", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("hash", _SHA256, nullable=False),
    )
    op.create_table(
        "ledger_states",
        sa.Column("key", _SHA256, primary_key=True),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("hash", _SHA256, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
    )
    _plant()
    if is_sqlite:
        # SQLite makes the table anew to change it, and the guards go with the old one.
        for table_name in ("ledger_entries", "ledger_nodes"):
            for change in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table_name}_no_{change.lower()} BEFORE {change} "
                    f"ON {table_name} "
                    f"BEGIN SELECT RAISE(ABORT, '{table_name} is append-only'); END"
                )
    else:
        op.execute(
            "CREATE TRIGGER ledger_nodes_append_only BEFORE UPDATE OR DELETE OR TRUNCATE "
            "ON ledger_nodes FOR EACH STATEMENT EXECUTE FUNCTION doorlicht_append_only()"
        )


_HASHES: Final = (("content_sha256", _SHA256), ("previous_hash", _SHA256))


def _plant() -> None:
    """Keep the hash of each full subtree of the entries that are there."""
    row = list(_leaves())
    level = 0
    while len(row) >= _WIDTH:
        level += 1
        full = range(len(row) // _WIDTH)
        row = [root_of(row[at * _WIDTH : (at + 1) * _WIDTH]) for at in full]
        op.bulk_insert(
            _NODES,
            [{"level": level, "position": at, "hash": one.hex()} for at, one in enumerate(row)],
        )


def _leaves() -> Iterator[bytes]:
    entries = op.get_bind().execute(
        sa.text(
            'SELECT number, at, "by", action, subjects, content_sha256, previous_hash '
            "FROM ledger_entries ORDER BY number"
        )
    )
    for number, at, by, action, subjects, content, previous in entries:
        line = form_1_line(
            number, _moment(at), _name(by), action, json.loads(subjects), content, previous
        )
        yield leaf_hash(line.encode())


def _moment(at: Any) -> datetime:
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _name(stored: str) -> str:
    escaped = "\ue000"
    return json.loads(stored[1:]) if stored.startswith(escaped) else stored
