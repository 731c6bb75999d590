"""An audit of the example's reviews says what its makers know of them: ``expected.yaml``."""

from pathlib import Path

import pytest
import yaml

from doorlicht.runs.audit import AuditRequest, audit

FOLDER = Path(__file__).parents[2] / "examples/ministry"
EXPECTED = yaml.safe_load((FOLDER / "expected.yaml").read_text("utf-8"))["audit"]
PEOPLE, MODEL = (str(FOLDER / name) for name in EXPECTED["files"])


@pytest.fixture(scope="module")
def decisions():
    return audit(
        AuditRequest(PEOPLE, "jo", groups=["nationaliteit"], selected="gekozen",
                     outcome="onrechtmatig", sampled="loting")
    )  # fmt: skip


def test_people_are_counted_by_group_and_nobody_is_left_out(decisions):
    groups = {one.name: [one.n, one.selected] for one in decisions.audited[0].groups}
    assert {name: groups[name] for name in EXPECTED["groups"]} == EXPECTED["groups"]
    assert sum(people for people, _ in groups.values()) == decisions.people == 4_000


def test_who_stands_out_does_and_others_do_not(decisions):
    selected = [one for one in decisions.conclusions if one.key.startswith("audit_says.selected")]
    assert [one.params["group"] for one in selected] == EXPECTED["stands_out"]
    assert {one.params["reference"] for one in selected} == {EXPECTED["reference"]}


def test_what_is_said_of_those_not_chosen_comes_from_the_draw(decisions):
    assert EXPECTED["drawn"] in [one.params.get("drawn") for one in decisions.limits]


def test_the_model_uses_an_interpreter_and_chooses_the_same_people():
    made = audit(AuditRequest(MODEL, "jo", data=PEOPLE, threshold=0.5))
    expected = EXPECTED["model"]
    assert {one.name: one.concept for one in made.model.origin} == expected["origin"]
    flips = {one.to: [one.to_selected, one.to_unselected] for one in made.model.flips}
    assert flips == expected["flips"]
