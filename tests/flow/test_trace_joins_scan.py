"""What a scan found and what code reads are one: flows begin at findings."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import jsonschema
import pytest

from doorlicht.cli.main import main
from doorlicht.reports.trace_json import trace_schema

VALUES = ["Marokkaanse", "Nederlandse", "Turkse", "Surinaamse"]
WHOLE_TABLE = """import pandas as pd
from sklearn.linear_model import LogisticRegression
people = pd.read_csv("../data/{table}")
model = LogisticRegression()
model.fit(people.drop(columns="fraude"), people["fraude"])
"""
NAMED = """import pandas as pd
from sklearn.linear_model import LogisticRegression
people = pd.read_csv("../data/people.csv")
people["kenmerk"] = people["v07"].str.lower()
model = LogisticRegression()
model.fit(people[["leeftijd", "kenmerk"]], people["fraude"])
"""
QUERY = """library(DBI)
con <- dbConnect(RSQLite::SQLite(), "zaken.sqlite")
people <- dbGetQuery(con, "SELECT * FROM personen")
model <- glm(fraude ~ ., data = people)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DOORLICHT_LANG", "en")
    (tmp_path / "data").mkdir()
    (tmp_path / "code").mkdir()
    rows = [(number, VALUES[number % 4], 20 + number % 50, number % 2) for number in range(200)]
    text = "".join(f"{a};{b};{c};{d}\n" for a, b, c, d in rows)
    for name in ("people.csv", "mensen.csv"):
        (tmp_path / "data" / name).write_text("id;v07;leeftijd;fraude\n" + text, "utf-8")
    with closing(sqlite3.connect(tmp_path / "data/zaken.sqlite")) as database, database:
        database.execute("CREATE TABLE personen (id, v07, leeftijd, fraude)")
        database.executemany("INSERT INTO personen VALUES (?, ?, ?, ?)", rows)
    (tmp_path / "code/whole.py").write_text(WHOLE_TABLE.format(table="people.csv"), "utf-8")
    (tmp_path / "code/named.py").write_text(NAMED, "utf-8")
    (tmp_path / "code/query.R").write_text(QUERY, "utf-8")
    (tmp_path / "code/other.py").write_text(WHOLE_TABLE.format(table="elsewhere.csv"), "utf-8")
    return tmp_path


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as stop:
        main(list(arguments))
    return int(stop.value.code or 0)


def traced(folder: Path) -> dict:
    run("trace", "code", "--json", "trace.json", "--quiet")
    tree = json.loads((folder / "trace.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(trace_schema()).validate(tree)
    return tree


def findings(folder: Path) -> dict[str, str]:
    run("findings", "--json", "findings.json")
    tree = json.loads((folder / "findings.json").read_text("utf-8"))
    return {one["asset"]: one["id"] for one in tree["findings"] if one["column"] == "v07"}


def test_a_column_whose_name_says_nothing_is_followed_by_what_a_scan_found_in_it(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert traced(folder)["flows"] == []
    run("scan", "data", "--quiet")
    known = findings(folder)
    tree = traced(folder)
    flows = {flow["hops"][-1]["file"]: flow for flow in tree["flows"]}
    assert set(flows) == {"whole.py", "named.py", "query.R"}
    assert {flow["concept"] for flow in flows.values()} == {"nationality"}
    assert {flow["verdict"] for flow in flows.values()} == {"used"}
    assert flows["named.py"]["feature"] == "kenmerk"
    assert flows["query.R"]["source"]["finding"] == known["zaken.sqlite#personen"]
    for name in ("whole.py", "named.py"):
        assert flows[name]["source"]["finding"] == known["people.csv"]
        assert flows[name]["source"]["system"] == "data"
    places = {(one["file"], one["line"], one["role"]) for one in tree["references"]}
    assert places == {("named.py", 4, "derive")}

    page = (folder / "doorlicht-trace.html").read_text("utf-8")
    assert known["people.csv"] in page
    capsys.readouterr()
    run("explain", flows["named.py"]["id"])
    assert known["people.csv"] in capsys.readouterr().out
    run("explain", known["people.csv"])
    told = capsys.readouterr().out
    assert flows["named.py"]["id"] in told
    assert flows["whole.py"]["id"] in told
    assert flows["query.R"]["id"] not in told


def test_a_finding_that_somebody_rejected_makes_no_flow(folder: Path) -> None:
    run("scan", "data", "--quiet")
    rejected = findings(folder)["people.csv"]
    run("triage", rejected, "reject", "--reason", "codes of articles", "--by", "An")
    assert {flow["hops"][-1]["file"] for flow in traced(folder)["flows"]} == {"query.R"}
