"""What a profile holds and a register may not is left behind."""

import pytest

from doorlicht.records import ColumnProfile, Shape, TableProfile, TextHits, ValueHits
from doorlicht.register import SMALL_NUMBER, kept_table


def kept_column(**values):
    column = ColumnProfile("land", 0, "text", **{"filled_rows": 100, **values})
    return kept_table(TableProfile("hr", "people.csv", 100, 100, (column,))).columns[0]


@pytest.mark.parametrize(
    ("rows", "kept"),
    [
        pytest.param(0, 0, id="none"),
        pytest.param(1, None, id="one"),
        pytest.param(SMALL_NUMBER - 1, None, id="just-under"),
        pytest.param(SMALL_NUMBER, SMALL_NUMBER, id="at-the-limit"),
        pytest.param(1000, 1000, id="many"),
    ],
)
def test_counts_under_the_limit_are_not_kept(rows, kept):
    assert kept_column(filled_rows=rows).filled_rows == kept
    hits = (ValueHits("brp/34", {"5001": rows}),)
    assert kept_column(hits=hits).hits[0].rows == kept
    text = (TextHits("religion", rows, rows),)
    assert kept_column(text_hits=text).hits[0].rows == kept


def test_rows_per_entry_are_added_up_and_not_kept_apart():
    hits = (ValueHits("brp/34", {"Jansen-land": 3, "6030": 4}),)
    column = kept_column(hits=hits)
    assert column.hits[0].rows == 7
    assert "6030" not in repr(column)
    assert "Jansen" not in repr(column)


def test_no_range_label_or_shape_is_kept():
    column = kept_column(
        shape=Shape(sampled_rows=10, low=19470412.0, high=19470413.0),
        label="Land van Jansen",
        value_labels={"1": "Jansen"},
    )
    assert "Jansen" not in repr(column)
    assert "19470412" not in repr(column)
