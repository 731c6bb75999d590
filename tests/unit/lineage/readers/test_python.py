"""Python is read as the nodes of the small language, with the lines on which things stand."""

from __future__ import annotations

from pathlib import Path

import pytest
import sklearn
from hypothesis import given, settings
from hypothesis import strategies as st

from doorlicht.lineage.readers.python import PythonReader, read_python
from doorlicht.lineage.readers.source import MAX_BYTES, MAX_DEPTH, MAX_HIDDEN
from doorlicht.records import code
from doorlicht.records.code import (
    Arg,
    Assign,
    Attr,
    Call,
    Choice,
    Class,
    Comment,
    Const,
    Delete,
    Dict,
    Do,
    Each,
    Expr,
    Format,
    Function,
    Hidden,
    If,
    Import,
    Item,
    Lambda,
    Loop,
    Missing,
    Name,
    Op,
    Opaque,
    Param,
    Return,
    Seq,
    Slice,
    Stmt,
    With,
)


def n(name: str, line: int = 1) -> Name:
    return Name(name, line)


def c(value: str | int | float | bool | None, line: int = 1) -> Const:
    return Const(value, line)


def args(*values: Expr) -> tuple[Arg, ...]:
    return tuple(Arg(None, value) for value in values)


def tup(*values: Expr, line: int = 1) -> Seq:
    return Seq(args(*values), "tuple", line)


def body(source: str) -> tuple[Stmt, ...]:
    return read_python("a.py", source).body


EXPRESSIONS: list[tuple[str, Expr]] = [
    ("0x1F", c(31)),
    ("0777", c(511)),
    ("10L", c(10)),
    ("1e3", c(1000.0)),
    ("-1", c(-1)),
    ("2j", c(2.0)),
    ("None", c(None)),
    ("...", c(None)),
    ("True", c(True)),
    ("a.b.c", Attr(Attr(n("a"), "b", 1), "c", 1)),
    ("a[1]", Item(n("a"), (c(1),), 1)),
    ("a['x', b]", Item(n("a"), (c("x"), n("b")), 1)),
    ("a[:, ::2]", Item(n("a"), (Slice(None, None, None, 1), Slice(None, None, c(2), 1)), 1)),
    ("a[1:b]", Item(n("a"), (Slice(c(1), n("b"), None, 1),), 1)),
    (
        "f(a, *b, k=c, **d)",
        Call(
            n("f"),
            (Arg(None, n("a")), Arg(None, n("b"), "*"), Arg("k", n("c")), Arg(None, n("d"), "**")),
            1,
        ),
    ),
    ("a + b + c", Op("+", (n("a"), n("b"), n("c")), 1)),
    ("a - b - c", Op("-", (Op("-", (n("a"), n("b")), 1), n("c")), 1)),
    ("a and b or c", Op("or", (Op("and", (n("a"), n("b")), 1), n("c")), 1)),
    ("not a", Op("not", (n("a"),), 1)),
    ("~a", Op("~", (n("a"),), 1)),
    ("a not in b", Op("not in", (n("a"), n("b")), 1)),
    ("a is  not b", Op("is not", (n("a"), n("b")), 1)),
    ("a <> b", Op("!=", (n("a"), n("b")), 1)),
    ("a < b <= c", Op("and", (Op("<", (n("a"), n("b")), 1), Op("<=", (n("b"), n("c")), 1)), 1)),
    ("a if b else c", Choice(n("b"), n("a"), n("c"), 1)),
    ("[a, *b]", Seq((Arg(None, n("a")), Arg(None, n("b"), "*")), "list", 1)),
    ("{a, b}", Seq(args(n("a"), n("b")), "set", 1)),
    ("(a,)", tup(n("a"))),
    ("a, b", tup(n("a"), n("b"))),
    ("{'k': a, **b}", Dict(((c("k"), n("a")), (None, n("b"))), 1)),
    (
        "[x for y in z if w for x in y]",
        Each(None, n("x"), ((n("y"), n("z")), (n("x"), n("y"))), (n("w"),), "list", 1),
    ),
    ("{k: v for k, v in z}", Each(n("k"), n("v"), ((tup(n("k"), n("v")), n("z")),), (), "dict", 1)),
    (
        "any(w in x for w in ws)",
        Call(
            n("any"),
            args(
                Each(None, Op("in", (n("w"), n("x")), 1), ((n("w"), n("ws")),), (), "generator", 1)
            ),
            1,
        ),
    ),
    (
        "lambda a, *b, c=1: a",
        Lambda((Param("a"), Param("b", None, "*"), Param("c", c(1))), (Return(n("a"), 1),), 1),
    ),
    ("await a", Opaque((n("a"),), 1)),
    ("(x := a)", code.Block((Assign((n("x"),), n("a"), 1), Do(n("x"), 1)), 1)),
    ("`a`", Call(n("repr"), args(n("a")), 1)),
    ("('a'  'b')", c("ab")),
    ('f"x_{a}"', Format((c("x_"), n("a")), 1)),
    ('f"{{{a!r:>4}}}"', Format((c("{"), n("a"), c("}")), 1)),
    ('f"{a=}"', Format((c("a="), n("a")), 1)),
    ('f"{a:{w}}"', Format((Opaque((n("a"), n("w")), 1),), 1)),
    ('"p" f"{a}" "s"', Format((c("p"), n("a"), c("s")), 1)),
    ("f\"{d['k']}_{f'{a}x'}\"", Format(
        (Item(n("d"), (c("k"),), 1), c("_"), Format((n("a"), c("x")), 1)), 1)),
    ('"%s_x" % a', Format((n("a"), c("_x")), 1)),
    ('"%s_%d%%" % (a, b)', Format((n("a"), c("_"), n("b"), c("%")), 1)),
    ('"%(k)s" % {"k": a}', Format((n("a"),), 1)),
    ('"%(k)s" % d', Format((Item(n("d"), (c("k"),), 1),), 1)),
    ("a % b", Op("%", (n("a"), n("b")), 1)),
    ('"{}_{x}_{0}".format(a, x=b)', Format((n("a"), c("_"), n("b"), c("_"), n("a")), 1)),
    ('"{0[k]}".format(a)', Format((Opaque((n("a"),), 1),), 1)),
    ('"{}".format(*a)', Call(Attr(c("{}"), "format", 1), (Arg(None, n("a"), "*"),), 1)),
]  # fmt: skip


