"""Database files: every table and view of SQLite and of DuckDB, opened read-only.

A view is a program of whoever made the file. It may ask for other files, and it may never end: so
views are run where nothing but the database itself can be reached, and no further than
:func:`most_rows`.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false
# pyright: reportUnknownLambdaType=false, reportMissingTypeStubs=false
# pyarrow brings no types; what comes out of it is checked by tests.

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import duckdb

from doorlicht.plugins import Limits
from doorlicht.sources.engine.nested import literal, quoted
from doorlicht.sources.files.readers.columnar import as_text
from doorlicht.sources.files.readers.rows import stream_of_rows
from doorlicht.sources.files.unpacking import on_disk
from doorlicht.sources.tables import Blob, ColumnSpec, EngineRelation, OpenTable, UnreadableError

_FETCH: Final = 5_000

VIEW_ROWS: Final = 1_000_000
"""Every view may give this many rows, however small its file is."""


def most_rows(size: int) -> int:
    """Return how many rows a view may give, by the bytes of its file.

    Each row of a table takes a byte at least, so a view with more rows than that repeats itself.

    Examples
    --------
    >>> most_rows(4096), most_rows(5_000_000)
    (1000000, 5000000)
    """
    return max(VIEW_ROWS, size)


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
            found = connection.execute(
                "SELECT name, type = 'view' FROM sqlite_master WHERE type IN ('table', 'view') "
                "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
            ).fetchall()
            for name, is_view in found:
                most = most_rows(blob.size) if is_view else None
                yield self._table(connection, str(name), blob, limits, most)
        except sqlite3.Error:
            yield UnreadableError("file.broken")
        finally:
            if connection is not None:
                connection.close()

    @staticmethod
    def _table(
        connection: sqlite3.Connection, name: str, blob: Blob, limits: Limits, most: int | None
    ) -> OpenTable | UnreadableError:
        suffix = f"#{name}"
        try:
            cursor = connection.execute(f"SELECT * FROM {quoted(name)} LIMIT 0")
            names = [str(column[0]) for column in cursor.description]
        # The name of a column may be text that is none; the library decodes it strictly.
        except (sqlite3.Error, UnicodeError):
            return UnreadableError("table.broken", suffix=suffix)
        if len(names) > limits.columns:
            return UnreadableError(
                "limit.columns", suffix=suffix, columns=len(names), limit=limits.columns
            )

        def rows() -> Iterator[list[str | None]]:
            given = 0
            try:
                found = connection.execute(f"SELECT * FROM {quoted(name)}")
                while part := found.fetchmany(_FETCH):
                    given += len(part)
                    if most is not None and given > most:
                        raise UnreadableError("limit.view", rows=most)
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
    return open_sqlite(blob.path)


def open_sqlite(path: Path) -> sqlite3.Connection:
    """Open a file read-only; text that is none is shown with signs for what cannot be read."""
    uri = "file:" + str(path).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
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
            try:
                with open_duckdb(path, limits) as engine:
                    yield from self._tables(engine, path, blob, limits)
            except duckdb.Error as error:
                yield UnreadableError(_code_of(error))

    @staticmethod
    def _tables(
        engine: duckdb.DuckDBPyConnection, path: Path, blob: Blob, limits: Limits
    ) -> Iterator[OpenTable | UnreadableError]:
        found = engine.execute(
            "SELECT schema_name, table_name, column_name, comment FROM duckdb_columns() "
            "WHERE database_name = current_database() AND NOT internal "
            "ORDER BY schema_name, table_name, column_index"
        ).fetchall()
        views = set(
            engine.execute(
                "SELECT schema_name, view_name FROM duckdb_views() "
                "WHERE database_name = current_database() AND NOT internal"
            ).fetchall()
        )
        tables: dict[tuple[str, str], list[tuple[str, str]]] = {}
        for schema, table, column, comment in found:
            tables.setdefault((schema, table), []).append((column, comment or ""))
        alias = f"inspected_{abs(hash(str(path))) % 10**9}"
        attach = f"ATTACH IF NOT EXISTS {literal(str(path))} AS {alias} (READ_ONLY)"
        for (schema, table), columns in tables.items():
            suffix = f"#{table}" if schema == "main" else f"#{schema}.{table}"
            if len(columns) > limits.columns:
                yield UnreadableError(
                    "limit.columns", suffix=suffix, columns=len(columns), limit=limits.columns
                )
                continue
            relation = f"{quoted(schema)}.{quoted(table)}"
            if (schema, table) in views:
                yield _view(engine, relation, suffix, columns, blob)
                continue
            specs = tuple(
                ColumnSpec(name, index, name, "nested", label=comment)
                for index, (name, comment) in enumerate(columns)
            )
            reading = EngineRelation(f"{alias}.{relation}", is_columnar=True, prepare=(attach,))
            yield OpenTable(suffix, specs, reading, bytes=blob.size)


def open_duckdb(path: Path, limits: Limits) -> duckdb.DuckDBPyConnection:
    """Open a database read-only, in an engine that reaches no other file and no network."""
    return duckdb.connect(
        str(path),
        read_only=True,
        config={
            "enable_external_access": "false",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "memory_limit": f"{limits.memory_bytes >> 20}MiB",
            "temp_directory": "",
            "threads": limits.threads,
        },
    )


def _view(
    engine: duckdb.DuckDBPyConnection,
    relation: str,
    suffix: str,
    columns: Sequence[tuple[str, str]],
    blob: Blob,
) -> OpenTable:
    """Open a view; its rows are handed over, so that they are made in the shut-in engine."""
    most = most_rows(blob.size)

    def rows() -> Iterator[Sequence[str | None]]:
        given = 0
        try:
            found: Any = engine.cursor().execute(f"SELECT * FROM {relation}")
            while part := found.fetchmany(_FETCH):
                given += len(part)
                if given > most:
                    raise UnreadableError("limit.view", rows=most)
                for row in part:
                    yield [as_text(cell) for cell in row]
        except duckdb.OutOfMemoryException:
            raise UnreadableError("limit.memory", mebibytes=0) from None
        except duckdb.Error:
            raise UnreadableError("table.broken") from None

    names = [name for name, _ in columns]
    labels = {index: comment for index, (_, comment) in enumerate(columns) if comment}
    return stream_of_rows(suffix, names, rows, size=blob.size, header=True, labels=labels)


def _code_of(error: duckdb.Error) -> str:
    """Return the code of a file that does not open; the words of the engine are not passed on."""
    return "file.newer" if "version number" in str(error) else "file.broken"
