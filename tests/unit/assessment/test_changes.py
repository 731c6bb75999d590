"""The search for the smallest changes, against looking at every combination."""

import itertools
import random
import sys
from pathlib import Path

import pytest

from doorlicht.assessment import load_framework, propose
from doorlicht.assessment.changes import smallest_changes, what_if

sys.path.insert(0, str(Path(__file__).parent))
from fictional import random_framework


def by_looking_at_everything(framework, facts, most):
    verdict = propose(framework, facts).verdict
    found = {}
    for size in range(1, most + 1):
        for names in itertools.combinations(framework.facts, size):
            for values in itertools.product(*(framework.facts[name].choices for name in names)):
                answers = dict(zip(names, values, strict=True))
                if any(facts.get(name) == value for name, value in answers.items()):
                    continue
                if any(set(one) <= set(answers.items()) for one in found):
                    continue
                result = propose(framework, {**facts, **answers}).verdict
                if result != verdict:
                    found[frozenset(answers.items())] = result
    return found


@pytest.mark.parametrize("seed", range(120))
def test_the_smallest_changes_are_those_that_looking_at_everything_finds(seed):
    framework = random_framework(seed)
    draw = random.Random(1000 + seed)  # noqa: S311 (no secret)
    facts = {
        name: draw.choice(fact.choices)
        for name, fact in framework.facts.items()
        if draw.random() < 0.7
    }
    wanted = by_looking_at_everything(framework, facts, 3)
    got = smallest_changes(framework, facts, most=3)
    assert {frozenset(one.answers.items()): one.verdict for one in got if one.size <= 3} == wanted


def test_a_verdict_with_many_grounds_still_has_an_explanation():
    framework = load_framework("motion-21")
    facts = {
        "attr": "nationality", "role": "stored", "personal_data": True, "art6": False,
        "law_permits": "none", "purpose_ok": False, "necessary": False, "retention_ok": False,
        "special": False,
    }  # fmt: skip
    changes = smallest_changes(framework, facts, most=1)
    assert [one.answers for one in changes] == [{"personal_data": False}]
    changes = smallest_changes(framework, {**facts, "role": "score"}, most=1)
    assert changes
    for one in changes:
        assert propose(framework, what_if({**facts, "role": "score"}, one.answers)).verdict == (
            one.verdict
        )


def test_what_the_use_is_stays_as_it_is():
    framework = load_framework("motion-21")
    for facts in ({}, {"attr": "race", "role": "score", "personal_data": True}):
        for one in smallest_changes(framework, facts, most=2):
            assert not {"attr", "role"} & set(one.answers)
