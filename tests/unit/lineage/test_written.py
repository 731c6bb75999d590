"""What code wrote is found again by every name that can mean it."""

import pytest

from doorlicht.lineage.graph import Place
from doorlicht.lineage.naming import Names
from doorlicht.lineage.state import Analysis
from doorlicht.lineage.values import HOLE, Literal_
from doorlicht.vocabulary import load_vocabulary

WRITTEN = ("data/people.csv", "work.people", f"out_{HOLE}.csv", "test/people.csv", "people")


@pytest.fixture
def state():
    made = Analysis(Names(load_vocabulary()))
    for number, name in enumerate(WRITTEN, 1):
        made.write(name, Literal_(), Place("a.py", number))
    return made


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("c:/x/data/people.csv", ["data/people.csv"]),
        ("people.csv", ["data/people.csv", "test/people.csv"]),
        ("schema.people", ["people"]),
        ("people", ["work.people", "people"]),
        ("out_2024.csv", [f"out_{HOLE}.csv"]),
        (f"peop{HOLE}.csv", ["data/people.csv", "test/people.csv"]),
        ("persons.csv", []),
    ],
)
def test_a_name_finds_what_can_be_meant(state, asked, found):
    assert [each.dataset for each in state.writers(asked)] == found


def test_a_round_is_not_settled_if_something_is_written_after_it_was_asked_for(state):
    state.writers("people.csv")
    assert state.is_settled()
    state.write("elsewhere.csv", Literal_(), Place("b.py", 1))
    assert state.is_settled()
    state.write("people.csv", Literal_(), Place("b.py", 2))
    assert not state.is_settled()
