"""Tables that the code names and nothing in it makes: what is read from them is told even so."""

from __future__ import annotations

from pathlib import Path

import pytest

from doorlicht.runs.trace import trace
from doorlicht.runs.trace_request import TraceRequest

PYTHON = "from sklearn.svm import SVC\nimport pandas as pd\n"
CHOSEN = 'SVC().fit({}[["age", "nationality"]], 1)\n'


@pytest.mark.parametrize(
    "files",
    [
        {"m.R": 'load("data.RData"); m <- glm(y ~ age + nationality, data = d)'},
        {"m.R": "data(Credit); m <- caret::train(y ~ nationality, data = Credit)"},
        {"m.R": 'm <- randomForest(d[, c("age", "nationality")], d$y)'},
        {"1.R": 'd <- read.csv("a.csv")', "2.R": "m <- glm(y ~ nationality, data = d)"},
        {"m.py": PYTHON + "from elsewhere import df\n" + CHOSEN.format("df")},
        {"m.py": PYTHON + "import elsewhere\n" + CHOSEN.format("elsewhere.df")},
        {"m.py": PYTHON + CHOSEN.format("df")},
        {"m.py": PYTHON + f"class A:\n    def f(self):\n        {CHOSEN.format('self.df')}"},
        {"m.py": PYTHON + "d = fetch('adult').data\n" + CHOSEN.format("d")},
        {"m.py": PYTHON + "df['nationality'] = df['x'] + 1\n" + CHOSEN.format("df")},
        {
            "m.py": "from elsewhere import X\nimport statsmodels.formula.api as smf\n"
            'm = smf.ols("y ~ nationality", data=X).fit()\n'
        },
    ],
)
def test_a_feature_of_origin_of_an_unknown_table_is_used(
    tmp_path: Path, files: dict[str, str]
) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    flows = trace(TraceRequest([tmp_path], by="test")).result.flows
    assert {(flow.verdict, flow.feature) for flow in flows} == {("used", "nationality")}


def test_an_unknown_table_without_origin_gives_no_flow(tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text(PYTHON + 'SVC().fit(df[["age", "x"]], 1)\n', encoding="utf-8")
    assert not trace(TraceRequest([tmp_path], by="test")).result.flows
