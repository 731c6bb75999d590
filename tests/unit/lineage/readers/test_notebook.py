"""Cells of notebooks are read in their language, with the lines of the file."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doorlicht.lineage.readers.notebook import MAX_NOTEBOOK_BYTES, NotebookReader
from doorlicht.lineage.readers.notebook_magics import Cell, plain_python, take_apart
from doorlicht.records.code import (
    Arg,
    Assign,
    Attr,
    Call,
    CodeUnit,
    Comment,
    Const,
    Do,
    Expr,
    Hidden,
    Import,
    Name,
    Stmt,
)


def cell(*lines: str, kind: str = "code", **more: Any) -> dict[str, Any]:
    source = [f"{line}\n" for line in lines[:-1]] + list(lines[-1:])
    return {"cell_type": kind, "metadata": {}, "source": source, **more}


def book(*cells: dict[str, Any], language: str = "python") -> dict[str, Any]:
    return {"cells": list(cells), "metadata": {"language_info": {"name": language}}, "nbformat": 4}


def read(content: dict[str, Any], indent: int | None = 1) -> dict[str, CodeUnit]:
    text = json.dumps(content, indent=indent, ensure_ascii=False)
    return {u.language: u for u in NotebookReader().read("a.ipynb", text.encode())}


def line_of(content: dict[str, Any], text: str) -> int:
    lines = json.dumps(content, indent=1, ensure_ascii=False).split("\n")
    return next(number for number, line in enumerate(lines, start=1) if text in line)


def call(name: str, line: int, *values: Expr) -> Call:
    return Call(Name(name, line), tuple(Arg(None, value) for value in values), line)


def test_lines_are_those_of_the_file() -> None:
    output = {"outputs": [{"data": {"source": ["df['nat']\n"]}}]}
    content = book(
        cell("# Kop", kind="markdown"),
        cell("import pandas", "", "# een 'ë'", "x = df[", "  'nat']", **output),
        cell("x = df[", "  'nat']"),
    )
    unit = read(content)["python"]
    first = line_of(content, "import pandas")
    assert unit.body[0] == Import("pandas", None, None, 0, first)
    assert unit.comments == (Comment("een 'ë'", first + 2),)
    lines = [(s.line, s.value.keys[0].line) for s in unit.body[1:]]  # type: ignore[union-attr]
    second = lines[1][0]
    assert lines == [(first + 3, first + 4), (second, second + 1)]
    assert second > first + 10


def test_a_source_on_one_line_has_that_line_throughout() -> None:
    content = book({"cell_type": "code", "source": "x = 1\ny = f(\n  'nat')"})
    line = line_of(content, "x = 1")
    assert read(content)["python"].body == (
        Assign((Name("x", line),), Const(1, line), line),
        Assign((Name("y", line),), call("f", line, Const("nat", line)), line),
    )
    assert read(content, indent=None)["python"].body[0].line == 1


def test_pieces_of_lines_are_put_together() -> None:
    content = book({"cell_type": "code", "source": ["x = ", "1\ny", " = 2\n", "z = 3"]})
    first = line_of(content, '"x = "')
    assert [s.line for s in read(content)["python"].body] == [first, first + 1, first + 3]


def test_notebooks_of_version_3_are_read() -> None:
    old = {"worksheets": [{"cells": [{"cell_type": "code", "input": ["print 'x'"]}]}]}
    line = line_of(old, "print")
    assert read(old)["python"].body == (Do(call("print", line, Const("x", line)), line),)


def test_cells_of_r_and_sql_are_units_of_their_own() -> None:
    content = book(
        cell("x = 1"), cell("%%R", "", "y <- 2"), cell("%%sql", "select nat", "from people")
    )
    units = read(content)
    assert sorted(units) == ["python", "r", "sql"]
    assert units["r"].body[0].line == line_of(content, "y <- 2")
    query = units["sql"].body[0]
    line = line_of(content, "select nat")
    assert query == Do(call("@sql", line, Const("select nat\nfrom people", line)), line)


@pytest.mark.parametrize(("language", "key"), [("R", "r"), ("ir", "r"), ("sql", "sql")])
def test_the_kernel_decides_the_language(language: str, key: str) -> None:
    text = "select 1 from t" if key == "sql" else "x <- 1"
    assert sorted(read(book(cell(text), language=language))) == [key]


def test_a_query_with_a_name_gives_the_notebook_its_result() -> None:
    content = book(cell("%%sql df <<", "select nat from people"))
    line = line_of(content, "%%sql")
    text = Const("\nselect nat from people", line)
    assert read(content)["python"].body == (
        Assign((Name("df", line),), call("@sql", line, text), line),
    )


def test_r_and_python_hand_over_tables_by_name() -> None:
    content = book(cell("%%R -i df -o uit", "uit <- df"))
    units = read(content)
    line = line_of(content, "%%R")
    df, uit = Const("a.ipynb#df", line), Const("a.ipynb#uit", line)
    assert units["python"].body == (
        Do(call("@write", line, Name("df", line), df), line),
        Assign((Name("uit", line),), call("@read", line, uit), line),
    )
    assert units["r"].body[0] == Assign((Name("df", line),), call("@read", line, df), line)
    assert units["r"].body[-1] == Do(call("@write", line, Name("uit", line), uit), line)


def test_a_line_of_sql_is_a_query() -> None:
    content = book(cell("%load_ext sql", "df = %sql select nat from people"))
    line = line_of(content, "df =")
    query = call("@sql", line, Const("select nat from people", line))
    assert read(content)["python"].body == (Assign((Name("df", line),), query, line),)


PLAIN = [
    ("%matplotlib inline\nx = 1", "pass\nx = 1"),
    ("!pip install x\nfiles = !ls\nx?", "pass\nfiles = None\n"),
    ("if a:\n    %load x", "if a:\n    pass"),
    ("%time model.fit(X)", "model.fit(X)"),
    ("%timeit -n 10 f(x)", "f(x)"),
    ("%run ../lib/prep.py", "from ..lib.prep import *"),
    ("%run prep", "from prep import *"),
    ("x = 5\n%who", "x = 5\npass"),
    ("x = ('%s'\n  %d)", "x = ('%s'\n  %d)"),
    ("x = '''\n%d\n!x'''", "x = '''\n%d\n!x'''"),
    ("x = 1", "x = 1"),
]


@pytest.mark.parametrize(("text", "expected"), PLAIN)
def test_what_only_ipython_knows_is_left_out(text: str, expected: str) -> None:
    assert plain_python(text) == expected


CELLS = [
    ("%%time\nx = 1", Cell("python", "\nx = 1")),
    ("%%bash\nls", Cell("", "\nls")),
    ("%%html\n<b>", Cell("markup", "")),
    ("%md Kop", Cell("markup", "")),
    ("%sql\nselect 1", Cell("sql", "\nselect 1")),
    ("%sql select a,\n b from c", Cell("sql", "select a,\n b from c")),
    ("%sql select 1\nx = 1", Cell("python", "%sql select 1\nx = 1")),
    ("%%bigquery df --project p\nselect 1", Cell("sql", "\nselect 1", ("df",))),
    ("%%sql sqlite:///x.db\nselect 1", Cell("sql", "\nselect 1")),
    ("%%sql -o df\nselect 1", Cell("sql", "\nselect 1", ("df",))),
    ("%%R -i a,b -o c\nc <- a", Cell("r", "\nc <- a", ("c",), ("a", "b"))),
    ("\n%%R\nx", Cell("r", "\n\nx")),
]


@pytest.mark.parametrize(("text", "expected"), CELLS)
def test_a_cell_is_taken_apart(text: str, expected: Cell) -> None:
    assert take_apart(text, "python") == expected
    assert not expected.text or expected.text.count("\n") == text.count("\n")


def test_a_cell_in_another_language_is_told() -> None:
    content = book(cell("%%bash", "ls"))
    unit = read(content)["python"]
    assert unit.hidden == (Hidden("cell_language", line_of(content, "%%bash")),)


def test_a_broken_cell_leaves_the_others_whole() -> None:
    content = book(cell("x = (1,"), cell("y = df.nat"))
    line = line_of(content, "y =")
    unit = read(content)["python"]
    wanted: Stmt = Assign((Name("y", line),), Attr(Name("df", line), "nat", line), line)
    assert wanted in unit.body
    assert unit.hidden == (Hidden("syntax_error", line_of(content, "x = (")),)


BROKEN = [b'{"cells": [', b"", b"[]", b"{}", b"null", b"[" * 100_000]


@pytest.mark.parametrize("content", BROKEN, ids=[text[:8] for text in BROKEN])
def test_a_broken_notebook_is_hidden(content: bytes) -> None:
    (unit,) = NotebookReader().read("a.ipynb", content)
    assert (unit.body, unit.hidden) == ((), (Hidden("notebook_broken", 1),))


def test_a_very_large_notebook_is_not_read() -> None:
    (unit,) = NotebookReader().read("a.ipynb", b" " * (MAX_NOTEBOOK_BYTES + 1))
    assert unit.hidden == (Hidden("too_large", 1),)


def test_a_notebook_without_code_is_an_empty_unit() -> None:
    assert read(book()) == {"python": CodeUnit("a.ipynb", "python", ())}


def test_deep_nesting_in_a_cell_is_no_problem() -> None:
    deep = "x = " + "f(" * 5000 + "nat" + ")" * 5000
    assert read(book(cell(deep)))["python"].body[0].line > 1


_JSON = st.recursive(
    st.none() | st.integers() | st.text(max_size=20) | st.just("%%R -i x\ny"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["cells", "source", "cell_type", "metadata", "worksheets", "language"]),
        inner | st.just("code"), max_size=4),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(st.one_of(st.binary(max_size=60), _JSON.map(lambda value: json.dumps(value).encode()),
                 st.lists(_JSON, max_size=2).map(lambda cells: json.dumps({"cells": [
                     {"cell_type": "code", "source": c} for c in cells]}).encode())))  # fmt: skip
def test_no_bytes_are_refused(content: bytes) -> None:
    assert NotebookReader().read("a.ipynb", content)
