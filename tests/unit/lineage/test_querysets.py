"""Rows that come from the models of an ORM."""

from __future__ import annotations

from pathlib import Path

import pytest

from doorlicht.runs.trace import trace
from doorlicht.runs.trace_request import TraceRequest

HEAD = (
    "import pandas as pd\nfrom django.db.models import Q\n"
    "from sklearn.linear_model import LogisticRegression\nfrom cases.models import Client\n\n"
)
TAIL = "model = LogisticRegression()\nmodel.fit(df.drop(columns=['fraud']), df['fraud'])\n"


def verdicts(folder: Path, query: str) -> set[tuple[str, str]]:
    (folder / "train.py").write_text(
        f"{HEAD}qs = {query}\ndf = pd.DataFrame(list(qs))\n{TAIL}", encoding="utf-8"
    )
    result = trace(TraceRequest([folder], by="test")).result
    return {(flow.source.column, flow.verdict) for flow in result.flows}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param(
            "Client.objects.filter(active=True).values('age', 'nationality', 'fraud')",
            {("nationality", "used")},
            id="a-field-that-is-chosen",
        ),
        pytest.param(
            "Client.objects.values_list('person__nationality', 'fraud')",
            {("nationality", "used")},
            id="the-field-of-another-model",
        ),
        pytest.param(
            "Client.objects.exclude(residence_permit__in=['x']).values('age', 'fraud')",
            {("residence_permit", "selection-rule")},
            id="rows-by-a-field",
        ),
        pytest.param(
            "Client.objects.filter(Q(nationality='x') | Q(age=3)).values('age', 'fraud')",
            {("nationality", "selection-rule")},
            id="rows-by-a-condition",
        ),
        pytest.param(
            "Client.objects.filter(active=True).values('age', 'fraud')", set(), id="nothing"
        ),
    ],
)
def test_fields_of_a_query_reach_a_model(
    tmp_path: Path, query: str, expected: set[tuple[str, str]]
) -> None:
    assert verdicts(tmp_path, query) == expected


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("c = Client.objects.get(pk=pk)", id="one-row"),
        pytest.param("c = Client.objects.filter(pk=pk).first()", id="the-first-row"),
        pytest.param("for c in Client.objects.filter(active=True):\n        pass", id="row-by-row"),
    ],
)
@pytest.mark.parametrize(
    "model",
    [
        pytest.param("from cases.models import Client\n", id="of-elsewhere"),
        pytest.param("class Client(models.Model):\n    age = 1\n", id="of-the-same-file"),
    ],
)
def test_a_field_of_a_row_decides(tmp_path: Path, model: str, code: str) -> None:
    (tmp_path / "rules.py").write_text(
        f"from django.db import models\n{model}\ndef is_eligible(pk):\n    {code}\n"
        "    if c.nationality == 'NL':\n        return True\n    return False\n",
        encoding="utf-8",
    )

    flows = trace(TraceRequest([tmp_path], by="test")).result.flows

    assert {(flow.source.column, flow.verdict) for flow in flows} == {("nationality", "used")}
