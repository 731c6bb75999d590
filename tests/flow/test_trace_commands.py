"""The trace, the check and the explanation, as a user and a pipeline meet them."""

from __future__ import annotations

import json
import shutil
import sqlite3
import xml.etree.ElementTree as ET
from pathlib import Path

import jsonschema
import pytest

from doorlicht.cli.main import main
from doorlicht.reports.trace_json import trace_schema

MARK = "Zwartewaterman"
TRAIN = f"""import pandas as pd
from sklearn.linear_model import LogisticRegression

people = pd.read_csv("people.csv")
people = people[people["naam"] != "{MARK}"]
model = LogisticRegression()
model.fit(people[["leeftijd", "geboorteland"]], people["fraude"])
people["score"] = model.predict_proba(people[["leeftijd", "geboorteland"]])[:, 1]
people.to_csv("lijst.csv")
"""
WITHOUT = TRAIN.replace(', "geboorteland"', "")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DOORLICHT_LANG", "en")
    code = tmp_path / "code"
    code.mkdir()
    (code / "train.py").write_text(TRAIN, "utf-8")
    (code / "people.csv").write_text(
        f"naam;leeftijd;geboorteland;fraude\n{MARK};30;5022;1\n" * 3, "utf-8"
    )
    return tmp_path


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as stop:
        main(list(arguments))
    return int(stop.value.code or 0)


def traced(folder: Path, *more: str) -> dict:
    run("trace", "code", "--json", "trace.json", "--quiet", *more)
    return json.loads((folder / "trace.json").read_text("utf-8"))


def test_a_trace_says_what_reaches_the_model(folder: Path) -> None:
    tree = traced(folder)
    jsonschema.Draft202012Validator(trace_schema()).validate(tree)
    (model,) = tree["models"]
    assert model["train"] == [{"file": "train.py", "line": 7}]
    used = [flow for flow in tree["flows"] if flow["verdict"] == "used"]
    assert [(flow["concept"], flow["feature"]) for flow in used] == [
        ("country_of_birth", "geboorteland")
    ]
    assert used[0]["source"]["dataset"] == "people.csv"


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_path_of_a_flow_is_explained_with_its_lines(
    folder: Path, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    tree = traced(folder)
    capsys.readouterr()
    for each in (*tree["flows"], *tree["models"]):
        assert run("explain", each["id"], "--lang", language) == 0
        told = capsys.readouterr().out
        assert each["id"] in told
    used = next(flow for flow in tree["flows"] if flow["verdict"] == "used")
    run("explain", used["id"])
    assert "train.py:7" in capsys.readouterr().out


def test_other_tools_can_read_it(folder: Path) -> None:
    tree = traced(folder, "--sarif", "t.sarif", "--openlineage", "t.ol", "--graphml", "t.graphml")
    sarif = json.loads((folder / "t.sarif").read_text("utf-8"))
    (told,) = sarif["runs"]
    rules = {rule["id"] for rule in told["tool"]["driver"]["rules"]}
    assert sarif["version"] == "2.1.0"
    assert told["results"]
    for result in told["results"]:
        place = result["locations"][0]["physicalLocation"]
        assert result["ruleId"] in rules
        assert not place["artifactLocation"]["uri"].startswith("/")
        assert place["region"]["startLine"] > 0
    events = [json.loads(line) for line in (folder / "t.ol").read_text("utf-8").splitlines()]
    assert len(events) == len(tree["models"])
    graph = ET.parse(folder / "t.graphml").getroot()  # noqa: S314 (of our own making)
    assert [element for element in graph.iter() if element.tag.endswith("edge")]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        pytest.param(lambda _: None, 0, id="nothing-changed"),
        pytest.param(
            lambda file: file.write_text("# a line\n\n" + TRAIN, "utf-8"), 0, id="lines-above"
        ),
        pytest.param(lambda file: shutil.move(file, file.with_name("fit.py")), 0, id="renamed"),
        pytest.param(lambda file: file.write_text(WITHOUT, "utf-8"), 0, id="a-flow-is-gone"),
        pytest.param(
            lambda file: file.write_text(
                TRAIN.replace('"geboorteland"', '"geboorteland", "nationaliteit"'), "utf-8"
            ),
            1,
            id="a-new-flow",
        ),
        pytest.param(
            lambda file: file.write_text(
                TRAIN.replace('["naam"] != "', '["geboorteland"] != "').replace(
                    ', "geboorteland"]', "]"
                ),
                "utf-8",
            ),
            1,
            id="another-verdict",
        ),
    ],
)
def test_a_check_fails_for_a_new_flow_only(folder: Path, change, code: int) -> None:
    traced(folder)
    change(folder / "code/train.py")
    assert run("check", "code", "--baseline", "trace.json") == code


