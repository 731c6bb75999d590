import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorlicht.assessment.conditions import (
    Always,
    And,
    IsAnswered,
    IsOneOf,
    IsTrue,
    IsUnanswered,
    Not,
    Or,
    facts_in,
    parse_condition,
    undecided_facts,
    weigh,
)
from doorlicht.assessment.spelling import opposite, spell
from doorlicht.errors import FrameworkError

THREE = (True, False, None)


@pytest.mark.parametrize("a", THREE)
@pytest.mark.parametrize("b", THREE)
def test_and_or_and_not_follow_the_tables_of_kleene(a, b):
    facts = {"a": a, "b": b}
    rank = {False: 0, None: 1, True: 2}
    back = {0: False, 1: None, 2: True}
    assert weigh(parse_condition("a and b"), facts) is back[min(rank[a], rank[b])]
    assert weigh(parse_condition("a or b"), facts) is back[max(rank[a], rank[b])]
    assert weigh(parse_condition("not a"), facts) is back[2 - rank[a]]


@pytest.mark.parametrize(
    ("text", "facts", "holds"),
    [
        ("role is score", {"role": "score"}, True),
        ("role is score", {"role": "list"}, False),
        ("role is score", {}, None),
        ("role is not score", {"role": "score"}, False),
        ("role in [score, list]", {"role": "list"}, True),
        ("role in [score, list]", {"role": "stored"}, False),
        ("answered role", {"role": "stored"}, True),
        ("answered role", {}, None),
        ("unanswered role", {}, True),
        ("unanswered role", {"role": "stored"}, False),
        ("always", {}, True),
        ("not (a or b) and c", {"a": False, "b": False, "c": True}, True),
        ("a or b and c", {"a": True, "b": False, "c": False}, True),
    ],
)
def test_conditions_say_what_they_read_like(text, facts, holds):
    assert weigh(parse_condition(text), facts) is holds


@pytest.mark.parametrize(
    "text",
    ["", "a and", "and a", "(a", "a)", "a is", "a in b", "a in [", "a in []", "a b", "a; b", "not",
     "a is not", "answered", "é", "((((" * 200 + "a", "not " * 500 + "a"],
)  # fmt: skip
def test_what_is_no_condition_is_refused_with_its_place(text):
    with pytest.raises(FrameworkError) as caught:
        parse_condition(text)
    assert caught.value.code == "framework.bad_condition"


def test_a_known_answer_never_takes_back_what_a_condition_says():
    texts = ["a and (b or not c)", "not (a and b) or c", "(a or b) and (not a or c)"]
    for text, start in itertools.product(texts, itertools.product(THREE, repeat=3)):
        condition = parse_condition(text)
        before = dict(zip("abc", start, strict=True))
        if weigh(condition, before) is None:
            continue
        for name, value in itertools.product("abc", (True, False)):
            if before[name] is None:
                assert weigh(condition, {**before, name: value}) is weigh(condition, before)


def test_only_facts_on_which_it_hangs_are_undecided():
    condition = parse_condition("(a and b) or (c and d)")
    assert list(undecided_facts(condition, {"a": False})) == ["c", "d"]
    assert list(undecided_facts(condition, {"a": True, "b": True})) == []
    assert list(facts_in(condition)) == ["a", "b", "c", "d"]


def test_terms_stand_for_what_they_were_defined_as():
    terms = {"both": parse_condition("a and b")}
    assert parse_condition("not both", terms) == parse_condition("not (a and b)")


LEAVES = st.one_of(
    st.sampled_from("abc").map(IsTrue),
    st.sampled_from("abc").map(IsAnswered),
    st.sampled_from("abc").map(IsUnanswered),
    st.builds(IsOneOf, st.sampled_from("de"), st.frozensets(st.sampled_from("xyz"), min_size=1)),
    st.just(Always()),
)


def larger(parts):
    many = st.lists(parts, min_size=2, max_size=3).map(tuple)
    return st.one_of(st.builds(Not, parts), st.builds(And, many), st.builds(Or, many))


@given(st.recursive(LEAVES, larger, max_leaves=12))
def test_a_condition_that_is_spelled_reads_as_the_same_condition(condition):
    assert parse_condition(spell(condition)) == condition


@given(st.recursive(LEAVES, larger, max_leaves=8), st.recursive(LEAVES, larger, max_leaves=4))
def test_a_condition_spelled_with_terms_reads_as_the_same_condition(condition, term):
    terms = {"t": term}
    assert parse_condition(spell(Not(condition), terms), terms) == Not(condition)
    for facts in ({}, {"a": True, "b": False, "d": "x"}):
        held = weigh(condition, facts)
        assert weigh(opposite(condition), facts) is (None if held is None else not held)
