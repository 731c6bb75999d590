"""An audit that is read back from the register gives the page that was published."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from doorlicht.language import LANGUAGES
from doorlicht.records import Audited, AuditReport, Group, Measure
from doorlicht.reports.audit_html import render_audit_html
from doorlicht.reports.audit_json import render_audit_json
from doorlicht.reports.audit_published import render_audit_published
from doorlicht.reports.audit_reading import read_audit
from doorlicht.runs.audit import AuditRequest, audit

REVIEWS = Path(__file__).parents[3] / "examples" / "ministry" / "heronderzoek_2025"
AT = datetime(2026, 1, 1, tzinfo=UTC)
FIGURES = "figure,measure,printed,tp,fp,fn,tn\na,fpr,44.85%,1369,805,532,990\nb,fpr,9%,9,1,5,3\n"
PEOPLE = {"outcome": "onrechtmatig", "sampled": "loting", "groups": ["nationaliteit"]}


def request_of(kind, tmp_path):
    if kind == "decisions":
        return AuditRequest(str(REVIEWS / "heronderzoeken.csv"), "jo", selected="gekozen", **PEOPLE)
    if kind == "model":
        return AuditRequest(
            str(REVIEWS / "risicomodel.pmml"), "jo", data=str(REVIEWS / "heronderzoeken.csv"),
            threshold=0.5, **PEOPLE,
        )  # fmt: skip
    if kind == "without-groups":
        return AuditRequest(
            str(REVIEWS / "heronderzoeken.csv"), "jo", selected="gekozen", without_groups=True
        )
    (tmp_path / "figures.csv").write_text(FIGURES)
    return AuditRequest("", "jo", published=str(tmp_path / "figures.csv"))


@pytest.mark.parametrize("kind", ["decisions", "model", "without-groups", "published"])
def test_the_page_is_the_one_that_was_published(kind, tmp_path):
    made = audit(request_of(kind, tmp_path))
    kept = json.loads(json.dumps(render_audit_json(made, None, doorlicht="1")))
    read = read_audit(kept)
    assert (read.id, read.stands_out) == (made.id, made.stands_out)
    for language in LANGUAGES:
        pages = [render_audit_html(one, language, version="1", at=AT) for one in (made, read)]
        assert pages[0] == pages[1]
    again = render_audit_json(read, "nl", doorlicht="1")
    assert again == render_audit_json(made, "nl", doorlicht="1") | {
        # Of what can be worked out only the place is kept, and not the number.
        "disclosed": again["disclosed"],
    }


def test_what_is_handed_on_has_no_small_count_and_no_rate_of_one():
    def measure(group, reference=None):
        return Measure("selection_rate", group, reference, 0.123, 0.1, 0.2, 0.95, "wilson")

    groups = (Group("NL", 900, 300), Group("TR", 77, 3), Group("XX", 4, 0))
    measures = (measure("NL"), measure("TR"), measure("NL", "TR"), measure("XX"))
    report = AuditReport("decisions", "d.csv", {}, 981, (Audited("land", groups, measures),))
    tree = render_audit_published(report, "en", doorlicht="1")
    assert tree["hidden_below"] == 5
    assert [(one["n"], one.get("is_hidden", False)) for one in tree["groups"]] == [
        (900, False), (None, True), (None, True),
    ]  # fmt: skip
    assert [(one["group"], one["reference"]) for one in tree["measures"]] == [("NL", None)]
    assert "77" not in json.dumps(tree["groups"])
