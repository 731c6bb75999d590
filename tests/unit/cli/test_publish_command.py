"""``doorlicht publish`` as somebody types it."""

import io
import json
from datetime import UTC, date, datetime

import pytest
import yaml
from tests.publication_records import RECORD, a_record

from doorlicht.cli.main import main
from doorlicht.records import Answer
from doorlicht.register import open_register
from doorlicht.runs import uses

AT = datetime(2026, 11, 27, tzinfo=UTC)
PLACE = {"file": "a.py", "line": 1}


def model(name, **more):
    return (
        "model", f"M-{name.upper()}",
        {"id": f"M-{name.upper()}", "name": name, "algorithm": "XGBClassifier", "target": "fraude",
         "train": [PLACE], "score": [], "features": ["leeftijd", "nat"], "feature_source": "code",
         "outputs": [], **more},
    )  # fmt: skip


def flow(to, verdict="used", **more):
    return (
        "flow", f"FL-{to.upper()}-{verdict}",
        {"id": f"FL-{to.upper()}-{verdict}", "concept": "nationality", "kind": "direct",
         "feature": "nat", "source": {"system": "hr", "dataset": "people.csv", "column": "nat",
         "place": PLACE, "finding": ""}, "hops": [], "model": f"M-{to.upper()}",
         "verdict": verdict, "visibility": "literal", "confidence": 0.9, **more},
    )  # fmt: skip


@pytest.fixture
def register(tmp_path):
    path = tmp_path / "r.sqlite"
    with open_register(path, clock=lambda: AT) as opened:
        opened.keep_trace(
            by="tracer", started_at=AT, roots=["/code"], vocabulary="2026", doorlicht="0", files=1,
            lines=2,
            items=[model("eerste", features=["andere"]), model("risico"), flow("eerste"),
                   flow("risico"), flow("risico", "not-used", concept="religion")],
        )  # fmt: skip
        uses.propose(opened, by="lead")
    return path


@pytest.fixture
def run(register, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)

    def call(*arguments, stdin=""):
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        with pytest.raises(SystemExit) as ended:
            main(["publish", *arguments, "--register", str(register), "--lang", "nl"])
        said = capsys.readouterr()
        return ended.value.code or 0, said.out, said.err

    return call


def use_of(register, name="risico"):
    with open_register(register, clock=lambda: AT) as opened:
        return next(one.id for one in opened.judging.uses() if one.processing == name)


def test_a_model_is_told_by_its_own_features_and_flows_alone(run, tmp_path):
    code, out, err = run("M-RISICO", "--json", "-")
    assert code == 2, err
    tree = json.loads(out)
    record = tree["record"]["api"]
    assert record["name"] == "risico"
    assert "leeftijd" in record["source_data"]
    assert "andere" not in record["source_data"]
    assert "nationaliteit (kolom nat)" in record["source_data"]
    assert "godsdienst" not in record["source_data"]
    by_name = {one["field"]: one for one in tree["filled"]}
    assert "FL-RISICO-used" in by_name["source_data"]["evidence"]
    assert "FL-EERSTE-used" not in by_name["source_data"]["evidence"]
    assert {"goal", "contact_email"} <= {one["field"] for one in tree["missing"]}
    assert all(one["who"] and one["help"] for one in tree["missing"])
    assert tree["passes"] == {"api": False, "standard": False}
    written = json.loads((tmp_path / "doorlicht-M-RISICO.standard.json").read_text("utf-8"))
    assert written == tree["record"]["standard"]


def test_what_people_said_of_a_use_fills_its_fields(run, register):
    use = use_of(register)
    with open_register(register, clock=lambda: AT) as opened:
        uses.confirm(
            opened, use, uses.Details("score", "Directie X", "fraude vinden", date(2020, 2, 1)),
            by="anna", reason="",
        )  # fmt: skip
        opened.judging.keep_answers(
            use,
            [Answer("dpia_done", True, "anna", AT), Answer("dpia_done", False, "anna", AT),
             Answer("high_risk_ai", True, "anna", AT), Answer("high_risk_ai", None, "anna", AT),
             Answer("law_permits", "explicit", "anna", AT, "document", ("Wet X art. 1",))],
            by="anna",
        )  # fmt: skip
    for subject in (use, "M-RISICO"):
        _, out, err = run(subject, "--json", "-")
        record = json.loads(out)["record"]["api"]
        assert record["status"] == "In gebruik", err
        assert record["begin_date"] == "2020-02"
        assert "fraude vinden" in record["goal"]
        assert "geen DPIA" in record["impacttoetsen"]
        assert "impacttoetsen_grouping" not in record
        assert "publication_category" not in record
        assert "Wet X art. 1" in record["lawful_basis"]
        assert "Directie X" in record["description_short"]


