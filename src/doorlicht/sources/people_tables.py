"""Which tables a file of people holds, and how they are handed to the engine that counts them."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false
# pyright: reportMissingTypeStubs=false
# pyarrow and duckdb bring no types; what comes out of them is checked by tests.

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import pyarrow as pa

from doorlicht.errors import InputError, SourceError
from doorlicht.plugins import Limits
from doorlicht.sources.engine.session import engine_errors
from doorlicht.sources.files.formats import reader_for
from doorlicht.sources.files.unpacking import is_workbook, packed_kind
from doorlicht.sources.tables import BatchStream, Blob, OpenTable, UnreadableError

_HEAD: Final = 8_192


def sheet_of(table: OpenTable) -> str:
    """Return the name of a table within its file."""
    return table.suffix.lstrip("#!")


def tables_of(blob: Blob, limits: Limits, path: str) -> Iterator[OpenTable]:
    """Give the tables of a file that can be read.

    Raises
    ------
    InputError
        If it is empty, packed, or of no format that is known.
    UnreadableError
        If it holds tables of which none can be read.
    """
    if blob.size == 0:
        raise InputError("audit.no_table", path=path)
    with blob.open() as file:
        head = file.read(_HEAD)
    kind = packed_kind(head)
    chosen = ""
    if kind is not None:
        if blob.suffix in {"rds", "rdata", "rda"}:
            chosen = "r"
        elif kind == "zip" and is_workbook(blob):
            chosen = "excel"
        else:
            raise InputError("audit.packed", path=path)
    reader = reader_for(chosen, head, blob.suffix) or reader_for("csv", head, "")
    if reader is None:
        raise InputError("audit.no_table", path=path)
    first: UnreadableError | None = None
    found = False
    for table in reader.tables(blob, {}, limits):
        if isinstance(table, UnreadableError):
            first = first or table
            continue
        found = True
        yield table
    if first is not None and not found:
        raise first


def rows_set_aside(connection: Any) -> int:
    """Return how many rows the engine set aside because they do not fit."""
    made = "SELECT 1 FROM duckdb_tables() WHERE table_name = 'reject_errors'"
    if not connection.execute(made).fetchall():
        return 0
    counted = connection.execute("SELECT count(DISTINCT line) FROM reject_errors").fetchone()
    return int(counted[0])


def as_reader(stream: BatchStream, names: Iterable[str]) -> Any:
    """Return a stream as one reader of Arrow, of which the first batch gives the columns."""
    batches = stream.open_batches()
    first = next(batches, None)
    if first is None:
        return pa.table({name: pa.array([], pa.string()) for name in names})

    def again() -> Iterator[Any]:
        yield first
        for batch in batches:
            yield batch if batch.schema == first.schema else batch.cast(first.schema)

    return pa.RecordBatchReader.from_batches(first.schema, again())


@contextmanager
def told_as_source(path: str) -> Generator[None]:
    """Tell what the engine or a reader cannot read as an error of the source."""
    try:
        with engine_errors():
            yield
    except UnreadableError as error:
        raise SourceError("audit.unreadable", path=path, kind=error.code) from None
