"""Tables that are in memory already: of pandas, polars, Arrow, or plain columns.

They are counted by the same engine, with the same reading of marks and of missing values, as
tables in files are; nothing of them is written anywhere. A table of the same kind, with the same
types, can be made again of some of its columns with some of its values moved about: that is what a
function needs to score people of whom one thing is changed.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false
# pyright: reportMissingTypeStubs=false, reportUnknownLambdaType=false
# pyarrow brings no types, and the other libraries are not ours to import.

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, cast

import numpy as np
import pyarrow as pa

from doorlicht.errors import InputError
from doorlicht.plugins import Limits
from doorlicht.sources.people import People
from doorlicht.sources.people_marks import plain
from doorlicht.sources.tables import BatchStream, ColumnSpec, OpenTable

Array = np.ndarray[Any, Any]
Kind = Literal["pandas", "polars", "arrow", "columns", "matrix"]

_BATCH: Final = 1 << 17
"""Rows that are handed to the engine at once."""


_FAILURES: Final = (
    pa.ArrowException, TypeError, ValueError, OverflowError, AttributeError, NotImplementedError,
)  # fmt: skip
"""What comes of a column that holds something else than plain values."""


@dataclass(slots=True)
class HeldTable:
    """A table in memory, read by column.

    Attributes
    ----------
    kind
        Whose table it is; what can only hand over Arrow is ``arrow``.
    columns
        By its name each column as its library holds it; a repeated name gets a number: ``a.1``.
    labels
        What the table itself calls each of them.
    """

    kind: Kind
    columns: dict[str, Any]
    labels: dict[str, Any]
    rows: int
    _arrow: dict[str, Any] = field(default_factory=dict[str, Any], repr=False)
    _places: dict[str, _Places] = field(default_factory=dict[str, "_Places"], repr=False)

    def arrow(self, name: str) -> Any | None:
        """Return a column as the engine takes it; none if it holds no plain values."""
        if name not in self._arrow:
            self._arrow[name] = _as_arrow(self.columns[name])
        return self._arrow[name]

    def with_columns(self, further: Mapping[str, Any]) -> HeldTable:
        """Return the table with columns beside it, one value a row.

        Raises
        ------
        InputError
            If a column has another length.
        """
        for name, values in further.items():
            if len(values) != self.rows:
                raise InputError("audit.lengths_beside", column=name, rows=self.rows)
        return HeldTable(
            self.kind, {**self.columns, **{name: _as_array(one) for name, one in further.items()}},
            {**self.labels, **{name: name for name in further}}, self.rows,
        )  # fmt: skip

    def again(self, columns: Mapping[str, Array]) -> Any:
        """Return a table of the same kind and types, of plain values by column.

        Values that the table holds come back as what they were; others as near to it as can be.
        """
        made: dict[Any, Any] = {}
        for name, values in columns.items():
            places = self._places.get(name)
            if places is None:
                arrow = self.arrow(name)
                places = _Places(plain(arrow) if arrow is not None else np.array([]))
                self._places[name] = places
            found = places.of(values)
            column = self.columns[name]
            made[self.labels[name]] = (
                _restored(column, values) if found is None else _taken(column, found)
            )
        return _assembled(self.kind, made)


class _Places:
    """In which row of a column each of its values stands first."""

    def __init__(self, values: Array) -> None:
        self._last: tuple[Array, Array | None] | None = None
        self._rows: dict[Any, int] = {}
        self._sorted = np.array([])
        self._first = np.array([], dtype=np.int64)
        if values.dtype == object:
            for row, value in enumerate(values.tolist()):
                self._rows.setdefault(value, row)
        else:
            self._sorted, self._first = np.unique(values, return_index=True)

    def of(self, values: Array) -> Array | None:
        """Return a row for each value that holds it; nothing if some value is new."""
        # Columns that stay as they are come again with every change of another one.
        if self._last is None or self._last[0] is not values:
            self._last = (values, self._look_up(values))
        return self._last[1]

    def _look_up(self, values: Array) -> Array | None:
        if values.dtype == object:
            try:
                return np.array([self._rows[value] for value in values.tolist()], np.int64)
            except KeyError:
                return None
        if not len(self._sorted):
            return None
        at = np.minimum(np.searchsorted(self._sorted, values), len(self._sorted) - 1)
        found = self._sorted[at]
        same = (found == values) | (np.isnan(found) & np.isnan(values))
        return cast("Array", self._first[at]) if same.all() else None


def hold(data: Any) -> HeldTable:
    """Return a table that is in memory, ready to be read by column.

    Parameters
    ----------
    data
        A data frame of pandas or polars, a table of Arrow or whatever hands one over
        (``__arrow_c_stream__``), a mapping of names to columns, or a matrix of numpy, of which the
        columns are called ``x0``, ``x1``, ...

    Raises
    ------
    InputError
        If it is none of these, or its columns differ in length.

    Examples
    --------
    >>> held = hold({"land": ["NL", "TR", None], "age": [30, 41, 25]})
    >>> held.rows, list(held.columns)
    (3, ['land', 'age'])
    """
    library = type(data).__module__.partition(".")[0]
    pairs: list[tuple[Any, Any]]
    kind: Kind
    if isinstance(data, Mapping):
        kind, pairs = "columns", list(cast("Mapping[Any, Any]", data).items())
    elif _is_matrix(data):
        kind = "matrix"
        pairs = [(f"x{at}", data[:, at]) for at in range(data.shape[1])]
    elif _is_frame_of_pandas(data):
        kind = "pandas"
        pairs = [(label, data.iloc[:, at]) for at, label in enumerate(data.columns)]
    elif library == "polars" and hasattr(data, "get_columns"):
        kind, pairs = "polars", [(column.name, column) for column in data.get_columns()]
    elif library == "polars" and hasattr(data, "collect"):
        return hold(data.collect())
    elif hasattr(data, "__arrow_c_stream__"):
        kind = "arrow"
        table = _table_of(data)
        pairs = list(zip(table.column_names, table.columns, strict=True))
    else:
        raise InputError("audit.no_table_in_memory", kind=type(data).__name__)
    columns: dict[str, Any] = {}
    labels: dict[str, Any] = {}
    for label, column in pairs:
        name, again = str(label), 0
        while name in columns:
            again += 1
            name = f"{label}.{again}"
        columns[name], labels[name] = _as_array(column), label
    lengths = {len(column) for column in columns.values()}
    if len(lengths) > 1:
        raise InputError("audit.lengths", rows=max(lengths))
    return HeldTable(kind, columns, labels, next(iter(lengths), 0))


def people_of(held: HeldTable, name: str, limits: Limits | None = None) -> People:
    """Return a table in memory as a table of people, to be counted and read like any other.

    Parameters
    ----------
    name
        What messages call it.
    """
    known = {column: arrow for column in held.columns if (arrow := held.arrow(column)) is not None}
    specs = tuple(ColumnSpec(column, at, f"c{at}", "text") for at, column in enumerate(known))
    table = pa.Table.from_arrays(list(known.values()), [spec.engine_name for spec in specs])

    def batches() -> Iterator[Any]:
        yield from table.to_batches(max_chunksize=_BATCH)

    opened = OpenTable("", specs, BatchStream(batches), held.rows)
    return People(name, opened, limits or Limits(), unreadable=set(held.columns) - set(known))


def _table_of(data: Any) -> Any:
    if isinstance(data, pa.Table):
        return data
    try:
        return pa.table(data)
    except _FAILURES:
        # A single column hands over Arrow as well.
        raise InputError("audit.no_table_in_memory", kind=type(data).__name__) from None


def _is_matrix(data: Any) -> bool:
    return isinstance(data, np.ndarray) and data.ndim == 2


def _is_frame_of_pandas(data: Any) -> bool:
    """Whether it is a data frame of pandas or made from one; pandas is not imported for that."""
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(data, pandas.DataFrame)


def labels_of(data: Any) -> Any | None:
    """Return the labels of the rows of a frame or column of pandas; ``None`` of anything else."""
    pandas = sys.modules.get("pandas")
    is_labelled = pandas is not None and isinstance(data, pandas.DataFrame | pandas.Series)
    return data.index if is_labelled else None


# ── one column ──────────────────────────────────────────────────────────────────────────────


_PLAIN: Final[Sequence[Callable[[Any], bool]]] = (
    pa.types.is_boolean, pa.types.is_integer, pa.types.is_decimal, pa.types.is_string,
    pa.types.is_large_string, pa.types.is_date, pa.types.is_null,
)  # fmt: skip


def _as_arrow(column: Any) -> Any | None:
    try:
        made = _in_one(column)
        if pa.types.is_dictionary(made.type):
            made = made.cast(made.type.value_type)
        kind: Any = made.type
        if pa.types.is_floating(kind):
            return _as_whole(made.cast(pa.float64()))
        if any(is_one(kind) for is_one in _PLAIN):
            return made
        if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
            return None
        return made.cast(pa.string())
    except _FAILURES:
        return _of_mixed(column)


def _in_one(column: Any) -> Any:
    if hasattr(column, "to_arrow"):
        column = column.to_arrow()
    if isinstance(column, pa.ChunkedArray):
        return column.combine_chunks()
    return column if isinstance(column, pa.Array) else pa.array(column, from_pandas=True)


def _as_whole(numbers: Any) -> Any:
    """Return numbers as whole ones if they all are: one missing value makes fractions of codes."""
    values = numbers.to_numpy(zero_copy_only=False)
    known = ~np.isnan(values)
    if (np.abs(values[known]) < _WHOLE).all() and (values[known] == np.floor(values[known])).all():
        whole = np.zeros(len(values), np.int64)
        whole[known] = values[known]
        return pa.array(whole, mask=~known)
    return pa.array(values, mask=~known)


_WHOLE: Final = 2**53
"""Under this a fraction holds whole numbers exactly."""


def _of_mixed(column: Any) -> Any | None:
    """Return a column of numbers and texts together as texts; none if it holds anything else."""
    try:
        values = [value.item() if isinstance(value, np.generic) else value for value in column]
    except TypeError:
        return None
    values = [None if type(value).__name__ in _MISSING else value for value in values]
    if not all(value is None or isinstance(value, str | int | float | bool) for value in values):
        return None
    return pa.array(
        [None if value is None or value != value else _written(value) for value in values],
        pa.string(),
    )


_MISSING: Final = frozenset(["NAType", "NaTType"])
"""What pandas has for a value that is not there."""


def _written(value: str | float) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _as_array(column: Any) -> Any:
    """Return a plain list as an array, in which everything stays what it is."""
    if not isinstance(column, list | tuple):
        return column
    listed = cast("Sequence[Any]", column)
    kinds = {type(value) for value in listed}
    if (kinds and kinds <= {bool}) or kinds <= {int, float}:
        return np.asarray(listed)
    # Among texts numpy would make texts of numbers and of what is missing.
    made = np.empty(len(listed), dtype=object)
    made[:] = listed
    return made


def _taken(column: Any, rows: Array) -> Any:
    """Return the values of a column in some of its rows, in the order of these."""
    if hasattr(column, "iloc"):
        return column.iloc[rows].reset_index(drop=True)
    if hasattr(column, "gather"):
        return column.gather(rows)
    if isinstance(column, pa.Array | pa.ChunkedArray):
        return column.take(pa.array(rows))
    return np.asarray(column)[rows]


def _restored(column: Any, values: Array) -> Any:
    """Return values that a column does not hold, in its type where they fit."""
    try:
        if hasattr(column, "iloc"):
            return type(column)(values).astype(column.dtype)
        if hasattr(column, "gather"):
            return type(column)(column.name, values.tolist()).cast(column.dtype)
        if isinstance(column, pa.Array | pa.ChunkedArray):
            return pa.array(values.tolist(), from_pandas=True).cast(column.type)
        kind = np.asarray(column).dtype
        # Longer texts than were there would be cut off.
        return values.astype(object if kind.kind in "US" else kind)
    except Exception:  # noqa: BLE001 (each library has errors of its own, and none is needed)
        return values


def _assembled(kind: Kind, columns: dict[Any, Any]) -> Any:
    if kind == "pandas":
        return sys.modules["pandas"].DataFrame(columns)
    if kind == "polars":
        return sys.modules["polars"].DataFrame(columns)
    if kind == "arrow":
        return pa.table(columns)
    if kind == "matrix":
        return np.column_stack(list(columns.values())) if columns else np.empty((0, 0))
    return columns
