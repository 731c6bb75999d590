"""Values that are entries but for their dress, and values that only look like it."""

from __future__ import annotations

import pytest

from doorlicht.vocabulary import load_vocabulary
from doorlicht.vocabulary.lexicon import Lexicon
from doorlicht.vocabulary.loose import make_loose_matcher

ENTRIES = {
    "White": (("census/us", "white"), ("lookalike/colour", "white")),
    "Black": (("census/us", "black"),),
    "African American": (("census/us", "black"),),
    "Hispanic": (("census/us", "hispanic"),),
    "Asian": (("census/us", "asian"),),
    "Pacific Islander": (("census/us", "pacific"),),
    "United States": (("name/country", "us"),),
    "Nederlandse": (("name/nationality", "nl"),),
    "Male": (("lookalike/sex", "male"),),
    "Unknown": (("neutral/missing", "unknown"),),
    "NL": (("name/country", "nl"),),
}
MATCHER = make_loose_matcher(Lexicon("test", tuple(ENTRIES), tuple(ENTRIES.values()), integers=()))

READ = [
    ("1. White", "white"),
    ("white0", "white"),
    ("non.white1", "white"),
    ("Male-African-American", "black"),
    ("Asian/Pacific Islander", "asian"),
    ("UNITED_STATES", "us"),
    ("Black (alone)", "black"),
    ("niet-Nederlandse nationaliteit", "nl"),
    ("HISPANIC OR UNKNOWN", "hispanic"),
]
NOT_READ = ["Black eyes", "white wine", "Asian options", "unknown", "", "-", "NL", "12", "x" * 500]


@pytest.mark.parametrize(("value", "entry"), READ, ids=[value for value, _ in READ])
def test_numbering_signs_and_small_words_are_looked_through(value: str, entry: str) -> None:
    assert entry in [found for _, found in MATCHER.read(value)]


@pytest.mark.parametrize("value", NOT_READ, ids=range(len(NOT_READ)))
def test_a_value_with_a_rest_is_no_entry(value: str) -> None:
    assert MATCHER.read(value) == ()


@pytest.mark.parametrize("value", ["Lagos, Nigeria", "Casablanca (Marokko)", "Korea, South"])
def test_of_a_place_with_its_country_the_country_is_read(value: str) -> None:
    found = load_vocabulary().loose.read(value)
    assert {table for table, _ in found} == {"name/country"}


@pytest.mark.parametrize("value", ["Rue 12, France", "Lagos, Stad", "Lagos (Nigeria) 2"])
def test_of_an_address_or_another_ending_no_country_is_read(value: str) -> None:
    assert "name/country" not in {table for table, _ in load_vocabulary().loose.read(value)}


def test_a_row_counts_once_for_a_table() -> None:
    hits = MATCHER.count({"Asian/Pacific Islander": 7, "White": 3})
    assert {hit.table: hit.rows for hit in hits} == {"census/us": 10, "census/any": 10}