@pytest.mark.parametrize(("source", "expected"), EXPRESSIONS, ids=[s for s, _ in EXPRESSIONS])
def test_an_expression_is_read_as_its_node(source: str, expected: Expr) -> None:
    assert body(f"_ = {source}") == (Assign((n("_"),), expected, 1),)


TEXTS = [
    (r"'a\x41\u00eb\n'", "aAë\n"),
    (r"'\N{LATIN SMALL LETTER E WITH DIAERESIS}\101'", "ëA"),
    (r"r'\d'", r"\d"),
    (r"'\d'", r"\d"),
    (r"b'\xff'", r"\xff"),
    (r"u'x'", "x"),
    (r"'\ud800'", "\ufffd"),
    ("'''a\nb'''", "a\nb"),
    ("''", ""),
    ("'a' 'b'", "ab"),
]


@pytest.mark.parametrize(("source", "expected"), TEXTS)
def test_a_text_has_its_escapes_carried_out(source: str, expected: str) -> None:
    assert body(f"x = {source}") == (Assign((n("x"),), c(expected), 1),)


STATEMENTS: list[tuple[str, tuple[Stmt, ...]]] = [
    ("x = y = 1", (Assign((n("x"), n("y")), c(1), 1),)),
    ("x: int = 1", (Assign((n("x"),), c(1), 1),)),
    ("x: int", (Assign((n("x"),), Missing(1), 1),)),
    ("x //= y", (Assign((n("x"),), Op("//", (n("x"), n("y")), 1), 1),)),
    ("a, *b = c", (
        Assign((Seq((Arg(None, n("a")), Arg(None, n("b"), "*")), "tuple", 1),), n("c"), 1),)),
    ("df.x", (Do(Attr(n("df"), "x", 1), 1),)),
    ("if a: b\nelif c: d\nelse: e", (
        If(n("a"), (Do(n("b"), 1),),
           (If(n("c", 2), (Do(n("d", 2), 2),), (Do(n("e", 3), 3),), 2),), 1),)),
    ("for a in b: c\nelse: d", (Loop(n("a"), n("b"), (Do(n("c"), 1),), 1), Do(n("d", 2), 2))),
    ("for a in b, c: pass", (Loop(n("a"), tup(n("b"), n("c")), (), 1),)),
    ("while a: b", (Loop(None, n("a"), (Do(n("b"), 1),), 1),)),
    ("with a as b, c: d", (With(((n("a"), n("b")), (n("c"), None)), (Do(n("d"), 1),), 1),)),
    ("try: a\nexcept X as e: b\nelse: c\nfinally: d", (
        With((), (
            Do(n("a"), 1), Do(n("c", 3), 3),
            If(Opaque((n("X", 2),), 2),
               (Assign((n("e", 2),), n("X", 2), 2), Do(n("b", 2), 2)), (), 2),
            Do(n("d", 4), 4)), 1),)),
    ("try: a\nexcept X, e: b", (
        With((), (
            Do(n("a"), 1),
            If(Opaque((n("X", 2),), 2),
               (Assign((n("e", 2),), n("X", 2), 2), Do(n("b", 2), 2)), (), 2)), 1),)),
    ("@d(1)\nasync def f(a: int, b=1, /, *, c: str = 's', **k) -> int:\n  'doc'\n  return a", (
        Function(
            "f",
            (Param("a", None, "", n("int", 2)), Param("b", c(1, 2)), Param("c", c("s", 2)),
             Param("k", None, "**")),
            (Return(n("a", 4), 4),), 2, (Call(n("d"), args(c(1)), 1),)),)),
    ("def f((a, b)): pass", (
        Function("f", (Param("(a, b)"),),
                 (Assign((tup(n("a"), n("b")),), n("(a, b)"), 1),), 1),)),
    ("@d\nclass A(B, metaclass=M):\n  x = 1", (
        Class("A", (n("B", 2),), (Assign((n("x", 3),), c(1, 3), 3),), 2, (n("d"),)),)),
    ("import a.b as c, d", (Import("a.b", None, "c", 0, 1), Import("d", None, None, 0, 1))),
    ("from ..a import (b as c,\n d)", (Import("a", "b", "c", 2, 1), Import("a", "d", None, 2, 2))),
    ("from . import *", (Import("", "*", None, 1, 1),)),
    ("del a, b['x']", (Delete((n("a"), Item(n("b"), (c("x"),), 1)), 1),)),
    ("yield a", (Return(n("a"), 1),)),
    ("yield from a", (Return(n("a"), 1),)),
    ("assert a, b", (Do(n("a"), 1), Do(n("b"), 1))),
    ("raise A from b", (Do(n("A"), 1), Do(n("b"), 1))),
    ("def f():\n  global g\n  g = 1\n  h = 2", (
        Function("f", (), (
            Assign((n("g", 3),), c(1, 3), 3, is_global=True),
            Assign((n("h", 4),), c(2, 4), 4)), 1),)),
    ("print 'x', y", (Do(Call(n("print"), args(c("x"), n("y")), 1), 1),)),
    ("print >>f, x", (Do(Call(n("print"), (Arg("file", n("f")), Arg(None, n("x"))), 1), 1),)),
    ("exec 'x' in ns", (Do(Call(n("exec"), args(c("x"), n("ns")), 1), 1),)),
    ("exec('x')", (Do(Call(n("exec"), args(c("x")), 1), 1),)),
    ("pass; break", (Do(Missing(1), 1),)),
    ("match a:\n case {'k': v} if v: b\n case 1: c", (
        If(Opaque((n("a"),), 2),
           (Assign((n("v", 2),), Item(n("a"), (c("k", 2),), 2), 2),
            If(n("v", 2), (Do(n("b", 2), 2),), (), 2)),
           (If(Op("==", (n("a"), c(1, 3)), 3), (Do(n("c", 3), 3),), (), 3),), 2),)),
]  # fmt: skip


