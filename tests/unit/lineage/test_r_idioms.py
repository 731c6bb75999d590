"""Idioms of R, one in a few lines each: which flows they give (``tests/data/r_idioms``).

A file holds cases. ``### name`` begins one; ``--- path`` begins a file of it (``main.R`` without);
after ``===`` each line is a flow, as column, feature and verdict, or ``models`` with their number.
``_`` stands for anything.
"""

from pathlib import Path

import pytest

from doorlicht.runs.trace import trace
from doorlicht.runs.trace_request import TraceRequest

FOLDER = Path(__file__).parents[2] / "data/r_idioms"


def cases():
    for path in sorted(FOLDER.glob("*.txt")):
        for block in path.read_text("utf-8").split("\n### "):
            name, _, body = block.removeprefix("### ").partition("\n")
            yield pytest.param(body, id=f"{path.stem}: {name.strip()}")


def files_of(code):
    files, path = {}, "main.R"
    for line in code.split("\n"):
        if line.startswith("--- "):
            path = line[4:].strip()
        else:
            files.setdefault(path, []).append(line)
    return {path: "\n".join(lines) + "\n" for path, lines in files.items()}


def take(flow, wanted):
    """Return the expected flow that this one is, if any."""
    return next(
        (one for one in wanted if all(a in ("_", b) for a, b in zip(one, flow, strict=True))),
        None,
    )


@pytest.mark.parametrize("body", list(cases()))
def test_an_idiom_gives_the_flows_that_a_reader_sees(body, tmp_path):
    code, _, expected = body.partition("\n===")
    for path, text in files_of(code).items():
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    lines = [line.split() for line in expected.split("\n") if line.strip()]
    wanted = [tuple(line) for line in lines if len(line) == 3]
    models = [int(line[1]) for line in lines if line[0] == "models"]

    result = trace(TraceRequest([tmp_path], "test")).result

    unexpected = []
    for flow in result.flows:
        found = (flow.source.column, flow.feature, flow.verdict)
        match = take(found, wanted)
        if match is None:
            unexpected.append(found)
        else:
            wanted.remove(match)
    assert (unexpected, wanted) == ([], [])
    assert not models or len(result.models) == models[0]
