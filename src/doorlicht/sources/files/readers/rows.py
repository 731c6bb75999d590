"""Tables that a library hands over row by row, turned into a stream of Arrow batches."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false
# pyright: reportUnknownLambdaType=false, reportMissingTypeStubs=false
# pyarrow brings no types; what comes out of it is checked by tests.

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

import pyarrow as pa

from doorlicht.sources.tables import BatchStream, ColumnSpec, OpenTable

BATCH_CELLS: Final = 400_000


def stream_of_rows(
    suffix: str,
    names: Sequence[str],
    rows: Callable[[], Iterator[Sequence[str | None]]],
    *,
    size: int,
    header: bool,
    count: int | None = None,
    labels: Mapping[int, str] | None = None,
    value_labels: Mapping[int, Mapping[str, str]] | None = None,
    comment: str = "",
) -> OpenTable:
    """Return a table of text cells that is read once, in batches of bounded size.

    Parameters
    ----------
    names
        Names of the columns as they stand; each row has a cell for each.
    rows
        Opens the rows; may raise ``UnreadableError``, also half way.
    """
    columns = tuple(
        ColumnSpec(
            writable(name),
            index,
            f"c{index}",
            "text",
            label=(labels or {}).get(index, ""),
            value_labels=(value_labels or {}).get(index, {}),
        )
        for index, name in enumerate(names)
    )
    batch_rows = max(16, BATCH_CELLS // max(1, len(columns)))
    engine_names = [column.engine_name for column in columns]

    def batches() -> Iterator[pa.RecordBatch]:
        held: list[Sequence[str | None]] = []
        for row in rows():
            held.append(row)
            if len(held) >= batch_rows:
                yield _batch(held, engine_names)
                held = []
        if held:
            yield _batch(held, engine_names)

    return OpenTable(suffix, columns, BatchStream(batches), count, size, header, comment)


def _batch(rows: Sequence[Sequence[str | None]], names: Sequence[str]) -> pa.RecordBatch:
    arrays = [
        _array([row[index] if index < len(row) else None for row in rows])
        for index in range(len(names))
    ]
    return pa.RecordBatch.from_arrays(arrays, names=list(names))


def _array(cells: Sequence[str | None]) -> pa.Array:
    try:
        return pa.array(cells, pa.string())
    except UnicodeEncodeError:
        return pa.array([None if cell is None else writable(cell) for cell in cells], pa.string())


def writable(text: str) -> str:
    r"""Return text that can be encoded: a half of a character, as JSON may hold, is replaced.

    Examples
    --------
    >>> writable("na\ud800t")
    'na?t'
    """
    return text.encode("utf-8", "replace").decode("utf-8")
