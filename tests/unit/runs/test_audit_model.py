"""An audit of a model together with what traces of its code showed."""

import pickle
from datetime import UTC, datetime

import pytest
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from doorlicht.audit.outside import Ran
from doorlicht.register import open_register
from doorlicht.runs.audit import AuditRequest, audit
from doorlicht.runs.audit_models import limits_of_outside
from doorlicht.testing import SteppingClock

pandas = pytest.importorskip("pandas")

AT = datetime(2026, 11, 27, tzinfo=UTC)


def trace(register, *, features, outputs=()):
    """Keep a trace of a model with a flow from nationality to its feature ``code1``."""
    model = {
        "id": "MO-1", "name": "risk", "algorithm": "glm", "features": features,
        "outputs": list(outputs),
    }  # fmt: skip
    flow = {
        "id": "FL-1", "concept": "nationality", "kind": "direct", "feature": "code1",
        "model": "MO-1", "verdict": "used", "visibility": "literal", "confidence": 0.9,
        "source": {}, "hops": [],
    }  # fmt: skip
    with open_register(register, clock=SteppingClock(AT)) as opened:
        opened.keep_trace(
            by="tracer", started_at=AT, roots=["/code"], vocabulary="2026", doorlicht="0",
            files=1, lines=2, items=[("model", "MO-1", model), ("flow", "FL-1", flow)],
        )  # fmt: skip


@pytest.fixture
def model(tmp_path):
    frame = pandas.DataFrame({"code1": [0, 1] * 50, "debts": range(100), "g": ["a", "b"] * 50})
    made = LogisticRegression().fit(frame[["code1", "debts"]], frame["debts"] > 40)
    (tmp_path / "risk.pkl").write_bytes(pickle.dumps(made))
    frame.to_csv(tmp_path / "people.csv", index=False)
    return tmp_path / "risk.pkl"


def origin(model, register):
    request = AuditRequest(
        str(model), "jo", data=str(model.with_name("people.csv")), groups=["g"],
        register=register,
    )  # fmt: skip
    return audit(request, clock=SteppingClock(AT)).model.origin


@pytest.mark.parametrize(
    ("features", "outputs", "derived"),
    [
        (["code1", "debts"], [], ["code1"]),
        (["Code1", "debts", "age"], [], ["code1"]),
        ([], ["models/risk.pkl"], ["code1"]),
        (["code1"], [], []),
        ([], ["other.pkl"], []),
    ],
    ids=["same features", "more features", "written to this file", "fewer", "another model"],
)
def test_a_feature_that_a_trace_saw_made_of_origin_is_derived(model, features, outputs, derived):
    register = model.with_name("inquiry.register")
    trace(register, features=features, outputs=outputs)
    found = origin(model, register)
    assert [one.name for one in found] == derived
    assert all((one.kind, one.concept) == ("derived", "nationality") for one in found)


def test_without_a_register_only_names_tell(model):
    assert origin(model, None) == ()
    assert origin(model, model.with_name("new.register")) == ()


@pytest.mark.parametrize(
    ("outcomes", "told"),
    [(("ja", "nee"), "ja"), (("no", "yes"), "yes"), (("1", "0"), "1"), (("hoog", "laag"), "laag")],
)
def test_the_score_is_the_chance_of_what_means_yes_and_the_outcome_is_told(
    tmp_path, outcomes, told
):
    frame = pandas.DataFrame({"debts": range(100), "g": ["a"] * 50 + ["b"] * 50})
    high, low = outcomes
    # Whoever has many debts has the outcome that sorts first, or last, by its letters.
    made = LogisticRegression().fit(
        frame[["debts"]], [high if debts > 40 else low for debts in frame["debts"]]
    )
    (tmp_path / "risk.pkl").write_bytes(pickle.dumps(made))
    frame.to_csv(tmp_path / "people.csv", index=False)
    request = AuditRequest(
        str(tmp_path / "risk.pkl"), "jo", data=str(tmp_path / "people.csv"), groups=["g"]
    )
    report = audit(request, clock=SteppingClock(AT))
    rates = {group.name: group.selected / group.n for group in report.audited[0].groups}
    is_of_high = told == high
    assert (rates["b"] > rates["a"]) == is_of_high
    limit = next(one for one in report.limits if one.key == "audit_limit.outcome")
    assert limit.params["outcome"] == told


def test_categories_that_the_model_never_saw_are_told(tmp_path):
    people = pandas.DataFrame({"nationality": ["NL", "TR"] * 50, "debts": range(100)})
    coded = ColumnTransformer(
        [("nat", OneHotEncoder(handle_unknown="ignore"), ["nationality"])], remainder="passthrough"
    )
    made = make_pipeline(coded, LogisticRegression()).fit(people, people["debts"] > 40)
    (tmp_path / "risk.pkl").write_bytes(pickle.dumps(made))
    people.loc[:9, "nationality"] = "MA"
    people.to_csv(tmp_path / "people.csv", index=False)
    request = AuditRequest(str(tmp_path / "risk.pkl"), "jo", data=str(tmp_path / "people.csv"))
    told = [one for one in audit(request).limits if one.key == "audit_limit.unseen"]
    assert [one.params for one in told] == [{"feature": "nationality", "values": 1, "people": 10}]


@pytest.mark.parametrize(
    ("held", "is_blind", "told"),
    [
        ("kernel", True, []),
        ("kernel", False, ["audit_limit.outside_reads"]),
        ("python", False, ["audit_limit.outside_not_held"]),
    ],
)
def test_what_a_kernel_cannot_keep_a_process_from_is_told(held, is_blind, told):
    ran = Ran("pickle", "scikit-learn 1", held, is_blind, "probability")
    assert [one.key for one in limits_of_outside(ran)] == ["audit_limit.outside", *told]