@pytest.mark.parametrize(("source", "expected"), STATEMENTS, ids=[s for s, _ in STATEMENTS])
def test_a_statement_is_read_as_its_node(source: str, expected: tuple[Stmt, ...]) -> None:
    unit = read_python("a.py", source)
    assert (unit.body, unit.hidden) == (expected, ())


def test_a_call_in_a_chain_is_on_the_line_of_its_name() -> None:
    chain = "x = (df\n  .merge(a)\n  .fit(\n    b['y']))"
    merged = Call(Attr(n("df"), "merge", 2), args(n("a", 2)), 2)
    fitted = Call(Attr(merged, "fit", 3), args(Item(n("b", 4), (c("y", 4),), 4)), 3)
    assert body(chain) == (Assign((n("x"),), fitted, 1),)


def test_texts_over_several_lines_keep_their_lines() -> None:
    assert body('q = ("select a, "\n  "nat "\n  f"from {t}")') == (
        Assign(
            (n("q"),),
            Format((c("select a, "), c("nat ", 2), c("from ", 3), n("t", 3)), 1),
            1,
        ),
    )


def test_a_text_that_begins_with_a_line_end_is_on_the_next_line() -> None:
    assert body('q = """\\\nselect nat"""') == (Assign((n("q"),), c("select nat", 2), 1),)


