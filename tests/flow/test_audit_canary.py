"""No value of a person stands in anything that an audit writes, prints or keeps.

Names of groups do come out, for they are what an audit is about. In everything else of the people
a mark of its own is planted: what names them, what a model knows of them, a category that few have.
"""

import json
import pickle
import sqlite3
import zipfile
from contextlib import closing
from unittest.mock import patch

import pytest
from tests.flow.test_canary import Marks, everything_in, marks_in

from doorlicht.cli.main import main
from doorlicht.evidence import keys

np = pytest.importorskip("numpy")
pandas = pytest.importorskip("pandas")

PEOPLE = 300


@pytest.fixture
def folder(tmp_path, monkeypatch):
    from sklearn.linear_model import LogisticRegression

    marks = Marks()
    random = np.random.default_rng(8)
    group = np.array(["Dutch", "Turkish", "Polish"])[random.integers(0, 3, PEOPLE)]
    wealth = np.array([float(marks.number()) for _ in range(PEOPLE)])
    language = (group == "Turkish").astype(int)
    debts = random.integers(0, 6, PEOPLE)
    frame = pandas.DataFrame({
        "nationality": group,
        "naam": [marks.word("naam", at) for at in range(PEOPLE)],
        "toelichting": [marks.word("vrij", at) + " is Marokkaans" for at in range(PEOPLE)],
        "wealth": wealth,
        "mother_tongue": language,
        "debts": debts,
        "street": [marks.word("straat", at) if at < 4 else "A" for at in range(PEOPLE)],
        "picked": (debts + language + random.random(PEOPLE) > 3.5).astype(int),
        "fraud": random.integers(0, 2, PEOPLE),
    })  # fmt: skip
    features = ["wealth", "mother_tongue", "debts"]
    scaled = frame[features].assign(wealth=frame["wealth"] / 1e15)
    model = LogisticRegression().fit(scaled, frame["picked"])
    source = tmp_path / "bron"
    source.mkdir()
    frame.to_csv(source / "people.csv", index=False)
    frame.to_parquet(source / "people.parquet")
    (source / "model.pkl").write_bytes(pickle.dumps(model))
    (tmp_path / "uit").mkdir()
    (tmp_path / "temp").mkdir()
    monkeypatch.chdir(tmp_path / "uit")
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temp"))
    return tmp_path


PICKED = ["--selected", "picked", "--outcome", "fraud"]
COMMANDS = {
    "decisions": ["audit", "../bron/people.csv", *PICKED, "--group", "nationality",
                  "--explained-by", "debts", "--person", "naam", "--json", "decisions.json",
                  "--report", "decisions.html", "--plots", "plots"],
    "model": ["audit", "../bron/model.pkl", "--data", "../bron/people.parquet", "--group",
              "nationality", "--outcome", "fraud", "--json", "model.json", "--report",
              "model.html", "--card", "card.json", "--plots", "plots", "--lang", "nl"],
    "searched": ["audit", "../bron/people.csv", *PICKED, "--without-groups", "--leave-out",
                 "toelichting", "--json", "searched.json", "--report", "searched.html"],
    "by-name": ["audit", "../bron/people.csv", *PICKED, "--group", "naam"],
    "no-score": ["audit", "../bron/people.csv", "--score", "toelichting", "--threshold", "1",
                 "--group", "nationality"],
    "no-mark": ["audit", "../bron/people.csv", "--selected", "toelichting", "--group",
                "nationality"],
    "no-weights": ["audit", "../bron/people.csv", *PICKED, "--group", "nationality", "--weights",
                   "naam"],
}  # fmt: skip


def make_bundle(folder, monkeypatch):
    """Make a bundle of the audits, and lay out what is in it."""
    monkeypatch.setenv("DOORLICHT_PASSPHRASE", "zeven paarse olifanten")
    with patch.object(keys, "_N", 2):
        for words in (["key", "create"], ["bundle", "--for", "auditor", "-o", "bundle.zip"]):
            with pytest.raises(SystemExit) as stop:
                main([*words, "--register", "onderzoek.register"])
            assert not stop.value.code
    with zipfile.ZipFile(folder / "bundle.zip") as bundle:
        names = set(bundle.namelist())
        bundle.extractall(folder / "bundle")
    assert {f"reports/audits/{number}.nl.html" for number in (1, 2, 3)} <= names


def test_no_value_is_in_anything_that_an_audit_writes_or_prints(folder, capfd, monkeypatch):
    assert all(marks_in(content) for content in everything_in(folder / "bron").values()
               if b"naam" in content)  # fmt: skip
    for name, words in COMMANDS.items():
        with pytest.raises(SystemExit) as stop:
            main([*words, "--register", "onderzoek.register"])
        told = "".join(capfd.readouterr())
        assert stop.value.code in ({65} if name.startswith(("by-", "no-")) else {0, 1}), told
        assert told
        assert marks_in(told.encode()) == set(), name
    for name in ("decisions", "model", "searched"):
        ids = [
            one["id"] for one in json.loads((folder / f"uit/{name}.json").read_text())["measures"]
        ]
        for one in (ids[0], ids[-1]):
            with pytest.raises(SystemExit):
                main(["explain", one, "--register", "onderzoek.register"])
        assert marks_in("".join(capfd.readouterr()).encode()) == set()
    make_bundle(folder / "uit", monkeypatch)
    assert marks_in("".join(capfd.readouterr()).encode()) == set()
    written = everything_in(folder / "uit")
    assert {path.suffix for path in written} >= {".json", ".html", ".svg", ".png", ".register"}
    for path, content in written.items():
        assert marks_in(content) == set(), path.name
    with closing(sqlite3.connect(folder / "uit/onderzoek.register")) as register:
        assert marks_in("\n".join(register.iterdump()).encode()) == set()
    assert list((folder / "temp").iterdir()) == []
