"""A table that a reader has opened and the engine can count: the hand-over between the two."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false
# pyright: reportUnknownLambdaType=false, reportMissingTypeStubs=false
# pyarrow brings no types; what comes out of it is checked by tests.

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

from doorlicht.records import ColumnKind

if TYPE_CHECKING:
    import pyarrow as pa

    from doorlicht.plugins import Limits


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """A column of an open table.

    ``name`` is what the source calls it, and may be empty, repeated or full of quotes;
    ``engine_name`` is unique and is what the engine knows it by.
    """

    name: str
    index: int
    engine_name: str
    kind: ColumnKind
    label: str = ""
    value_labels: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class EngineRelation:
    """A table that DuckDB reads by itself.

    Attributes
    ----------
    from_sql
        What stands behind FROM, literals quoted, for instance ``read_parquet('people.parquet')``.
    is_columnar
        Whether reading one column costs one column (Parquet, a DuckDB table) and not a whole
        pass (CSV, JSON, SQLite): the first is counted column by column, the second in one scan.
    prepare
        Statements to run first (ATTACH, LOAD).
    keeps_rejects
        Whether rows that do not fit are set aside by the engine, to be counted and dropped.
    left_out
        Asked after the pass: rows that the engine passes over without a word.
    """

    from_sql: str
    is_columnar: bool
    prepare: tuple[str, ...] = ()
    keeps_rejects: bool = False
    left_out: Callable[[], int] = lambda: 0


@dataclass(frozen=True, slots=True)
class BatchStream:
    """A table that a reader hands over as Arrow batches, once, in one pass.

    ``open_batches`` may raise :class:`UnreadableError`, also half way. ``left_out`` says, after the
    pass, how many rows did not fit and were not handed over.
    """

    open_batches: Callable[[], Iterator[pa.RecordBatch]]
    left_out: Callable[[], int] = lambda: 0


@dataclass(frozen=True, slots=True)
class OpenTable:
    """A table inside an asset, ready to be counted.

    Attributes
    ----------
    suffix
        What to add to the path of the asset: empty, ``#sheet`` or ``!member``.
    rows
        Where the format tells it without reading; else ``None``.
    """

    suffix: str
    columns: tuple[ColumnSpec, ...]
    reading: EngineRelation | BatchStream
    rows: int | None = None
    bytes: int = 0
    header: bool = True
    comment: str = ""


class UnreadableError(Exception):
    """Raised inside ``sources`` when (a part of) an asset cannot be read; becomes a blind spot.

    ``code`` is that of the blind spot; ``details`` hold names and limits, never a value.
    """

    def __init__(self, code: str, suffix: str = "", **details: str | int | float) -> None:
        super().__init__(code)
        self.code = code
        self.suffix = suffix
        self.details = details


@dataclass(frozen=True, slots=True)
class Blob:
    """The bytes of one file, wherever they lie: on disk, in an archive, in an object store.

    Attributes
    ----------
    name
        File name, for its suffix.
    size
        Bytes, uncompressed.
    open
        Opens them for reading from the start, with seek; closes with the returned object.
    path
        Where a library can open them by name; ``None`` for what is not on this machine's disk.
    """

    name: str
    size: int
    open: Callable[[], BinaryIO]
    path: Path | None = None

    @property
    def suffix(self) -> str:
        """Ending of the name, in lower case, without the dot."""
        return ending_of(self.name)


def ending_of(path: str) -> str:
    """Return the ending of a file name, in lower case and without the dot; folders do not count.

    Examples
    --------
    >>> ending_of("a/B.CSV"), ending_of("conf.d/readme"), ending_of("a.zip!x.d/readme")
    ('csv', '', '')
    """
    name = path.rpartition("/")[2]
    return name.rpartition(".")[2].lower() if "." in name else ""


class TableReader(Protocol):
    """Opens files of one format. One small file each, declared in ``sources/files/formats.py``."""

    @property
    def name(self) -> str:
        """Of the format, for the estate."""
        ...

    @property
    def suffixes(self) -> tuple[str, ...]:
        """Endings of file names, without the dot."""
        ...

    def takes(self, head: bytes) -> bool:
        """Whether the first kilobytes are of this format, whatever the file is called."""
        ...

    def tables(
        self, blob: Blob, options: Mapping[str, object], limits: Limits
    ) -> Iterator[OpenTable | UnreadableError]:
        """Open each table of the file.

        What cannot be read is handed over as an error, not raised, so that the next table is
        still reached.
        """
        ...
