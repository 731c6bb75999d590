"""CSV, TSV and other delimited text, in any encoding and delimiter found in practice.

UTF-8 on disk is read by the engine itself; other encodings, and files inside archives or object
stores, are decoded on the way and handed over as Arrow batches, so nothing is written to disk.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false
# pyright: reportUnknownLambdaType=false, reportMissingTypeStubs=false
# pyarrow brings no types; what comes out of it is checked by tests.

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, BinaryIO, Final, cast

import pyarrow as pa
import pyarrow.csv as pa_csv

from doorlicht.plugins import Limits
from doorlicht.sources.engine.nested import literal
from doorlicht.sources.files.blanks import BLANKS, cut, is_padded, is_rule, split
from doorlicht.sources.files.open_quotes import OpenQuotes
from doorlicht.sources.files.readers.rows import stream_of_rows
from doorlicht.sources.files.sniff import (
    HEAD_BYTES,
    SAMPLE_LINES,
    TextForm,
    column_names,
    sniff,
)
from doorlicht.sources.tables import (
    BatchStream,
    Blob,
    ColumnSpec,
    EngineRelation,
    OpenTable,
    UnreadableError,
)

MAX_LINE_BYTES: Final = 16 << 20
"""A longer line is no row of a table; the file is told to be unreadable."""

MAX_ENGINE_COLUMNS: Final = 500
"""Wider text goes through Arrow in short batches: the engine holds buffers for every column."""

_BLOCK_BYTES: Final = 4 << 20


class DelimitedText:
    """Reads delimited text; options: encoding, delimiter, header (true or false)."""

    name = "csv"
    suffixes = ("csv", "tsv", "tab", "txt", "dat", "psv", "prn", "asc")

    def takes(self, head: bytes) -> bool:
        """Text has no mark of its own; it is taken by its suffix."""
        del head
        return False

    def tables(
        self, blob: Blob, options: Mapping[str, object], limits: Limits
    ) -> Iterator[OpenTable | UnreadableError]:
        """Open the one table of a text file."""
        try:
            with blob.open() as file:
                head = file.read(HEAD_BYTES)
            is_whole = len(head) < HEAD_BYTES
            if not is_whole:
                _check_lines(head, blob)
            form = _sniff(head, blob, options, is_whole=is_whole)
            yield _open(blob, form, limits)
        except UnreadableError as error:
            yield error
            return
        if form.columns == 1 and is_padded(_lines_of(head, form)):
            # Read as one column, in which names and values are hard to see.
            yield UnreadableError("file.no_specification")


def _sniff(head: bytes, blob: Blob, options: Mapping[str, object], *, is_whole: bool) -> TextForm:
    header = options.get("header")
    return sniff(
        head,
        is_whole=is_whole,
        suffix=blob.suffix,
        encoding=codecs.lookup(str(options["encoding"])).name if "encoding" in options else "",
        delimiter=str(options.get("delimiter", "")),
        header=header if isinstance(header, bool) else None,
    )


def _lines_of(head: bytes, form: TextForm) -> list[str]:
    lines = head.decode(form.encoding, "replace").splitlines()
    return lines[form.skip_lines : form.skip_lines + SAMPLE_LINES]


def _open(blob: Blob, form: TextForm, limits: Limits) -> OpenTable:
    if form.columns > limits.columns:
        raise UnreadableError("limit.columns", columns=form.columns, limit=limits.columns)
    names = column_names(form.names, form.columns)
    if form.delimiter == BLANKS:
        left_out = [0]
        table = stream_of_rows(
            "", names, lambda: _spaced_rows(blob, form, left_out), size=blob.size,
            header=bool(form.names),
        )  # fmt: skip
        reading = cast("BatchStream", table.reading)
        return replace(table, reading=replace(reading, left_out=lambda: left_out[0]))
    columns = tuple(
        ColumnSpec(name, index, f"c{index}", "text") for index, name in enumerate(names)
    )
    direct = blob.path is not None and form.encoding in {"utf-8", "utf-8-sig"}
    reading = (
        _engine_reading(blob, form)
        if direct and form.delimiter != "\x01" and form.columns <= MAX_ENGINE_COLUMNS
        else _stream(blob, form)
    )
    return OpenTable("", columns, reading, bytes=blob.size, header=bool(form.names))


def _spaced_rows(blob: Blob, form: TextForm, left_out: list[int]) -> Iterator[list[str]]:
    """Return the rows of text divided by blanks; rows of another width are counted, not taken."""
    left_out[0] = 0
    with (
        blob.open() as raw,
        io.TextIOWrapper(raw, encoding=form.encoding, errors="replace") as lines,
    ):
        number = 0
        while line := lines.readline(MAX_LINE_BYTES):
            number += 1
            if len(line) >= MAX_LINE_BYTES:
                raise UnreadableError("file.long_line", mebibytes=MAX_LINE_BYTES >> 20)
            if number <= form.skip_lines or not line.strip() or is_rule(line):
                continue
            try:
                row = cut(line, form.spans) if form.spans else next(split([line]), list[str]())
            except csv.Error:
                row = []
            if len(row) == form.columns:
                yield row
            else:
                left_out[0] += 1


def _check_lines(head: bytes, blob: Blob) -> None:
    """Refuse a file without an end of line in its first megabytes: it is no table of rows."""
    if b"\n" in head or b"\r" in head:
        return
    with blob.open() as file:
        longer = file.read(MAX_LINE_BYTES)
    if b"\n" not in longer and b"\r" not in longer:
        raise UnreadableError("file.long_line", mebibytes=MAX_LINE_BYTES >> 20)


def _engine_reading(blob: Blob, form: TextForm) -> EngineRelation:
    return EngineRelation(
        _relation(str(blob.path), form),
        is_columnar=False, keeps_rejects=True, left_out=lambda: _passed_over(blob, form),
    )  # fmt: skip


def _passed_over(blob: Blob, form: TextForm) -> int:
    """Return how many rows the engine passes over without a word: long lines, open quotes."""
    quotes = OpenQuotes(form.quote, form.delimiter, form.escape)
    long_lines = length = 0
    with blob.open() as file:
        while block := file.read(_BLOCK_BYTES):
            quotes.see(block)
            first = block.find(b"\n")
            if first < 0:
                length += len(block)
                continue
            long_lines += length + first > MAX_LINE_BYTES
            length = len(block) - block.rfind(b"\n") - 1
    long_lines += length > MAX_LINE_BYTES
    # Read in parallel, a line longer than the buffer is passed over and not set aside.
    return quotes.lines + (long_lines if _is_parallel(form) else 0)


def _is_parallel(form: TextForm) -> bool:
    return not (form.is_ragged and form.has_quoted_newlines)


def _relation(path: str, form: TextForm) -> str:
    columns = ", ".join(f"'c{index}': 'VARCHAR'" for index in range(form.columns))
    # Padding short rows and values over several lines exclude each other in parallel reading.
    padding = "true" if form.is_ragged else "false"
    parallel = "true" if _is_parallel(form) else "false"
    # Without a size of its own a buffer holds many longest lines: more memory than is allowed.
    return (
        f"read_csv({literal(path)}, auto_detect = false, columns = {{{columns}}}, header = false, "
        f"delim = {literal(form.delimiter)}, quote = {literal(form.quote)}, "
        f"escape = {literal(form.escape)}, skip = {form.skip_lines}, strict_mode = true, "
        f"null_padding = {padding}, parallel = {parallel}, ignore_errors = true, "
        f"store_rejects = true, rejects_limit = 100000, max_line_size = {MAX_LINE_BYTES}, "
        f"buffer_size = {MAX_LINE_BYTES})"
    )


def _stream(blob: Blob, form: TextForm) -> BatchStream:
    """Decode and parse in a stream; rows that do not fit are left out and counted."""
    names = [f"c{index}" for index in range(form.columns)]
    left_out, quotes = [0], OpenQuotes(form.quote, form.delimiter, form.escape)

    def skip_row(row: Any) -> str:
        del row
        left_out[0] += 1
        return "skip"

    def batches() -> Iterator[pa.RecordBatch]:
        left_out[0] = 0
        quotes.begin()
        with blob.open() as raw:
            try:
                yield from pa_csv.open_csv(
                    pa.PythonFile(_Utf8(raw, form.encoding, quotes.see), mode="r"),
                    read_options=pa_csv.ReadOptions(
                        column_names=names, skip_rows=form.skip_lines, block_size=_BLOCK_BYTES
                    ),
                    parse_options=pa_csv.ParseOptions(
                        delimiter=form.delimiter,
                        quote_char=form.quote,
                        escape_char=False if form.escape == '"' else form.escape,
                        newlines_in_values=form.has_quoted_newlines,
                        invalid_row_handler=skip_row,
                    ),
                    convert_options=pa_csv.ConvertOptions(
                        column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
                    ),
                )
            except (pa.ArrowInvalid, UnicodeError):
                raise UnreadableError("file.broken") from None

    return BatchStream(batches, lambda: left_out[0] + quotes.lines)


class _Utf8(io.RawIOBase):
    """A binary file in any encoding, read as UTF-8; ``see`` is shown each part of it."""

    def __init__(
        self, raw: BinaryIO, encoding: str, see: Callable[[bytes], None] | None = None
    ) -> None:
        self._raw = raw
        self._see = see
        self._decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        self._left = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        wanted = _BLOCK_BYTES if size < 0 else size
        while len(self._left) < wanted:
            part = self._raw.read(_BLOCK_BYTES)
            self._left += self._decoder.decode(part, final=not part).encode("utf-8")
            if not part:
                break
        out, self._left = self._left[:wanted], self._left[wanted:]
        if self._see is not None:
            self._see(out)
        return out
