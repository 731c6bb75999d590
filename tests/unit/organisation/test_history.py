"""A tree through time: what it may not be, who was there on a day, and who goes on with what."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doorlicht.errors import InputError
from doorlicht.organisation import find_bearers, make_history
from doorlicht.organisation.faults import find_faults
from doorlicht.records import Assignment, Obligation, OrganisationUnit

FIRST = date(2020, 1, 1)


def day(number):
    return FIRST + timedelta(days=number)


def unit(name, first=None, last=None, **more):
    return OrganisationUnit(
        name, f"Unit {name}", None if first is None else day(first),
        None if last is None else day(last), **more,
    )  # fmt: skip


FAULTS = [
    pytest.param([unit("a", 9, 3)], "bad_period", id="ends-before-it-begins"),
    pytest.param([OrganisationUnit("a", " ")], "no_name", id="no-name"),
    pytest.param([unit("a", status="abolished")], "no_end", id="ended-without-a-last-day"),
    pytest.param(
        [unit("a", 0, 9, status="split", successors=("b",)), unit("b", 10)], "split_into_one",
        id="a-split-into-one",
    ),
    pytest.param([unit("a", parent="z")], "unknown_parent", id="unknown-parent"),
    pytest.param([unit("a", successors=("z",))], "unknown_relation", id="unknown-successor"),
    pytest.param([unit("a", predecessors=("z",))], "unknown_relation", id="unknown-predecessor"),
    pytest.param(
        [unit("a", parent="b"), unit("b", parent="c"), unit("c", parent="a")], "parent_circle",
        id="above-itself",
    ),
    pytest.param([unit("a", parent="a")], "parent_circle", id="its-own-parent"),
    pytest.param(
        [unit("a", 0, 9, successors=("b",)), unit("b", 0, 9, successors=("a",))],
        "succession_circle", id="takes-its-own-place",
    ),
    pytest.param([unit("a", 0, 5), unit("a", 5)], "overlap", id="one-day-twice"),
    pytest.param([unit("a", 0, 5), unit("a")], "overlap", id="without-a-first-day"),
    pytest.param(
        [unit("a", 0, 5, ministry="m"), unit("a", 5, ministry="n")], "two_ministries",
        id="claimed-twice",
    ),
    pytest.param(
        [unit("m"), unit("n"), unit("a", 0, 5, parent="m"), unit("a", 3, 9, parent="n")],
        "two_ministries", id="in-two-trees",
    ),
    pytest.param(
        [unit("m"), unit("n"), unit("a", parent="m", identifier="uri:1"),
         unit("b", parent="n", identifier="uri:1")],
        "two_ministries", id="one-organisation-under-two-ids",
    ),
    pytest.param(
        [unit("m"), unit("a", parent="m", identifier="uri:1"),
         unit("b", parent="m", identifier="uri:1")],
        "same_identifier", id="counted-twice-within-one-ministry",
    ),
    pytest.param(
        [unit("a", 5, 9, status="renamed", successors=("b",)), unit("b", 4)], "successor_first",
        id="successor-before-its-predecessor",
    ),
    pytest.param(
        [unit("a", 0, 9, status="renamed", successors=("b",)), unit("b", 1, 9)], "successor_gone",
        id="successor-that-is-gone",
    ),
    pytest.param([unit("a", 0, 9, status="merged")], "no_successor", id="merged-into-nothing"),
]  # fmt: skip


@pytest.mark.parametrize(("units", "code"), FAULTS)
def test_a_tree_with_a_fault_is_refused_by_what_is_wrong(units, code):
    with pytest.raises(InputError) as refused:
        make_history(units)
    assert refused.value.code == f"organisation.{code}"


SOUND = [
    pytest.param([unit("a", 0, 4), unit("a", 5)], id="the-day-after"),
    pytest.param([unit("a", 0, 5, ministry="m"), unit("a", 6, ministry="n")], id="handed-over"),
    pytest.param(
        [unit("a", 0, 9, status="renamed", successors=("b",)), unit("b", 0, 10)],
        id="successor-a-day-longer-and-as-old",
    ),
    pytest.param(
        [unit("a", 0, 9, status="merged"), unit("b", 5, predecessors=("a",))],
        id="only-the-successor-names-the-other",
    ),
    pytest.param(
        [unit("a", 0, 5, identifier="uri:1"), unit("b", 6, identifier="uri:1")],
        id="one-number-handed-on",
    ),
    pytest.param(
        [unit("a", parent="b"), unit("b"), unit("c", parent="a"), unit("d", parent="a")],
        id="a-tree",
    ),
]  # fmt: skip


@pytest.mark.parametrize("units", SOUND)
def test_what_only_looks_like_a_fault_is_none(units):
    assert [fault.code for fault in find_faults(units)] == []


def test_every_fault_is_told_and_not_only_the_first():
    wrong = [unit("a", 9, 3), unit("b", parent="z"), unit("c", status="abolished")]
    assert {fault.code.rpartition(".")[2] for fault in find_faults(wrong)} == {
        "bad_period", "unknown_parent", "no_end",
    }  # fmt: skip


MINISTRY = [
    unit("m"),
    unit("a", 0, 9, parent="m", status="split", successors=("b", "c")),
    unit("b", 10, parent="m"), unit("c", 10, 19, parent="m", status="merged", successors=("d",)),
    unit("d", 15, parent="m", status="in_formation"),
    unit("e", 0, 9, parent="a", status="abolished"),
]  # fmt: skip


def borne(obligations, on, assignments=()):
    made = [Obligation(f"O-{one}", "commitment", one, FIRST) for one in obligations]
    return find_bearers(make_history(MINISTRY), made, day(on), assignments)


@pytest.mark.parametrize(
    ("of", "on", "path", "is_by_rule"),
    [
        pytest.param("a", 9, ("a",), False, id="its-last-day"),
        pytest.param("a", 10, ("a", "b"), True, id="the-first-of-a-split-by-rule"),
        pytest.param("c", 20, ("c", "d"), False, id="merged-into-one-that-is-being-founded"),
        pytest.param("e", 10, ("e", "a", "b"), True, id="abolished-and-the-one-above-is-split"),
        pytest.param("m", 999, ("m",), False, id="nothing-happened"),
    ],
)
def test_an_obligation_goes_to_who_goes_on_with_the_work(of, on, path, is_by_rule):
    (bearing,) = borne([of], on)
    assert (bearing.path, bearing.unit, bearing.is_by_rule) == (path, path[-1], is_by_rule)


def test_people_may_decide_otherwise_and_that_moves_on_too():
    decided = [Assignment("O-a", "c", "c has the files", "A. Vries", day(12))]
    assert [one.unit for one in borne(["a"], 11, decided)] == ["b"]
    (now,) = borne(["a"], 30, decided)
    assert (now.path, now.is_by_rule) == (("a", "b", "c", "d"), False)


def test_an_obligation_that_nobody_takes_over_is_an_error_and_not_left_out():
    history = make_history([unit("a", 0, 9, status="abolished")])
    with pytest.raises(InputError) as refused:
        find_bearers(history, [Obligation("O-1", "question", "a", FIRST)], day(10))
    assert refused.value.code == "organisation.no_heir"


def test_an_obligation_that_is_named_twice_is_refused():
    with pytest.raises(InputError) as refused:
        borne(["a", "a"], 3)
    assert refused.value.code == "organisation.obligation_twice"


def test_a_unit_whose_parent_was_not_there_stands_at_the_top_of_the_tree():
    history = make_history([unit("m", 10), unit("a", parent="m"), unit("b", parent="a")])
    assert [(depth, one.id) for depth, one in history.tree(day(5))] == [(0, "a"), (1, "b")]
    assert [(depth, one.id) for depth, one in history.tree(day(10))] == [
        (0, "m"), (1, "a"), (2, "b"),
    ]  # fmt: skip


def test_the_ministry_of_a_unit_is_what_it_says_or_else_the_top_of_its_tree():
    history = make_history([unit("m"), unit("a", parent="m"), unit("b", parent="a", ministry="n")])
    assert [history.ministry(one, day(0)) for one in "mab"] == ["m", "m", "n"]


@st.composite
def histories(draw):
    """Units that are founded, renamed, merged, split and abolished in a random order."""
    living, made, count = [], {"m": unit("m")}, 0

    def found(first, **more):
        nonlocal count
        count += 1
        name = f"u{count}"
        made[name] = unit(name, first, parent=draw(st.sampled_from(["m", *living])), **more)
        return name

    for at in range(0, 10 * draw(st.integers(1, 12)), 10):
        happens = draw(st.sampled_from(["found", "rename", "merge", "split", "abolish"]))
        if happens == "found" or len(living) < 2:
            living.append(found(at))
            continue
        ending = draw(st.lists(st.sampled_from(living), min_size=1, max_size=2, unique=True))
        ending = ending if happens == "merge" else ending[:1]
        living = [one for one in living if one not in ending]
        new = {"split": 2, "abolish": 0}.get(happens, 1)
        successors = tuple(found(at) for _ in range(new))
        for one in ending:
            old = made[one]
            made[one] = OrganisationUnit(
                one, old.name, old.since, day(at - 1), old.parent, f"{happens.rstrip('e')}ed"
                if happens in ("merge", "rename") else {"split": "split"}.get(happens, "abolished"),
                successors=successors,
            )  # fmt: skip
        living += successors
    return list(made.values())


@settings(max_examples=60)
@given(histories(), st.data())
def test_no_obligation_is_ever_lost_or_doubled_in_any_history(units, data):
    history = make_history(units)
    obligations = [
        Obligation(f"O-{n}", "measure", data.draw(st.sampled_from(units)).id, FIRST)
        for n in range(data.draw(st.integers(1, 6)))
    ]
    days = sorted(data.draw(st.lists(st.integers(0, 140), min_size=2, max_size=3)))
    for on in days:
        there = {one for one, several in history.versions.items()
                 if several[-1].until is None or several[-1].until >= day(on)}  # fmt: skip
        borne = find_bearers(history, obligations, day(on))
        assert [one.obligation for one in borne] == obligations
        assert {one.unit for one in borne} <= there
        again = find_bearers(history, obligations[::-1], day(on))
        assert [one.unit for one in again[::-1]] == [one.unit for one in borne]
    # What is handed over in two steps arrives where it arrives in one.
    early, late = days[0], days[-1]
    midway = [
        Obligation(one.obligation.id, "measure", one.unit, FIRST)
        for one in find_bearers(history, obligations, day(early))
    ]
    at_once = find_bearers(history, obligations, day(late))
    assert [one.unit for one in find_bearers(history, midway, day(late))] == [
        one.unit for one in at_once
    ]
