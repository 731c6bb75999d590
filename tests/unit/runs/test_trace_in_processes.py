"""A trace in several processes, or after another one, says what a trace by itself says."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from doorlicht.runs import side_by_side, trace_following, trace_gathering
from doorlicht.runs.trace import trace
from doorlicht.runs.trace_request import TraceRequest

CODE = Path(__file__).parents[2] / "data" / "code"


@pytest.fixture
def request_(tmp_path: Path) -> TraceRequest:
    projects = [
        CODE / name for name in ("r21_reexamination", "p24_groupby_merge", "x06_r_sql_view")
    ]
    return TraceRequest(projects, by="test", cache=tmp_path / "cache")


def in_processes(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    monkeypatch.setattr(side_by_side, "processes", lambda: number)
    monkeypatch.setattr(trace_gathering, "MUCH_CODE", 0)
    monkeypatch.setattr(trace_following, "MUCH_TO_FOLLOW", 0)
    monkeypatch.setattr(trace_gathering, "STEP", 2)
    monkeypatch.setattr(trace_following, "STEP", 2)


def test_the_outcome_is_the_same(monkeypatch: pytest.MonkeyPatch, request_: TraceRequest) -> None:
    in_processes(monkeypatch, 1)
    alone = trace(replace(request_, cache=None)).result
    in_processes(monkeypatch, 2)

    together = trace(replace(request_, cache=None)).result

    assert together == alone
    assert together.flows


def test_what_is_known_stays_known(monkeypatch: pytest.MonkeyPatch, request_: TraceRequest) -> None:
    in_processes(monkeypatch, 2)
    assert request_.cache is not None
    first = trace(request_).result
    kept = {file.name: file.read_bytes() for file in request_.cache.iterdir()}

    second = trace(request_).result

    assert second == first
    assert {file.name: file.read_bytes() for file in request_.cache.iterdir()} == kept


CHANGES = {
    "nothing that matters": "\nx = 1\n",
    "a name of origin": "\nnationaliteit = 1\n",
    "a tie to a file that was alone": "\nimport alone\nalone.table(df['geboorteland'])\n",
    "a tie through data": "\ndf = pd.read_csv('of_one_alone.csv')\n",
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_after_a_change_it_says_what_a_fresh_trace_says(tmp_path: Path, change: str) -> None:
    code = tmp_path / "code"
    shutil.copytree(CODE / "p24_groupby_merge", code)
    (code / "alone.py").write_text("def table(t):\n    t.to_csv('of_one_alone.csv')\n", "utf-8")
    request = TraceRequest([code], by="test", cache=tmp_path / "cache")
    trace(request)
    changed = next(iter(sorted(one for one in code.rglob("*.py") if one.name != "alone.py")))
    changed.write_text(changed.read_text("utf-8") + change, "utf-8")

    assert trace(request).result == trace(replace(request, cache=None)).result
    # And back, with parts of the cache that were let go of.
    changed.write_text(changed.read_text("utf-8").removesuffix(change), "utf-8")
    assert trace(request).result == trace(replace(request, cache=None)).result
