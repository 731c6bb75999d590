"""Reading back from the register: what was looked at, what could not be, and where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from doorlicht.records import Asset, BlindSpot, Source, Unit
from doorlicht.register.kept import KeptAsset, KeptColumn, KeptHits, KeptTable, LookedAt
from doorlicht.register.tables import (
    assets,
    blind_spots,
    columns,
    scan_sources,
    tables_,
    units,
)
from doorlicht.register.tables import (
    sources as sources_table,
)

if TYPE_CHECKING:
    from collections.abc import Collection


def read_blind_spots(
    connection: sa.Connection, *, scan: int | None, sources: Collection[str] | None
) -> list[BlindSpot]:
    """Return what could not be looked at, by place."""
    query = (
        sa.select(blind_spots)
        .where(blind_spots.c.gone_since_scan.is_(None))
        .order_by(blind_spots.c.source_id, blind_spots.c.path, blind_spots.c.code)
    )
    if scan is not None:
        query = query.where(seen_in(scan, blind_spots, blind_spots.c.source_id))
    if sources is not None:
        query = query.where(blind_spots.c.source_id.in_(sources))
    return [
        BlindSpot(row.source_id, row.path, row.code, row.details)
        for row in connection.execute(query)
    ]


def read_looked_at(
    connection: sa.Connection, *, scan: int | None, sources: Collection[str] | None
) -> LookedAt:
    """Return the sums over assets of which at least one table was counted."""
    counted = (assets.c.columns, assets.c.looked_at_rows, assets.c.bytes)
    sums = [sa.func.coalesce(sa.func.sum(column), 0) for column in (assets.c.tables, *counted)]
    query = sa.select(sa.func.count(), *sums).where(
        assets.c.gone_since_scan.is_(None), assets.c.tables > 0
    )
    if scan is not None:
        query = query.where(seen_in(scan, assets, assets.c.source_id))
    if sources is not None:
        query = query.where(assets.c.source_id.in_(sources))
    numbers = [int(number) for number in connection.execute(query).one()]
    return LookedAt(*numbers)


def read_assets(
    connection: sa.Connection, *, scan: int | None, include_gone: bool
) -> list[KeptAsset]:
    """Return the assets by place, also those that could not be read."""
    query = sa.select(assets).order_by(assets.c.source_id, assets.c.path)
    if not include_gone:
        query = query.where(assets.c.gone_since_scan.is_(None))
    if scan is not None:
        query = query.where(seen_in(scan, assets, assets.c.source_id))
    return [
        KeptAsset(
            asset=Asset(row.source_id, row.path, row.format, row.size_bytes, row.fingerprint),
            tables=row.tables,
            columns=row.columns,
            rows=row.rows,
            looked_at_rows=row.looked_at_rows,
            bytes=row.bytes,
            last_read_at=row.last_read_at,
            last_seen_at=row.last_seen_at,
            is_gone=row.gone_since_scan is not None,
        )
        for row in connection.execute(query)
    ]


def read_tables(connection: sa.Connection, key: str) -> list[KeptTable]:
    """Return the tables of the asset with this key, with their columns, in order."""
    of_asset = sa.select(assets.c.id).where(assets.c.key == key).scalar_subquery()
    found: dict[int, list[KeptColumn]] = {}
    query = sa.select(columns).where(columns.c.asset_id == of_asset)
    ordered = query.order_by(columns.c.table_position, columns.c.column_index)
    for row in connection.execute(ordered):
        found.setdefault(row.table_position, []).append(
            KeptColumn(
                name=row.name,
                index=row.column_index,
                kind=row.kind,
                filled_rows=row.filled_rows,
                is_free_text=row.is_free_text,
                hits=tuple(KeptHits(**hit) for hit in row.hits),
            )
        )
    wanted = sa.select(tables_).where(tables_.c.asset_id == of_asset).order_by(tables_.c.position)
    return [
        KeptTable(
            path=row.path,
            rows=row.rows,
            looked_at_rows=row.looked_at_rows,
            columns=tuple(found.get(row.position, ())),
            bytes=row.bytes,
            header=row.header,
        )
        for row in connection.execute(wanted)
    ]


def read_sources(connection: sa.Connection) -> list[Source]:
    """Return the sources that were ever scanned, without their options."""
    return [
        Source(row.id, row.kind, row.location, row.name, row.unit)
        for row in connection.execute(sa.select(sources_table).order_by(sources_table.c.id))
    ]


def read_units(connection: sa.Connection) -> list[Unit]:
    """Return the units of the organisation that were ever named."""
    return [
        Unit(row.id, row.name, row.parent, row.status, row.since, row.until)
        for row in connection.execute(sa.select(units).order_by(units.c.id))
    ]


def seen_in(scan: int, table: sa.Table, source: sa.Column[Any]) -> sa.ColumnElement[bool]:
    """Of the scan's sources, and seen by it or by a later one that overtook it."""
    of_scan = sa.select(scan_sources.c.source_id).where(scan_sources.c.scan_id == scan)
    return (table.c.last_seen_scan >= scan) & source.in_(of_scan)
