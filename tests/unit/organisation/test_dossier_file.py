"""A dossier as people write it in YAML: whole, or refused by the place that is wrong."""

from datetime import date

import pytest

from doorlicht.errors import InputError
from doorlicht.organisation import read_dossier
from doorlicht.records import Question, ScopeDecision

TEXT = """\
scope:
  - {id: S-1, unit: dgx, decision: in, reason: all, by: A. Vries, on: 2026-01-05}
question_sets:
  - {id: Q-1, kind: written, title: On data, asked_on: 2026-01-05,
     questions: [{number: 1, text: How?, themes: [method]}]}
"""


def test_records_are_read_as_what_they_are():
    found = read_dossier(TEXT.encode(), "d.yaml")
    day = date(2026, 1, 5)
    assert found.scope == (ScopeDecision("S-1", "dgx", "in", "all", "A. Vries", day),)
    assert found.question_sets[0].questions == (Question(1, "How?", ("method",)),)
    assert len(found.records) == 2


def written(old, new):
    assert old in TEXT
    return TEXT.replace(old, new)


@pytest.mark.parametrize(
    ("text", "code", "key"),
    [
        pytest.param("scope: [", "no_yaml", None, id="no-yaml"),
        pytest.param("- a", "no_yaml", None, id="a-list"),
        pytest.param("scope: []\nscope: []", "no_yaml", None, id="a-key-twice"),
        pytest.param("scoop: []", "unknown_key", "scoop", id="unknown-key"),
        pytest.param(
            written("reason", "raeson"), "unknown_field", "scope.0.raeson", id="unknown-field"
        ),
        pytest.param(written("by: A. Vries, ", ""), "missing_field", "scope.0.by", id="missing"),
        pytest.param(written("n: in", "n: maybe"), "misfit", "scope.0.decision", id="choice"),
        pytest.param(written("on: 2026-01-05}", "on: May}"), "misfit", "scope.0.on", id="date"),
        pytest.param(
            written("number: 1", "number: one"), "misfit", "question_sets.0.questions.0.number",
            id="number",
        ),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_by_its_place_and_never_by_what_was_written(text, code, key):
    with pytest.raises(InputError) as refused:
        read_dossier(text.encode(), "d.yaml")
    assert refused.value.code == f"dossier.{code}"
    assert refused.value.details.get("key") == key
    assert "A. Vries" not in str(refused.value)
