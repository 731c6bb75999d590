"""What Python projects are written like: each case is a small project with its flows."""

import pytest

from doorlicht.lineage import TraceInput, trace_units
from doorlicht.lineage.readers.lists import ListReader
from doorlicht.lineage.readers.python import read_python
from doorlicht.vocabulary import load_vocabulary


def follow(files):
    """The trace of files by name; a text is ``main.py``."""
    files = {"main.py": files} if isinstance(files, str) else files
    units = []
    for name, text in files.items():
        if name.endswith(".py"):
            units.append(read_python(name, text))
        else:
            units += ListReader().read(name, text.encode())
    return trace_units(TraceInput(units), load_vocabulary())


def flows(files):
    return {(flow.feature, flow.verdict) for flow in follow(files).flows}


HEAD = """\
import pandas as pd
from sklearn.linear_model import LogisticRegression
df = pd.read_csv("p.csv")
model = LogisticRegression()
"""

VERDICTS = {
    "a filter beside a feature that is made of the same column": (
        'df = df[df["verblijfstitel"] != "98"]\n'
        'df["tijdelijk"] = df["verblijfstitel"] == "21"\n'
        'model.fit(df[["age", "tijdelijk"]], df["y"])\n',
        {("tijdelijk", "used"), ("verblijfstitel", "selection-rule")},
    ),
    "a filter by a column that is a feature under its own name": (
        'df = df[df["verblijfstitel"] != "98"]\n'
        'model.fit(df[["age", "verblijfstitel"]], df["y"])\n',
        {("verblijfstitel", "used")},
    ),
    "weights by a column of which a feature is made": (
        'df["nl"] = df["nationaliteit"] == "NL"\n'
        'model.fit(df[["age", "nl"]], df["y"], sample_weight=df["nationaliteit"].map({1: 2}))\n',
        {("nl", "used")},
    ),
    "two columns of one concept in one feature": (
        'df["nl"] = (df["nationaliteit_1"] == "NL") | (df["nationaliteit_2"] == "NL")\n'
        'model.fit(df[["age", "nl"]], df["y"])\n',
        {("nl", "used")},
    ),
    "rows that the score of the model selects": (
        'df["herkomst"] = df["geboorteland"] != 6030\n'
        'X = df[["age", "herkomst"]]\nmodel.fit(X, df["y"])\n'
        'X["kans"] = model.predict(X)\nX = X[X["kans"] > 0.5]\nmodel.predict(X)\n',
        {("herkomst", "used")},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", VERDICTS)
def test_verdicts(case):
    text, expected = VERDICTS[case]
    assert flows(HEAD + text) == expected
