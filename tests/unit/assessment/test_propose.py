import random
import sys
from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from doorlicht.assessment import Period, load_framework, propose, read_cases
from doorlicht.assessment.check import check_cases, check_framework
from doorlicht.assessment.load import find_framework, known_frameworks
from doorlicht.assessment.paths import unreached

sys.path.insert(0, str(Path(__file__).parent))
from fictional import random_framework

EVERY = [(name, edition) for name, editions in known_frameworks().items() for edition in editions]
SHARED = Path(__file__).parents[4] / "shared" / "data" / "assessment" / "cases.yaml"
MOTION = load_framework("motion-21")


@pytest.mark.skipif(not SHARED.exists(), reason="the data is not beside this checkout")
def test_all_worked_cases_come_out_as_stated():
    cases = read_cases(SHARED, MOTION)
    assert len(cases) >= 11
    assert check_cases(MOTION, cases) == []


@pytest.mark.parametrize(("name", "edition"), EVERY)
def test_the_cases_beside_each_framework_come_out_as_stated(name, edition):
    framework = load_framework(name, edition)
    folder = find_framework(name, edition)
    cases = read_cases("cases.yaml", framework, folder.joinpath("cases.yaml").read_text("utf-8"))
    assert cases
    assert check_cases(framework, cases) == []
    assert len({case.id for case in cases}) == len(cases)


@pytest.mark.parametrize(("name", "edition"), EVERY)
def test_some_case_goes_every_path_of_each_framework(name, edition):
    framework = load_framework(name, edition)
    folder = find_framework(name, edition)
    cases = read_cases("cases.yaml", framework, folder.joinpath("cases.yaml").read_text("utf-8"))
    assert check_framework(framework) == []
    assert unreached(framework, cases) == []


def partial_facts(framework):
    """Some facts of a framework, each with one of its answers."""
    return st.fixed_dictionaries(
        {},
        optional={name: st.sampled_from(fact.choices) for name, fact in framework.facts.items()},
    )


def may_become(framework, before, after):
    """Whether an answer more may turn one verdict into another."""
    outcome = framework.outcomes[before]
    if outcome.role == "open" or before == after:
        return True
    return outcome.role == "fail" and framework.outcomes[after].weight > outcome.weight


@pytest.mark.parametrize(("name", "edition"), EVERY)
def test_an_answer_more_never_takes_a_verdict_back(name, edition):
    framework = load_framework(name, edition)
    random_facts = random.Random(21)  # noqa: S311 (no secret)
    names = list(framework.facts)
    for _ in range(3_000):
        share = random_facts.random()
        facts = {
            one: random_facts.choice(framework.facts[one].choices)
            for one in names
            if random_facts.random() < share
        }
        open_names = [one for one in names if one not in facts]
        if not open_names:
            continue
        more = random_facts.choice(open_names)
        fuller = {**facts, more: random_facts.choice(framework.facts[more].choices)}
        before, after = propose(framework, facts), propose(framework, fuller)
        assert may_become(framework, before.verdict, after.verdict), (facts, more)
        assert set(before.failed) <= set(after.failed)


@pytest.mark.parametrize("seed", range(200))
def test_an_answer_more_takes_no_verdict_back_in_whatever_framework(seed):
    framework = random_framework(seed)
    drawn = random.Random(seed)  # noqa: S311 (no secret)
    for _ in range(30):
        share = drawn.random()
        facts = {
            name: drawn.choice(fact.choices)
            for name, fact in framework.facts.items()
            if drawn.random() < share
        }
        more = drawn.choice([*framework.facts])
        if more in facts:
            continue
        fuller = {**facts, more: drawn.choice(framework.facts[more].choices)}
        before, after = propose(framework, facts), propose(framework, fuller)
        assert may_become(framework, before.verdict, after.verdict), (facts, more)
        assert set(before.failed) <= set(after.failed)
        if framework.outcomes[before.verdict].role == "open":
            assert before.missing


