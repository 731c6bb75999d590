"""Classes and functions that a decorator, a hook or Python itself keeps, to run over later."""

from __future__ import annotations

from pathlib import Path

import pytest

from doorlicht.runs.trace import trace
from doorlicht.runs.trace_request import TraceRequest

HEAD = """
import pandas as pd
from sklearn.linear_model import LogisticRegression
b = pd.read_csv("a.csv")
p = pd.read_csv("p.csv")
"""

STEP = """class Step{base}:
    def build(self, *, basis, persons, **_):
        q = persons.loc[:, ["id", "geboorteland"]]
        q["k1"] = q["geboorteland"].eq("6030")
        return basis.merge(q, on="id", how="left")

"""

FIT = 'm = LogisticRegression().fit(b[["k1", "x"]], b["y"])\n'


def flows(folder: Path, code: str) -> set[tuple[str, str, str, str]]:
    (folder / "job.py").write_text(HEAD + code + FIT, encoding="utf-8")
    return {
        (flow.verdict, flow.source.dataset, flow.source.column, flow.feature)
        for flow in trace(TraceRequest([folder], by="test")).result.flows
    }


@pytest.mark.parametrize(
    "code",
    [
        "KEPT = {}\ndef step(cls):\n    KEPT[cls.__name__] = cls\n    return cls\n\n@step\n"
        + STEP.format(base="")
        + "for name, c in KEPT.items():\n    b = c().build(basis=b, persons=p)\n",
        "KEPT = {}\ndef step(cls):\n    KEPT[make_key(cls)] = cls\n    return cls\n\n@step\n"
        + STEP.format(base="")
        + "for c in KEPT.values():\n    b = c().build(basis=b, persons=p)\n",
        "KEPT = []\ndef step(name):\n    def inner(cls):\n        KEPT.append(cls)\n"
        '        return cls\n    return inner\n\n@step("origin")\n'
        + STEP.format(base="")
        + "for c in KEPT:\n    b = c().build(basis=b, persons=p)\n",
        "KEPT = []\nclass Base:\n    def __init_subclass__(cls):\n        KEPT.append(cls)\n\n"
        + STEP.format(base="(Base)")
        + "for c in KEPT:\n    b = c().build(basis=b, persons=p)\n",
        "class Base:\n    pass\n\n"
        + STEP.format(base="(Base)")
        + "for c in Base.__subclasses__():\n    b = c().build(basis=b, persons=p)\n",
        "KEPT = {}\ndef step(f):\n    KEPT[f.__name__] = f\n    return f\n\n@step\n"
        "def build(basis, persons):\n    q = persons[['id', 'geboorteland']].copy()\n"
        "    q['k1'] = q['geboorteland'].eq('6030')\n    return basis.merge(q, on='id')\n\n"
        "for f in KEPT.values():\n    b = f(b, p)\n",
    ],
    ids=["by-name", "by-unknown-key", "decorator-with-arguments", "hook", "subclasses", "function"],
)
def test_what_is_kept_is_followed_where_it_is_run(tmp_path: Path, code: str) -> None:
    assert flows(tmp_path, code) == {("used", "p.csv", "geboorteland", "k1")}


def test_a_column_that_nobody_named_is_looked_up(tmp_path: Path) -> None:
    code = 'h = p.set_index("id")["geboorteland"]\nb["k1"] = b.id.map(h)\n'
    assert flows(tmp_path, code) == {("used", "p.csv", "geboorteland", "k1")}
