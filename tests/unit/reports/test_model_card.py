"""Model cards: what of an audit of a model may travel, in a published form."""

import copy
import json
import pickle
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

import jsonschema
import pytest
from sklearn.linear_model import LogisticRegression

from doorlicht.errors import InputError
from doorlicht.register import open_register
from doorlicht.reports.model_card import model_card_schema, render_model_card
from doorlicht.runs import uses
from doorlicht.runs.audit import AuditRequest, audit
from doorlicht.runs.model_cards import model_card
from doorlicht.testing import SteppingClock

np = pytest.importorskip("numpy")
pandas = pytest.importorskip("pandas")

AT = datetime(2026, 11, 27, tzinfo=UTC)


def closed(schema):
    """The schema with no field allowed that it does not tell of."""
    made = copy.deepcopy(schema)

    def close(node):
        if isinstance(node, dict):
            if "properties" in node:
                node["additionalProperties"] = False
            for each in node.values():
                close(each)
        elif isinstance(node, list):
            for each in node:
                close(each)

    close(made)
    return made


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("card")
    random = np.random.default_rng(2)
    group = np.array(["NL", "TR", "MA"])[random.choice(3, 400, p=[0.6, 0.39, 0.01])]
    frame = pandas.DataFrame({
        "nationality_TR": (group == "TR").astype(int), "postcode": random.integers(0, 9, 400),
        "debts": random.random(400), "group": group, "fraud": random.integers(0, 2, 400),
    })  # fmt: skip
    features = ["nationality_TR", "postcode", "debts"]
    y = (frame["debts"] + frame["nationality_TR"] / 2 > 0.8).astype(int)
    model = LogisticRegression().fit(frame[features], y)
    (folder / "risk.pkl").write_bytes(pickle.dumps(model))
    frame.to_csv(folder / "people.csv", index=False)
    return folder


def audited(folder, register=None, **more):
    asked = {"groups": ["group"], "outcome": "fraud", "explained_by": ["postcode"], **more}
    request = AuditRequest(
        str(folder / "risk.pkl"), "jo", data=str(folder / "people.csv"), register=register, **asked
    )
    return audit(request, clock=SteppingClock(AT))


@pytest.fixture(scope="module")
def report(folder):
    return audited(folder)


@pytest.fixture(scope="module")
def card(report):
    return model_card(report, "en")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_card_has_the_published_form_and_no_field_beside_it(report, language):
    made = json.loads(json.dumps(model_card(report, language), allow_nan=False))
    jsonschema.Draft202012Validator.check_schema(model_card_schema())
    jsonschema.validate(made, closed(model_card_schema()))
    assert made["language"] == language


def test_a_card_says_which_model_data_and_version(folder, card):
    for part, name in (("model", "risk.pkl"), ("data", "people.csv")):
        assert card[part]["name"] == name
        assert card[part]["sha256"] == sha256((folder / name).read_bytes()).hexdigest()
    assert card["data"]["rows"] == 400
    assert (card["data"]["groups"], card["data"]["outcome"]) == (["group"], "fraud")
    assert card["scoring"]["by"] == "doorlicht"
    assert card["scoring"]["threshold"] == 0.5
    assert card["limits"]


def test_features_are_told_with_what_they_are_of_origin(card):
    roles = {one["name"]: (one["role"], one["concept"]) for one in card["features"]}
    assert roles["nationality_TR"] == ("direct", "nationality")
    assert roles["postcode"][0] == "proxy"
    assert roles["debts"] == ("none", None)
    told = {one["name"]: one["tells_of_group"] for one in card["features"]}
    assert told["nationality_TR"] is None
    assert 0 <= told["debts"]["cramers_v"] < 0.3
    assert {one["feature"] for one in card["origin"]["flips"]} >= {"nationality_TR"}


def test_measures_are_those_of_the_audit_with_its_ids(report, card):
    measured = {
        each.id_of(one, report.subject): one for each in report.audited for one in each.measures
    }
    assert card["measures"]
    for one in card["measures"]:
        assert one["value"] == measured[one["id"]].value
    assert card["audit"] == report.id


def test_a_card_gives_away_no_small_group_and_no_folder(folder, report, card):
    hidden = next(one for one in card["groups"] if one["name"] == "MA")
    exact = next(one for one in report.audited[0].groups if one.name == "MA")
    assert 0 < exact.n < 5
    assert (hidden["n"], hidden["selected"], hidden["is_hidden"]) == (None, None, True)
    assert "MA" not in {one["group"] for one in card["measures"]}
    assert card["measures_hidden"] > 0
    assert str(folder) not in json.dumps(card)


def test_whom_a_small_reference_is_compared_with_is_hidden_too(folder):
    card = model_card(audited(folder, reference="MA"), "en")
    assert "MA" not in {one["reference"] for one in card["measures"]}


def test_the_id_follows_the_model_and_its_data(folder, report, card):
    assert model_card(audited(folder), "nl")["id"] == card["id"]
    other = replace(report, details={**report.details, "model_sha256": "0" * 64})
    assert render_model_card(other, "en", doorlicht="0")["id"] != card["id"]


def test_a_card_is_linked_to_the_uses_that_rest_on_its_audit(folder):
    register = folder / "inquiry.register"
    made = audited(folder, register)
    with open_register(register, clock=SteppingClock(AT)) as opened:
        use = uses.add(
            opened, concept="nationality", processing="risk", role="score",
            details=uses.Details(evidence=(made.id,)), by="lead", reason="It is a score.",
        )  # fmt: skip
    (linked,) = model_card(made, "en", register=register)["uses"]
    assert linked == {"id": use.id, "concept": "nationality", "processing": "risk"}
    assert model_card(made, "en")["uses"] == []


def test_a_model_that_is_not_scored_has_a_card_that_says_so(folder):
    from sklearn.neighbors import KNeighborsClassifier

    frame = pandas.read_csv(folder / "people.csv")
    model = KNeighborsClassifier(metric="canberra").fit(
        frame[["postcode", "debts"]], frame["fraud"]
    )
    (folder / "near.pkl").write_bytes(pickle.dumps(model))
    request = AuditRequest(str(folder / "near.pkl"), "jo", data=str(folder / "people.csv"))
    made = model_card(audit(request, clock=SteppingClock(AT)), "en")
    jsonschema.validate(made, closed(model_card_schema()))
    assert made["scoring"] == {"by": None, "threshold": None, "scored": 0}
    assert made["data"]["rows"] is None
    assert made["blind_spots"]


def test_decisions_have_no_model_card(folder):
    request = AuditRequest(
        str(folder / "people.csv"), "jo", groups=["group"], selected="nationality_TR"
    )
    with pytest.raises(InputError, match=r"card\.no_model"):
        model_card(audit(request, clock=SteppingClock(AT)), "en")
