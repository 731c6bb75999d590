"""Where a published table contradicts itself: which total fails, and by how many people.

First each total by itself, with what its cells can be; that finds nearly everything, and says
exactly where. If every total can be right, but not all at once, the fewest people are looked for
that would have to be added or left out to make them right.

Source: elastic programming, as in Chinneck (2008), Feasibility and Infeasibility in
Optimization, section 6.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, cast

import numpy as np

from doorlicht.audit.aggregates.published import AggregateSpec, Array, PublishedTable, Total
from doorlicht.audit.aggregates.relevance import Failed, narrow
from doorlicht.audit.aggregates.system import solve, system_of
from doorlicht.audit.aggregates.totals import row_totals_of
from doorlicht.language import Text

FEWEST: Final = 1e-4
"""Fewer people than this are the solver's rounding and no fault of the table."""


def find_contradictions(spec: AggregateSpec, table: PublishedTable) -> tuple[Failed, ...]:
    """Return the totals that fail, the worst first; none where some table fits.

    Examples
    --------
    >>> table = PublishedTable(("all", "a", "b"), ("n",), np.array([[50.0], [10.0], [10.0]]))
    >>> spec = AggregateSpec({}, "", (), classifications={"x": ("a", "b")}, everybody="all")
    >>> failed, = find_contradictions(spec, table)
    >>> failed.total.total, failed.other, failed.people
    ('all', 'n', 30.0)
    """
    row_totals = row_totals_of(spec, table)
    narrowed = narrow(table, spec.rounding, row_totals, spec.column_totals)
    failed = narrowed.failed
    if not failed:
        system = system_of(table, (narrowed.low, narrowed.high), row_totals, spec.column_totals)
        if solve(system, np.zeros(len(system.low)), is_most=False) is None:
            failed = _together(spec, table, row_totals)
    return tuple(sorted(failed, key=lambda one: -one.people))


def tell_contradictions(failed: Sequence[Failed], table: PublishedTable) -> tuple[Text, ...]:
    """Return a sentence for each total that fails, with the row of the sheet where there is one."""
    sentences: list[Text] = []
    for one in failed:
        row = one.total.total if one.is_of_rows else one.other
        place = table.places[table.row(row)] if table.places else 0
        key = "rows" if one.is_of_rows else "columns"
        sentences.append(
            Text(
                f"audit_verdict.contradiction_{key}",
                {
                    "total": one.total.total,
                    "parts": len(one.total.parts),
                    "other": one.other,
                    "people": round(one.people, 1),
                    "row": place,
                },
            )
        )
    return tuple(sentences)


def _together(
    spec: AggregateSpec, table: PublishedTable, row_totals: Sequence[Total]
) -> tuple[Failed, ...]:
    """Return which totals have to give way, where each could be right by itself."""
    from scipy import optimize, sparse  # pyright: ignore[reportMissingTypeStubs]

    solver, tools = cast("Any", optimize), cast("Any", sparse)
    height, width = table.values.shape
    named: list[tuple[Total, str, bool]] = []
    entries: list[tuple[int, int, float]] = []
    for one in row_totals:
        members = [(table.row(one.total), 1.0), *((table.row(part), -1.0) for part in one.parts)]
        for column in range(width):
            entries += [(len(named), row * width + column, sign) for row, sign in members]
            named.append((one, table.columns[column], True))
    for one in spec.column_totals:
        columns = [
            (table.column(one.total), 1.0),
            *((table.column(part), -1.0) for part in one.parts),
        ]
        for row in range(height):
            entries += [(len(named), row * width + column, sign) for column, sign in columns]
            named.append((one, table.rows[row], False))
    if not named:
        return ()
    rows, columns_at, signs = (np.array(part) for part in zip(*entries, strict=True))
    size, count = height * width, len(named)
    sums = tools.csr_matrix((signs, (rows, columns_at)), shape=(count, size))
    eye = tools.eye(count, format="csr")
    low, high = (ends.ravel() for ends in spec.rounding.possible(table.values))
    least: Array = np.zeros(count)
    most = np.array([0.0 if one.is_complete else np.inf for one, _, _ in named])
    result = solver.milp(
        np.concatenate([np.zeros(size), np.ones(2 * count)]),
        constraints=solver.LinearConstraint(tools.hstack([sums, eye, -eye]).tocsr(), least, most),
        bounds=solver.Bounds(
            np.concatenate([low, np.zeros(2 * count)]),
            np.concatenate([high, np.full(2 * count, np.inf)]),
        ),
    )
    gaps = result.x[size : size + count] + result.x[size + count :]
    return tuple(
        Failed(one, other, is_of_rows, float(gap))
        for (one, other, is_of_rows), gap in zip(named, gaps, strict=True)
        if gap > FEWEST
    )
