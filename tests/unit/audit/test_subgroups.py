"""Searching without groups: what is there is found, and what is not there is not told."""

import numpy as np
import pytest

from doorlicht.audit.subgroups import _of_column, search_subgroups


def table(random, people):
    return {
        "district": np.array(["north", "south", "east", None], dtype=object)[
            random.integers(0, 4, people)
        ],
        "income": random.gamma(2, 1000, people),
        "rooms": random.integers(1, 5, people).astype(float),
    }


def found(result):
    return {
        one.group for one in result.measures
        if one.measure == "selection_ratio" and one.adjusted_p_value <= 0.05
    }  # fmt: skip


def test_a_conjunction_that_is_selected_twice_as_often_is_found():
    random = np.random.default_rng(5)
    columns = table(random, 20_000)
    is_hit = (columns["district"] == "south") & (columns["rooms"] >= 3)
    selected = (random.random(20_000) < np.where(is_hit, 0.3, 0.1)).astype(float)
    result = search_subgroups(columns, selected, random)
    assert any("district = south" in one and "rooms" in one for one in found(result))
    best = max(
        (one for one in result.measures if one.measure == "selection_ratio"),
        key=lambda one: one.value,
    )
    assert best.low < 3 < best.high + 0.5
    assert result.searched + result.tested == 20_000


@pytest.mark.long
def test_without_any_difference_hardly_anything_is_told():
    told = 0
    for seed in range(40):
        random = np.random.default_rng(seed)
        columns = table(random, 2_000)
        selected = (random.random(2_000) < 0.2).astype(float)
        told += bool(found(search_subgroups(columns, selected, random)))
    # A share of 5 % at most on average; 6 or more of 40 would be seen once in a hundred times.
    assert told <= 6


def test_columns_that_name_things_one_by_one_are_left_out():
    random = np.random.default_rng(2)
    columns = table(random, 1_000)
    columns["bsn"] = np.array([f"b{at}" for at in range(1_000)], dtype=object)
    columns["same"] = np.ones(1_000)
    selected = (random.random(1_000) < 0.2).astype(float)
    selected[:10] = np.nan
    result = search_subgroups(columns, selected, random)
    assert result.left_out == ("bsn", "same")
    assert result.searched + result.tested == 990


@pytest.mark.parametrize(
    ("numbers", "is_searched"),
    [
        (np.arange(1.0, 1_001.0), False),
        (123_456_782.0 + 97 * np.arange(1_000), False),
        (18 + np.arange(1_000.0) % 60, True),
        (20_000 + 37.5 * np.arange(1_000), True),
    ],
)
def test_numbers_that_name_people_are_left_out(numbers, is_searched):
    random = np.random.default_rng(4)
    columns = {**table(random, 1_000), "number": numbers}
    selected = (random.random(1_000) < 0.2).astype(float)
    result = search_subgroups(columns, selected, random)
    assert ("number" not in result.left_out) == is_searched


def test_a_cluster_without_a_common_value_tells_what_it_has_more_often():
    random = np.random.default_rng(6)
    columns = {name: random.choice(list("abcde"), 4_000).astype(object) for name in "xyz"}
    selected = (random.random(4_000) < np.where(columns["x"] == "a", 0.5, 0.1)).astype(float)
    names = [group.name for group in search_subgroups(columns, selected, random).clusters]
    assert names
    assert not any(name.endswith(": -") for name in names)
    assert any("%)" in name for name in names)


def test_a_border_is_what_many_people_have_or_a_round_number_and_nobodys_value():
    random = np.random.default_rng(3)
    incomes = np.round(random.gamma(2, 1000, 5_000), 2) + 0.001
    borders = {one for part in _of_column("income", incomes) for one in (part.low, part.high)} - {
        -np.inf,
        np.inf,
    }
    assert borders
    assert not borders & set(incomes.tolist())
    # Years of birth are shared by many, and stay exact.
    years = 1901.0 + random.integers(0, 90, 9_000)
    exact = {part.low for part in _of_column("year", years)} - {-np.inf}
    assert exact <= set(years.tolist())
    assert any(one % 10 for one in exact)
    # Of few different numbers a rare one is told as a round number too.
    rare = np.array([1.0] * 500 + [2.0] * 500 + [1234.56])
    assert [part.low for part in _of_column("n", rare)] == [-np.inf, 2.0, 1230.0]
