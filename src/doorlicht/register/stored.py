"""How times, names and small structures are stored, the same in SQLite and PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, cast

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

from doorlicht.evidence import ESCAPED, canonical_json, escape_surrogates, unescape

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect


_MANY: Final = 20
"""Rows from which on it pays to prepare a statement for them."""


class UtcTime(TypeDecorator[datetime]):
    """A moment with a time zone; stored and returned in UTC."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a time zone cannot be stored")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Name(TypeDecorator[str]):
    """Any text, also what a database refuses: half surrogates (file names) and NUL (columns)."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        del dialect
        if value is None:
            return value
        return ESCAPED + json.dumps(value) if "\x00" in value else escape_surrogates(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        del dialect
        return None if value is None else unescape(value)


class Json(TypeDecorator[Any]):
    """A structure as canonical JSON in a text column; in ASCII, so any name can be in it."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Any | None, dialect: Dialect) -> str | None:
        del dialect
        return None if value is None else canonical_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any | None:
        del dialect
        return None if value is None else json.loads(value)


def insert_all(
    connection: sa.Connection, statement: sa.Insert, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert many rows of the same columns.

    In SQLite past the part of SQLAlchemy that goes through every row on its own: for rows of the
    ledger that would take longer than all the rest.
    """
    if not rows:
        return
    if connection.dialect.name != "sqlite" or len(rows) < _MANY:
        connection.execute(statement, rows)
        return
    compiled = statement.compile(dialect=connection.dialect, column_keys=list(rows[0]))
    names = cast("list[str]", compiled.positiontup)
    binds = [_bind_of(connection, statement.table.c[name]) for name in names]
    values = [
        tuple(
            row[name] if bind is None else bind(row[name])
            for name, bind in zip(names, binds, strict=True)
        )
        for row in rows
    ]
    connection.exec_driver_sql(compiled.string, values)


def _bind_of(
    connection: sa.Connection, column: sa.ColumnElement[Any]
) -> Callable[[Any], Any] | None:
    bind = column.type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
    # One moment stands in every row of a batch.
    return lru_cache(16)(bind) if bind and isinstance(column.type, UtcTime) else bind


def made_id(made: sa.CursorResult[Any]) -> int:
    """Return the number that the database gave to the row that was inserted."""
    key = made.inserted_primary_key
    if key is None:
        raise TypeError("the row that was inserted has no number of its own")
    return int(key[0])
