"""Tables in memory: each library's own, read as a file would be, and made again with other rows."""

import datetime
import decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorlicht.errors import InputError
from doorlicht.sources.in_memory import hold, people_of
from doorlicht.sources.people import open_people
from doorlicht.sources.people_marks import Counting, Mark, plain

COLUMNS = {
    "land": ["NL", "TR", None, "NL", " ma "],
    "code": [5041.0, 6030.0, None, 5041.0, 5041.0],
    "checked": [True, False, None, True, False],
    "born": [datetime.date(1980, 1, day) for day in range(1, 6)],
    "amount": [1.5, float("nan"), 2.0, -0.5, 3.0],
}


def frames():
    frame = pd.DataFrame(COLUMNS)
    yield pytest.param(COLUMNS, id="columns")
    yield pytest.param(frame, id="pandas")
    yield pytest.param(frame.convert_dtypes(), id="pandas-nullable")
    yield pytest.param(frame.astype({"land": "category"}), id="pandas-category")
    yield pytest.param(frame.set_index("born", drop=False), id="pandas-index")
    yield pytest.param(pl.DataFrame(COLUMNS), id="polars")
    yield pytest.param(pl.DataFrame(COLUMNS).cast({"land": pl.Categorical}), id="polars-category")
    yield pytest.param(pl.LazyFrame(COLUMNS), id="polars-lazy")
    yield pytest.param(pa.table(COLUMNS), id="arrow")
    yield pytest.param(pa.table(COLUMNS).to_reader(), id="arrow-reader")


@pytest.mark.parametrize("data", list(frames()))
def test_every_kind_of_table_is_counted_alike(data):
    people = people_of(hold(data), "data")
    for column in ("land", "code"):
        cells = people.count(Counting((column,), people.mark("checked")))
        counted = {(cell.group[0], cell.selected): cell.n for cell in cells}
        assert (
            counted
            == {
                "land": {("NL", True): 2, ("TR", False): 1, (None, None): 1, ("ma", False): 1},
                "code": {
                    ("5041", True): 2,
                    ("6030", False): 1,
                    (None, None): 1,
                    ("5041", False): 1,
                },
            }[column]
        )


def test_a_table_in_memory_is_counted_as_its_file_is(tmp_path):
    pd.DataFrame(COLUMNS).to_parquet(tmp_path / "people.parquet")
    held = people_of(hold(pd.DataFrame(COLUMNS)), "data")
    with open_people(str(tmp_path / "people.parquet")) as filed:
        for group in ("land", "code", "born"):
            counting = Counting((group,), Mark("amount", ">=", "1"))
            key = repr
            assert sorted(held.count(counting), key=key) == sorted(filed.count(counting), key=key)
        for name in COLUMNS:
            np.testing.assert_array_equal(held.read([name])[name], filed.read([name])[name])


@pytest.mark.parametrize("data", list(frames()))
def test_a_table_is_made_again_as_it_was(data):
    if isinstance(data, pa.RecordBatchReader):
        data = pa.table(COLUMNS)
    held = hold(data)
    values = {name: plain(held.arrow(name)) for name in held.columns}
    again = held.again(values)
    if isinstance(data, pl.LazyFrame):
        data = data.collect()
    if isinstance(data, pd.DataFrame):
        pd.testing.assert_frame_equal(again, data.reset_index(drop=True))
    elif isinstance(data, pl.DataFrame):
        assert again.equals(data)
        assert again.schema == data.schema
    elif isinstance(data, pa.Table):
        assert again.schema == data.schema
        assert again.to_pydict() | {"amount": 0} == data.to_pydict() | {"amount": 0}
    else:
        assert [*again] == [*data]


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, pa.table, dict])
def test_values_of_other_rows_come_back_in_their_own_type(make):
    held = hold(make({"land": ["NL", "TR", "NL"], "sure": [True, False, True], "n": [1, 2, 3]}))
    turned = {
        "land": np.array(["TR", "TR"], dtype=object), "sure": np.array([0.0, 1.0]),
        "n": np.array([3.0, 1.0]),
    }  # fmt: skip
    again = held.again(turned)
    column = {name: [*again[name]] for name in ("land", "sure", "n")}
    if make is pa.table:
        column = {name: [one.as_py() for one in values] for name, values in column.items()}
    assert column == {"land": ["TR", "TR"], "sure": [False, True], "n": [3, 1]}
    assert all(type(one) is not float and not isinstance(one, np.floating) for one in column["n"])


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, pa.table, dict])
def test_a_value_that_the_column_never_had_gets_its_type_where_it_fits(make):
    held = hold(make({"is_turkish": [0, 0], "land": ["NL", "TR"]}))
    again = held.again({"is_turkish": np.array([1.0]), "land": np.array(["MA"], dtype=object)})
    value = again["is_turkish"][0]
    assert (value.as_py() if make is pa.table else value) == 1
    assert not isinstance(value, float)
    assert str(again["land"][0]) == "MA"


