"""Before publishing: which cells that were left out can be worked out from what is printed.

A small cell is left out so that nobody can be recognised in it. Totals can give it back, and so can
a second table about nearly the same people. Checked is what somebody could do who has the published
tables and knows the rules.

Source: Hundepool et al. (2012), Statistical Disclosure Control, sections 4.3 (suppressed cells and
their feasibility intervals) and 4.4.2 (differencing).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from doorlicht.audit.aggregates.published import AggregateSpec, Array, PublishedTable
from doorlicht.audit.aggregates.relevance import narrow
from doorlicht.audit.aggregates.system import NoTableError, solve, system_of
from doorlicht.audit.aggregates.totals import row_totals_of
from doorlicht.language import Text
from doorlicht.records import Disclosed

SMALL: Final = 5
"""Counts under this are not to be told: the limit that doorlicht itself reports by."""

MOST_SOLVED: Final = 500
"""Cells that are worked out by all totals at once; of more, each total is taken by itself."""

_WHOLE: Final = 1e-6


def find_recoverable(
    spec: AggregateSpec, table: PublishedTable, *, limit: int = SMALL
) -> tuple[Disclosed, ...]:
    """Return cells that are small and can be known: printed ones, and those that follow.

    A cell that was left out is told if what remains possible for it lies wholly under the limit
    and is narrower than all that is.

    Raises
    ------
    NoTableError
        If the printed numbers contradict each other.

    Examples
    --------
    >>> rows = ("all", "yes", "no")
    >>> table = PublishedTable(rows, ("n",), np.array([[40.0], [np.nan], [38.0]]))
    >>> spec = AggregateSpec({}, "", (), classifications={"x": ("yes", "no")}, everybody="all")
    >>> [(one.row, one.low, one.high, one.how) for one in find_recoverable(spec, table)]
    [('yes', 2.0, 2.0, 'totals')]
    """
    row_totals = row_totals_of(spec, table)
    narrowed = narrow(table, spec.rounding, row_totals, spec.column_totals)
    if narrowed.failed:
        raise NoTableError("aggregates.no_table")
    hidden = np.argwhere(np.isnan(table.values))
    low, high = narrowed.low.copy(), narrowed.high.copy()
    if len(hidden) <= MOST_SOLVED and (row_totals or spec.column_totals):
        _solve_hidden(spec, table, hidden.tolist(), low, high)
    found: list[Disclosed] = []
    for row, name in enumerate(table.rows):
        for column, group in enumerate(table.columns):
            printed = float(table.values[row, column])
            if np.isnan(printed):
                least, most = float(low[row, column]), float(high[row, column])
                if _is_known(least, most, limit):
                    found.append(Disclosed(name, group, _up(least), _down(most), "totals"))
            elif 0 < printed < limit and spec.rounding.base == 1:
                found.append(Disclosed(name, group, printed, printed, "printed"))
    return tuple(found)


def _is_known(low: float, high: float, limit: int) -> bool:
    """Tell whether a cell is surely small, and more is known of it than that it is."""
    least, most = _up(low), _down(high)
    if most >= limit or most <= 0:
        return False
    return most - least < limit - 2


def _up(value: float) -> float:
    return float(np.ceil(value - _WHOLE))


def _down(value: float) -> float:
    return float(np.floor(value + _WHOLE))


def _solve_hidden(
    spec: AggregateSpec,
    table: PublishedTable,
    hidden: Sequence[Sequence[int]],
    low: Array,
    high: Array,
) -> None:
    """Narrow the hidden cells by all totals at once, in place."""
    system = system_of(table, (low, high), row_totals_of(spec, table), spec.column_totals)
    for row, column in hidden:
        wanted = system.weights({(table.rows[row], table.columns[column]): 1.0})
        for ends, is_most in ((low, False), (high, True)):
            found = solve(system, wanted, is_most=is_most)
            if found is None:
                raise NoTableError("aggregates.no_table")
            ends[row, column] = found.value


def find_by_differencing(
    larger: PublishedTable, smaller: PublishedTable, *, limit: int = SMALL
) -> tuple[Disclosed, ...]:
    """Return where two tables differ by so few people that those can be recognised.

    The second table is about part of the people of the first one (last month's, one unit less).
    Rows and columns are matched by name; numbers are taken as printed.

    Examples
    --------
    >>> one = PublishedTable(("ill",), ("abroad",), np.array([[120.0]]))
    >>> other = PublishedTable(("ill",), ("abroad",), np.array([[118.0]]))
    >>> [(found.row, found.low, found.how) for found in find_by_differencing(one, other)]
    [('ill', 2.0, 'differencing')]
    """
    found: list[Disclosed] = []
    for name in larger.rows:
        for group in larger.columns:
            if name not in smaller.rows or group not in smaller.columns:
                continue
            gap = float(
                larger.values[larger.row(name), larger.column(group)]
                - smaller.values[smaller.row(name), smaller.column(group)]
            )
            if 0 < gap < limit:
                found.append(Disclosed(name, group, gap, gap, "differencing"))
    return tuple(found)


def tell_disclosed(found: Sequence[Disclosed]) -> tuple[Text, ...]:
    """Return a sentence for each cell; it names the place, and not how many people there are."""
    return tuple(
        Text(f"audit_disclosure.{one.how}", {"row": one.row, "column": one.column}) for one in found
    )
