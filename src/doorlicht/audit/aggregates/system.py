"""All tables that are compatible with a published one, as a system of linear inequalities.

Every printed cell lies within what its rounding allows, and totals are the sums of their parts.
Cells that are sums are written as sums, so that only the innermost cells are unknowns.

Source: Dantzig (1963), Linear Programming and Extensions; for rates Charnes and Cooper (1962),
Naval Research Logistics Quarterly 9:181-186. Solved by HiGHS (Huangfu and Hall 2018), in scipy.

Limits: people are whole, and the unknowns here are not: a range can be a little wider than that
of whole people, and never narrower.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from doorlicht.audit.aggregates.published import Array, PublishedTable, Total
from doorlicht.errors import DoorlichtError


class NoTableError(DoorlichtError):
    """No table of people gives what was printed: the printed numbers contradict each other."""


@dataclass(frozen=True, slots=True)
class Axis:
    """How rows, or columns, are made of the innermost ones.

    Attributes
    ----------
    makes
        One row a name, one column an innermost name: what is added up for it.
    equal
        Sums of innermost ones that are nought, as one total that is divided in two ways.
    """

    names: tuple[str, ...]
    makes: Array
    equal: Array


def axis_of(names: Sequence[str], totals: Sequence[Total]) -> Axis:
    """Return how names are made of the innermost ones.

    A total of which only some parts are printed gets a part without a name for the rest.

    Examples
    --------
    >>> axis = axis_of(["all", "a", "b"], [Total("all", ("a", "b"))])
    >>> axis.makes.tolist()
    [[1.0, 1.0], [1.0, 0.0], [0.0, 1.0]]
    """
    place = {name: at for at, name in enumerate(names)}
    rules: list[tuple[int, list[int]]] = []
    size = len(names)
    for one in totals:
        parts = [place[part] for part in one.parts]
        if not one.is_complete:
            parts.append(size)
            size += 1
        rules.append((place[one.total], parts))
    first: dict[int, list[int]] = {}
    others: list[tuple[int, list[int]]] = []
    for total, parts in rules:
        if total in first or _reaches(parts, total, first):
            others.append((total, parts))
        else:
            first[total] = parts
    inner = [at for at in range(size) if at not in first]
    column = {at: index for index, at in enumerate(inner)}
    made: dict[int, Array] = {}

    def make(at: int) -> Array:
        if at not in made:
            if at in column:
                row = np.zeros(len(inner))
                row[column[at]] = 1
            else:
                row = cast("Array", sum(make(part) for part in first[at]))
            made[at] = row
        return made[at]

    makes = np.array([make(at) for at in range(size)]).reshape(size, len(inner))
    gaps = [made[total] - sum(made[part] for part in parts) for total, parts in others]
    equal = np.array([gap for gap in gaps if np.any(gap)]).reshape(-1, len(inner))
    rest = tuple(f"\x00{at}" for at in range(len(names), size))
    return Axis((*names, *rest), makes, np.unique(equal, axis=0) if len(equal) else equal)


def _reaches(parts: Sequence[int], total: int, first: Mapping[int, Sequence[int]]) -> bool:
    """Tell whether a total would be made of itself."""
    ahead, seen = list(parts), set[int]()
    while ahead:
        at = ahead.pop()
        if at == total:
            return True
        if at not in seen:
            seen.add(at)
            ahead += first.get(at, ())
    return False


Sum = Mapping[tuple[str, str], float]
"""What is added up: the weight of each cell, by the names of its row and column."""


@dataclass(frozen=True, slots=True)
class System:
    """The linear inequalities of a table; see the module.

    Attributes
    ----------
    low, high
        Of the unknowns.
    limits, limits_low, limits_high
        Sums of unknowns (a sparse matrix) and between which numbers they lie.
    """

    rows: Axis
    columns: Axis
    low: Array
    high: Array
    limits: Any
    limits_low: Array
    limits_high: Array

    def weights(self, wanted: Sum) -> Array:
        """Return a sum of cells as a sum of unknowns."""
        made = np.zeros((self.rows.makes.shape[1], self.columns.makes.shape[1]))
        for (row, column), weight in wanted.items():
            made += weight * np.outer(
                self.rows.makes[self.rows.names.index(row)],
                self.columns.makes[self.columns.names.index(column)],
            )
        return made.ravel()


def system_of(
    table: PublishedTable,
    ends: tuple[Array, Array],
    row_totals: Sequence[Total],
    column_totals: Sequence[Total],
) -> System:
    """Return the system of all tables that are compatible with the printed one.

    ``ends`` are the least and the most that each cell can be.
    """
    # Loading it takes longer than reading and measuring together.
    from scipy import sparse  # pyright: ignore[reportMissingTypeStubs]

    tools = cast("Any", sparse)
    rows, columns = axis_of(table.rows, row_totals), axis_of(table.columns, column_totals)
    low, high = ends
    low, high = _with_rests(low, high, table.rows, row_totals)
    low, high = (ends.T for ends in _with_rests(low.T, high.T, table.columns, column_totals))
    inner_low, inner_high, cells, cells_low, cells_high = _by_what_they_are(
        rows, columns, low, high
    )
    equal = [
        tools.kron(rows.equal, np.eye(columns.makes.shape[1])),
        tools.kron(np.eye(rows.makes.shape[1]), columns.equal),
    ]
    blocks = [tools.csr_matrix(block) for block in (cells, *equal) if block.shape[0]]
    zeros = np.zeros(sum(block.shape[0] for block in equal if block.shape[0]))
    unknowns = len(inner_low)
    matrix = tools.vstack(blocks).tocsr() if blocks else tools.csr_matrix((0, unknowns))
    return System(
        rows,
        columns,
        inner_low,
        inner_high,
        matrix,
        np.concatenate([cells_low, zeros]),
        np.concatenate([cells_high, zeros]),
    )


def _with_rests(
    low: Array, high: Array, names: Sequence[str], totals: Sequence[Total]
) -> tuple[Array, Array]:
    """Return the ends with those of parts without a name below them: what the total leaves."""
    place = {name: at for at, name in enumerate(names)}
    more = [
        high[place[one.total]] - low[[place[part] for part in one.parts]].sum(axis=0)
        for one in totals
        if not one.is_complete
    ]
    if not more:
        return low, high
    rest = np.maximum(np.array(more), 0)
    return np.vstack([low, np.zeros_like(rest)]), np.vstack([high, rest])


def _by_what_they_are(
    rows: Axis, columns: Axis, low: Array, high: Array
) -> tuple[Array, Array, Any, Array, Array]:
    """Return bounds of unknowns, and sums of them with bounds; each different sum once."""
    from scipy import sparse  # pyright: ignore[reportMissingTypeStubs]

    tools = cast("Any", sparse)
    row_of, row_makes = _distinct(rows.makes)
    column_of, column_makes = _distinct(columns.makes)
    shape = (len(row_makes), len(column_makes))
    least, most = np.zeros(shape), np.full(shape, np.inf)
    at = np.ix_(row_of, column_of)
    np.maximum.at(least, at, low)
    np.minimum.at(most, at, high)
    is_inner = (row_makes.sum(axis=1) == 1)[:, None] & (column_makes.sum(axis=1) == 1)[None, :]
    inner_low = np.zeros((rows.makes.shape[1], columns.makes.shape[1]))
    inner_high = np.full_like(inner_low, np.inf)
    inner_rows = row_makes.argmax(axis=1)
    inner_columns = column_makes.argmax(axis=1)
    for row, column in zip(*np.nonzero(is_inner), strict=True):
        place = inner_rows[row], inner_columns[column]
        inner_low[place], inner_high[place] = least[row, column], most[row, column]
    outer = ~is_inner.ravel() & np.isfinite(np.where(least.ravel() > 0, 0, most.ravel()))
    cells = tools.kron(tools.csr_matrix(row_makes), tools.csr_matrix(column_makes)).tocsr()
    return (
        inner_low.ravel(),
        inner_high.ravel(),
        cells[np.flatnonzero(outer)],
        least.ravel()[outer],
        most.ravel()[outer],
    )


def _distinct(makes: Array) -> tuple[NDArray[np.intp], Array]:
    unique, inverse = np.unique(makes, axis=0, return_inverse=True)
    return inverse.ravel(), unique


INFEASIBLE: Final = 2


@dataclass(frozen=True, slots=True)
class Solution:
    """The best value, and the unknowns that give it."""

    value: float
    unknowns: Array


def solve(
    system: System,
    wanted: Array,
    *,
    is_most: bool,
    more: Sequence[tuple[Array, float, float]] = (),
) -> Solution | None:
    """Return the least or the most that a sum of unknowns can be; nothing where nothing fits.

    Parameters
    ----------
    more
        Further sums of unknowns, and between which numbers they lie.
    """
    matrix, low, high = _with_more(system, more)
    return _solve(wanted, (matrix, low, high), (system.low, system.high), is_most)


def solve_rate(
    system: System,
    above: Array,
    below: Array,
    *,
    is_most: bool,
    more: Sequence[tuple[Array, float, float]] = (),
) -> Solution | None:
    """Return the least or the most that a rate of two sums can be, with the table that gives it.

    ``more`` as in :func:`solve`; there the numbers on both sides must be nought or endless.
    """
    from scipy import sparse  # pyright: ignore[reportMissingTypeStubs]

    tools = cast("Any", sparse)
    size = len(above)
    scale = _scale(system, below)
    matrix, low, high = _with_more(system, more)
    # Every unknown times t, and t itself as the last one, so that the sum below the line is fixed.
    parts: list[Any] = []
    for sums, ends, sign in ((matrix, low, -1), (matrix, high, 1)):
        finite = np.flatnonzero(np.isfinite(ends))
        column = tools.csr_matrix(-sign * ends[finite][:, None])
        parts.append(tools.hstack([sign * sums[finite], column]))
    eye = tools.eye(size, format="csr")
    for ends, sign in ((system.low, -1), (system.high, 1)):
        finite = np.flatnonzero(np.isfinite(ends) & ((ends != 0) | (sign > 0)))
        column = tools.csr_matrix(-sign * ends[finite][:, None])
        parts.append(tools.hstack([sign * eye[finite], column]))
    parts.append(tools.csr_matrix(np.append(below, 0.0)))
    whole = tools.vstack(parts).tocsr()
    least = np.full(whole.shape[0], -np.inf)
    most = np.zeros(whole.shape[0])
    least[-1] = most[-1] = scale
    ends = np.zeros(size + 1), np.full(size + 1, np.inf)
    found = _solve(np.append(above, 0.0), (whole, least, most), ends, is_most)
    if found is None:
        return None
    times = found.unknowns[-1]
    unknowns = found.unknowns[:-1] / times if times > 0 else found.unknowns[:-1]
    return Solution(found.value / scale, unknowns)


def _scale(system: System, below: Array) -> float:
    """Return about how large the sum below the line is, so that t is about 1."""
    finite = np.where(np.isfinite(system.high), system.high, system.low + 1)
    size = float(below @ ((system.low + finite) / 2))
    return size if size > 1 else 1.0


def _with_more(
    system: System, more: Sequence[tuple[Array, float, float]]
) -> tuple[Any, Array, Array]:
    if not more:
        return system.limits, system.limits_low, system.limits_high
    from scipy import sparse  # pyright: ignore[reportMissingTypeStubs]

    tools = cast("Any", sparse)
    added = tools.csr_matrix(np.array([sums for sums, _, _ in more]))
    return (
        tools.vstack([system.limits, added]).tocsr(),
        np.concatenate([system.limits_low, [low for _, low, _ in more]]),
        np.concatenate([system.limits_high, [high for _, _, high in more]]),
    )


def _solve(
    wanted: Array, limits: tuple[Any, Array, Array], ends: tuple[Array, Array], is_most: bool
) -> Solution | None:
    from scipy import optimize  # pyright: ignore[reportMissingTypeStubs]

    tools = cast("Any", optimize)
    matrix, low, high = limits
    sign = -1.0 if is_most else 1.0
    if (ends[0] > ends[1]).any() or (low > high).any():
        return None
    constraints = tools.LinearConstraint(matrix, low, high) if matrix.shape[0] else ()
    result = tools.milp(sign * wanted, constraints=constraints, bounds=tools.Bounds(*ends))
    if result.status == INFEASIBLE:
        return None
    if result.x is None:
        # Without an end: a cell that was left out, and of which nothing is said.
        return Solution(-sign * float("inf"), np.full(len(wanted), np.nan))
    return Solution(float(sign * result.fun), np.asarray(result.x, dtype=np.float64))
