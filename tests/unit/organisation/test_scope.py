"""What is out of scope "for now" stays in sight until somebody looks at it."""

from datetime import date

import pytest

from doorlicht.errors import InputError
from doorlicht.organisation import (
    check_decision,
    make_history,
    overdue_exclusions,
    standing_exclusions,
    undecided_units,
    units_in_scope,
)
from doorlicht.records import OrganisationUnit, ScopeDecision

UNITS = [
    OrganisationUnit("m", "Ministerie van Waterlinie en Veren"),
    OrganisationUnit("dgp", "DG Ponten", parent="m", until=date(2024, 6, 30), status="renamed",
                     successors=("dgpv",)),
    OrganisationUnit("dgpv", "DG Ponten en Veren", since=date(2024, 7, 1), parent="m"),
    OrganisationUnit("dgs", "DG Sluizen", parent="m", until=date(2023, 12, 31),
                     status="in_formation"),
    OrganisationUnit("dgs", "DG Sluizen", since=date(2024, 1, 1), parent="m"),
    OrganisationUnit("dir", "Directie Kolken", parent="dgs"),
]  # fmt: skip
HISTORY = make_history(UNITS)


def decided(unit, decision, on, review=None, ground="other", number=1):
    return ScopeDecision(
        f"S-{unit}-{number}", unit, decision, "because", "A. Vries", on, review, ground
    )


IN = decided("m", "in", date(2023, 1, 1))
FOUNDED = decided("dgs", "out_for_now", date(2023, 1, 1), date(2025, 1, 1), "in_formation")
LATER = decided("dgp", "out_for_now", date(2023, 1, 1), date(2025, 1, 1))


def told(decisions, day, history=HISTORY):
    return [
        (one.unit, one.due, one.is_overdue) for one in standing_exclusions(history, decisions, day)
    ]


def test_a_unit_that_was_left_out_as_being_founded_is_overdue_on_the_day_it_is_founded():
    review = date(2025, 1, 1)
    assert told([FOUNDED], date(2023, 12, 31)) == [("dgs", review, False)]
    assert told([FOUNDED], date(2024, 1, 1)) == [("dgs", date(2024, 1, 1), True)]
    (exclusion,) = standing_exclusions(HISTORY, [FOUNDED], date(2024, 1, 1))
    assert exclusion.is_ground_gone
    assert exclusion.is_for_now


def test_an_exclusion_moves_to_the_successor_and_keeps_its_day_of_review():
    assert told([LATER], date(2024, 6, 30)) == [("dgp", date(2025, 1, 1), False)]
    assert told([LATER], date(2024, 7, 1)) == [("dgpv", date(2025, 1, 1), False)]
    assert told([LATER], date(2025, 1, 1)) == [("dgpv", date(2025, 1, 1), False)]
    assert told([LATER], date(2025, 1, 2)) == [("dgpv", date(2025, 1, 1), True)]


def test_it_stands_until_somebody_decides_on_the_unit_itself():
    covered = decided("dgpv", "in", date(2025, 2, 1))
    assert told([LATER, covered], date(2025, 1, 31)) == [("dgpv", date(2025, 1, 1), True)]
    assert told([LATER, covered], date(2025, 2, 1)) == []


def test_what_was_decided_on_the_successor_before_it_took_over_hides_nothing():
    early = decided("dgpv", "in", date(2024, 3, 1))
    assert [unit for unit, _, _ in told([LATER, early], date(2024, 8, 1))] == ["dgpv"]


def test_an_exclusion_is_not_lost_where_a_unit_that_takes_part_is_merged_in():
    history = make_history([
        OrganisationUnit("a", "A", until=date(2024, 6, 30), status="merged", successors=("c",)),
        OrganisationUnit("b", "B", until=date(2024, 6, 30), status="merged", successors=("c",)),
        OrganisationUnit("c", "C", since=date(2024, 7, 1)),
    ])  # fmt: skip
    out = decided("a", "out_for_now", date(2023, 1, 1), date(2024, 1, 1))
    later = decided("b", "in", date(2024, 2, 1))
    for decisions in ([out, later], [later, out]):
        assert told(decisions, date(2024, 7, 1), history) == [("c", date(2024, 1, 1), True)]
        assert [one.id for one in units_in_scope(history, decisions, date(2024, 7, 1))] == ["c"]


def test_both_parts_of_a_split_are_out_until_decided_on():
    history = make_history([
        OrganisationUnit("a", "A", until=date(2024, 6, 30), status="split", successors=("b", "c")),
        OrganisationUnit("b", "B", since=date(2024, 7, 1)),
        OrganisationUnit("c", "C", since=date(2024, 7, 1)),
    ])  # fmt: skip
    out = decided("a", "out_for_now", date(2023, 1, 1), date(2025, 1, 1))
    covered = decided("b", "in", date(2024, 8, 1))
    assert [unit for unit, _, _ in told([out], date(2024, 7, 1), history)] == ["b", "c"]
    assert [unit for unit, _, _ in told([out, covered], date(2024, 8, 1), history)] == ["c"]


def test_a_decision_holds_for_what_is_below_and_a_unit_without_any_is_told():
    there = date(2024, 8, 1)
    in_scope = [one.id for one in units_in_scope(HISTORY, [IN, FOUNDED], there)]
    assert in_scope == ["m", "dgpv"]
    assert [one.id for one in undecided_units(HISTORY, [FOUNDED], there)] == ["m", "dgpv"]
    assert undecided_units(HISTORY, [IN], there) == []


def test_what_is_out_for_good_is_named_and_never_overdue():
    out = decided("dgpv", "out", date(2024, 8, 1), ground="not_ours")
    assert told([out], date(2034, 1, 1)) == [("dgpv", None, False)]
    assert overdue_exclusions(HISTORY, [out, LATER, FOUNDED], date(2024, 9, 1)) != []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        pytest.param({"unit": "dgq"}, "organisation.no_such_unit", id="unknown-unit"),
        pytest.param({"reason": " "}, "scope.no_reason", id="no-reason"),
        pytest.param({"by": ""}, "scope.nobody", id="nobody"),
        pytest.param({"review": None}, "scope.no_review", id="no-review"),
        pytest.param({"review": date(2023, 1, 1)}, "scope.review_past", id="review-at-once"),
    ],
)
def test_a_decision_that_could_be_forgotten_is_refused(change, code):
    given = {
        "id": "S-1", "unit": "dgp", "decision": "out_for_now", "reason": "later", "by": "A. Vries",
        "on": date(2023, 1, 1), "review": date(2023, 1, 2),
    }  # fmt: skip
    assert check_decision(ScopeDecision(**given), HISTORY).review == date(2023, 1, 2)
    with pytest.raises(InputError) as refused:
        check_decision(ScopeDecision(**{**given, **change}), HISTORY)
    assert refused.value.code == code
