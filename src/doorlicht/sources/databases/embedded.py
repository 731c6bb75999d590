"""SQLite and DuckDB by URL: a database in one file, opened read-only, one asset for each table.

``sqlite:///people.db`` is relative to where doorlicht was started (in an estate: to its file),
``sqlite:////data/people.db`` is not. The tables are read as those of any other file are.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from doorlicht.errors import SourceError
from doorlicht.plugins import Limits, ProfileRequest
from doorlicht.records import Asset, BlindSpot, Definition, Source, TableColumns, TableProfile
from doorlicht.sources.databases import definitions
from doorlicht.sources.databases.connector import filled_in, shown
from doorlicht.sources.databases.dialect import DatabaseProblem
from doorlicht.sources.engine.counting import count_table
from doorlicht.sources.files.readers.databases import DuckDb, Sqlite
from doorlicht.sources.files.walking import fingerprint
from doorlicht.sources.tables import Blob, OpenTable, TableReader, UnreadableError

_HEAD: Final = 8_192
_BESIDE: Final = ("-wal", ".wal")
"""Files in which a database keeps its latest changes."""


class EmbeddedConnector:
    """Reads databases of one kind that are a file."""

    def __init__(self, reader: TableReader) -> None:
        self.name = reader.name
        self._reader = reader

    def assets(self, source: Source) -> Iterator[Asset | BlindSpot]:
        """List the tables and views.

        Raises
        ------
        SourceError
            If the file is not there, may not be read, or is not of this kind.
        """
        try:
            path = self._path(source)
            with path.open("rb") as file:
                head = file.read(_HEAD)
        except DatabaseProblem as problem:
            raise SourceError(
                problem.code, location=shown(source.location), **problem.details
            ) from None
        except PermissionError:
            raise SourceError("source.denied", location=shown(source.location)) from None
        except OSError:
            raise SourceError("source.missing", location=shown(source.location)) from None
        if not self._reader.takes(head):
            raise SourceError("database.other_kind", location=shown(source.location))
        status = path.stat()
        mark = fingerprint(path, status.st_size, status.st_mtime_ns)
        for end in _BESIDE:
            beside = Path(f"{path}{end}")
            if mark is not None and beside.exists():
                mark += f"{beside.stat().st_size}.{beside.stat().st_mtime_ns}"
        for table in self._tables(path, Limits()):
            if isinstance(table, UnreadableError) and not table.suffix:
                raise SourceError("database.broken", location=shown(source.location))
            yield Asset(source.id, table.suffix[1:], self.name, None, mark)

    def profiles(
        self, source: Source, asset: Asset, request: ProfileRequest
    ) -> Iterator[TableProfile | BlindSpot]:
        """Count one table; what cannot be counted is a blind spot."""
        try:
            yield self._profile(source, asset, request)
        except UnreadableError as error:
            yield BlindSpot(source.id, asset.path, error.code, error.details)
        except DatabaseProblem as problem:
            yield BlindSpot(source.id, asset.path, problem.code, problem.details)
        except OSError:
            yield BlindSpot(source.id, asset.path, "file.unreadable")

    def schema(self, source: Source) -> Iterator[TableColumns | Definition | BlindSpot]:
        """Return tables with their columns, and the SQL of views, triggers and macros."""
        try:
            path = self._path(source)
            with path.open("rb") as file:
                if not self._reader.takes(file.read(_HEAD)):
                    raise DatabaseProblem("database.other_kind")
            for one in definitions.TELLERS[self.name](path):
                yield replace(one, source=source.id) if isinstance(one, BlindSpot) else one
        except DatabaseProblem as problem:
            yield BlindSpot(source.id, "", problem.code, problem.details)
        except PermissionError:
            yield BlindSpot(source.id, "", "source.denied")
        except OSError:
            yield BlindSpot(source.id, "", "source.missing")

    def _profile(self, source: Source, asset: Asset, request: ProfileRequest) -> TableProfile:
        for table in self._tables(self._path(source), request.limits):
            if table.suffix[1:] != asset.path:
                if isinstance(table, UnreadableError) and not table.suffix:
                    raise table
                continue
            if isinstance(table, UnreadableError):
                raise table
            named = OpenTable(
                "", table.columns, table.reading, table.rows, 0, table.header, table.comment
            )
            return count_table(named, source.id, asset.path, request)
        raise DatabaseProblem("database.gone")

    def _tables(self, path: Path, limits: Limits) -> Iterator[OpenTable | UnreadableError]:
        blob = Blob(path.name, path.stat().st_size, lambda: path.open("rb"), path)
        return self._reader.tables(blob, {}, limits)

    def _path(self, source: Source) -> Path:
        location = filled_in(source.location, os.environ)
        scheme, mark, rest = location.partition(":///")
        if scheme != self.name or not mark or not rest:
            raise DatabaseProblem("database.bad_url")
        return Path(unquote(rest.partition("?")[0])).expanduser()


sqlite = EmbeddedConnector(Sqlite())
duckdb = EmbeddedConnector(DuckDb())
