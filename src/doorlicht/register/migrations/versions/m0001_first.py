"""The first register: scans, assets, columns, findings, blind spots, triage and the ledger."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0001"
down_revision: Final = None
branch_labels: Final = None
depends_on: Final = None

APPLICATION_ID: Final = 0x646C7265
"""Marks the file as a register for programs such as ``file``: the letters *dlre*."""

APPEND_ONLY: Final = ("ledger_entries", "triage_decisions")

_ID: Final = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_SHA256: Final = sa.String(64)
_MOMENT: Final = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make every table in an empty database."""
    _make_ground()
    _make_assets()
    _make_findings()
    _make_ledger()
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        _guard_in_sqlite()
    else:
        _guard_in_postgresql()


def _make_ground() -> None:
    op.create_table(
        "editions",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("vocabulary", sa.Text, nullable=False),
        sa.Column("weights", sa.Text, nullable=False),
        sa.Column("detection", sa.Text, nullable=False),
        sa.Column("doorlicht", sa.Text, nullable=False),
        sa.UniqueConstraint(
            "vocabulary", "weights", "detection", "doorlicht", name="editions_once"
        ),
    )
    op.create_table(
        "settings_used",
        sa.Column("sha256", _SHA256, primary_key=True),
        sa.Column("content", sa.Text, nullable=False),
    )
    op.create_table(
        "units",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("parent", sa.Text),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("since", sa.Date),
        sa.Column("until", sa.Date),
    )
    op.create_table(
        "sources",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("location", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("unit", sa.Text),
    )
    op.create_table(
        "scans",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("started_at", _MOMENT, nullable=False),
        sa.Column("resumed_at", _MOMENT),
        sa.Column("ended_at", _MOMENT),
        sa.Column("process", sa.Text, nullable=False),
        sa.Column("editions_id", _ID, sa.ForeignKey("editions.id"), nullable=False),
        sa.Column(
            "settings_sha256", _SHA256, sa.ForeignKey("settings_used.sha256"), nullable=False
        ),
        sa.Column("organisation", sa.Text, nullable=False),
    )
    op.create_table(
        "scan_sources",
        sa.Column("scan_id", _ID, sa.ForeignKey("scans.id"), primary_key=True),
        sa.Column("source_id", sa.Text, sa.ForeignKey("sources.id"), primary_key=True),
    )


def _make_assets() -> None:
    op.create_table(
        "assets",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("key", _SHA256, nullable=False, unique=True),
        sa.Column("source_id", sa.Text, sa.ForeignKey("sources.id"), nullable=False, index=True),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("format", sa.Text, nullable=False),
        sa.Column("size_bytes", sa.BigInteger),
        sa.Column("fingerprint", sa.Text),
        sa.Column("reading_key", sa.Text, nullable=False),
        sa.Column("is_complete", sa.Boolean, nullable=False),
        sa.Column("tables", sa.BigInteger, nullable=False),
        sa.Column("columns", sa.BigInteger, nullable=False),
        sa.Column("rows", sa.BigInteger, nullable=False),
        sa.Column("looked_at_rows", sa.BigInteger, nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sa.Column("first_seen_scan", _ID, sa.ForeignKey("scans.id"), nullable=False),
        sa.Column("last_read_scan", _ID, sa.ForeignKey("scans.id"), nullable=False),
        sa.Column("last_read_at", _MOMENT, nullable=False),
        sa.Column("last_seen_scan", _ID, sa.ForeignKey("scans.id"), nullable=False, index=True),
        sa.Column("last_seen_at", _MOMENT, nullable=False),
        sa.Column("gone_since_scan", _ID, sa.ForeignKey("scans.id")),
    )
    op.create_table(
        "tables",
        sa.Column("asset_id", _ID, sa.ForeignKey("assets.id"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("rows", sa.BigInteger, nullable=False),
        sa.Column("looked_at_rows", sa.BigInteger, nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sa.Column("header", sa.Boolean, nullable=False),
    )
    op.create_table(
        "columns",
        sa.Column("asset_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("table_position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("column_index", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("is_free_text", sa.Boolean, nullable=False),
        sa.Column("filled_rows", sa.BigInteger),
        sa.Column("hits", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id", "table_position"],
            ["tables.asset_id", "tables.position"],
            name="columns_table",
        ),
    )


def _make_findings() -> None:
    op.create_table(
        "findings",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("asset_id", _ID, sa.ForeignKey("assets.id"), nullable=False, index=True),
        sa.Column("table", sa.Text, nullable=False),
        sa.Column("column", sa.Text, nullable=False),
        sa.Column("column_index", sa.Integer, nullable=False),
        sa.Column("concept", sa.Text, nullable=False, index=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("probability", sa.Double, nullable=False),
        sa.Column("signals", sa.Text, nullable=False),
        sa.Column("is_free_text", sa.Boolean, nullable=False),
        sa.Column("is_sampled", sa.Boolean, nullable=False),
        sa.Column("first_seen_scan", _ID, sa.ForeignKey("scans.id"), nullable=False),
        sa.Column("first_seen_at", _MOMENT, nullable=False),
        sa.Column("last_seen_scan", _ID, sa.ForeignKey("scans.id"), nullable=False, index=True),
        sa.Column("last_seen_at", _MOMENT, nullable=False),
        sa.Column("gone_since_scan", _ID, sa.ForeignKey("scans.id")),
    )
    op.create_table(
        "blind_spots",
        sa.Column("key", _SHA256, primary_key=True),
        sa.Column("source_id", sa.Text, sa.ForeignKey("sources.id"), nullable=False, index=True),
        sa.Column("asset_id", _ID, sa.ForeignKey("assets.id"), index=True),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("details", sa.Text, nullable=False),
        sa.Column("first_seen_scan", _ID, sa.ForeignKey("scans.id"), nullable=False),
        sa.Column("last_seen_scan", _ID, sa.ForeignKey("scans.id"), nullable=False),
        sa.Column("gone_since_scan", _ID, sa.ForeignKey("scans.id")),
    )
    op.create_table(
        "triage_decisions",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("finding_id", sa.Text, sa.ForeignKey("findings.id"), nullable=False, index=True),
        sa.Column("decision", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
    )


def _make_ledger() -> None:
    op.create_table(
        "ledger_entries",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False, index=True),
        sa.Column("subjects", sa.Text, nullable=False),
        sa.Column("content_sha256", _SHA256, nullable=False),
        sa.Column("previous_hash", _SHA256, nullable=False),
        sa.Column("hash", _SHA256, nullable=False),
    )


def _guard_in_sqlite() -> None:
    for table in APPEND_ONLY:
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def _guard_in_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION doorlicht_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || '' is append-only''; END'"
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION doorlicht_append_only()"
        )
