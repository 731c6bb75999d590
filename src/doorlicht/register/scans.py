"""Scans in the register: beginning, going on with, and ending them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from doorlicht.evidence import content_hash
from doorlicht.register.kept import Editions, ScanRecord, ScanStatus
from doorlicht.register.states import seen_sha256, subject
from doorlicht.register.stored import made_id
from doorlicht.register.tables import (
    editions as editions_table,
)
from doorlicht.register.tables import (
    scan_sources,
    scans,
    settings_used,
    units,
)
from doorlicht.register.tables import (
    sources as sources_table,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from doorlicht.records import Source, Unit
    from doorlicht.register.ledger import Writing

RESUMED_WITHIN: Final = timedelta(hours=24)
"""A scan that was broken off longer ago starts anew: what it read without a fingerprint (tables
of a database) may be another by now.
"""


def begin_scan(
    writing: Writing,
    *,
    by: str,
    editions: Editions,
    settings: Mapping[str, object],
    sources: Sequence[Source],
    units: Sequence[Unit],
    process: str,
    organisation: str,
) -> int:
    """Begin a scan, or go on with one that was broken off and was asked for in the same way."""
    _keep_units(writing.connection, units)
    for source in sources:
        _upsert(writing.connection, sources_table, "id", _source_row(source))
    editions_id = _editions_id(writing.connection, editions)
    settings_sha256 = _keep_settings(writing.connection, settings)
    names = sorted(source.id for source in sources)
    broken_off = _broken_off(writing, editions_id, settings_sha256, names)
    if broken_off is not None:
        writing.connection.execute(
            scans.update()
            .where(scans.c.id == broken_off)
            .values(
                status="running",
                resumed_at=writing.at,
                ended_at=None,
                by=by,
                process=process,
                organisation=organisation,
            )
        )
        _record_begin(writing, "scan.resumed", by, broken_off, editions, sources, units)
        return broken_off
    made = writing.connection.execute(
        scans.insert().values(
            by=by,
            status="running",
            started_at=writing.at,
            process=process,
            editions_id=editions_id,
            settings_sha256=settings_sha256,
            organisation=organisation,
        )
    )
    scan_id = made_id(made)
    rows = [{"scan_id": scan_id, "source_id": name} for name in names]
    if rows:
        writing.connection.execute(scan_sources.insert(), rows)
    _record_begin(writing, "scan.started", by, scan_id, editions, sources, units)
    return scan_id


def _record_begin(
    writing: Writing,
    action: str,
    by: str,
    scan_id: int,
    editions: Editions,
    sources: Sequence[Source],
    units: Sequence[Unit],
) -> None:
    writing.record(
        action,
        by=by,
        changed=[
            subject("scan", scan_id),
            *(subject("source", source.id) for source in sources),
            *(subject("unit", unit.id) for unit in units),
        ],
        versions=asdict(editions),
    )


def end_scan(writing: Writing, scan_id: int, status: ScanStatus, content: object) -> None:
    """Note how a scan ended, and seal what it was the last to see in each of its sources."""
    writing.connection.execute(
        scans.update().where(scans.c.id == scan_id).values(status=status, ended_at=writing.at)
    )
    by, versions = made_with(writing.connection, scan_id)
    of_scan = sa.select(scan_sources.c.source_id).where(scan_sources.c.scan_id == scan_id)
    seen = {
        f"seen:{source}": seen_sha256(writing.connection, scan_id, source)
        for source in sorted(writing.connection.scalars(of_scan))
    }
    writing.record(
        f"scan.{status}",
        by=by,
        changed=[subject("scan", scan_id)],
        evidence={"outcome": content_hash(content), **seen},
        versions=versions,
    )


_MADE_WITH: Final = (
    sa.select(
        scans.c.by, editions_table.c.vocabulary, editions_table.c.weights,
        editions_table.c.detection, editions_table.c.doorlicht,
    )
    .join(editions_table, scans.c.editions_id == editions_table.c.id)
    .where(scans.c.id == sa.bindparam("scan"))
)  # fmt: skip


def made_with(connection: sa.Connection, scan_id: int) -> tuple[str, dict[str, str]]:
    """Return who started a scan, or last went on with it, and with which editions."""
    row = connection.execute(_MADE_WITH, {"scan": scan_id}).one()
    by, *editions = row
    return by, dict(zip(("vocabulary", "weights", "detection", "doorlicht"), editions, strict=True))


def read_scans(connection: sa.Connection, *, status: ScanStatus | None = None) -> list[ScanRecord]:
    """Return the scans, oldest first."""
    query = (
        sa.select(scans, editions_table, settings_used.c.content)
        .join(editions_table, scans.c.editions_id == editions_table.c.id)
        .join(settings_used, scans.c.settings_sha256 == settings_used.c.sha256)
        .order_by(scans.c.id)
    )
    if status is not None:
        query = query.where(scans.c.status == status)
    names: dict[int, list[str]] = {}
    pairs = sa.select(scan_sources).order_by(scan_sources.c.scan_id, scan_sources.c.source_id)
    for scan_id, source_id in connection.execute(pairs):
        names.setdefault(scan_id, []).append(source_id)
    return [_scan_of(row, names) for row in connection.execute(query)]


def _scan_of(row: sa.Row[Any], names: Mapping[int, Sequence[str]]) -> ScanRecord:
    return ScanRecord(
        id=row.id,
        by=row.by,
        status=row.status,
        started_at=row.started_at,
        resumed_at=row.resumed_at,
        ended_at=row.ended_at,
        process=row.process,
        editions=Editions(row.vocabulary, row.weights, row.detection, row.doorlicht),
        settings=row.content,
        sources=tuple(names.get(row.id, ())),
        organisation=row.organisation,
    )


def _broken_off(
    writing: Writing, editions_id: int, settings_sha256: str, names: Sequence[str]
) -> int | None:
    """Return the last scan if it was interrupted not long ago and asked for the same."""
    last = writing.connection.execute(
        sa.select(scans).order_by(scans.c.id.desc()).limit(1)
    ).one_or_none()
    if (
        last is None
        or last.status not in {"interrupted", "failed"}
        or (last.editions_id, last.settings_sha256) != (editions_id, settings_sha256)
        or writing.at - (last.resumed_at or last.started_at) > RESUMED_WITHIN
    ):
        return None
    of_last = sa.select(scan_sources.c.source_id).where(scan_sources.c.scan_id == last.id)
    is_same = sorted(writing.connection.scalars(of_last)) == list(names)
    return int(last.id) if is_same else None


def _editions_id(connection: sa.Connection, editions: Editions) -> int:
    values = asdict(editions)
    query = sa.select(editions_table.c.id).filter_by(**values)
    found = connection.execute(query).scalar()
    if found is not None:
        return int(found)
    made = connection.execute(editions_table.insert().values(**values))
    return made_id(made)


def _keep_settings(connection: sa.Connection, settings: Mapping[str, object]) -> str:
    digest = content_hash(dict(settings))
    known = sa.select(settings_used.c.sha256).where(settings_used.c.sha256 == digest)
    if connection.execute(known).scalar() is None:
        connection.execute(settings_used.insert().values(sha256=digest, content=dict(settings)))
    return digest


def _keep_units(connection: sa.Connection, found: Iterable[Unit]) -> None:
    for unit in found:
        _upsert(connection, units, "id", asdict(unit))


def _source_row(source: Source) -> dict[str, object]:
    # Options stay out: a plugin may have put there what is not ours to keep.
    return {
        "id": source.id,
        "kind": source.kind,
        "location": source.location,
        "name": source.name,
        "unit": source.unit,
    }


def _upsert(
    connection: sa.Connection, table: sa.Table, key: str, values: Mapping[str, object]
) -> None:
    changed = connection.execute(table.update().where(table.c[key] == values[key]).values(**values))
    if changed.rowcount == 0:
        connection.execute(table.insert().values(**values))
