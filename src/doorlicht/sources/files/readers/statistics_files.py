"""Files of statistics packages: SPSS, Stata, SAS and R, with their labels and data dictionaries.

The labels of variables and values are evidence: ``1 = Turks`` says what a column of ones and twos
holds. R files are parsed, never executed.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false
# pyright: reportUnknownLambdaType=false, reportMissingTypeStubs=false
# pyarrow brings no types; what comes out of it is checked by tests.

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, cast

from doorlicht.plugins import Limits
from doorlicht.sources.files.readers.columnar import as_text
from doorlicht.sources.files.readers.rows import stream_of_rows
from doorlicht.sources.files.unpacking import on_disk
from doorlicht.sources.tables import Blob, OpenTable, UnreadableError

_CHUNK_ROWS: Final = 20_000
MAX_R_BYTES: Final = 1 << 30

XPT_RECORD: Final = 80
"""Bytes of a record; a transport file is padded to whole ones (SAS TS-140)."""


class StatisticsFile:
    """Reads SPSS (sav, zsav, por), Stata (dta) and SAS (sas7bdat, xpt) by pyreadstat."""

    name = "statistics"
    suffixes = ("sav", "zsav", "por", "dta", "sas7bdat", "xpt")

    _READERS: Mapping[str, str] = {
        "sav": "read_sav",
        "zsav": "read_sav",
        "por": "read_por",
        "dta": "read_dta",
        "sas7bdat": "read_sas7bdat",
        "xpt": "read_xport",
    }

    def takes(self, head: bytes) -> bool:
        """Whether the file begins as one of these formats does."""
        return head.startswith((b"$FL2", b"$FL3", b"<stata_dta>", b"HEADER RECORD*"))

    def tables(
        self, blob: Blob, options: Mapping[str, object], limits: Limits
    ) -> Iterator[OpenTable | UnreadableError]:
        """Open the one table of the file."""
        del options
        import pyreadstat

        kind = blob.suffix if blob.suffix in self._READERS else self._kind_of(blob)
        read = cast("Callable[..., Any]", getattr(pyreadstat, self._READERS[kind]))
        with on_disk(blob) as path:
            try:
                _, meta = read(str(path), metadataonly=True)
            # The library raises its own kinds and plain ones; none may end the scan.
            except Exception:  # noqa: BLE001
                yield UnreadableError("file.broken")
                return
            names = [str(name) for name in meta.column_names]
            if len(names) > limits.columns:
                yield UnreadableError("limit.columns", columns=len(names), limit=limits.columns)
                return
            labels = {i: str(text or "") for i, text in enumerate(meta.column_labels or [])}
            meanings = {
                names.index(name): {as_text(k) or "": str(v) for k, v in found.items()}
                for name, found in (meta.variable_value_labels or {}).items()
                if name in names
            }
            yield stream_of_rows(
                "",
                names,
                lambda: _rows(read, path),
                size=blob.size,
                header=True,
                count=meta.number_rows,
                labels=labels,
                value_labels=meanings,
                comment=str(meta.file_label or ""),
            )
        # Such a file does not say how many rows it has, and is read up to where it was cut off.
        if kind == "xpt" and blob.size % XPT_RECORD:
            yield UnreadableError("file.broken")

    @staticmethod
    def _kind_of(blob: Blob) -> str:
        with blob.open() as file:
            head = file.read(16)
        if head.startswith((b"$FL2", b"$FL3")):
            return "sav"
        return "dta" if head.startswith(b"<stata_dta>") else "xpt"


def _rows(read: Callable[..., Any], path: Path) -> Iterator[Sequence[str | None]]:
    offset = 0
    while True:
        try:
            frame, _ = read(
                str(path), row_limit=_CHUNK_ROWS, row_offset=offset,
                output_format="dict",
            )  # fmt: skip
        except Exception:  # noqa: BLE001 (see tables)
            raise UnreadableError("file.broken") from None
        columns = [_texts(column) for column in cast("dict[str, Any]", frame).values()]
        rows = len(columns[0]) if columns else 0
        yield from zip(*columns, strict=True)
        offset += rows
        if rows < _CHUNK_ROWS:
            return


def _texts(column: Any) -> list[str | None]:
    return [None if cell is None or cell != cell else as_text(_plain(cell)) for cell in column]


def _plain(cell: Any) -> Any:
    return cell.item() if hasattr(cell, "item") else cell


class RFile:
    """Reads data frames in R files (rds, rdata, rda) by rdata, which executes nothing."""

    name = "r"
    suffixes = ("rds", "rdata", "rda")

    def takes(self, head: bytes) -> bool:
        """Whether the file begins as an uncompressed R file does."""
        return head.startswith((b"RDX2", b"RDX3", b"X\n\x00\x00\x00"))

    def tables(
        self, blob: Blob, options: Mapping[str, object], limits: Limits
    ) -> Iterator[OpenTable | UnreadableError]:
        """Open each data frame in the file."""
        del options
        import rdata

        if blob.size > MAX_R_BYTES:
            yield UnreadableError("limit.document", mebibytes=MAX_R_BYTES >> 20)
            return
        try:
            with blob.open() as file:
                parsed = rdata.parser.parse_data(file.read())
        # The parser raises many kinds for a broken file; none may end the scan.
        except Exception:  # noqa: BLE001
            yield UnreadableError("file.broken")
            return
        from doorlicht.sources.files.readers.r_objects import data_frames

        found = False
        for name, columns in data_frames(parsed.object):
            found = True
            if len(columns) > limits.columns:
                yield UnreadableError(
                    "limit.columns", suffix=name, columns=len(columns), limit=limits.columns
                )
                continue
            cells = [column.cells for column in columns]
            yield stream_of_rows(
                name,
                [column.name for column in columns],
                lambda cells=cells: zip(*cells, strict=False),
                size=blob.size,
                header=True,
                count=len(cells[0]) if cells else 0,
                labels={i: c.label for i, c in enumerate(columns) if c.label},
            )
        if not found:
            yield UnreadableError("file.no_table")
