import pytest

from doorlicht.errors import InputError
from doorlicht.testing import make_finding, make_reading

LAND = make_finding("land").id

pytestmark = pytest.mark.parametrize(
    "location",
    ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)],
    indirect=True,
)


def test_the_last_decision_counts_and_all_of_them_stay(register, start):
    register.keep_asset(start(), make_reading())
    assert register.finding(LAND).triage == "open"
    assert register.triage(LAND, "reject", reason="a country of cars", by="jo").triage == "rejected"
    kept = register.triage(LAND, "confirm", reason=" people after all ", by="sam")
    assert kept.triage == "confirmed"
    told = [(one.decision, one.reason, one.by) for one in register.triage_of(LAND)]
    assert told == [
        ("reject", "a country of cars", "jo"),
        ("confirm", "people after all", "sam"),
    ]


def test_a_decision_survives_re_scans_and_an_absence(register, start):
    register.keep_asset(start(), make_reading(fingerprint="v1"))
    register.triage(LAND, "reject", reason="cars", by="jo")
    register.keep_asset(start(), make_reading(fingerprint="v2", found=[]))
    register.keep_asset(start(), make_reading(fingerprint="v3"))
    [kept] = register.findings()
    assert (kept.finding.id, kept.triage) == (LAND, "rejected")


def test_findings_can_be_asked_for_by_what_was_decided(register, start):
    register.keep_asset(start(), make_reading(columns=["a", "b", "c"], found=["a", "b", "c"]))
    first, second, _ = (one.finding.id for one in register.findings())
    register.triage(first, "confirm", reason="yes", by="jo")
    register.triage(second, "reject", reason="no", by="jo")

    def columns(*triage):
        return [one.finding.location.column for one in register.findings(triage=triage)]

    assert columns("open", "confirmed") == ["a", "c"]
    assert columns("rejected") == ["b"]


@pytest.mark.parametrize(
    ("finding", "reason", "code"),
    [
        pytest.param("F-NOTHERE", "because", "register.no_such_finding", id="unknown"),
        pytest.param(LAND, "  ", "register.no_reason", id="without-a-reason"),
    ],
)
def test_a_decision_needs_a_finding_and_a_reason(register, start, finding, reason, code):
    register.keep_asset(start(), make_reading())
    entries = len(register.ledger())
    with pytest.raises(InputError) as raised:
        register.triage(finding, "reject", reason=reason, by="jo")
    assert raised.value.code == code
    assert len(register.ledger()) == entries


@pytest.mark.parametrize(
    ("filters", "columns"),
    [
        pytest.param({}, ["a", "b"], id="all"),
        pytest.param({"sources": ["hr"]}, ["a", "b"], id="source"),
        pytest.param({"sources": ["crm"]}, [], id="other-source"),
        pytest.param({"asset": "people.csv"}, ["a", "b"], id="asset"),
        pytest.param({"concepts": ["religion"]}, [], id="other-concept"),
        pytest.param({"kinds": ["direct"]}, ["a", "b"], id="kind"),
        pytest.param({"kinds": ["proxy"]}, [], id="other-kind"),
        pytest.param({"min_probability": 0.9}, ["a", "b"], id="at-the-probability"),
        pytest.param({"min_probability": 0.91}, [], id="above-the-probability"),
    ],
)
def test_findings_can_be_asked_for_by_place_concept_kind_and_probability(
    register, start, filters, columns
):
    register.keep_asset(start(), make_reading(columns=["a", "b"], found=["b", "a"]))
    found = [one.finding.location.column for one in register.findings(**filters)]
    assert found == columns