def test_answers_complete_the_record_in_both_forms(run, tmp_path):
    answers = {name: value for name, value in RECORD.items() if name not in ("lang", "source_id")}
    code, out, err = run("M-RISICO", "--with", "-", "--json", "-", stdin=yaml.safe_dump(answers))
    assert code == 0, out + err
    filled = {one["field"]: one for one in json.loads(out)["filled"]}
    assert filled["source_data"]["replaced"]
    assert filled["provider"]["from"] == "answers"
    for _ in range(2):
        assert run("M-RISICO", "--with", "-", stdin=yaml.safe_dump(answers))[0] == 0
    assert (tmp_path / "doorlicht-M-RISICO.api.json").is_file()


def test_an_error_in_the_answers_is_told_and_the_exit_code_says_so(run):
    answers = {**RECORD, "website": "geen adres", "begin_date": date(2021, 3, 4)}
    code, out, _ = run("M-RISICO", "--with", "-", stdin=yaml.safe_dump(answers))
    assert code == 1
    assert "website: geen geldig webadres" in out
    assert "start_date" in out


@pytest.mark.parametrize(
    ("arguments", "stdin", "code", "told"),
    [
        (("X-1",), "", 65, "publish.bad_id"),
        ((), "", 65, "publish.no_subject"),
        (("U-NO",), "", 65, "register.no_such_use"),
        (("M-NO",), "", 65, "register.no_such_item"),
        (("M-RISICO", "--with", "-"), "naam: x", 65, "publish.unknown_field"),
        (("M-RISICO", "--with", "-"), "name: [", 65, "publish.no_yaml"),
        (("M-RISICO", "--with", "-"), "begin_date: 2021-13-45", 65, "publish.no_yaml"),
        (("M-RISICO", "--with", "nowhere.yaml"), "", 65, "publish.no_yaml"),
        (("M-RISICO", "--api", "mine.txt"), "", 64, "output.not_ours"),
        (("--check", "-"), "{}", 65, "publish.no_record"),
        (("--check", "-"), "[", 65, "publish.no_yaml"),
        (("--check", "-"), '{"name": "a", "name": "b"}', 65, "publish.no_yaml"),
        (("--check", "-"), "[" * 5000, 65, "publish.no_yaml"),
    ],
)
def test_what_cannot_be_done_is_told(run, tmp_path, arguments, stdin, code, told):
    (tmp_path / "mine.txt").write_text("mine", "utf-8")
    ended, _, err = run(*arguments, stdin=stdin)
    assert (ended, told in err) == (code, True), err
    assert (tmp_path / "mine.txt").read_text("utf-8") == "mine"


def test_records_of_a_file_are_checked_without_a_register(run):
    good, bad = a_record(), a_record(name="Fout", begin_date="2021-13")
    assert run("--check", "-", stdin=json.dumps(good))[0] == 0
    code, out, _ = run("--check", "-", "--json", "-", stdin=json.dumps({"results": [good, bad]}))
    assert code == 1
    trees = json.loads(out)["records"]
    assert trees[0]["passes"] == {"api": True, "standard": True}
    (problem,) = [one for one in trees[1]["problems"] if one["form"] == "api"]
    assert (problem["field"], problem["rule"], problem["limit"]) == (
        "begin_date", "pattern", "YYYY-MM"
    )  # fmt: skip
    assert run("--check", "-", stdin=json.dumps({"name": "A"}))[0] == 2


PUBLISHED = {
    "results": [
        {"name": "Iets anders", "lars": "1"},
        {"name": "Scoren", "lars": "2", "source_data": "Nationaliteit wordt niet gebruikt."},
    ],
    "total_count": 2,
}


def test_a_published_record_is_compared_with_the_evidence(run, tmp_path):
    code, out, err = run(
        "M-RISICO", "--compare", "-", "--record", "2", "--json", "c.json",
        stdin=json.dumps(PUBLISHED),
    )  # fmt: skip
    assert code == 1, err
    assert "Spreekt het bewijs tegen" in out
    assert 'Er staat: "Nationaliteit wordt niet gebruikt."' in out
    tree = json.loads((tmp_path / "c.json").read_text("utf-8"))["compared"]
    assert tree["name"] == "Scoren"
    first = tree["disagreements"][0]
    assert (first["degree"], first["rule"]) == ("contradicts", "origin_denied")
    assert first["evidence"] == ["FL-RISICO-used"]
    assert not list(tmp_path.glob("doorlicht-*"))


def test_without_a_name_it_is_asked_which_record_is_meant(run):
    code, _, err = run("M-RISICO", "--compare", "-", stdin=json.dumps(PUBLISHED))
    assert (code, "publish.which_record" in err) == (65, True)
    assert "2 Scoren" in err


def test_answers_that_contradict_the_evidence_are_told(run):
    answers = {**RECORD, "source_data": "Nationaliteit wordt niet gebruikt."}
    code, out, _ = run("M-RISICO", "--with", "-", stdin=yaml.safe_dump(answers))
    assert code == 1
    assert "De antwoorden en het bewijs verschillen" in out