def test_comments_and_documentation_are_kept_aside() -> None:
    source = '"""Over\nnat"""\nx = [1,  # een\n  2]\ndef f():\n    # twee\n    "doc"\n    b"z"\n'
    unit = read_python("a.py", source)
    assert unit.comments == (
        Comment("Over\nnat", 1),
        Comment("een", 3),
        Comment("twee", 6),
        Comment("doc", 7),
        Comment("z", 8),
    )
    assert unit.body[1] == Function("f", (), (), 5)


def test_comments_anywhere_change_nothing_else() -> None:
    plain = "x = f(a, b=c)[d] + e if g else {h: i}\ny = j.k\n"
    spread = (
        "x = f( # 1\n a, # 2\n b # 3\n = # 4\n c)[ # 5\n d # 6\n ] + \\\n e if ( # 7\n g) else "
        "{ # 8\n h: # 9\n i}\ny = j.\\\n k # 10\n"
    )
    unit = read_python("a.py", spread)
    assert len(unit.comments) == 10
    assert unit.hidden == ()
    assert _without_lines(unit.body) == _without_lines(body(plain))


def _without_lines(node: object) -> object:
    if not isinstance(node, tuple):
        return node
    fields: tuple[str, ...] = getattr(node, "_fields", ("",) * len(node))
    parts = [_without_lines(v) for name, v in zip(fields, node, strict=True) if name != "line"]
    return (type(node).__name__, *parts)


# ── damage ──────────────────────────────────────────────────────────────────────────────────

DAMAGED = [
    ("open bracket", "x = f(a, b\ny = df['nat']\n", [1], 2),
    ("broken head", "def f(:\n    y = df['nat']\nz = 1\n", [1], 2),
    ("missing colon", "def f(df):\n    if q\n        y = df['nat']\n    return y\n", [2], 3),
    ("conflict", "def f(df):\n<<<<<<< HEAD\n    y = df['nat']\n=======\n", [2, 4], 3),
    (
        "after damage",
        "class A:\n  def f(self): return )\n  def g(self):\n    y = df['nat']\n",
        [2],
        4,
    ),
    ("decorated", "x = (\n@d\ndef f():\n    y = df['nat']\n", [1], 4),
]


@pytest.mark.parametrize(
    ("source", "lines", "line"), [case[1:] for case in DAMAGED], ids=[case[0] for case in DAMAGED]
)
def test_what_is_whole_around_an_error_is_read(source: str, lines: list[int], line: int) -> None:
    unit = read_python("a.py", source)
    assert unit.hidden == tuple(Hidden("syntax_error", each) for each in lines)
    wanted = Assign((n("y", line),), Item(n("df", line), (c("nat", line),), line), line)
    assert wanted in _all_nodes(unit.body)


def test_a_text_in_a_damaged_statement_is_no_documentation() -> None:
    unit = read_python("a.py", "y = df['nat' + (")
    assert unit.comments == ()
    assert c("nat") in _all_nodes(unit.body)


def test_a_file_that_is_no_python_has_few_hidden_places() -> None:
    unit = read_python("a.py", "Dit is (geen code.\nx = 1\n" * 500)
    assert 0 < len(unit.hidden) <= MAX_HIDDEN


def _all_nodes(node: object) -> list[object]:
    found: list[object] = []
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if isinstance(each, tuple):
            found.append(each)
            waiting.extend(each)
    return found


# ── bytes and bounds ────────────────────────────────────────────────────────────────────────

ENCODED = [
    ("utf-8", "x = 'ë'".encode(), "ë"),
    ("mark", b"\xef\xbb\xbf" + "x = 'ë'".encode(), "ë"),
    ("cookie", b"# -*- coding: cp437 -*-\nx = '\x89'", "ë"),
    ("no cookie", b"x = 'Zo\xeb \x80'", "Zoë €"),
    ("unknown cookie", b"# coding: nergens\nx = '\xeb'", "ë"),
    ("cookie of bytes", b"# coding: hex\nx = '\xeb'", "ë"),
    ("odd cookie", b"# coding: idna\nx = '\xeb'", "ë"),
    ("utf-16", "x = 'ë'".encode("utf-16"), "ë"),
    ("nul", b"x = 'a\0b'", "a b"),
]


