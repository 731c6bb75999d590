"""The reports in a bundle follow from its records, and one that does not is named."""

import io
import json
import zipfile
from datetime import UTC, date, datetime

import pytest

from doorlicht.cli.main import main
from doorlicht.evidence import KeyInMemory
from doorlicht.language import LANGUAGES
from doorlicht.records import Use
from doorlicht.register import open_register
from doorlicht.runs.bundle import make_bundle
from doorlicht.runs.bundle_reports import compare_reports, reports_of
from doorlicht.runs.keys import keep_log_key
from doorlicht.runs.notebook import audit_decisions
from doorlicht.runs.trace import trace
from doorlicht.runs.trace_request import TraceRequest

SIGNER = KeyInMemory.of_seed(bytes(range(32)))
TODAY = date(2026, 11, 27)
PEOPLE = {"land": ["NL"] * 60 + ["TR"] * 40 + ["XX"] * 3, "checked": [1, 0, 0] * 21 + [1, 0] * 20}
CODE = """
import pandas as pd
from sklearn.linear_model import LogisticRegression
people = pd.read_csv("people.csv")
model = LogisticRegression().fit(people[["nationaliteit", "bedrag"]], people["fraude"])
"""


def clock():
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A register of two audits of the same, a trace and a use."""
    folder = tmp_path_factory.mktemp("kept")
    (folder / "code").mkdir()
    (folder / "code" / "model.py").write_text(CODE)
    for _ in range(2):
        audit_decisions(PEOPLE, group="land", selected="checked", register=folder / "r", by="jo")
    trace(TraceRequest([folder / "code"], "jo", folder / "r"))
    with open_register(folder / "r", clock=clock) as register:
        keep_log_key(register, SIGNER.public_key, by="jo")
        use = Use("U-1", "nationality", "m", "M-1", "score", since=date(2020, 1, 1))
        register.judging.keep_proposed([use], by="jo")
    return folder / "r"


@pytest.fixture(scope="module")
def reports(kept):
    with open_register(kept, clock=clock) as register:
        return {
            name: made if isinstance(made, str) else json.dumps(made)
            for name, made in reports_of(register, today=TODAY)
        }


def bundle_of(kept, reports, path, **named):
    with open_register(kept, clock=clock) as register, path.open("w+b") as file:
        make_bundle(
            register, file, SIGNER, now=clock(), by="jo", audience="auditor", reports=reports,
            describe=lambda _: {}, **named,
        )  # fmt: skip
    return path


def compared(path):
    return compare_reports(io.BytesIO(path.read_bytes()))


def test_a_bundle_has_audits_traces_the_inventory_and_with_what_it_was_made(reports):
    pages = {f"{kind}.{one}.html" for one in LANGUAGES
             for kind in ("audits/2", "traces/1", "inventory/motion-21")}  # fmt: skip
    trees = {"audits/2.json", "traces/1.json", "inventory/motion-21.json", "assessments.json",
             "configuration.json"}  # fmt: skip
    assert set(reports) == pages | trees
    flows = json.loads(reports["traces/1.json"])["flows"]
    assert [one["source"]["column"] for one in flows] == ["nationaliteit"]
    made = json.loads(reports["configuration.json"])["configuration"]
    assert made["frameworks"]["motion-21"]
    assert made["packages"]["cryptography"]
    assert [one["settings"]["in_memory"] for one in made["audits"]] == [True, True]


def test_no_count_of_a_small_group_is_in_a_report(reports):
    groups = json.loads(reports["audits/2.json"])["groups"]
    assert {one["name"]: one["n"] for one in groups} == {"NL": 60, "TR": 40, "XX": None}


def test_reports_are_the_same_when_made_again_from_the_bundle(kept, reports, tmp_path):
    found = compared(bundle_of(kept, reports, tmp_path / "b.zip"))
    assert (found.reports, found.otherwise) == (6, ())
    withheld = bundle_of(kept, reports, tmp_path / "w.zip", without=["audit"])
    with zipfile.ZipFile(withheld) as archive:
        assert "reports/audits/2.json" in archive.namelist()
        assert "records/audit.jsonl" not in archive.namelist()
    assert compared(withheld).reports == 3


def test_what_is_kept_in_another_form_is_told_and_stops_nothing(tmp_path):
    with open_register(tmp_path / "r", clock=clock) as register:
        keep_log_key(register, SIGNER.public_key, by="jo")
        register.keep_audit(
            by="jo", started_at=clock(), doorlicht="0", audit="AU-1", kind="decisions",
            subject="d.csv", content={"measures": []},
        )  # fmt: skip
        register.keep_trace(
            by="jo", started_at=clock(), roots=["/code"], vocabulary="2026", doorlicht="0",
            files=1, lines=2, items=[("model", "M-1", {"name": "x"})],
        )  # fmt: skip
        made = dict(reports_of(register, today=TODAY))
    assert set(made) == {"configuration.json"}
    assert made["configuration.json"]["configuration"]["without_report"] == ["audit:1", "trace:1"]
    path = bundle_of(tmp_path / "r", {"audits/1.en.html": "all is well"}, tmp_path / "b.zip")
    assert compared(path).otherwise == ("reports/audits/1.en.html",)


@pytest.mark.parametrize("text", ["no JSON", "[]", "[" * 100_000])
def test_a_report_that_is_no_tree_is_told(kept, text, tmp_path):
    path = bundle_of(kept, {"audits/2.json": text}, tmp_path / "b.zip")
    assert compared(path).otherwise == ("reports/audits/2.json",)


@pytest.mark.parametrize("name", ["audits/2.en.html", "audits/2.json", "traces/1.json"])
def test_a_report_that_says_something_else_is_named(kept, reports, tmp_path, capsys, name):
    other = reports[name].replace("TR", "DE") if "audits" in name else reports[name].replace(
        "nationaliteit", "postcode")  # fmt: skip
    assert other != reports[name]
    path = bundle_of(kept, {**reports, name: other}, tmp_path / "b.zip")
    assert compared(path).otherwise == (f"reports/{name}",)
    with pytest.raises(SystemExit) as ended:
        main(["verify", str(path), "--json", "-"])
    assert ended.value.code == 1
    said = json.loads(capsys.readouterr().out)["verdict"]
    assert (said["broken"], said["place"]) == ("bundle.report", f"reports/{name}")
