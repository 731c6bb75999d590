"""The tables of a register as queries see them; how they came to be stands in ``migrations/``.

No column holds a value of a source. What is kept of a table is what its header and its engine
say (names, kinds), and counts from the small-number limit up; NULL in a count means: at least
one, and fewer than the limit.
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from doorlicht.register.stored import Json, Name, UtcTime

metadata: Final = sa.MetaData()

_ID: Final = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_SHA256: Final = sa.String(64)

editions: Final = sa.Table(
    "editions",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("vocabulary", sa.Text, nullable=False),
    sa.Column("weights", sa.Text, nullable=False),
    sa.Column("detection", sa.Text, nullable=False),
    sa.Column("doorlicht", sa.Text, nullable=False),
    sa.UniqueConstraint("vocabulary", "weights", "detection", "doorlicht", name="editions_once"),
)

settings_used: Final = sa.Table(
    "settings_used",
    metadata,
    sa.Column("sha256", _SHA256, primary_key=True),
    sa.Column("content", Json, nullable=False),
)

units: Final = sa.Table(
    "units",
    metadata,
    sa.Column("id", Name, primary_key=True),
    sa.Column("name", Name, nullable=False),
    sa.Column("parent", Name),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("since", sa.Date),
    sa.Column("until", sa.Date),
)

sources: Final = sa.Table(
    "sources",
    metadata,
    sa.Column("id", Name, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("location", Name, nullable=False),
    sa.Column("name", Name, nullable=False),
    sa.Column("unit", Name),
)

scans: Final = sa.Table(
    "scans",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("by", Name, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("started_at", UtcTime, nullable=False),
    sa.Column("resumed_at", UtcTime),
    sa.Column("ended_at", UtcTime),
    sa.Column("process", sa.Text, nullable=False),
    sa.Column("editions_id", _ID, sa.ForeignKey("editions.id"), nullable=False),
    sa.Column("settings_sha256", _SHA256, sa.ForeignKey("settings_used.sha256"), nullable=False),
    sa.Column("organisation", Name, nullable=False),
)

scan_sources: Final = sa.Table(
    "scan_sources",
    metadata,
    sa.Column("scan_id", _ID, sa.ForeignKey("scans.id"), primary_key=True),
    sa.Column("source_id", Name, sa.ForeignKey("sources.id"), primary_key=True),
)

assets: Final = sa.Table(
    "assets",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    # Of source and path: an index on long paths is refused by PostgreSQL.
    sa.Column("key", _SHA256, nullable=False, unique=True),
    sa.Column("source_id", Name, sa.ForeignKey("sources.id"), nullable=False, index=True),
    sa.Column("path", Name, nullable=False),
    sa.Column("format", sa.Text, nullable=False),
    sa.Column("size_bytes", sa.BigInteger),
    sa.Column("fingerprint", sa.Text),
    # Of editions and settings: another key means that it must be read again.
    sa.Column("reading_key", sa.Text, nullable=False),
    sa.Column("is_complete", sa.Boolean, nullable=False),
    sa.Column("tables", sa.BigInteger, nullable=False),
    sa.Column("columns", sa.BigInteger, nullable=False),
    sa.Column("rows", sa.BigInteger, nullable=False),
    sa.Column("looked_at_rows", sa.BigInteger, nullable=False),
    sa.Column("bytes", sa.BigInteger, nullable=False),
    sa.Column("first_seen_scan", _ID, sa.ForeignKey("scans.id"), nullable=False),
    sa.Column("last_read_scan", _ID, sa.ForeignKey("scans.id"), nullable=False),
    sa.Column("last_read_at", UtcTime, nullable=False),
    sa.Column("last_seen_scan", _ID, sa.ForeignKey("scans.id"), nullable=False, index=True),
    sa.Column("last_seen_at", UtcTime, nullable=False),
    sa.Column("gone_since_scan", _ID, sa.ForeignKey("scans.id")),
)

tables_: Final = sa.Table(
    "tables",
    metadata,
    sa.Column("asset_id", _ID, sa.ForeignKey("assets.id"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("path", Name, nullable=False),
    sa.Column("rows", sa.BigInteger, nullable=False),
    sa.Column("looked_at_rows", sa.BigInteger, nullable=False),
    sa.Column("bytes", sa.BigInteger, nullable=False),
    sa.Column("header", sa.Boolean, nullable=False),
)

columns: Final = sa.Table(
    "columns",
    metadata,
    sa.Column("asset_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("table_position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("column_index", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("name", Name, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("is_free_text", sa.Boolean, nullable=False),
    sa.Column("filled_rows", sa.BigInteger),
    sa.Column("hits", Json, nullable=False),
    sa.ForeignKeyConstraint(
        ["asset_id", "table_position"], ["tables.asset_id", "tables.position"], name="columns_table"
    ),
)

findings: Final = sa.Table(
    "findings",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("asset_id", _ID, sa.ForeignKey("assets.id"), nullable=False, index=True),
    sa.Column("table", Name, nullable=False),
    sa.Column("column", Name, nullable=False),
    sa.Column("column_index", sa.Integer, nullable=False),
    sa.Column("concept", sa.Text, nullable=False, index=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("probability", sa.Double, nullable=False),
    sa.Column("signals", Json, nullable=False),
    sa.Column("is_free_text", sa.Boolean, nullable=False),
    sa.Column("is_sampled", sa.Boolean, nullable=False),
    sa.Column("first_seen_scan", _ID, sa.ForeignKey("scans.id"), nullable=False),
    sa.Column("first_seen_at", UtcTime, nullable=False),
    sa.Column("last_seen_scan", _ID, sa.ForeignKey("scans.id"), nullable=False, index=True),
    sa.Column("last_seen_at", UtcTime, nullable=False),
    sa.Column("gone_since_scan", _ID, sa.ForeignKey("scans.id")),
)

blind_spots: Final = sa.Table(
    "blind_spots",
    metadata,
    sa.Column("key", _SHA256, primary_key=True),
    sa.Column("source_id", Name, sa.ForeignKey("sources.id"), nullable=False, index=True),
    # NULL where listing the source met it: then there is no asset that was read.
    sa.Column("asset_id", _ID, sa.ForeignKey("assets.id"), index=True),
    sa.Column("path", Name, nullable=False),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("details", Json, nullable=False),
    sa.Column("first_seen_scan", _ID, sa.ForeignKey("scans.id"), nullable=False),
    sa.Column("last_seen_scan", _ID, sa.ForeignKey("scans.id"), nullable=False),
    sa.Column("gone_since_scan", _ID, sa.ForeignKey("scans.id")),
)

triage_decisions: Final = sa.Table(
    "triage_decisions",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("finding_id", sa.Text, sa.ForeignKey("findings.id"), nullable=False, index=True),
    sa.Column("decision", sa.Text, nullable=False),
    sa.Column("reason", Name, nullable=False),
    sa.Column("by", Name, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
)

traces: Final = sa.Table(
    "traces",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("by", Name, nullable=False),
    sa.Column("started_at", UtcTime, nullable=False),
    sa.Column("ended_at", UtcTime, nullable=False),
    sa.Column("roots", Json, nullable=False),
    sa.Column("vocabulary", sa.Text, nullable=False),
    sa.Column("doorlicht", sa.Text, nullable=False),
    sa.Column("files", sa.BigInteger, nullable=False),
    sa.Column("lines", sa.BigInteger, nullable=False),
    # With what it can be repeated; NULL for what was made before that was kept.
    sa.Column("settings", Json),
)

trace_items: Final = sa.Table(
    "trace_items",
    metadata,
    sa.Column("trace_id", _ID, sa.ForeignKey("traces.id"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("item_id", sa.Text, nullable=False, index=True),
    sa.Column("content", Json, nullable=False),
)

audits: Final = sa.Table(
    "audits",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("by", Name, nullable=False),
    sa.Column("started_at", UtcTime, nullable=False),
    sa.Column("ended_at", UtcTime, nullable=False),
    sa.Column("audit_id", sa.Text, nullable=False, index=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("doorlicht", sa.Text, nullable=False),
    sa.Column("content", Json, nullable=False),
    # With what it can be repeated; NULL for what was made before that was kept.
    sa.Column("settings", Json),
)

audit_numbers: Final = sa.Table(
    "audit_numbers",
    metadata,
    sa.Column("audit", _ID, sa.ForeignKey("audits.id"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("number_id", sa.Text, nullable=False, index=True),
)

uses: Final = sa.Table(
    "uses",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("status", sa.Text, nullable=False, index=True),
    sa.Column("concept", sa.Text, nullable=False),
    sa.Column("processing", Name, nullable=False),
    sa.Column("processing_id", Name, nullable=False),
    sa.Column("observed_role", sa.Text, nullable=False),
    sa.Column("declared_role", sa.Text, nullable=False),
    sa.Column("unit", Name, nullable=False),
    sa.Column("purpose", Name, nullable=False),
    sa.Column("since", sa.Date),
    sa.Column("until", sa.Date),
    sa.Column("evidence", Json, nullable=False),
    sa.Column("into", Json, nullable=False),
    sa.Column("made_by", Name, nullable=False),
    sa.Column("made_at", UtcTime, nullable=False),
)

use_events: Final = sa.Table(
    "use_events",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("use_id", sa.Text, sa.ForeignKey("uses.id"), nullable=False, index=True),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("reason", Name, nullable=False),
    sa.Column("content", Json, nullable=False),
    sa.Column("by", Name, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
)

use_answers: Final = sa.Table(
    "use_answers",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("use_id", sa.Text, sa.ForeignKey("uses.id"), nullable=False, index=True),
    sa.Column("fact", sa.Text, nullable=False),
    sa.Column("value", Json),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("evidence", Json, nullable=False),
    sa.Column("note", Name, nullable=False),
    sa.Column("by", Name, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
)

assessments: Final = sa.Table(
    "assessments",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("use_id", sa.Text, sa.ForeignKey("uses.id"), nullable=False, index=True),
    sa.Column("framework", sa.Text, nullable=False),
    sa.Column("edition", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("since", sa.Date),
    sa.Column("until", sa.Date),
    sa.Column("facts", Json, nullable=False),
    sa.Column("verdict", sa.Text, nullable=False),
    sa.Column("proposal", Json, nullable=False),
    sa.Column("by", Name, nullable=False),
    sa.Column("at", UtcTime, nullable=False, index=True),
)

assessment_reviews: Final = sa.Table(
    "assessment_reviews",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    sa.Column(
        "assessment_id", sa.Text, sa.ForeignKey("assessments.id"), nullable=False, index=True
    ),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("verdict", sa.Text, nullable=False),
    sa.Column("reason", Name, nullable=False),
    sa.Column("by", Name, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
)

measures: Final = sa.Table(
    "measures",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("use_id", sa.Text, sa.ForeignKey("uses.id"), nullable=False, index=True),
    sa.Column("assessment_id", sa.Text, sa.ForeignKey("assessments.id"), nullable=False),
    sa.Column("consequence", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("is_held", sa.Boolean, nullable=False),
    sa.Column("owner", Name, nullable=False),
    sa.Column("due", sa.Date),
    sa.Column("proof", Name, nullable=False),
    sa.Column("verifier", Name, nullable=False),
    sa.Column("state", sa.Text, nullable=False, index=True),
)

measure_events: Final = sa.Table(
    "measure_events",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("measure_id", sa.Text, sa.ForeignKey("measures.id"), nullable=False, index=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("reason", Name, nullable=False),
    sa.Column("content", Json, nullable=False),
    sa.Column("by", Name, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
)

holds: Final = sa.Table(
    "holds",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("use_id", sa.Text, sa.ForeignKey("uses.id"), nullable=False, index=True),
    sa.Column("reason", Name, nullable=False),
    sa.Column("by", Name, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("lifted_by", Name, nullable=False),
    sa.Column("lifted_at", UtcTime),
    sa.Column("lifted_reason", Name, nullable=False),
)

inquiry_steps: Final = sa.Table(
    "inquiry_steps",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("inquiry", Name, nullable=False, index=True),
    sa.Column("step", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("outcome", Json, nullable=False),
    sa.Column("found", sa.Boolean, nullable=False),
    sa.Column("is_complete", sa.Boolean, nullable=False),
    sa.Column("fault", Json),
    sa.Column("process", sa.Text, nullable=False),
    sa.Column("by", Name, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
)

dossier_records: Final = sa.Table(
    "dossier_records",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    # Its kind and what tells it from others of the kind, as register/dossier.py makes it.
    sa.Column("key", Name, nullable=False, unique=True),
    sa.Column("kind", sa.Text, nullable=False, index=True),
    sa.Column("content", Json, nullable=False),
    sa.Column("changed_by", Name, nullable=False),
    sa.Column("changed_at", UtcTime, nullable=False),
)

signed_reports: Final = sa.Table(
    "signed_reports",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("report", sa.Text, nullable=False, unique=True),
    sa.Column("kind", sa.Text, nullable=False, index=True),
    sa.Column("title", Name, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    # Of the words of the document.
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("figures", Json, nullable=False),
    sa.Column("by", Name, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("doorlicht", sa.Text, nullable=False),
)

signed_figures: Final = sa.Table(
    "signed_figures",
    metadata,
    sa.Column("report", sa.Text, sa.ForeignKey("signed_reports.report"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("figure", sa.Text, nullable=False, index=True),
)

dossier_events: Final = sa.Table(
    "dossier_events",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("record_key", Name, sa.ForeignKey("dossier_records.key"), nullable=False, index=True),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("reason", Name, nullable=False),
    sa.Column("by", Name, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
)

ledger_entries: Final = sa.Table(
    "ledger_entries",
    metadata,
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("by", Name, nullable=False),
    sa.Column("action", sa.Text, nullable=False, index=True),
    # Entries of form 1, of doorlicht 0.1, have these three; those of form 2 have a line.
    sa.Column("subjects", Json),
    sa.Column("content_sha256", _SHA256),
    sa.Column("previous_hash", _SHA256),
    sa.Column("hash", _SHA256, nullable=False),
    # The entry itself, as it is hashed. The columns before it are there to look things up by.
    sa.Column("line", sa.Text),
)

ledger_nodes: Final = sa.Table(
    "ledger_nodes",
    metadata,
    # Of the Merkle tree over the entries: full subtrees of 256 leaves (level 1), 256**2, ...
    sa.Column("level", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("hash", _SHA256, nullable=False),
)

ledger_subjects: Final = sa.Table(
    "ledger_subjects",
    metadata,
    # Of what an entry is about, without its kind: register/log.py says how.
    sa.Column("key", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

ledger_states: Final = sa.Table(
    "ledger_states",
    metadata,
    # SHA-256 of the subject: an index on long paths is refused by PostgreSQL.
    sa.Column("key", _SHA256, primary_key=True),
    sa.Column("subject", Name, nullable=False),
    sa.Column("hash", _SHA256, nullable=False),
    # Of the entry that left it so.
    sa.Column("number", sa.BigInteger, nullable=False),
)

keys: Final = sa.Table(
    "keys",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    # Of the log itself, or of a witness that co-signs.
    sa.Column("kind", sa.Text, nullable=False),
    # The public key in one line, with its name.
    sa.Column("public", sa.Text, nullable=False),
    sa.Column("until", UtcTime),
    sa.Column("by", Name, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
)

key_events: Final = sa.Table(
    "key_events",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("key_id", sa.Text, sa.ForeignKey("keys.id"), nullable=False, index=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("reason", Name, nullable=False),
    sa.Column("by", Name, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
)

checkpoints: Final = sa.Table(
    "checkpoints",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("size", sa.BigInteger, nullable=False, index=True),
    sa.Column("root", _SHA256, nullable=False),
    # As it was signed.
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("key_id", sa.Text, sa.ForeignKey("keys.id"), nullable=False),
    sa.Column("by", Name, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
)

checkpoint_seals: Final = sa.Table(
    "checkpoint_seals",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("checkpoint_id", _ID, sa.ForeignKey("checkpoints.id"), nullable=False, index=True),
    # A cosignature: the line under the note. A time stamp: the answer in base64.
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("key_id", sa.Text, sa.ForeignKey("keys.id")),
    # When the witness or the authority says that it saw the checkpoint.
    sa.Column("seen_at", UtcTime, nullable=False),
    sa.Column("by", Name, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
)

samples: Final = sa.Table(
    "samples",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    # The file of the population, line by line; all in ASCII.
    sa.Column("population", sa.Text, nullable=False),
    sa.Column("plan", Json, nullable=False),
    sa.Column("by", Name, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
)

sample_events: Final = sa.Table(
    "sample_events",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("sample_id", sa.Text, sa.ForeignKey("samples.id"), nullable=False, index=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("content", Json, nullable=False),
    sa.Column("by", Name, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
)

role_events: Final = sa.Table(
    "role_events",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    # What two spellings of one name share.
    sa.Column("person", sa.Text, nullable=False, index=True),
    sa.Column("name", Name, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("reason", Name, nullable=False),
    sa.Column("by", Name, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
)

remarks: Final = sa.Table(
    "remarks",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("about", Name, nullable=False),
    sa.Column("text", Name, nullable=False),
    sa.Column("by", Name, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
)

remark_events: Final = sa.Table(
    "remark_events",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("remark_id", sa.Text, sa.ForeignKey("remarks.id"), nullable=False, index=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("text", Name, nullable=False),
    sa.Column("by", Name, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
)
