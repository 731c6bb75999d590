"""No value of a person stands in anything that a trace writes or prints.

Code lies among data: tables, lists, workbooks, notebooks with their outputs, and values that
somebody typed into a rule. A mark is planted in each place where a value of a person can be; none
may come back in the register, its cache, a report, the forms for other tools, or on the screen.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from tests.flow.test_canary import Marks, as_csv, everything_in, marks_in, people

TRAIN = """import csv
import json
import pandas as pd
from sklearn.linear_model import LogisticRegression

# Op verzoek van {comment}: zonder {comment2}.
people = pd.read_csv("data/mensen.csv")
more = pd.read_json("data/mensen.json")
book = pd.read_excel("data/mensen.xlsx")
bare = pd.read_csv("data/zonder_kop.csv", header=None)
people = people[people["naam"] != "{filter}"]
people = people[~people["naam"].isin(["{isin}", "{isin2}"])]
people["groep"] = people["nationaliteit"].map({{"{key}": "{value}"}})
people.loc[people["bsn"] == {number}, "score"] = 0
excluded = json.load(open("data/uitzonderingen.json"))["uitgesloten"]
people = people[~people["naam"].isin(excluded)]
exceptions = open("lijsten/uitzonderingen.txt").read().splitlines()
people = people[~people["naam"].isin(exceptions)]
settings = {{row["naam"]: row["waarde"] for row in csv.DictReader(open("data/gewicht.csv"))}}
people["gewicht"] = people["naam"].map(settings)
both = people.merge(more, on="bsn").merge(book, on="bsn")
dummies = pd.get_dummies(both, columns=["geboorteland", "naam"])
model = LogisticRegression()
model.fit(dummies, people["fraude"])
other = LogisticRegression().fit(bare, people["fraude"])
query = '''
SELECT nationaliteit, naam FROM mensen WHERE naam = '{sql}'
'''
chosen = pd.read_sql(query, con)
LogisticRegression().fit(chosen, people["fraude"])
people.to_csv("uit/lijst.csv")
"""
R_CODE = """mensen <- read.csv2("data/mensen2.csv")
mensen <- mensen[mensen$naam != "{filter}", ]
mensen$streng <- ifelse(mensen$naam %in% c("{isin}", "{isin2}"), 1, mensen$score)
model <- glm(fraude ~ nationaliteit + geboorteland, data = mensen)
"""
SQL = """CREATE TABLE lijst AS
SELECT naam, CASE WHEN naam = '{case}' THEN 1 ELSE 0 END AS risico_score
FROM mensen WHERE nationaliteit <> '{where}' AND bsn NOT IN ({number});
"""
SAS = """data mensen; set bron.mensen; if naam = '{filter}' then delete; run;
data los; input naam $ nationaliteit $ fraude; datalines;
{cards} Turkse 1
;
proc logistic data=mensen; model fraude = nationaliteit; run;
"""


def notebook(marks: Marks) -> str:
    table = {"text/plain": [f"   naam  {marks.word('nbuit')}\n", f"0  {marks.word('nbuit2')}\n"],
             "text/html": f"<td>{marks.word('nbhtml')}</td>"}  # fmt: skip
    outputs = [
        {"output_type": "execute_result", "data": table, "metadata": {}, "execution_count": 1},
        {"output_type": "stream", "name": "stdout", "text": [marks.word("nbstroom")]},
        {"output_type": "error", "ename": "KeyError", "evalue": marks.word("nbfout"),
         "traceback": [marks.word("nbspoor")]},
    ]  # fmt: skip
    source = [
        "import pandas as pd\n",
        "from sklearn.tree import DecisionTreeClassifier\n",
        "d = pd.read_csv('data/mensen.csv')\n",
        f"d = d[d['naam'] != '{marks.word('nbcode')}']\n",
        "m = DecisionTreeClassifier().fit(d[['geboorteland', 'bsn']], d['fraude'])\n",
        "d.head()\n",
    ]
    cell = {"cell_type": "code", "source": source, "outputs": outputs, "metadata": {},
            "execution_count": 1}  # fmt: skip
    text = {"cell_type": "markdown", "source": [f"Gesprek met {marks.word('nbtekst')}"],
            "metadata": {}}  # fmt: skip
    book = {"cells": [text, cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(book, indent=1)


def write_code(folder: Path, marks: Marks) -> None:
    class Words(dict[str, str]):
        def __init__(self, place: str) -> None:
            super().__init__()
            self.place = place

        def __missing__(self, key: str) -> str:
            return str(marks.number()) if key == "number" else marks.word(self.place + key)

    for name, text in (
        ("train.py", TRAIN),
        ("model.R", R_CODE),
        ("lijst.sql", SQL),
        ("m.sas", SAS),
    ):
        (folder / name).write_text(text.format_map(Words(name.partition(".")[2])), "utf-8")
    (folder / "boek.ipynb").write_text(notebook(marks), "utf-8")


def write_data(folder: Path, marks: Marks) -> None:
    (folder / "mensen.csv").write_text(as_csv(people(marks, "csv")), "utf-8")
    (folder / "mensen2.csv").write_text(as_csv(people(marks, "puntkomma"), separator=";"), "utf-8")
    (folder / "zonder_kop.csv").write_text(as_csv(people(marks, "kaal"), header=False), "utf-8")
    (folder / "mensen.json").write_text(json.dumps(people(marks, "json")), "utf-8")
    (folder / "uitzonderingen.json").write_text(
        json.dumps({"uitgesloten": [marks.word("jsonlijst", n) for n in range(5)],
                    "persoon": {"nationaliteit": marks.word("jsondiep")}}), "utf-8"
    )  # fmt: skip
    lines = [marks.word("tekstlijst", number) for number in range(8)]
    # Beside the tables: a scan would take its first line for a name.
    (folder.parent / "lijsten/uitzonderingen.txt").write_text("\n".join(lines), "utf-8")
    (folder / "gewicht.csv").write_text(
        "naam,waarde\n" + "".join(f"{marks.word('gewicht', n)},{n}\n" for n in range(9)), "utf-8"
    )
    (folder / "oud.yaml").write_text(
        f"nationaliteit:\n  - {marks.word('yaml')}\npersoon: {marks.word('yamlnaam')}\n", "utf-8"
    )
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    rows = people(marks, "werkmap")
    sheet.append([*rows[0], "risicoscore"])
    for number, row in enumerate(rows, start=2):
        sheet.append([*row.values(), f'=IF(C{number}="{marks.word("formule")}",1,0)'])
    book.save(folder / "mensen.xlsx")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    marks = Marks()
    for name in ("code", "code/data", "code/lijsten", "uit", "temp"):
        (tmp_path / name).mkdir()
    write_code(tmp_path / "code", marks)
    write_data(tmp_path / "code/data", marks)
    return tmp_path


def test_the_marks_can_be_found_where_they_were_planted(folder: Path) -> None:
    planted = {path.name for path, content in everything_in(folder).items() if marks_in(content)}
    assert planted >= {"train.py", "model.R", "lijst.sql", "m.sas", "boek.ipynb", "mensen.csv",
                       "zonder_kop.csv", "mensen.json", "uitzonderingen.txt"}  # fmt: skip


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    done = subprocess.run(
        [sys.executable, "-m", "doorlicht", *words],
        capture_output=True, cwd=folder / "uit", check=False,
        env={**os.environ, "TMPDIR": str(folder / "temp"), "COLUMNS": "200"},
    )  # fmt: skip
    assert done.returncode in {0, 1, 2, 3}, done
    return done


def test_no_value_is_in_anything_that_a_trace_writes_or_prints(folder: Path) -> None:
    code = str(folder / "code")
    commands = [
        ["trace", code, "--json", "t.json", "--sarif", "t.sarif", "--openlineage", "t.ol",
         "--graphml", "t.graphml", "--lang", "nl"],
        ["scan", str(folder / "code/data"), "--register", "doorlicht.register"],
        # Again, now that its tables are known.
        ["trace", code, "--json", "u.json", "--report", "u.html", "--lang", "en"],
        ["check", code, "--baseline", "t.json", "--register", "doorlicht.register"],
        ["check", code, "--baseline", "t.json", "--strict", "--lang", "en"],
    ]  # fmt: skip
    for words in commands:
        done = run(folder, *words)
        assert done.stdout + done.stderr
        assert marks_in(done.stdout + done.stderr) == set(), words[0]
    models = json.loads((folder / "uit/u.json").read_text("utf-8"))["models"]
    for one in models[:2]:
        words = ["publish", one["id"], "--json", f"{one['id']}.json"]
        done = run(folder, *words, "--register", "doorlicht.register")
        assert marks_in(done.stdout + done.stderr) == set(), words[0]
    written = everything_in(folder / "uit")
    assert {path.suffix for path in written} >= {
        ".register",
        ".json",
        ".html",
        ".sarif",
        ".graphml",
    }
    for path, content in written.items():
        assert marks_in(content) == set(), path.name
    assert everything_in(folder / "temp") == {}
    tree = json.loads((folder / "uit/u.json").read_text("utf-8"))
    reached = {model["train"][0]["file"] for model in tree["models"] if model["train"]
               if any(flow["model"] == model["id"] for flow in tree["flows"])}  # fmt: skip
    assert reached >= {"train.py", "model.R", "boek.ipynb", "m.sas"}


@pytest.mark.long
def test_what_a_trace_wrote_is_not_followed_as_code(folder: Path) -> None:
    code = folder / "code"
    run(folder, "trace", str(code), "--json", "t.json")
    first = json.loads((folder / "uit/t.json").read_text("utf-8"))
    # Into the traced folder itself, as somebody does who keeps a baseline there.
    outputs = {"json": "t.json", "sarif": "t.sarif.json", "register": "r.sqlite",
               "report": "t.html", "openlineage": "lijn.json", "graphml": "graaf.xml"}  # fmt: skip
    options = [word for name, file in outputs.items() for word in (f"--{name}", f"{code}/{file}")]
    for _ in range(2):
        run(folder, "trace", str(code), *options)
    again = json.loads((code / "t.json").read_text("utf-8"))
    for part in ("references", "models", "flows", "blind_spots"):
        assert again[part] == first[part], part
