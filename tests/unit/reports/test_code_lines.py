"""A line of code in a report shows what happens there, and no value of a person."""

from __future__ import annotations

import pytest

from doorlicht.reports.code_lines import masked

KNOWN = frozenset({"geboorteland", "people.csv"})


@pytest.mark.parametrize(
    ("line", "suffix", "shown"),
    [
        pytest.param("x = t['geboorteland']", ".py", "x = t['geboorteland']", id="a-known-name"),
        pytest.param('r("People.csv", "Jan")', ".py", 'r("People.csv", "…")', id="case"),
        pytest.param("y <- 'Jansen' # Jansen", ".r", "y <- '…'", id="comment"),
        pytest.param("y = '# geen' + z", ".py", "y = '…' + z", id="no-comment-in-a-text"),
        pytest.param("y = 'Jan\\'s' + z", ".py", "y = '…' + z", id="quote-in-a-text"),
        pytest.param("y = 'Jan en Piet", ".py", "y = '…", id="text-that-does-not-end"),
        pytest.param('"""Jansen belde."""', ".py", '"""…"""', id="long-text-on-a-line"),
        pytest.param('"""Jansen belde', ".py", '"""…', id="long-text-begins"),
        pytest.param(
            "q = \"\"\"SELECT a FROM t WHERE n = 'Jansen'", ".py",
            "q = \"\"\"SELECT a FROM t WHERE n = '…'", id="query-begins",
        ),
        pytest.param(
            "g(con, \"SELECT a FROM t WHERE n = 'Jansen'\")", ".r",
            "g(con, \"SELECT a FROM t WHERE n = '…'\")", id="query",
        ),
        pytest.param("r('../a_b.feather')", ".r", "r('../a_b.feather')", id="data-file"),
        pytest.param("r('Jan Jansen.csv')", ".r", "r('…')", id="no-name-of-a-file"),
        pytest.param("bsn != 999912345", ".py", "bsn != …", id="long-number"),
        pytest.param("land == 6030", ".py", "land == 6030", id="code-of-a-country"),
        pytest.param("x1234567 = 2", ".py", "x1234567 = 2", id="number-in-a-name"),
        pytest.param("where naam = 'Jansen' -- J", ".sql", "where naam = '…'", id="sql"),
        pytest.param("if naam = 'J' then; /* J */", ".sas", "if naam = '…' then;", id="sas"),
        pytest.param('    "x = t[\'Jan\']\\n",', ".ipynb", "x = t['…']", id="notebook"),
        pytest.param('   "text/plain": ["Jansen"]', ".ipynb", "", id="output-of-a-notebook"),
        pytest.param("Jansen;6030", ".csv", "", id="data"),
        pytest.param("x = 1" + " " * 9 + "y" * 300, ".py", "", id="no-line-of-a-person"),
    ],
)  # fmt: skip
def test_only_the_code_of_a_line_is_shown(line: str, suffix: str, shown: str) -> None:
    assert masked(line, suffix, KNOWN) == shown
