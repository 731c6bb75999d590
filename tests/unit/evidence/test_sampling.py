"""A population is frozen, and drawn from by lot."""

from __future__ import annotations

import hashlib
import hmac
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.prove_samples import uniformity
from doorlicht.evidence.sampling import (
    Item,
    divide,
    draw,
    plan_sizes,
    population_file,
    population_hash,
    read_population,
    sizes_of,
)
from doorlicht.evidence.stratified import Stratum, stratified_bound

ITEMS = [Item(f"column:{number}", "files" if number % 3 else "mail") for number in range(60)]
SEED = bytes(32)


def test_the_hash_of_a_population_is_that_of_its_file_and_not_of_its_order():
    assert population_hash(ITEMS) == hashlib.sha256(population_file(ITEMS)).hexdigest()
    assert population_hash(ITEMS[::-1]) == population_hash(ITEMS)
    assert population_hash(ITEMS[1:]) != population_hash(ITEMS)
    moved = [Item(ITEMS[0].id, "files"), *ITEMS[1:]]
    assert population_hash(moved) != population_hash(ITEMS)


NAMES = st.text(["a", "B", "é", "\ud800", '"', "\\", "\n", "\U0001f600"], max_size=4)


@given(st.lists(st.builds(Item, NAMES, NAMES), unique_by=lambda item: item.id))
def test_a_population_reads_back_whatever_its_names_are(items):
    assert sorted(read_population(population_file(items))) == sorted(items)


def test_a_file_in_another_form_is_no_population():
    content = population_file(ITEMS)
    lines = content.splitlines(keepends=True)
    for changed in (content[:-1], b"".join(lines[::-1]), content.replace(b",", b", ", 1)):
        with pytest.raises(ValueError, match="written down"):
            read_population(changed)


def test_two_items_of_one_id_are_refused():
    with pytest.raises(ValueError, match="same id"):
        population_file([Item("a", "x"), Item("a", "y")])


def test_the_draw_can_be_done_again_in_a_few_lines_of_the_standard_library():
    lines = [json.loads(line) for line in population_file(ITEMS).splitlines()]
    for stratum, count in (("files", 7), ("mail", 3)):
        tickets = sorted(
            (hmac.new(SEED, json.dumps(item).encode("ascii"), hashlib.sha256).digest(), item)
            for item, where in lines
            if where == stratum
        )
        again = [item for _, item in tickets[:count]]
        drawn = draw(SEED, ITEMS, {"files": 7, "mail": 3})
        assert [item.id for item in drawn if item.stratum == stratum] == again


def test_the_draw_does_not_lean_on_the_order_of_the_list_and_a_larger_one_goes_on():
    few, many = draw(SEED, ITEMS, {"files": 5}), draw(SEED, ITEMS[::-1], {"files": 9})
    assert few == many[:5]
    assert draw(b"\x01" * 32, ITEMS, {"files": 5}) != few


def test_each_item_is_as_likely_to_be_drawn_as_any_other():
    assert uniformity(20, 5, 2000) > 0.001


def test_more_than_a_stratum_holds_cannot_be_drawn():
    for wanted in ({"mail": 21}, {"paper": 1}):
        with pytest.raises(ValueError, match="fewer items"):
            draw(SEED, ITEMS, wanted)


@given(
    st.dictionaries(NAMES, st.integers(0, 300), min_size=1, max_size=6),
    st.integers(0, 500),
    st.sampled_from(("proportional", "equal")),
)
def test_what_is_divided_is_all_given_and_nowhere_more_than_there_is(sizes, total, division):
    given_out = divide(sizes, total, division)
    assert sum(given_out.values()) == min(total, sum(sizes.values()))
    assert all(given_out[name] <= sizes[name] for name in sizes)
    if total >= len(sizes):
        assert all(given_out[name] for name in sizes if sizes[name])


def test_a_planned_sample_is_just_enough():
    sizes = {"files": 900, "mail": 300, "models": 40}
    planned = plan_sizes(sizes, at_most=25)
    assert stratified_bound([Stratum(sizes[name], planned[name]) for name in sizes]) <= 25
    fewer = divide(sizes, sum(planned.values()) - 1, "proportional")
    assert stratified_bound([Stratum(sizes[name], fewer[name]) for name in sizes]) > 25


def test_strata_are_counted():
    assert sizes_of(ITEMS) == {"files": 40, "mail": 20}