@pytest.mark.long
@pytest.mark.parametrize(("name", "edition"), EVERY)
@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_what_is_missing_is_all_that_is_missing(name, edition, data):
    framework = load_framework(name, edition)
    facts = data.draw(partial_facts(framework))
    for _ in range(len(framework.facts) + 1):
        made = propose(framework, facts)
        if not made.missing:
            break
        assert not set(made.missing) & set(facts)
        facts = {**facts, made.missing[0]: data.draw(
            st.sampled_from(framework.facts[made.missing[0]].choices)
        )}  # fmt: skip
    assert not made.open
    assert framework.outcomes[made.verdict].role != "open"


def test_nothing_known_is_undetermined_and_asks_for_all_that_is_asked_first():
    made = propose(MOTION, {})
    assert made.verdict == "onbepaald"
    assert made.missing[:3] == ("attr", "personal_data", "role")
    assert made.failed == ()


def test_a_fail_is_not_definitive_while_the_role_is_unknown():
    facts = {
        "attr": "race", "personal_data": True, "prohibited_ai": True, "targeted_control": True,
    }  # fmt: skip
    made = propose(MOTION, facts)
    assert made.verdict == "onbepaald"
    assert {"0.4", "1.1", "1.2"} <= set(made.open)
    assert propose(MOTION, {**facts, "role": "statistics"}).failed == ()
    assert propose(MOTION, {**facts, "role": "selection"}).failed == ("1.1", "1.2")


def test_area_counts_that_steer_controls_are_tested_without_group_two():
    facts = {
        "attr": "proxy", "role": "selection", "personal_data": False, "prohibited_ai": False,
        "refers_to_race": False, "targeted_control": True, "distinction": "indirect",
        "indirect_ground": "race", "aim": True, "suitable": True, "subsidiary": False,
        "proportionate": True, "weighty": True,
    }  # fmt: skip
    made = propose(MOTION, facts)
    assert (made.verdict, made.failed, made.open) == ("oneigenlijk", ("3.5c",), ())
    assert not any(step.status == "fails" for step in made.path if step.node.startswith("2"))


def test_law_that_did_not_apply_in_the_period_is_left_out():
    facts = {"attr": "race", "role": "score", "personal_data": True, "prohibited_ai": True}
    then = propose(MOTION, facts, Period(date(2015, 1, 1), date(2019, 12, 31)))
    now = propose(MOTION, facts, Period(date(2025, 6, 1), None))
    assert "1.1" not in then.failed
    assert now.failed == ("1.1",)


def test_open_legality_is_told_beside_improper():
    facts = {
        "attr": "nationality", "role": "score", "personal_data": True, "distinction":
        "direct_nationality", "statutory_criterion": False, "aim": False,
    }  # fmt: skip
    made = propose(MOTION, facts)
    assert made.verdict == "oneigenlijk"
    assert made.is_at_least


def test_a_duty_changes_no_verdict_and_has_its_date():
    facts = {"attr": "none"}
    assert propose(MOTION, facts).gaps == ()
    known = {"attr": "nationality", "role": "score", "personal_data": True, "dpia_done": False}
    with_gap, without = propose(MOTION, known), propose(MOTION, {**known, "dpia_done": True})
    assert with_gap.verdict == without.verdict
    assert {gap.node: gap.status for gap in with_gap.gaps}["4.1"] == "missing"
    assert {gap.node: gap.status for gap in without.gaps}["4.1"] == "in_place"
    later = propose(MOTION, {**known, "high_risk_ai": True}, Period(None, date(2026, 11, 27)))
    assert {gap.node: gap.status for gap in later.gaps}["4.5"] == "not_yet"


def test_stated_facts_on_which_nothing_depends_are_told():
    made = propose(
        MOTION, {"attr": "nationality", "role": "stored", "personal_data": True, "aim": True}
    )
    assert made.unused == ("aim",)


@pytest.mark.parametrize(("name", "edition"), EVERY)
def test_every_file_of_a_framework_reads_the_same_with_either_reader_of_yaml(name, edition):
    for file in find_framework(name, edition).iterdir():
        text = file.read_text("utf-8")
        assert yaml.load(text, yaml.SafeLoader) == yaml.load(text, yaml.CSafeLoader)


def test_a_fact_of_one_name_is_the_same_fact_in_every_framework():
    # An answer that a person gave counts in every framework that asks the fact.
    known = {}
    for name, _ in EVERY:
        for fact in load_framework(name).facts.values():
            assert known.setdefault(fact.id, fact) == fact