@pytest.mark.parametrize(
    ("content", "text"), [case[1:] for case in ENCODED], ids=[case[0] for case in ENCODED]
)
def test_bytes_are_read_in_their_encoding(content: bytes, text: str) -> None:
    unit = PythonReader().read("a.py", content)[0]
    value = unit.body[-1]
    assert isinstance(value, Assign)
    assert isinstance(value.value, Const)
    assert value.value.value == text


DEEP = [
    "x = " + "(" * 9000 + "nat" + ")" * 9000,
    "x = " + "[" * 9000 + "nat" + "]" * 9000,
    "x = " + "f(" * 9000 + "nat" + ")" * 9000,
    "x = " + "{0:" * 9000 + "nat" + "}" * 9000,
    "x = " + "not " * 9000 + "nat",
    "x = " + "-" * 9000 + "nat",
    "x = " + "1 ** " * 9000 + "nat",
    "x = " + "lambda: " * 9000 + "nat",
    "x = " + "1 if 2 else " * 9000 + "nat",
    "x = nat" + ".a(b)" * 9000,
    "x = nat" + "[b]" * 9000,
]


@pytest.mark.parametrize("source", DEEP, ids=[source[4:12] for source in DEEP])
def test_deep_nesting_becomes_opaque_and_keeps_its_names(source: str) -> None:
    unit = read_python("a.py", source)
    assert _depth(unit.body) < 3 * MAX_DEPTH
    nodes = _all_nodes(unit.body)
    assert n("nat") in nodes
    assert any(isinstance(node, Opaque) and node.construct == "deep_nesting" for node in nodes)


LONG = [
    "x = a" + " + b" * 9000,
    "x = a" + " + b - c" * 9000,
    "x = a" + " and b" * 9000,
    "x = a" + " < b" * 9000,
    "x = 'a'" + " 'b'" * 9000,
    "a = " * 9000 + "1",
    "if a: b\n" + "elif c: d\n" * 3000,
    "match a:\n" + " case 1: b\n" * 3000,
    "".join(" " * i + "if a:\n" for i in range(400)) + " " * 400 + "x\n",
]


@pytest.mark.parametrize("source", LONG, ids=[source[:14] for source in LONG])
def test_long_rows_do_not_nest(source: str) -> None:
    assert _depth(read_python("a.py", source).body) < 3 * MAX_DEPTH


def _depth(node: object) -> int:
    deepest = 0
    waiting: list[tuple[object, int]] = [(node, 0)]
    while waiting:
        each, depth = waiting.pop()
        deepest = max(deepest, depth)
        if isinstance(each, tuple):
            waiting.extend((part, depth + hasattr(each, "_fields")) for part in each)
    return deepest


def test_a_very_large_file_is_not_read() -> None:
    unit = PythonReader().read("a.py", b"x" * (MAX_BYTES + 1))[0]
    assert (unit.body, unit.hidden) == ((), (Hidden("too_large", 1),))


_WORDS = (
    'if else elif : ( ) [ ] { } = == x \'a\' """ f"{ }" ` % .format # def class @ lambda , * ** ->'
    " try except as with match case print exec \\ \x00 yield await := 1 0x \xeb"
)
_PIECES = st.sampled_from([*_WORDS.split(" "), "\n", "\n\t", "\n ", "\n\n"])


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.lists(_PIECES, max_size=60).map(
    lambda parts: " ".join(parts).encode("latin-1"))))  # fmt: skip
def test_no_bytes_are_refused(content: bytes) -> None:
    (unit,) = PythonReader().read("a.py", content)
    assert all(hidden.line >= 1 for hidden in unit.hidden)


def test_the_source_of_a_large_package_is_read() -> None:
    folder = Path(sklearn.__file__).parent
    files = sorted(folder.rglob("*.py"))[::7]
    units = [PythonReader().read(file.name, file.read_bytes())[0] for file in files]
    assert [unit.hidden for unit in units] == [()] * len(units)
    assert sum(len(unit.body) for unit in units) > 1000
