"""Reasons that a log may keep and may not: a table of cases, of which half are to pass."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from doorlicht.detection.reasons import find_origin_of_person
from doorlicht.shipped import parse_yaml
from doorlicht.vocabulary import load_vocabulary

CASES = parse_yaml((Path(__file__).parent / "reason_cases.yaml").read_text("utf-8"))


def all_of(outcome):
    return [text for part in CASES[outcome].values() for text in part]


@pytest.fixture(scope="module")
def vocabulary():
    return load_vocabulary()


@pytest.mark.parametrize("text", all_of("refused"))
def test_what_says_the_origin_of_a_person_is_seen(text, vocabulary):
    has_number = "9999900" in re.sub(r"\D", "", text)
    assert find_origin_of_person(text, vocabulary) == ("number" if has_number else "origin")


@pytest.mark.parametrize("text", all_of("passed"))
def test_what_says_nothing_of_a_person_passes(text, vocabulary):
    assert find_origin_of_person(text, vocabulary) is None


def test_the_table_has_enough_of_each_kind_and_each_only_once():
    for outcome in CASES:
        cases = all_of(outcome)
        assert len(cases) == len(set(cases)) >= 60
        assert len(CASES[outcome]["by_an_adversary"]) >= len(CASES[outcome]["as_written"])


def test_only_numbers_that_pass_the_test_of_eleven_are_numbers_of_persons(vocabulary):
    assert find_origin_of_person("See 999990019.", vocabulary) == "number"
    assert find_origin_of_person("See 999990018.", vocabulary) is None
    assert find_origin_of_person("See 000000000.", vocabulary) is None


def test_long_texts_are_read_in_reasonable_time_and_to_the_end(vocabulary):
    long = "The column is empty. " * 2000
    assert find_origin_of_person(long, vocabulary) is None
    assert find_origin_of_person(long + "He is Moroccan.", vocabulary) == "origin"
    assert find_origin_of_person("a" * 20_000, vocabulary) is None
