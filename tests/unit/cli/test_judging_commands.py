"""The commands of judging, as somebody types them."""

import csv
import io
import json
import shutil
import zipfile
from datetime import UTC, datetime

import pytest

from doorlicht.assessment import find_framework
from doorlicht.cli.main import main
from doorlicht.register import open_register

AT = datetime(2026, 11, 27, tzinfo=UTC)


@pytest.fixture
def register(tmp_path):
    path = tmp_path / "r.sqlite"
    place = {"file": "a.py", "line": 1}
    flow = {
        "id": "FL-1", "concept": "nationality", "kind": "direct", "feature": "nat",
        "source": {"system": "hr", "dataset": "people", "column": "nat", "place": place,
                   "finding": ""},
        "hops": [], "model": "M-1", "verdict": "used", "visibility": "literal", "confidence": 0.9,
    }  # fmt: skip
    with open_register(path, clock=lambda: datetime.now(UTC)) as opened:
        opened.keep_trace(
            by="tracer", started_at=AT, roots=["/code"], vocabulary="2026", doorlicht="0", files=1,
            lines=2,
            items=[("model", "M-1", {"id": "M-1", "name": "=fraud", "algorithm": "x"}),
                   ("flow", "FL-1", flow)],
        )  # fmt: skip
    return path


@pytest.fixture
def run(register, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdin", io.StringIO(""))

    def call(*arguments, by="anna"):
        with pytest.raises(SystemExit) as ended:
            main([*arguments, "--register", str(register), *(["--by", by] if by else [])])
        said = capsys.readouterr()
        return ended.value.code or 0, said.out, said.err

    return call


def only_use(run):
    _, out, _ = run("uses", "--json", "-")
    return json.loads(out)["uses"][0]["id"]


def test_the_whole_way_from_a_flow_to_a_verified_measure(run):
    use = only_use(run)
    code, out, err = run(
        "assess", use, "--answer", "personal_data=ja", "--answer", "necessary=nee", "--json", "-"
    )
    assert code == 0, err
    made = json.loads(out)
    assert made["verdict"] == "onrechtmatig"
    assert made["failed"] == ["2.4"]
    assert {"L1"} <= set(made["lawyer"])
    name = made["id"]
    codes = made["lawyer"]
    for kind, by in (("first", "bo"), ("second", "cas")):
        assert run("review", name, "--as", kind, "--verdict", "unlawful", by=by)[0] == 0
    for one in codes:
        code, _, err = run(
            "review", name, "--as", "lawyer", "--question", one, "--verdict", "onrechtmatig",
            by="dee",
        )  # fmt: skip
        assert code == 0, err
    controller = ("review", name, "--as", "controller", "--verdict", "onrechtmatig")
    code, _, err = run(*controller, by="ed")
    assert (code, "review.unconfirmed" in err) == (65, True)
    assert run("uses", "confirm", use, by="lead")[0] == 0
    code, out, _ = run(*controller, by="ed")
    assert code == 0
    assert "Verdict: unlawful" in out
    code, out, _ = run("measures", "propose", name, by="ed")
    assert code == 0
    _, out, _ = run("measures", "--json", "-", by=None)
    measures = {one["consequence"]: one for one in json.loads(out)["measures"]}
    stop = measures["stop_now"]["id"]
    assert run("hold", use, "--reason", "appeal")[0] == 0
    clean = measures["clean_up"]["id"]
    run("measures", "set", clean, "accepted", "--owner", "flo")
    code, _, err = run("measures", "set", clean, "started")
    assert code == 65
    assert "legal hold" in err
    run("measures", "set", stop, "accepted", "--owner", "flo")
    run("measures", "set", stop, "started", by="flo")
    run("measures", "set", stop, "done", "--proof", "log", by="flo")
    assert run("measures", "set", stop, "verified", by="gus")[0] == 0
    _, out, _ = run("explain", name, by=None)
    assert "AVG art. 5 lid 1 onder c" in out
    assert "not checked against the law" in out
    _, out, _ = run("explain", use, by=None)
    assert "Legal hold" in out


def test_facts_of_a_file_need_no_register(tmp_path, capsys):
    facts = tmp_path / "facts.yaml"
    facts.write_text("attr: nationality\nrole: stored\npersonal_data: true\nart6: false\n")
    with pytest.raises(SystemExit) as ended:
        main(["assess", "--facts", str(facts), "--framework", "motion-21", "--json", "-"])
    assert not ended.value.code
    tree = json.loads(capsys.readouterr().out)
    assert tree["verdict"] == "onrechtmatig"
    assert {"failed", "open", "lawyer", "path", "consequences"} <= set(tree)
    assert {"node", "answer"} <= set(tree["path"][0])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[1, 2]", "assess.no_facts"),
        ("attr: [", "assess.no_yaml"),
        ("attr: purple", "assess.bad_answer"),
        ("art6: 3", "assess.bad_answer"),
        ("a: 1\na: 2", "assess.no_yaml"),
        ("facts: 3", "assess.no_facts"),
        ("facts: {art6: true}\nperiod: {since: 2020-01-01, until: 2019-01-01}",
         "assess.bad_period"),
        ("facts: {art6: true}\nperiod: {since: soon}", "assess.bad_period"),
        ("!!python/object/apply:os.system ['true']", "assess.no_yaml"),
        ("&a [*a]", "assess.no_yaml"),
        ("", "assess.no_facts"),
    ],
)  # fmt: skip
def test_facts_that_cannot_be_used_are_told(tmp_path, capsys, text, code):
    facts = tmp_path / "facts.yaml"
    facts.write_text(text)
    with pytest.raises(SystemExit) as ended:
        main(["assess", "--facts", str(facts)])
    assert ended.value.code == 65
    assert code in capsys.readouterr().err


