"""Full names of persons, and what merely looks like them."""

from __future__ import annotations

import pytest

from doorlicht.vocabulary import load_vocabulary
from doorlicht.vocabulary.person_names import PersonNames, person_names

NAMES = person_names(load_vocabulary().lexicon)


@pytest.mark.parametrize(
    "value",
    ["Jan de Vries", "Vries, A. de", "J.P. Balkenende", "mevr. Bakker", "van den Berg, Piet",
     "Mohamed El Amrani", "Anna-Maria Smit"],
)  # fmt: skip
def test_a_full_name_is_seen(value: str) -> None:
    assert NAMES.is_name(value)


@pytest.mark.parametrize(
    "value",
    ["", "Anna", "San Diego", "Rotterdam", "Van het Zand", "anna is ziek", "Jan 2023",
     "Maria van Osstraat 12", "U.S.", "A.B.", "Jan en alle anderen van de hele straat hier"],
)  # fmt: skip
def test_what_is_no_full_name_is_not(value: str) -> None:
    assert not NAMES.is_name(value)


def test_of_no_values_nothing_is_a_name() -> None:
    assert PersonNames({"anna"}).share([]) == 0.0
