"""Traces in the register: every trace is kept whole, the last one counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Literal

import sqlalchemy as sa

from doorlicht.errors import InputError
from doorlicht.records import ScannedColumn, ScannedFinding, ScannedTable
from doorlicht.register.findings import read_findings
from doorlicht.register.states import subject
from doorlicht.register.tables import assets, columns, sources, tables_, trace_items, traces

if TYPE_CHECKING:
    from doorlicht.register.ledger import Writing

ItemKind = Literal["model", "flow", "reference", "lost"]
_ROWS_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class TraceRecord:
    """One trace: by whom, when, of what, with which knowledge and settings.

    ``settings`` is ``None`` for one that was made before they were kept.
    """

    id: int
    by: str
    started_at: datetime
    ended_at: datetime
    roots: tuple[str, ...]
    vocabulary: str
    doorlicht: str
    files: int
    lines: int
    settings: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class TraceItem:
    """One thing that a trace showed, as JSON knows it."""

    trace: int
    kind: ItemKind
    id: str
    content: Mapping[str, Any]


def keep_trace(
    writing: Writing,
    *,
    by: str,
    started_at: datetime,
    roots: Sequence[str],
    vocabulary: str,
    doorlicht: str,
    files: int,
    lines: int,
    items: Sequence[tuple[ItemKind, str, Mapping[str, Any]]],
    settings: Mapping[str, Any] | None,
) -> int:
    """Keep a trace with all its items, and return its number."""
    done = writing.connection.execute(
        traces.insert().values(
            by=by, started_at=started_at, ended_at=writing.at, roots=list(roots),
            vocabulary=vocabulary, doorlicht=doorlicht, files=files, lines=lines,
            settings=settings,
        )
    )  # fmt: skip
    key = done.inserted_primary_key
    if key is None:
        raise RuntimeError("the database gave no number to a new trace")
    trace_id = int(key[0])
    rows = [
        {
            "trace_id": trace_id, "position": at, "kind": kind, "item_id": item,
            "content": dict(content),
        }
        for at, (kind, item, content) in enumerate(items)
    ]  # fmt: skip
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        writing.connection.execute(trace_items.insert(), rows[start : start + _ROWS_AT_ONCE])
    writing.record(
        "trace.kept", by=by, changed=[subject("trace", trace_id)],
        versions={"doorlicht": doorlicht, "vocabulary": vocabulary},
    )  # fmt: skip
    return trace_id


def read_traces(connection: sa.Connection) -> list[TraceRecord]:
    """Return the traces, oldest first."""
    return [
        TraceRecord(
            row.id, row.by, row.started_at, row.ended_at, tuple(row.roots), row.vocabulary,
            row.doorlicht, row.files, row.lines, row.settings,
        )
        for row in connection.execute(sa.select(traces).order_by(traces.c.id))
    ]  # fmt: skip


def read_items(
    connection: sa.Connection, *, trace: int | None = None, item: str | None = None
) -> Iterator[TraceItem]:
    """Yield what traces showed, in the order in which it was kept."""
    query = sa.select(trace_items).order_by(trace_items.c.trace_id, trace_items.c.position)
    if trace is not None:
        query = query.where(trace_items.c.trace_id == trace)
    if item is not None:
        query = query.where(trace_items.c.item_id == item)
    for row in connection.execute(query):
        yield TraceItem(row.trace_id, row.kind, row.item_id, row.content)


def read_item(connection: sa.Connection, item: str) -> TraceItem:
    """Return the last version of an item.

    Raises
    ------
    InputError
        If no trace showed one of this id.
    """
    found = list(read_items(connection, item=item))
    if not found:
        raise InputError("register.no_such_item", id=item)
    return found[-1]


def read_flows_from(connection: sa.Connection, finding: str) -> list[TraceItem]:
    """Return the flows that begin at a finding, of the last trace of each set of roots."""
    last = {record.roots: record.id for record in read_traces(connection)}
    query = (
        sa.select(trace_items)
        .where(trace_items.c.trace_id.in_(list(last.values())), trace_items.c.kind == "flow")
        .order_by(trace_items.c.trace_id, trace_items.c.position)
    )
    return [
        TraceItem(row.trace_id, row.kind, row.item_id, row.content)
        for row in connection.execute(query)
        if row.content.get("source", {}).get("finding") == finding
    ]


def read_scanned(connection: sa.Connection, threshold: float) -> list[ScannedTable]:
    """Return the scanned tables that are still there, with the findings of their columns."""
    found: dict[tuple[str, str, int], list[ScannedFinding]] = {}
    for kept in read_findings(connection):
        finding = kept.finding
        is_enough = finding.probability >= threshold or kept.triage == "confirmed"
        if is_enough and kept.triage != "rejected":
            place = finding.location
            found.setdefault((place.source, place.table, place.column_index), []).append(
                ScannedFinding(finding.id, finding.concept, finding.kind, finding.probability)
            )
    query = (
        sa.select(
            assets.c.id, assets.c.source_id, sources.c.location,
            tables_.c.position, tables_.c.path, columns.c.name, columns.c.column_index,
        )
        .join(tables_, assets.c.id == tables_.c.asset_id)
        .join(
            columns,
            (columns.c.asset_id == tables_.c.asset_id)
            & (columns.c.table_position == tables_.c.position),
        )
        .join(sources, sources.c.id == assets.c.source_id)
        .where(assets.c.gone_since_scan.is_(None))
        .order_by(assets.c.source_id, tables_.c.path, tables_.c.position, columns.c.column_index)
    )  # fmt: skip
    read: dict[tuple[int, int], tuple[str, str, str, list[ScannedColumn]]] = {}
    for row in connection.execute(query):
        table = read.setdefault((row.id, row.position), (row.source_id, row.location, row.path, []))
        findings = found.get((row.source_id, row.path, row.column_index), ())
        table[3].append(ScannedColumn(row.name, tuple(findings)))
    return [
        ScannedTable(source, location, path, tuple(names))
        for source, location, path, names in read.values()
    ]