def test_a_fact_that_is_no_fact_is_told_and_says_nothing(tmp_path, capsys):
    facts = tmp_path / "facts.yaml"
    facts.write_text("attr: nationality\nnecesary: false\n")
    with pytest.raises(SystemExit):
        main(["assess", "--facts", str(facts)])
    out = capsys.readouterr().out
    assert "necesary" in out
    assert "necessary" in out
    assert "undetermined" in out


def test_questions_are_asked_and_each_answer_is_kept_at_once(run, monkeypatch, register):
    use = only_use(run)
    monkeypatch.setattr("sys.stdin", io.StringIO("ja\n\nmisschien\nnee\nq\n"))
    code, out, _ = run("assess", use, "--ask", "--lang", "nl")
    assert code == 0
    assert "Dat is geen van de antwoorden." in out
    with open_register(register, clock=lambda: AT) as opened:
        answers = opened.judging.answers()[use]
    assert [(one.fact, one.value) for one in answers] == [
        ("personal_data", True), ("targeted_control", False),
    ]  # fmt: skip


def test_the_inventory_says_the_same_in_every_form(run, tmp_path):
    use = only_use(run)
    run("assess", use, "--answer", "art6=no", "--answer", "personal_data=yes")
    code, _, err = run(
        "inventory", "--html", "i.html", "--csv", "i.csv", "--xlsx", "i.xlsx", "--ods", "i.ods",
        "--json", "i.json", by=None,
    )  # fmt: skip
    assert code == 0, err
    lines = list(csv.reader(io.StringIO((tmp_path / "i.csv").read_text("utf-8"))))
    assert lines[1][0] == use
    assert lines[1][2] == "'=fraud"
    tree = json.loads((tmp_path / "i.json").read_text("utf-8"))
    assert tree["uses"][0]["proposed"] == "onrechtmatig"
    page = (tmp_path / "i.html").read_text("utf-8")
    assert use in page
    assert "unlawful" in page
    with zipfile.ZipFile(tmp_path / "i.xlsx") as book:
        strings = book.read("xl/sharedStrings.xml").decode()
    assert use in strings
    assert "=fraud" in strings
    assert "<f>" not in book_text(tmp_path / "i.xlsx", "xl/worksheets/sheet1.xml")
    assert use in book_text(tmp_path / "i.ods", "content.xml")
    # Its own outputs may be written over; those of others never.
    again = ("--csv", "i.csv", "--xlsx", "i.xlsx", "--ods", "i.ods", "--json", "i.json")
    assert run("inventory", *again, by=None)[0] == 0
    for name in ("i.csv", "i.xlsx", "i.ods"):
        (tmp_path / name).write_text("mine")
        option = f"--{name.partition('.')[2]}"
        assert run("inventory", option, name, by=None)[0] == 64
        assert (tmp_path / name).read_text() == "mine"


def book_text(path, part):
    with zipfile.ZipFile(path) as book:
        return book.read(part).decode()


@pytest.mark.parametrize(
    "arguments",
    [
        ("assess", "U-NOPE"), ("review", "A-NOPE", "--as", "first", "--verdict", "rechtmatig"),
        ("measures", "propose", "A-NOPE"), ("measures", "set", "ME-NOPE", "done"),
        ("hold", "U-NOPE", "--reason", "x"), ("uses", "reject", "U-NOPE", "--reason", "x"),
        ("uses", "merge", "U-NOPE", "--reason", "x"), ("uses", "confirm", "U-NOPE"),
        ("uses", "split", "U-NOPE", "--evidence", "F-1", "--reason", "x"),
        ("uses", "add", "--concept", "no", "--processing", "x", "--role", "list", "--reason", "y"),
        ("assess", "--framework", "nope", "--facts", "x"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", ["nl", "en"])
def test_what_is_not_there_is_told_in_both_languages(run, arguments, language):
    code, _, err = run(*arguments, "--lang", language)
    assert code == 65
    assert "Code:" in err
    assert "Traceback" not in err
    assert "Error: InputError" not in err


def test_no_register_is_told(capsys, tmp_path):
    for arguments in (["uses"], ["inventory"], ["assess", "U-1"], ["measures"]):
        with pytest.raises(SystemExit) as ended:
            main([*arguments, "--register", str(tmp_path / "none.sqlite")])
        assert ended.value.code == 65
        assert "register.missing" in capsys.readouterr().err
    assert not (tmp_path / "none.sqlite").exists()


def test_a_new_edition_says_which_assessed_uses_come_out_otherwise(run, tmp_path):
    use = only_use(run)
    run("assess", use, "--answer", "personal_data=ja", "--answer", "art6=nee", "--no-ask")
    newer = tmp_path / "newer"
    shutil.copytree(find_framework("motion-21"), newer)
    nodes = (newer / "nodes.yaml").read_text("utf-8")
    lenient = nodes.replace("passes: art6\n    fails: onrechtmatig", "passes: answered art6")
    (newer / "nodes.yaml").write_text(lenient, "utf-8")
    code, out, _ = run("frameworks", "diff", "motion-21", str(newer), "--json", "-", by=None)
    made = json.loads(out)
    assert code == 0
    assert made["looked_at"] == 1
    assert made["changed"] == [
        {"use": use, "old": "onrechtmatig", "new": "onbepaald", "nodes": ["2.1"]}
    ]
    assert {"part": "nodes", "id": "2.1", "kind": "changed", "changed": ["passes", "fails_to"]} in (
        made["differences"]
    )
