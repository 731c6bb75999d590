"""The SQL that a database file keeps: views and triggers of SQLite, views and macros of DuckDB.

Only the catalogue of the file is read; no view is run. Each path begins with the schema, which is
``main`` where nobody named another.
"""

# pyright: reportUnknownMemberType=false

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final, TypeAlias

import duckdb

from doorlicht.plugins import Limits
from doorlicht.records import BlindSpot, Definition, TableColumns
from doorlicht.sources.databases.dialect import DatabaseProblem
from doorlicht.sources.engine.nested import quoted
from doorlicht.sources.files.readers.databases import open_duckdb, open_sqlite

Told: TypeAlias = TableColumns | Definition | BlindSpot

_MAIN: Final = "main"


def sqlite_schema(path: Path) -> Iterator[Told]:
    """Return what a SQLite file tells.

    Raises
    ------
    DatabaseProblem
        If its catalogue cannot be read.
    """
    connection: sqlite3.Connection | None = None
    try:
        connection = open_sqlite(path)
        found = connection.execute(
            "SELECT type, name, tbl_name, sql FROM sqlite_master "
            "WHERE type IN ('table', 'view', 'trigger') "
            "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type, name"
        ).fetchall()
        for kind, name, table, sql in found:
            if kind in ("table", "view"):
                yield _columns_of(connection, str(name))
            if kind == "view" and sql:
                yield Definition(f"{_MAIN}.{name}", "view", str(sql))
            elif kind == "trigger" and sql:
                yield Definition(f"{_MAIN}.{table}.{name}", "trigger", str(sql))
    except sqlite3.Error:
        raise DatabaseProblem("database.broken") from None
    finally:
        if connection is not None:
            connection.close()


def _columns_of(connection: sqlite3.Connection, name: str) -> TableColumns | BlindSpot:
    try:
        rows = connection.execute(f"PRAGMA table_xinfo({quoted(name)})").fetchall()
    # A view over a table that is gone, a table of an extension that is not here.
    except (sqlite3.Error, UnicodeError):
        return BlindSpot("", f"{_MAIN}.{name}", "table.broken")
    return TableColumns(f"{_MAIN}.{name}", tuple(str(row[1]) for row in rows))


_DUCKDB_COLUMNS: Final = """
SELECT schema_name, table_name, list(column_name ORDER BY column_index) FROM duckdb_columns()
WHERE database_name = current_database() AND NOT internal
GROUP BY ALL ORDER BY ALL
"""
_DUCKDB_VIEWS: Final = """
SELECT schema_name, view_name, sql FROM duckdb_views()
WHERE database_name = current_database() AND NOT internal AND sql IS NOT NULL ORDER BY ALL
"""
_DUCKDB_MACROS: Final = """
SELECT schema_name, function_name, parameters, macro_definition FROM duckdb_functions()
WHERE database_name = current_database() AND NOT internal
AND function_type IN ('macro', 'table_macro') AND macro_definition IS NOT NULL ORDER BY ALL
"""


def duckdb_schema(path: Path) -> Iterator[Told]:
    """Return what a DuckDB file tells.

    Raises
    ------
    DatabaseProblem
        If it does not open; the words of the engine are not passed on.
    """
    try:
        with open_duckdb(path, Limits()) as engine:
            for schema, table, columns in engine.execute(_DUCKDB_COLUMNS).fetchall():
                yield TableColumns(f"{schema}.{table}", tuple(columns))
            for schema, name, sql in engine.execute(_DUCKDB_VIEWS).fetchall():
                yield Definition(f"{schema}.{name}", "view", str(sql))
            for schema, name, parameters, body in engine.execute(_DUCKDB_MACROS).fetchall():
                given = ", ".join(quoted(str(each)) for each in parameters or ())
                text = f"CREATE FUNCTION {quoted(schema)}.{quoted(name)}({given}) AS {body}"
                yield Definition(f"{schema}.{name}", "routine", text)
    except duckdb.Error:
        raise DatabaseProblem("database.broken") from None


TELLERS: Final[Mapping[str, Callable[[Path], Iterator[Told]]]] = {
    "sqlite": sqlite_schema,
    "duckdb": duckdb_schema,
}
"""By the name of the reader of the file."""
