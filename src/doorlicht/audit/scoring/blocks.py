"""Columns on their way through a model, and the numbers or categories that stand in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from doorlicht.errors import InputError, nearest

Floats = NDArray[np.float64]
Column = NDArray[Any]

CELLS: Final = 1 << 22
"""Rows times what is stored in a model, that are compared at once: some tens of megabytes."""

MAX_NAMED: Final = 12
"""Names of columns that an error lists; more would hide the others."""


def few_at_a_time(rows: int, stored: int) -> Iterator[slice]:
    """Yield rows in parts, each of which may be compared at once with all that a model stores.

    Examples
    --------
    >>> list(few_at_a_time(3, CELLS // 2))
    [slice(0, 2, None), slice(2, 4, None)]
    """
    step = max(CELLS // max(stored, 1), 1)
    return (slice(start, start + step) for start in range(0, rows, step))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Block:
    """Columns of the same length, in an order; ``names`` may be empty texts."""

    columns: tuple[Column, ...]
    names: tuple[str, ...]
    rows: int
    whole: Floats | None = None

    @classmethod
    def of_matrix(cls, matrix: Floats, names: Sequence[str] = ()) -> Block:
        """Return the columns of a matrix."""
        told = tuple(names) if names else ("",) * matrix.shape[1]
        return cls(tuple(matrix.T), told, matrix.shape[0], matrix)

    @classmethod
    def joined(cls, blocks: Sequence[Block], rows: int) -> Block:
        """Return the columns of several blocks after each other."""
        columns = tuple(column for block in blocks for column in block.columns)
        return cls(columns, tuple(name for block in blocks for name in block.names), rows)

    def take(self, places: Sequence[int]) -> Block:
        """Return some of the columns."""
        columns = tuple(self.columns[place] for place in places)
        return Block(columns, tuple(self.names[place] for place in places), self.rows)

    def matrix(self) -> Floats:
        """Return all columns as numbers; what is missing is not a number.

        Raises
        ------
        InputError
            If a column holds something else.
        """
        if self.whole is not None:
            return self.whole
        made = np.empty((self.rows, len(self.columns)))
        for place, (column, name) in enumerate(zip(self.columns, self.names, strict=True)):
            made[:, place] = as_numbers(column, name)
        return made


Scores = Callable[[Block], Floats]
"""Computes a number, or a row of numbers, for each row of a block."""


def is_missing(column: Column) -> NDArray[np.bool_]:
    """Return where nothing stands: not a number, ``None``, or what pandas writes for it.

    Examples
    --------
    >>> is_missing(np.array(["x", None, float("nan")], dtype=object)).tolist()
    [False, True, True]
    """
    if column.dtype.kind == "f":
        return np.isnan(column)
    if column.dtype.kind in "mM":
        return np.isnat(column)
    if column.dtype.kind != "O":
        return np.zeros(len(column), dtype=bool)
    return np.fromiter((_is_nothing(value) for value in column), bool, len(column))


def is_nan(column: Column) -> NDArray[np.bool_]:
    """Return where something is not a number; ``None`` does not count, as in scikit-learn."""
    if column.dtype.kind != "O":
        return is_missing(column)
    return np.fromiter(
        (value is not None and _is_nothing(value) for value in column), bool, len(column)
    )


def none_as_nan(column: Column) -> Column:
    """Return a column in which ``None`` is not a number, as it is in tables read from a file."""
    if column.dtype.kind != "O":
        return column
    none = np.fromiter((value is None for value in column), bool, len(column))
    return np.where(none, np.nan, column)


def _is_nothing(value: object) -> bool:
    if value is None:
        return True
    if isinstance(value, float):
        return value != value
    return type(value).__name__ in {"NAType", "NaTType"}


def as_numbers(column: Column, name: str) -> Floats:
    """Return a column as numbers.

    Raises
    ------
    InputError
        If it holds texts that are no numbers; the column is named, and no value.
    """
    if column.dtype.kind in "biuf":
        return column.astype(np.float64)
    made = np.full(len(column), np.nan)
    there = ~is_missing(column)
    try:
        made[there] = column[there].astype(np.float64)
    except (ValueError, TypeError) as error:
        raise InputError("model.not_numbers", column=name or "?") from error
    return made


def codes_of(column: Column, known: Mapping[object, int], missing: int) -> NDArray[np.int64]:
    """Return the number of each value in a list of known ones; -1 where it is not in it.

    Examples
    --------
    >>> codes_of(np.array(["b", "a", "x"]), {"a": 0, "b": 1}, -1).tolist()
    [1, 0, -1]
    """
    if column.dtype.kind in "biuf" and len(column) > _FEW:
        different, places = np.unique(column, return_inverse=True)
        found = _codes(different, known, missing)
        return found[places.reshape(-1)]
    return _codes(column, known, missing)


_FEW: Final = 1000


def _codes(column: Column, known: Mapping[object, int], missing: int) -> NDArray[np.int64]:
    gone = is_missing(column)
    values: list[Any] = column.tolist()
    try:
        found = np.fromiter((known.get(value, -1) for value in values), np.int64, len(values))
    except TypeError:
        found = np.fromiter((known.get(str(value), -1) for value in values), np.int64, len(values))
    # Where "nothing" is a category of its own it is looked up like the others.
    found[gone & (found < 0)] = missing
    return found


def columns_named(
    columns: Mapping[str, Any], names: Sequence[str], start: int = 0, end: int | None = None
) -> Block:
    """Return the columns with some names, as a block.

    Raises
    ------
    InputError
        If one is absent (all that are absent are named), or if they differ in length.
    """
    absent = [name for name in names if name not in columns]
    if absent:
        raise InputError(
            "model.features_missing",
            number=len(absent),
            features=listed(absent),
            nearest=nearest(absent[0], [str(name) for name in columns]),
        )
    made = tuple(np.asarray(columns[name]) for name in names)
    lengths = {column.shape[0] if column.ndim else 0 for column in made}
    if len(lengths) > 1 or any(column.ndim != 1 for column in made):
        raise InputError("model.columns_uneven")
    made = tuple(column[start:end] for column in made)
    return Block(made, tuple(names), len(made[0]) if made else 0)


def listed(names: Sequence[str]) -> str:
    """Return names for a message, the first few of them.

    Examples
    --------
    >>> listed(["a", "b"]), listed([str(each) for each in range(20)])[-9:]
    ('a, b', '11, (+ 8)')
    """
    more = f", (+ {len(names) - MAX_NAMED})" if len(names) > MAX_NAMED else ""
    return ", ".join(names[:MAX_NAMED]) + more
