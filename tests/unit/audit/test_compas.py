"""ProPublica's audit of COMPAS (2016), from its published rows: every number that they give.

Expected numbers: ``../shared/data/audits/compas_expected.json``. Those that begin with ``v_`` are
of a second file (violent recidivism), which is not there.
"""

import csv
import json
import math
from datetime import date
from pathlib import Path

import pytest

from doorlicht.audit.association import correlation
from doorlicht.audit.counting import count_people, groups_of
from doorlicht.audit.error_rates import measure_error_rates
from doorlicht.audit.regression import fit_logistic, relative_risk

ROWS = Path(__file__).parents[4] / "shared/data/audits/compas-scores-two-years.csv"

pytestmark = pytest.mark.skipif(
    not ROWS.exists(), reason=f"the published rows are not at {ROWS.parent}"
)

BLACK, WHITE = "African-American", "Caucasian"


@pytest.fixture(scope="module")
def expected():
    told = json.loads(ROWS.with_name("compas_expected.json").read_text("utf-8"))
    return {one["name"]: one["published"] for one in told["expected"]}


@pytest.fixture(scope="module")
def people():
    with ROWS.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def kept(people):
    """People as the notebook keeps them: screened within thirty days of the arrest, and so on."""
    return [
        row
        for row in people
        if row["days_b_screening_arrest"]
        and -30 <= int(row["days_b_screening_arrest"]) <= 30
        and row["is_recid"] != "-1"
        and row["c_charge_degree"] != "O"
        and row["score_text"] != "N/A"
    ]


@pytest.fixture(scope="module")
def fit(kept):
    """The notebook's regression: female, ages against 25-45, races against white, and the rest."""
    races = sorted({row["race"] for row in kept} - {WHITE})
    names = ["female", "old", "young", *races, "priors", "misdemeanor", "recidivist"]
    columns = [
        [
            row["sex"] == "Female",
            row["age_cat"] == "Greater than 45",
            row["age_cat"] == "Less than 25",
            *(row["race"] == race for race in races),
            int(row["priors_count"]),
            row["c_charge_degree"] == "M",
            int(row["two_year_recid"]),
        ]
        for row in kept
    ]
    return fit_logistic(names, columns, [row["score_text"] != "Low" for row in kept])


def printed(value, published):
    """Write a number with as many decimals as were published."""
    decimals = len(str(published).partition(".")[2])
    return float(f"{value:.{decimals}f}")


def test_the_counts_are_the_published_ones(people, kept, expected):
    counts = {
        "nrow_raw": len(people),
        "nrow_filtered": len(kept),
        "black": sum(row["race"] == BLACK for row in kept),
        "white": sum(row["race"] == WHITE for row in kept),
        "hispanic": sum(row["race"] == "Hispanic" for row in kept),
        "score_low": sum(row["score_text"] == "Low" for row in kept),
        "recid2": sum(row["two_year_recid"] == "1" for row in kept),
    }
    assert counts == {name: expected[name] for name in counts}
    share = 100 * counts["recid2"] / counts["nrow_filtered"]
    assert printed(share, expected["recid_pct"]) == expected["recid_pct"]


def test_the_correlation_with_the_length_of_stay_is_the_published_one(kept, expected):
    stay = [
        (
            date.fromisoformat(row["c_jail_out"][:10]) - date.fromisoformat(row["c_jail_in"][:10])
        ).days
        for row in kept
    ]
    found = correlation(stay, [int(row["decile_score"]) for row in kept])
    assert printed(found, expected["cor_los"]) == expected["cor_los"]


@pytest.mark.parametrize(
    ("name", "column", "part"),
    [
        ("logit_intercept", "(intercept)", "value"),
        ("logit_black", BLACK, "value"),
        ("logit_black_se", BLACK, "standard_error"),
        ("logit_female", "female", "value"),
        ("logit_lt25", "young", "value"),
    ],
)
def test_the_regression_is_the_published_one(fit, expected, name, column, part):
    assert printed(getattr(fit.named(column), part), expected[name]) == expected[name]


@pytest.mark.parametrize(
    ("name", "column"), [("rr_black", BLACK), ("rr_female", "female"), ("rr_lt25", "young")]
)
def test_relative_risks_are_the_published_ones(fit, expected, name, column):
    """They were computed from printed coefficients, of five decimals; so the last digit can differ.

    From ours, rounded as printed, they are the same to the last digit.
    """
    assert relative_risk(fit, column) == pytest.approx(expected[name], rel=2e-5)
    control = math.exp(round(fit.named("(intercept)").value, 5))
    control /= 1 + control
    odds = math.exp(round(fit.named(column).value, 5))
    again = odds / (1 - control + control * odds)
    assert printed(again, expected[name]) == expected[name]


def table_of(rows, levels):
    cells = count_people(
        [row["score_text"] in levels for row in rows],
        [[row["race"] for row in rows]],
        outcome=[row["two_year_recid"] == "1" for row in rows],
    )
    groups = groups_of(cells)
    return {group.name: group for group in groups}, measure_error_rates(groups)


@pytest.mark.parametrize(
    ("name", "race", "levels"),
    [
        ("truth_table_all", None, ("Medium", "High")),
        ("truth_table_black", BLACK, ("Medium", "High")),
        ("truth_table_white", WHITE, ("Medium", "High")),
        ("truth_table_white_highonly", WHITE, ("High",)),
        ("truth_table_black_highonly", BLACK, ("High",)),
    ],
)
def test_errors_are_the_published_ones(people, expected, name, race, levels):
    rows = [{**row, "race": race or "all"} for row in people if race in (None, row["race"])]
    groups, measures = table_of(rows, levels)
    (seen,) = (group.outcomes for group in groups.values())
    told = expected[name]
    assert (seen.unselected_negative, seen.selected_negative) == (told["TN"], told["FP"])
    assert (seen.unselected_positive, seen.selected_positive) == (told["FN"], told["TP"])
    rates = {one.measure: one.value for one in measures}
    assert printed(100 * rates["fpr"], 0.01) == told["FPR"]
    assert printed(100 * rates["fnr"], 0.01) == told["FNR"]


def test_ratios_of_errors_are_the_published_ones(people, expected):
    """Published are ratios of the printed percentages; ours of the counts lie within a rounding."""
    rows = [row for row in people if row["race"] in (BLACK, WHITE)]
    _, measures = table_of(rows, ("Medium", "High"))
    rates = {(one.measure, one.group): one.value for one in measures if one.reference is None}
    fpr = [round(100 * rates["fpr", race], 2) for race in (BLACK, WHITE)]
    fnr = [round(100 * rates["fnr", race], 2) for race in (WHITE, BLACK)]
    assert fpr[0] / fpr[1] == pytest.approx(expected["FPR_ratio_black_white"], rel=1e-15)
    assert fnr[0] / fnr[1] == pytest.approx(expected["FNR_ratio_white_black"], rel=1e-15)
    ratio = next(one for one in measures if one.measure == "fnr_ratio" and one.group == WHITE)
    assert ratio.value == pytest.approx(expected["FNR_ratio_white_black"], rel=5e-4)
    assert ratio.low < ratio.value < ratio.high
