"""Where the name of a feature can be seen: in code, in a list, put together, or in the data."""

import pytest

from doorlicht.lineage import TraceInput, trace_units
from doorlicht.lineage.readers.lists import ListReader
from doorlicht.lineage.readers.python import read_python
from doorlicht.lineage.readers.r import read_r
from doorlicht.vocabulary import load_vocabulary

HEAD = """\
import json, tomllib, yaml
from pathlib import Path
import pandas as pd
from sklearn.linear_model import LogisticRegression
df = pd.read_csv("data/p.csv")
model = LogisticRegression()
"""
FIT = 'model.fit(df[names], df["y"])\n'


def trace(files):
    units = []
    for name, text in files.items():
        if name.endswith(".py"):
            units.append(read_python(name, text))
        elif name.endswith(".R"):
            units.append(read_r(name, text))
        else:
            units += ListReader().read(name, text.encode())
    return trace_units(TraceInput(units), load_vocabulary())


def seen(files):
    return {flow.feature: flow.visibility for flow in trace(files).flows}


LISTS = {
    "yaml": ("f.yml", "features:\n  - age\n  - nationaliteit\n",
             'names = yaml.safe_load(open("f.yml"))["features"]\n'),
    "json": ("f.json", '["age", "nationaliteit"]', 'names = json.load(open("f.json"))\n'),
    "toml by its text": ("f.toml", 'names = ["age", "nationaliteit"]\n',
                         'names = tomllib.loads(Path("f.toml").read_text())["names"]\n'),
    "csv": ("f.csv", "feature;use\nage;1\nnationaliteit;1\n",
            'names = pd.read_csv("f.csv", sep=";")["feature"].tolist()\n'),
}  # fmt: skip


@pytest.mark.parametrize("case", LISTS)
def test_a_feature_that_a_file_names_is_known_from_a_list(case):
    file, text, code = LISTS[case]

    result = trace({"main.py": HEAD + code + FIT, file: text})

    assert [(flow.feature, flow.visibility) for flow in result.flows] == [("nationaliteit", "list")]
    assert result.models[0].feature_source == "list"


def test_a_column_that_a_file_leaves_out_is_known_from_a_list():
    code = (
        'names = yaml.safe_load(open("f.yml"))["out"]\nmodel.fit(df.drop(columns=names), df["y"])\n'
    )

    assert seen({"main.py": HEAD + code, "f.yml": "out:\n  - nationaliteit\n"}) == {
        "nationaliteit": "list"
    }


CODE = {
    "named where it is fitted": (
        'names = ["age", "nationaliteit"]\n' + FIT, {"nationaliteit": "literal"},
    ),
    "made and named in code": (
        'df["nl"] = df["nationaliteit"] == "NL"\nnames = ["age", "nl"]\n' + FIT,
        {"nl": "literal"},
    ),
    "with a suffix": (
        'df = df[["age", "nationaliteit", "y"]].add_suffix("_x")\n'
        'model.fit(df.drop(columns=["y_x"]), df["y_x"])\n',
        {"nationaliteit_x": "derived-name"},
    ),
    "one for each value": (
        'X = pd.get_dummies(df[["age", "nationaliteit"]], columns=["nationaliteit"])\n'
        'model.fit(X, df["y"])\n',
        {"nationaliteit_*": "data-value"},
    ),
    "put in a dictionary by its key": (
        'd = {}\nd["taal"] = df["moedertaal"]\nX = pd.DataFrame(d)\nmodel.fit(X, df["y"])\n',
        {"taal": "literal"},
    ),
    "named elsewhere and carried along": (
        'print(df["nationaliteit"])\nmodel.fit(df.drop(columns=["y"]), df["y"])\n',
        {"nationaliteit": "literal"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CODE)
def test_a_feature_is_seen_in_code_or_put_together_or_in_the_data(case):
    code, expected = CODE[case]

    assert seen({"main.py": HEAD + code}) == expected


def test_a_name_in_code_beside_the_same_in_a_list_is_literal():
    code = 'names = [c for c in yaml.safe_load(open("f.yml")) if c] + ["nationaliteit"]\n' + FIT

    assert seen({"main.py": HEAD + code, "f.yml": "- age\n"}) == {"nationaliteit": "literal"}


def test_r_reads_its_features_from_a_list():
    code = (
        'd <- read.csv("p.csv")\nk <- yaml::read_yaml("f.yml")$kenmerken\n'
        'm <- glm(reformulate(k, "y"), data = d, family = binomial())\n'
    )

    assert seen({"a.R": code, "f.yml": "kenmerken:\n  - leeftijd\n  - geboorteland\n"}) == {
        "geboorteland": "list"
    }
