"""Parquet, Arrow and Feather, ORC and Avro: formats that bring their own schema."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false
# pyright: reportUnknownLambdaType=false, reportMissingTypeStubs=false
# pyarrow brings no types; what comes out of it is checked by tests.

from __future__ import annotations

import json
import lzma
import zlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, cast

import pyarrow as pa

from doorlicht.plugins import Limits
from doorlicht.records import ColumnKind
from doorlicht.sources.engine.nested import literal
from doorlicht.sources.tables import (
    BatchStream,
    Blob,
    ColumnSpec,
    EngineRelation,
    OpenTable,
    UnreadableError,
)

BATCH_ROWS: Final = 32_768

BROKEN: Final = (
    pa.ArrowException, OSError, ValueError, LookupError, EOFError, TypeError, AttributeError,
    ArithmeticError, AssertionError, MemoryError, RecursionError, StopIteration, zlib.error,
    lzma.LZMAError,
)  # fmt: skip
"""What the libraries raise for a damaged file: bytes are taken for lengths, places and kinds."""


def kind_of(data_type: pa.DataType) -> ColumnKind:
    """Return the kind of an Arrow type."""
    kinds: tuple[tuple[Callable[[Any], bool], ColumnKind], ...] = (
        (pa.types.is_boolean, "boolean"),
        (pa.types.is_integer, "integer"),
        (pa.types.is_floating, "decimal"),
        (pa.types.is_decimal, "decimal"),
        (pa.types.is_temporal, "date"),
        (pa.types.is_nested, "nested"),
        (pa.types.is_null, "empty"),
    )
    for test, kind in kinds:
        if test(data_type):
            return kind
    if pa.types.is_binary(data_type) or pa.types.is_large_binary(data_type):
        return "binary"
    return "text"


def columns_of(schema: pa.Schema, limits: Limits) -> tuple[ColumnSpec, ...]:
    """Return the columns of an Arrow schema; descriptions in its metadata become labels.

    Raises
    ------
    UnreadableError
        If there are more columns than may be looked at.
    """
    if len(schema) > limits.columns:
        raise UnreadableError("limit.columns", columns=len(schema), limit=limits.columns)
    specs: list[ColumnSpec] = []
    for index, field in enumerate(schema):
        metadata = field.metadata or {}
        label = next(
            (metadata[key].decode("utf-8", "replace") for key in _LABEL_KEYS if key in metadata), ""
        )
        specs.append(ColumnSpec(field.name, index, field.name, kind_of(field.type), label=label))
    return tuple(specs)


_LABEL_KEYS: Final = (b"comment", b"description", b"label")


def renamed(batch: pa.RecordBatch, columns: tuple[ColumnSpec, ...]) -> pa.RecordBatch:
    """Return a batch under the names of the engine, checked.

    In a damaged file a place may point outside of its buffer, to memory of something else.
    """
    batch.validate(full=True)
    return pa.RecordBatch.from_arrays(
        [_plain(array) for array in batch.columns], names=[column.engine_name for column in columns]
    )


def _plain(array: pa.Array) -> pa.Array:
    return array.dictionary_decode() if pa.types.is_dictionary(array.type) else array


def _unique(columns: tuple[ColumnSpec, ...]) -> tuple[ColumnSpec, ...]:
    from dataclasses import replace

    return tuple(replace(column, engine_name=f"c{column.index}") for column in columns)


class _Arrow(ABC):
    """What the readers of this file share: open, tell the schema, hand over batches."""

    def tables(
        self, blob: Blob, options: Mapping[str, object], limits: Limits
    ) -> Iterator[OpenTable | UnreadableError]:
        """Open the one table of the file."""
        del options
        try:
            yield self._open(blob, limits)
        except UnreadableError as error:
            yield error
        except BROKEN:
            yield UnreadableError("file.broken")

    @abstractmethod
    def _open(self, blob: Blob, limits: Limits) -> OpenTable: ...

    def _stream(
        self, blob: Blob, schema: pa.Schema, limits: Limits, rows: int | None,
        batches: Callable[[Any], Iterator[pa.RecordBatch]],
    ) -> OpenTable:  # fmt: skip
        columns = _unique(columns_of(schema, limits))

        def read() -> Iterator[pa.RecordBatch]:
            with blob.open() as file:
                try:
                    for batch in batches(file):
                        yield renamed(batch, columns)
                except BROKEN:
                    raise UnreadableError("file.broken") from None

        return OpenTable("", columns, BatchStream(read), rows=rows, bytes=blob.size)


class Parquet(_Arrow):
    """Parquet, counted by the engine where it is on disk."""

    name = "parquet"
    suffixes = ("parquet", "parq", "pq")

    def takes(self, head: bytes) -> bool:
        """Whether the file begins as Parquet does."""
        return head.startswith(b"PAR1")

    def _open(self, blob: Blob, limits: Limits) -> OpenTable:
        import pyarrow.parquet as pq

        with blob.open() as file:
            # The end of a file tells its columns, also where the beginning has been cut off.
            if not self.takes(file.read(4)):
                raise UnreadableError("file.broken")
            parquet = pq.ParquetFile(file)
            schema, rows = parquet.schema_arrow, parquet.metadata.num_rows
        names = [field.name for field in schema]
        repeated = len({name.lower() for name in names}) < len(names)
        if blob.path is not None and not repeated:
            from_sql = f"read_parquet({literal(str(blob.path))})"
            reading = EngineRelation(from_sql, is_columnar=True)
            return OpenTable(
                "", columns_of(schema, limits), reading, rows=rows, bytes=blob.size,
                comment=_comment(schema),
            )  # fmt: skip
        return self._stream(
            blob, schema, limits, rows,
            lambda file: pq.ParquetFile(file).iter_batches(BATCH_ROWS),
        )  # fmt: skip


def _comment(schema: pa.Schema) -> str:
    metadata = schema.metadata or {}
    return next((metadata[k].decode("utf-8", "replace") for k in _LABEL_KEYS if k in metadata), "")


class ArrowFile(_Arrow):
    """Arrow IPC files and streams, and Feather of both versions."""

    name = "arrow"
    suffixes = ("arrow", "feather", "ipc", "arrows")

    def takes(self, head: bytes) -> bool:
        """Whether the file begins as Arrow or Feather does."""
        return head.startswith((b"ARROW1", b"FEA1"))

    def _open(self, blob: Blob, limits: Limits) -> OpenTable:
        with blob.open() as file:
            schema = self._reader(file).schema
        return self._stream(blob, schema, limits, None, lambda file: self._batches(file))

    def _reader(self, file: Any) -> Any:
        head = file.read(8)
        file.seek(0)
        if head.startswith(b"FEA1"):
            from pyarrow import feather

            return feather.read_table(file)
        return pa.ipc.open_file(file) if head.startswith(b"ARROW1") else pa.ipc.open_stream(file)

    def _batches(self, file: Any) -> Iterator[pa.RecordBatch]:
        reader = self._reader(file)
        if isinstance(reader, pa.Table):
            yield from reader.to_batches(BATCH_ROWS)
        elif isinstance(reader, pa.RecordBatchFileReader):
            for index in range(reader.num_record_batches):
                yield reader.get_batch(index)
        else:
            yield from reader


class Orc(_Arrow):
    """ORC, stripe by stripe."""

    name = "orc"
    suffixes = ("orc",)

    def takes(self, head: bytes) -> bool:
        """Whether the file begins as ORC does."""
        return head.startswith(b"ORC")

    def _open(self, blob: Blob, limits: Limits) -> OpenTable:
        from pyarrow import orc

        with blob.open() as file:
            opened = orc.ORCFile(file)
            schema, rows = opened.schema, opened.nrows

        def batches(file: Any) -> Iterator[pa.RecordBatch]:
            reader = orc.ORCFile(file)
            for stripe in range(reader.nstripes):
                yield reader.read_stripe(stripe)

        return self._stream(blob, schema, limits, rows, batches)


class Avro(_Arrow):
    """Avro, record by record; its ``doc`` texts are labels."""

    name = "avro"
    suffixes = ("avro",)

    def takes(self, head: bytes) -> bool:
        """Whether the file begins as Avro does."""
        return head.startswith(b"Obj\x01")

    def _open(self, blob: Blob, limits: Limits) -> OpenTable:
        import fastavro

        with blob.open() as file:
            writer = cast("dict[str, Any]", fastavro.reader(file).writer_schema)
        fields = cast("list[dict[str, Any]]", writer.get("fields", []))
        names = [field["name"] for field in fields]
        if len(names) > limits.columns:
            raise UnreadableError("limit.columns", columns=len(names), limit=limits.columns)
        columns = tuple(
            ColumnSpec(name, index, f"c{index}", "text", label=str(fields[index].get("doc", "")))
            for index, name in enumerate(names)
        )

        def read() -> Iterator[pa.RecordBatch]:
            with blob.open() as file:
                try:
                    held: list[dict[str, Any]] = []
                    for record in fastavro.reader(file):
                        held.append(cast("dict[str, Any]", record))
                        if len(held) >= BATCH_ROWS // 4:
                            yield batch_of(held, names, columns)
                            held = []
                    if held:
                        yield batch_of(held, names, columns)
                except BROKEN:
                    raise UnreadableError("file.broken") from None

        return OpenTable(
            "", columns, BatchStream(read), bytes=blob.size, comment=str(writer.get("doc", ""))
        )


def batch_of(
    records: list[dict[str, Any]], names: list[str], columns: tuple[ColumnSpec, ...]
) -> pa.RecordBatch:
    """Return records as a batch of text; a nested value is written as JSON."""
    arrays = [
        pa.array([as_text(record.get(name)) for record in records], pa.string()) for name in names
    ]
    return pa.RecordBatch.from_arrays(arrays, names=[column.engine_name for column in columns])


def as_text(value: object) -> str | None:
    """Return a value as the text that a CSV would hold; null stays null."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, bytes):
        return None
    return str(value)
