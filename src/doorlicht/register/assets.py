"""Assets in the register: what a reading gave replaces what the reading before gave.

A re-scan updates and never duplicates: an asset is known by its source and path, a finding by its
id, a blind spot by its place, code and details. What is not seen any more is marked as gone since
that scan, and stays.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from doorlicht.evidence import content_hash
from doorlicht.register.kept import KeptTable, Reading, totals
from doorlicht.register.scans import made_with
from doorlicht.register.states import KEYS_AT_ONCE, Subject, asset_key, asset_subject, subject
from doorlicht.register.stored import made_id
from doorlicht.register.tables import assets, blind_spots, columns, findings, tables_

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from doorlicht.records import Asset, BlindSpot, Finding
    from doorlicht.register.ledger import Writing


def is_unchanged(
    connection: sa.Connection, asset: Asset, *, reading_key: str, scan_id: int
) -> bool:
    """Whether reading the asset again would give what the register has.

    That is so if the fingerprint, the editions and the settings are the same and the last reading
    was complete. An asset without a fingerprint is only known to be unchanged if this very scan
    has read it, before it was broken off.
    """
    row = connection.execute(
        sa.select(
            assets.c.fingerprint,
            assets.c.reading_key,
            assets.c.is_complete,
            assets.c.last_read_scan,
            assets.c.gone_since_scan,
        ).where(assets.c.key == asset_key(asset.source, asset.path))
    ).one_or_none()
    if row is None or row.gone_since_scan is not None or row.reading_key != reading_key:
        return False
    if row.fingerprint != asset.fingerprint or not row.is_complete:
        return False
    return asset.fingerprint is not None or row.last_read_scan == scan_id


def keep_reading(writing: Writing, scan_id: int, reading: Reading) -> None:
    """Keep what reading one asset gave: its tables, columns, findings and blind spots."""
    asset_id = _keep_asset_row(writing, scan_id, reading)
    _replace_tables(writing.connection, asset_id, reading.tables)
    _keep_findings(writing, scan_id, asset_id, reading.findings)
    moved = _keep_blind_spots(writing.connection, scan_id, asset_id, reading)
    asset = reading.asset
    by, versions = made_with(writing.connection, scan_id)
    writing.record(
        "asset.kept",
        by=by,
        changed=[asset_subject(asset.source, asset.path), *moved],
        about=[
            subject("scan", scan_id),
            *(subject("finding", finding.id) for finding in reading.findings),
        ],
        versions=versions,
    )


def keep_unchanged(writing: Writing, scan_id: int, unchanged: Sequence[Asset]) -> None:
    """Note that assets were seen again and need no reading; their findings still stand."""
    keys = [asset_key(asset.source, asset.path) for asset in unchanged]
    seen = {"last_seen_scan": scan_id, "last_seen_at": writing.at}
    ids = sa.select(assets.c.id).where(assets.c.key.in_(keys))
    connection = writing.connection
    is_earlier = assets.c.last_seen_scan < scan_id
    connection.execute(assets.update().where(assets.c.key.in_(keys), is_earlier).values(**seen))
    stands = findings.c.gone_since_scan.is_(None)
    connection.execute(
        findings.update()
        .where(findings.c.asset_id.in_(ids), stands, findings.c.last_seen_scan < scan_id)
        .values(**seen)
    )
    stands = blind_spots.c.gone_since_scan.is_(None)
    connection.execute(
        blind_spots.update()
        .where(blind_spots.c.asset_id.in_(ids), stands, blind_spots.c.last_seen_scan < scan_id)
        .values(last_seen_scan=scan_id)
    )
    by, versions = made_with(connection, scan_id)
    writing.record(
        "assets.unchanged",
        by=by,
        about=[subject("scan", scan_id)],
        evidence={"assets": content_hash([asdict(asset) for asset in unchanged])},
        versions=versions,
    )


def keep_listing(
    writing: Writing,
    scan_id: int,
    source: str,
    spots: Sequence[BlindSpot],
    is_expected: Callable[[str], bool] | None,
) -> int:
    """Note what listing a source met, and mark as gone what it should have met and did not.

    Parameters
    ----------
    is_expected
        Whether the listing would have shown an asset of this path, had it been there. ``None`` if
        the source could not be listed to the end: then nothing is marked as gone.

    Returns
    -------
    int
        Assets that are gone.
    """
    connection = writing.connection
    rows = {_spot_key(spot): _spot_row(spot, None) for spot in spots}
    of_source = (blind_spots.c.source_id == source) & blind_spots.c.asset_id.is_(None)
    moved = _merge_blind_spots(connection, scan_id, rows, of_source)
    gone = [] if is_expected is None else _unseen(connection, scan_id, source, is_expected)
    for asset_id, _ in gone:
        _mark_gone(connection, scan_id, asset_id)
    by, versions = made_with(connection, scan_id)
    writing.record(
        "source.listed",
        by=by,
        changed=[
            subject("source", source),
            *(asset_subject(source, path) for _, path in gone),
            *moved,
        ],
        about=[subject("scan", scan_id)],
        versions=versions,
    )
    return len(gone)


def _keep_asset_row(writing: Writing, scan_id: int, reading: Reading) -> int:
    asset, connection = reading.asset, writing.connection
    sums = totals(reading.tables, asset.size_bytes)
    values: dict[str, Any] = {
        "format": asset.format,
        "size_bytes": asset.size_bytes,
        "fingerprint": asset.fingerprint,
        "reading_key": reading.reading_key,
        "is_complete": reading.is_complete,
        "tables": sums.tables,
        "columns": sums.columns,
        "rows": sum(table.rows for table in reading.tables),
        "looked_at_rows": sums.rows,
        "bytes": sums.bytes,
        "last_read_scan": scan_id,
        "last_read_at": writing.at,
        "last_seen_at": writing.at,
        "gone_since_scan": None,
    }
    key = asset_key(asset.source, asset.path)
    known = connection.execute(
        sa.select(assets.c.id, assets.c.last_seen_scan).where(assets.c.key == key)
    ).one_or_none()
    if known is None:
        values |= {"key": key, "source_id": asset.source, "path": asset.path}
        values |= {"first_seen_scan": scan_id, "last_seen_scan": scan_id}
        made = connection.execute(assets.insert().values(**values))
        return made_id(made)
    # Another scan that began later may have seen it already.
    values["last_seen_scan"] = max(scan_id, known.last_seen_scan)
    connection.execute(assets.update().where(assets.c.id == known.id).values(**values))
    return int(known.id)


def _replace_tables(connection: sa.Connection, asset_id: int, kept: Sequence[KeptTable]) -> None:
    connection.execute(columns.delete().where(columns.c.asset_id == asset_id))
    connection.execute(tables_.delete().where(tables_.c.asset_id == asset_id))
    table_rows: list[dict[str, object]] = []
    column_rows: list[dict[str, object]] = []
    for position, table in enumerate(kept):
        table_rows.append(
            {
                "asset_id": asset_id,
                "position": position,
                "path": table.path,
                "rows": table.rows,
                "looked_at_rows": table.looked_at_rows,
                "bytes": table.bytes,
                "header": table.header,
            }
        )
        column_rows.extend(
            {
                "asset_id": asset_id,
                "table_position": position,
                "column_index": column.index,
                "name": column.name,
                "kind": column.kind,
                "is_free_text": column.is_free_text,
                "filled_rows": column.filled_rows,
                "hits": [asdict(hit) for hit in column.hits],
            }
            for column in table.columns
        )
    if table_rows:
        connection.execute(tables_.insert(), table_rows)
    if column_rows:
        connection.execute(columns.insert(), column_rows)


def _keep_findings(writing: Writing, scan_id: int, asset_id: int, found: Sequence[Finding]) -> None:
    connection = writing.connection
    # Two tables of one asset may have the same path (an archive can hold a name twice); the
    # finding that is surer stands for both.
    rows = {
        finding.id: _finding_row(writing, scan_id, asset_id, finding)
        for finding in sorted(found, key=lambda item: item.probability)
    }
    of_asset = sa.select(findings.c.id).where(findings.c.asset_id == asset_id)
    known = set(connection.scalars(of_asset))
    fresh = [rows[name] for name in rows if name not in known]
    if fresh:
        connection.execute(findings.insert(), fresh)
    for name in rows.keys() & known:
        kept = rows[name].keys() - {"id", "first_seen_scan", "first_seen_at"}
        values = {column: rows[name][column] for column in kept}
        connection.execute(findings.update().where(findings.c.id == name).values(**values))
    lost = known - rows.keys()
    if lost:
        connection.execute(
            findings.update()
            .where(findings.c.id == sa.bindparam("lost_id"), findings.c.gone_since_scan.is_(None))
            .values(gone_since_scan=scan_id),
            [{"lost_id": name} for name in lost],
        )


def _finding_row(
    writing: Writing, scan_id: int, asset_id: int, finding: Finding
) -> dict[str, object]:
    return {
        "id": finding.id,
        "asset_id": asset_id,
        "table": finding.location.table,
        "column": finding.location.column,
        "column_index": finding.location.column_index,
        "concept": finding.concept,
        "kind": finding.kind,
        "probability": finding.probability,
        "signals": _signals(finding),
        "is_free_text": finding.is_free_text,
        "is_sampled": finding.is_sampled,
        "first_seen_scan": scan_id,
        "first_seen_at": writing.at,
        "last_seen_scan": scan_id,
        "last_seen_at": writing.at,
        "gone_since_scan": None,
    }


def _signals(finding: Finding) -> list[dict[str, object]]:
    return [
        {
            "name": signal.name,
            "weight": signal.weight,
            "note": {"key": signal.note.key, "params": dict(signal.note.params)},
        }
        for signal in finding.signals
    ]


def _keep_blind_spots(
    connection: sa.Connection, scan_id: int, asset_id: int, reading: Reading
) -> list[Subject]:
    rows = {_spot_key(spot): _spot_row(spot, asset_id) for spot in reading.blind_spots}
    return _merge_blind_spots(connection, scan_id, rows, blind_spots.c.asset_id == asset_id)


def _merge_blind_spots(
    connection: sa.Connection,
    scan_id: int,
    rows: dict[str, dict[str, object]],
    scope: sa.ColumnElement[bool],
) -> list[Subject]:
    """Insert new spots, renew known ones, and mark those in the scope that were not met again.

    Returns
    -------
    list of Subject
        Whose they were, of the spots that now belong to another: a source as a whole, an asset.
    """
    known = _known_spots(connection, list(rows))
    fresh = [
        row | {"key": key, "first_seen_scan": scan_id, "last_seen_scan": scan_id}
        for key, row in rows.items()
        if key not in known
    ]
    if fresh:
        connection.execute(blind_spots.insert(), fresh)
    if known:
        connection.execute(
            blind_spots.update()
            .where(blind_spots.c.key == sa.bindparam("known_key"))
            .values(asset_id=sa.bindparam("asset"), last_seen_scan=scan_id, gone_since_scan=None),
            [{"known_key": key, "asset": rows[key]["asset_id"]} for key in known],
        )
    standing = connection.scalars(
        sa.select(blind_spots.c.key).where(scope, blind_spots.c.gone_since_scan.is_(None))
    )
    lost = set(standing) - rows.keys()
    if lost:
        connection.execute(
            blind_spots.update()
            .where(blind_spots.c.key == sa.bindparam("lost_key"))
            .values(gone_since_scan=scan_id),
            [{"lost_key": key} for key in lost],
        )
    moved = {
        (str(rows[key]["source_id"]), owner)
        for key, owner in known.items()
        if owner != rows[key]["asset_id"]
    }
    return [_owner(connection, source, owner) for source, owner in moved]


def _known_spots(connection: sa.Connection, keys: Sequence[str]) -> dict[str, int | None]:
    """Return which of the spots are known, and of which asset each is."""
    known: dict[str, int | None] = {}
    for start in range(0, len(keys), KEYS_AT_ONCE):
        part = keys[start : start + KEYS_AT_ONCE]
        query = sa.select(blind_spots.c.key, blind_spots.c.asset_id).where(
            blind_spots.c.key.in_(part)
        )
        known.update((row.key, row.asset_id) for row in connection.execute(query))
    return known


def _owner(connection: sa.Connection, source: str, asset_id: int | None) -> Subject:
    if asset_id is None:
        return subject("source", source)
    path = connection.scalars(sa.select(assets.c.path).where(assets.c.id == asset_id)).one()
    return asset_subject(source, path)


def _spot_key(spot: BlindSpot) -> str:
    return content_hash([spot.source, spot.asset, spot.code, dict(spot.details)])


def _spot_row(spot: BlindSpot, asset_id: int | None) -> dict[str, object]:
    return {
        "source_id": spot.source,
        "asset_id": asset_id,
        "path": spot.asset,
        "code": spot.code,
        "details": dict(spot.details),
    }


def _unseen(
    connection: sa.Connection, scan_id: int, source: str, is_expected: Callable[[str], bool]
) -> list[tuple[int, str]]:
    query = sa.select(assets.c.id, assets.c.path).where(
        assets.c.source_id == source,
        assets.c.last_seen_scan < scan_id,
        assets.c.gone_since_scan.is_(None),
    )
    return [(row.id, row.path) for row in connection.execute(query) if is_expected(row.path)]


def _mark_gone(connection: sa.Connection, scan_id: int, asset_id: int) -> None:
    owners: Collection[tuple[sa.Table, sa.Column[Any]]] = (
        (assets, assets.c.id),
        (findings, findings.c.asset_id),
        (blind_spots, blind_spots.c.asset_id),
    )
    for table, owner in owners:
        connection.execute(
            table.update()
            .where(owner == asset_id, table.c.gone_since_scan.is_(None))
            .values(gone_since_scan=scan_id)
        )
