"""Database files: every table and view of SQLite and of DuckDB, opened read-only."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false
# pyright: reportUnknownLambdaType=false, reportMissingTypeStubs=false
# pyarrow brings no types; what comes out of it is checked by tests.

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from typing import Final

import duckdb

from doorlicht.plugins import Limits
from doorlicht.sources.engine.nested import literal, quoted
from doorlicht.sources.files.readers.columnar import as_text
from doorlicht.sources.files.readers.rows import stream_of_rows
from doorlicht.sources.files.unpacking import on_disk
from doorlicht.sources.tables import Blob, ColumnSpec, EngineRelation, OpenTable, UnreadableError

_FETCH: Final = 5_000


class Sqlite:
    """Reads SQLite files; any cell may hold any type there, so all are read as text."""

    name = "sqlite"
    suffixes = ("sqlite", "sqlite3", "db", "db3", "gpkg")

    def takes(self, head: bytes) -> bool:
        """Whether the file begins as SQLite does."""
        return head.startswith(b"SQLite format 3\x00")

    def tables(
        self, blob: Blob, options: Mapping[str, object], limits: Limits
    ) -> Iterator[OpenTable | UnreadableError]:
        """Open each table and view."""
        del options
        connection: sqlite3.Connection | None = None
        try:
            connection = _connect(blob)
            names = [
                str(row[0])
                for row in connection.execute(
                    "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') "
                    "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
                )
            ]
            for name in names:
                yield self._table(connection, name, blob, limits)
        except sqlite3.Error:
            yield UnreadableError("file.broken")
        finally:
            if connection is not None:
                connection.close()

    @staticmethod
    def _table(
        connection: sqlite3.Connection, name: str, blob: Blob, limits: Limits
    ) -> OpenTable | UnreadableError:
        suffix = f"#{name}"
        try:
            cursor = connection.execute(f"SELECT * FROM {quoted(name)} LIMIT 0")
            names = [str(column[0]) for column in cursor.description]
        except sqlite3.Error:
            return UnreadableError("table.broken", suffix=suffix)
        if len(names) > limits.columns:
            return UnreadableError(
                "limit.columns", suffix=suffix, columns=len(names), limit=limits.columns
            )

        def rows() -> Iterator[list[str | None]]:
            try:
                found = connection.execute(f"SELECT * FROM {quoted(name)}")
                while part := found.fetchmany(_FETCH):
                    for row in part:
                        yield [as_text(cell) for cell in row]
            except sqlite3.Error:
                raise UnreadableError("table.broken") from None

        return stream_of_rows(suffix, names, rows, size=blob.size, header=True)


def _connect(blob: Blob) -> sqlite3.Connection:
    """Open a database read-only; one that is not on disk is opened in memory."""
    if blob.path is None:
        connection = sqlite3.connect(":memory:", check_same_thread=False)
        with blob.open() as file:
            connection.deserialize(file.read())
        connection.text_factory = lambda data: data.decode("utf-8", "replace")
        return connection
    path = str(blob.path)
    uri = "file:" + path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    connection = sqlite3.connect(f"{uri}?mode=ro", uri=True, check_same_thread=False)
    connection.text_factory = lambda data: data.decode("utf-8", "replace")
    return connection


class DuckDb:
    """Reads DuckDB files, counted by the engine itself."""

    name = "duckdb"
    suffixes = ("duckdb", "ddb")

    def takes(self, head: bytes) -> bool:
        """Whether the file has the mark of DuckDB."""
        return head[8:12] == b"DUCK"

    def tables(
        self, blob: Blob, options: Mapping[str, object], limits: Limits
    ) -> Iterator[OpenTable | UnreadableError]:
        """Open each table and view."""
        del options
        with on_disk(blob) as path:
            alias = f"inspected_{abs(hash(str(path))) % 10**9}"
            try:
                with duckdb.connect(config={"autoload_known_extensions": "false"}) as engine:
                    engine.execute(f"ATTACH {literal(str(path))} AS {alias} (READ_ONLY)")
                    found = engine.execute(
                        "SELECT schema_name, table_name, column_name, data_type, comment "
                        f"FROM duckdb_columns() WHERE database_name = '{alias}' AND NOT internal "
                        "ORDER BY schema_name, table_name, column_index"
                    ).fetchall()
            except duckdb.Error:
                yield UnreadableError("file.broken")
                return
            tables: dict[tuple[str, str], list[tuple[str, str]]] = {}
            for schema, table, column, _, comment in found:
                tables.setdefault((schema, table), []).append((column, comment or ""))
            attach = f"ATTACH IF NOT EXISTS {literal(str(path))} AS {alias} (READ_ONLY)"
            for (schema, table), columns in tables.items():
                suffix = f"#{table}" if schema == "main" else f"#{schema}.{table}"
                if len(columns) > limits.columns:
                    yield UnreadableError(
                        "limit.columns", suffix=suffix, columns=len(columns), limit=limits.columns
                    )
                    continue
                relation = f"{alias}.{quoted(schema)}.{quoted(table)}"
                specs = tuple(
                    ColumnSpec(name, index, name, "nested", label=comment)
                    for index, (name, comment) in enumerate(columns)
                )
                yield OpenTable(
                    suffix,
                    specs,
                    EngineRelation(relation, is_columnar=True, prepare=(attach,)),
                    bytes=blob.size,
                )
