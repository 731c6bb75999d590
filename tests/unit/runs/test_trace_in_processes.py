"""A trace in several processes says what a trace in one says, and keeps as much."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from doorlicht.runs import side_by_side
from doorlicht.runs import trace as runs_trace
from doorlicht.runs.trace import TraceRequest, trace

CODE = Path(__file__).parents[2] / "data" / "code"


@pytest.fixture
def request_(tmp_path: Path) -> TraceRequest:
    projects = [
        CODE / name for name in ("r21_reexamination", "p24_groupby_merge", "x06_r_sql_view")
    ]
    return TraceRequest(projects, by="test", cache=tmp_path / "cache")


def in_processes(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    monkeypatch.setattr(side_by_side, "processes", lambda: number)
    monkeypatch.setattr(runs_trace, "MUCH_CODE", 0)
    monkeypatch.setattr(runs_trace, "MUCH_TO_FOLLOW", 0)
    monkeypatch.setattr(runs_trace, "STEP", 2)


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
