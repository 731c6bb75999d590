"""Cells that were left out and can be worked out all the same."""

import math
from dataclasses import replace

import numpy as np

from doorlicht.audit.aggregates.disclosure import (
    find_by_differencing,
    find_recoverable,
    tell_disclosed,
)
from doorlicht.audit.aggregates.published import (
    AggregateSpec,
    PublishedTable,
    Rounding,
    Total,
)

GONE = math.nan
COLUMNS = ("all", "a", "b")
SPEC = AggregateSpec(
    {},
    "",
    (),
    Rounding(1, "nearest", 0, 4),
    (Total("all", ("a", "b")),),
    classifications={"x": ("yes", "no", "gone")},
    everybody="all",
)


WIDE = replace(SPEC, rounding=Rounding(1, "nearest", 0, 99))


def table(*rows):
    return PublishedTable(("all", "yes", "no", "gone"), COLUMNS, np.array(rows))


def places(found):
    return {(one.row, one.column) for one in found}


def test_one_cell_left_out_of_a_sum_is_known():
    found = find_recoverable(SPEC, table([90, 50, 40], [30, 20, 10], [47, 20, 27], [13, 10, GONE]))
    assert [(one.row, one.column, one.low, one.how) for one in found] == [
        ("gone", "b", 3, "totals")
    ]
    (text,) = tell_disclosed(found)
    for language in ("nl", "en"):
        assert "3" not in text.in_language(language)


def test_a_square_of_cells_left_out_is_safe():
    found = find_recoverable(
        WIDE, table([84, 44, 40], [40, 20, 20], [40, GONE, GONE], [4, GONE, GONE])
    )
    # No and gone of a: 24 together, of b: 20 together; gone of both: 4, in any way.
    assert {one.how for one in found} == {"printed"}
    assert places(found) == {("gone", "all")}


def test_cells_that_only_all_sums_together_give_are_found():
    # Each sum lacks two cells; taken together there is one way left.
    spec = AggregateSpec(
        {}, "", (), Rounding(1, "nearest", 0, 99),
        row_totals=(Total("s", ("p", "q")), Total("t", ("q", "r")), Total("u", ("p", "r"))),
    )  # fmt: skip
    published = PublishedTable(
        ("s", "t", "u", "p", "q", "r"),
        ("n",),
        np.array([[3.0], [5.0], [6.0], [GONE], [GONE], [GONE]]),
    )
    found = find_recoverable(spec, published)
    assert {(one.row, one.low, one.high) for one in found if one.how == "totals"} == {
        ("p", 2, 2),
        ("q", 1, 1),
        ("r", 4, 4),
    }


def test_a_small_count_that_is_printed_is_told_and_a_rounded_one_is_not():
    exact = table([93, 50, 43], [30, 20, 10], [53, 20, 33], [10, 10, 0])
    exact.values[1] = [32, 30, 2]
    exact.values[0] = exact.values[1:].sum(axis=0)
    assert places(find_recoverable(SPEC, exact)) == {("yes", "b")}
    rounded = AggregateSpec({}, "", (), Rounding(5), SPEC.column_totals)
    fives = PublishedTable(("x",), COLUMNS, np.array([[5.0, 5.0, 0.0]]))
    assert find_recoverable(rounded, fives, limit=6) == ()


def test_two_tables_of_nearly_the_same_people_tell_of_the_difference():
    one = table([90, 50, 40], [30, 20, 10], [47, 20, 27], [13, 10, 3])
    other = table([80, 50, 30], [30, 20, 10], [45, 20, 25], [13, 10, GONE])
    assert places(find_by_differencing(one, other)) == {("no", "all"), ("no", "b")}