TWO = """import pandas as pd
from sklearn.linear_model import LogisticRegression
people = pd.read_csv("people.csv")
LogisticRegression().fit(people[["leeftijd", "geboorteland"]], people["fraude"])
LogisticRegression().fit(people[["leeftijd"]], people["duur"])
"""


@pytest.mark.parametrize(
    ("file", "text"),
    [
        pytest.param("train.py", TWO.replace('[["leeftijd"]]', '[["leeftijd", "geboorteland"]]'),
                     id="the-other-one-of-the-file"),
        pytest.param("other.py", TWO, id="one-in-another-file"),
    ],
)  # fmt: skip
def test_a_flow_into_a_second_model_without_a_name_is_new(
    folder: Path, file: str, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "code/train.py").write_text(TWO, "utf-8")
    traced(folder)
    assert run("check", "code", "--baseline", "trace.json") == 0
    (folder / "code" / file).write_text(text, "utf-8")
    capsys.readouterr()
    assert run("check", "code", "--baseline", "trace.json") == 1
    assert f"{file}:" in capsys.readouterr().out


def test_a_path_that_is_lost_anew_near_a_model_is_told_and_can_fail_the_check(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    traced(folder)
    (folder / "code/train.py").write_text(TRAIN + "eval(input())\n", "utf-8")
    capsys.readouterr()
    assert run("check", "code", "--baseline", "trace.json") == 0
    assert "train.py:10" in capsys.readouterr().out
    assert run("check", "code", "--baseline", "trace.json", "--strict") == 2
    traced(folder)
    assert run("check", "code", "--baseline", "trace.json", "--strict") == 0


@pytest.mark.parametrize("content", [None, "", "[]", '{"flows": 3}', "no json"])
def test_a_baseline_that_cannot_be_used_is_told(
    folder: Path, content: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    if content is not None:
        (folder / "old.json").write_text(content, "utf-8")
    assert run("check", "code", "--baseline", "old.json") == 65
    assert "old.json" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("change", "told"),
    [
        pytest.param({"schema_version": "2.0"}, "2.0", id="another-version"),
        pytest.param({"schema_version": None}, "no trace.json", id="no-version"),
        pytest.param({"looked_at": None}, "no trace.json", id="no-trace"),
    ],
)
def test_a_baseline_of_another_form_is_refused_and_not_to_be_overwritten(
    folder: Path, change: dict[str, str | None], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    traced(folder)
    tree = json.loads((folder / "trace.json").read_text("utf-8"))
    tree.update(change)
    tree = {name: value for name, value in tree.items() if value is not None}
    (folder / "old.json").write_text(json.dumps(tree), "utf-8")
    capsys.readouterr()
    assert run("check", "code", "--baseline", "old.json", "--lang", "en") == 65
    error = capsys.readouterr().err
    assert told in error
    assert "--json old.json" not in error.replace(str(folder), "")


CLF = """import pandas as pd
from sklearn.linear_model import LogisticRegression
people = pd.read_csv("people.csv")
people["buiten"] = people["geboorteland"] != "NL"
clf = LogisticRegression()
clf.fit(people[["leeftijd", "buiten"]], people["fraude"])
"""


@pytest.mark.parametrize(
    ("text", "code", "told"),
    [
        pytest.param(CLF.replace("buiten", "extern"), 0, "another name", id="renamed-feature"),
        pytest.param(CLF.replace("clf", "model"), 0, "No new flow", id="renamed-model"),
        pytest.param(
            CLF.replace("LogisticRegression", "RidgeClassifier"), 0, "RidgeClassifier",
            id="another-algorithm",
        ),
        pytest.param(
            CLF.replace(', "buiten"]', ', "buiten", "geboorteland"]'), 1, "geboorteland",
            id="one-more-feature-of-the-column",
        ),
        pytest.param(CLF.replace("geboorteland", "nationaliteit").replace("buiten", "extern"), 1,
                     "nationaliteit", id="another-column"),
    ],
)  # fmt: skip
def test_a_check_knows_what_was_only_renamed_and_tells_another_algorithm(
    folder: Path, text: str, code: int, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "code/train.py").write_text(CLF, "utf-8")
    traced(folder)
    (folder / "code/train.py").write_text(text, "utf-8")
    capsys.readouterr()
    assert run("check", "code", "--baseline", "trace.json", "--lang", "en") == code
    assert told in capsys.readouterr().out


def test_a_check_against_a_register_that_is_not_there_is_told(folder: Path) -> None:
    traced(folder)
    assert run("check", "code", "--baseline", "trace.json", "--register", "new.sqlite") == 65
    assert not (folder / "new.sqlite").exists()
    assert run("check", "code", "--baseline", "trace.json", "--register", "doorlicht.register") == 0


def test_no_value_of_a_person_is_in_anything_that_is_written(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    traced(folder, "--sarif", "t.sarif", "--openlineage", "t.ol", "--graphml", "t.graphml")
    written = [
        path
        for path in folder.rglob("*")
        if path.is_file() and not path.is_relative_to(folder / "code")
    ]
    assert len(written) >= 6
    assert [path.name for path in written if MARK.encode() in path.read_bytes()] == []
    told = capsys.readouterr()
    assert MARK not in told.out + told.err


def test_names_are_whole_on_a_narrow_screen(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    long = "data/intermediate/heronderzoek/aanvragen_met_alle_kenmerken.csv"
    (folder / "code/train.py").write_text(TRAIN.replace("people.csv", long), "utf-8")
    run("trace", "code")
    told = capsys.readouterr().out
    assert f"geboorteland ({long})" in told
    assert "train.py:7" in told


def test_a_database_is_traced_by_its_address_and_in_an_estate(folder: Path) -> None:
    with sqlite3.connect(folder / "zaken.sqlite") as connection:
        connection.execute("CREATE TABLE personen (bsn TEXT, geboorteland TEXT)")
        connection.execute(
            "CREATE VIEW v AS SELECT geboorteland = '5022' AS risicoscore FROM personen"
        )
    connection.close()
    (folder / "estate.yaml").write_text(
        "sources:\n- {id: zaken, location: 'sqlite:///zaken.sqlite'}\n"
        "- {id: code, location: code}\n"
    )
    run("trace", "sqlite:///zaken.sqlite", "--json", "db.json", "--quiet")
    alone = json.loads((folder / "db.json").read_text("utf-8"))
    assert {flow["source"]["file"] for flow in alone["flows"]} == {"main.v"}
    run("explain", alone["flows"][0]["id"])
    run("trace", "estate.yaml", "--json", "all.json", "--openlineage", "all.ol", "--quiet")
    both = json.loads((folder / "all.json").read_text("utf-8"))
    assert {flow["hops"][-1]["file"] for flow in both["flows"]} == {"main.v", "train.py"}
    assert run("check", "sqlite:///zaken.sqlite", "--baseline", "db.json") == 0


def test_an_address_with_a_password_is_refused(folder: Path) -> None:
    assert run("trace", "postgresql://jo:geheim@localhost/zaken") > 3
    assert not list(folder.glob("*.sqlite"))
