"""How times, names and small structures are stored, the same in SQLite and PostgreSQL."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

from doorlicht.evidence import ESCAPED, canonical_json, escape_surrogates

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect


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
        if value is None or not value.startswith(ESCAPED):
            return value
        return str(json.loads(value[len(ESCAPED) :]))


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


def made_id(made: sa.CursorResult[Any]) -> int:
    """Return the number that the database gave to the row that was inserted."""
    key = made.inserted_primary_key
    if key is None:
        raise TypeError("the row that was inserted has no number of its own")
    return int(key[0])