@given(
    st.lists(
        st.one_of(st.none(), st.integers(-(2**53) + 1, 2**53 - 1), st.text(max_size=3),
                  st.floats(allow_infinity=False), st.booleans()),
        min_size=1, max_size=8,
    ),
    st.sampled_from(["dict", "pandas"]),
)  # fmt: skip
def test_whatever_stands_in_a_column_it_is_read_or_refused_and_never_changed(values, kind):
    data = {"x": values} if kind == "dict" else pd.DataFrame({"x": pd.Series(values, dtype=object)})
    held = hold(data)
    arrow = held.arrow("x")
    assert arrow is not None
    assert len(arrow) == len(values)
    missing = [value is None or value != value for value in values]
    assert arrow.is_null().to_pylist() == missing
    again = held.again({"x": plain(arrow)})["x"]
    assert len(again) == len(values)


@pytest.mark.parametrize(
    "values",
    [
        pytest.param([[1], [2]], id="lists"),
        pytest.param([{"a": 1}, {"a": 2}], id="records"),
        pytest.param([b"\x00", b"\x01"], id="bytes"),
        pytest.param([object(), object()], id="objects"),
        pytest.param([1, object()], id="one-object"),
        pytest.param(np.zeros((2, 2)), id="matrix"),
    ],
)
def test_a_column_of_other_things_is_refused_when_it_is_needed_and_not_before(values):
    people = people_of(hold({"odd": values, "land": ["NL", "TR"], "yes": [1, 0]}), "data")
    assert people.count(Counting(("land",), Mark("yes")))
    with pytest.raises(InputError) as error:
        people.column("Odd")
    assert error.value.code == "audit.no_plain_values"


def test_kinds_of_numbers_and_moments_are_read():
    data = {
        "decimal": [decimal.Decimal("1.50"), None], "half": np.array([1.5, 2], np.float16),
        "moment": pd.to_datetime(["2020-01-01", None]),
        "zoned": pd.to_datetime(["2020-01-01", None]).tz_localize("Europe/Amsterdam"),
        "span": pd.to_timedelta([1, None], unit="D"),
    }  # fmt: skip
    people = people_of(hold(data), "data")
    assert people.columns == tuple(data)
    read = people.read(list(data))
    assert read["decimal"][0] == 1.5
    assert read["half"].tolist() == [1.5, 2]
    assert read["moment"].tolist() == ["2020-01-01 00:00:00", None] or read["moment"][1] is None


def test_columns_that_share_a_name_get_a_number():
    frame = pd.DataFrame([[1, 2], [3, 4]], columns=["a", "a"])
    assert list(hold(frame).columns) == ["a", "a.1"]
    assert list(hold(pd.DataFrame([[1, 2]])).columns) == ["0", "1"]


def test_a_table_without_rows_is_empty_and_not_broken():
    people = people_of(hold(pd.DataFrame({"land": [], "yes": []})), "data")
    assert people.count(Counting(("land",), Mark("yes"))) == ()


@pytest.mark.parametrize("data", [3, "text", None, [1, 2], np.zeros(3), pd.Series([1])])
def test_what_is_no_table_is_told(data):
    with pytest.raises(InputError) as error:
        hold(data)
    assert error.value.code == "audit.no_table_in_memory"


def test_columns_of_different_lengths_are_no_table():
    with pytest.raises(InputError) as error:
        hold({"a": [1, 2], "b": [1]})
    assert error.value.code == "audit.lengths"
