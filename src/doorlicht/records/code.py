"""The small language that every reader of code translates to.

What matters for following a column is the same in Python, R and SAS: names, calls, pipes, lists of
names, formulas. A reader (``lineage/readers/``) turns the syntax tree of its grammar into these
nodes; one interpreter (``lineage/``) walks them, whatever the language.

The nodes are named tuples: a code base of 20 MB has millions of them, and a named tuple is made
three times as fast as a frozen dataclass. Every node that can be pointed at ends with ``line``
(1 is the first line of the file, also for cells of a notebook and chunks of a document).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

Language = Literal["python", "r", "sql", "sas", "data"]


class Const(NamedTuple):
    """A literal: text, number, truth value or nothing."""

    value: str | int | float | bool | None
    line: int


class Name(NamedTuple):
    """A variable. In R a dotted name (``data.table``) is one name; ``pkg::f`` is an Attr."""

    id: str
    line: int


class Attr(NamedTuple):
    """``base.name``; in R ``base$name``, ``base@name`` and ``package::name``."""

    base: Expr
    name: str
    line: int


class Item(NamedTuple):
    """``base[keys]``; ``is_element`` for ``[[ ]]`` of R, always false in Python.

    A key may be a :class:`Slice`, or :class:`Missing` for an empty place (``df[, "x"]``). Keyword
    arguments inside brackets (``dt[, x, by = g]``) are in ``named``.
    """

    base: Expr
    keys: tuple[Expr, ...]
    line: int
    is_element: bool = False
    named: tuple[Arg, ...] = ()


class Missing(NamedTuple):
    """An argument or key left empty."""

    line: int


class Slice(NamedTuple):
    """``low:high:step`` between brackets; ``a:b`` of R outside brackets is an Op ``:``."""

    low: Expr | None
    high: Expr | None
    step: Expr | None
    line: int


class Arg(NamedTuple):
    """An argument of a call; ``spread`` is ``*`` or ``**`` (R: ``...`` and ``!!!`` are ``*``)."""

    name: str | None
    value: Expr
    spread: Literal["", "*", "**"] = ""


class Call(NamedTuple):
    """A call. A pipe ``x %>% f(y)`` is already the call ``f(x, y)``, a dot put in its place."""

    func: Expr
    args: tuple[Arg, ...]
    line: int


class Op(NamedTuple):
    """An operator with its operands, spelled as in the language: ``+``, ``==``, ``in``, ``%in%``,
    ``not``, ``and``, ``&``, ``!``, ``:``, ``-`` (one operand is the sign).
    """  # noqa: D205

    op: str
    operands: tuple[Expr, ...]
    line: int


class Seq(NamedTuple):
    """Elements written out. ``kind`` ``vector`` is ``c(...)`` of R; names are in ``Arg.name``."""

    items: tuple[Arg, ...]
    kind: Literal["list", "tuple", "set", "vector"]
    line: int


class Dict(NamedTuple):
    """Pairs of key and value; a key of ``None`` spreads another dictionary (``**other``)."""

    pairs: tuple[tuple[Expr | None, Expr], ...]
    line: int


class Format(NamedTuple):
    """Text put together: an f-string, ``"%s_x" % y``, ``"{}".format(y)``, ``glue("{y}")``."""

    parts: tuple[Expr, ...]
    line: int


class Formula(NamedTuple):
    """``left ~ right`` of R, of patsy and of PROC steps; ``left`` is ``None`` in ``~ right``."""

    left: Expr | None
    right: Expr
    line: int


class Choice(NamedTuple):
    """A conditional expression."""

    test: Expr
    yes: Expr
    no: Expr | None
    line: int


class Each(NamedTuple):
    """A comprehension: ``element for target in iterable if condition``.

    ``key`` is filled for a dictionary. Several ``for`` are nested in ``loops`` in their order.
    """

    key: Expr | None
    element: Expr
    loops: tuple[tuple[Expr, Expr], ...]
    conditions: tuple[Expr, ...]
    kind: Literal["list", "set", "dict", "generator"]
    line: int


class Param(NamedTuple):
    """A parameter; ``spread`` as in :class:`Arg` (``...`` of R is ``*`` with the name ``...``).

    ``kind`` is the class that Python says it is of, if that is written as a name.
    """

    name: str
    default: Expr | None = None
    spread: Literal["", "*", "**"] = ""
    kind: Expr | None = None


class Lambda(NamedTuple):
    """A function without a name. ``body`` as in :class:`Function`.

    ``~ .x + 1`` of purrr is a Formula; the interpreter knows where it stands for a function.
    """

    params: tuple[Param, ...]
    body: tuple[Stmt, ...]
    line: int


class Block(NamedTuple):
    """``{ ... }`` or an ``if`` as an expression in R: its value is that of its last statement."""

    body: tuple[Stmt, ...]
    line: int


class Opaque(NamedTuple):
    """An expression that has no better node; what stands in it still flows through it.

    ``construct`` names it for a blind spot if it can hide a flow, and is empty if it cannot
    (an ``await``, a cast).
    """

    parts: tuple[Expr, ...]
    line: int
    construct: str = ""


Expr: TypeAlias = (
    Const | Name | Attr | Item | Missing | Slice | Call | Op | Seq | Dict | Format | Formula
    | Choice | Each | Lambda | Block | Opaque
)  # fmt: skip


class Assign(NamedTuple):
    """``targets = value``; each target gets the value (a Seq of targets takes it apart).

    ``x += y`` is Assign of Op("+", (x, y)). ``is_global`` for ``<<-`` and ``global x``.
    """

    targets: tuple[Expr, ...]
    value: Expr
    line: int
    is_global: bool = False


class Do(NamedTuple):
    """An expression on its own; with a :class:`Missing`, the rest of a pass of a loop is left."""

    value: Expr
    line: int


class If(NamedTuple):
    """Both branches are followed. ``if False:`` is marked by its test, not left out."""

    test: Expr
    body: tuple[Stmt, ...]
    orelse: tuple[Stmt, ...]
    line: int


class Loop(NamedTuple):
    """``for target in iterable`` or, without those, ``while`` and ``repeat``."""

    target: Expr | None
    iterable: Expr | None
    body: tuple[Stmt, ...]
    line: int


class Function(NamedTuple):
    """A function with a name. In R ``f <- function(x) ...`` is an Assign of a Lambda.

    ``yields_last`` is true in R: the value is that of the last statement, also without Return.
    """

    name: str
    params: tuple[Param, ...]
    body: tuple[Stmt, ...]
    line: int
    decorators: tuple[Expr, ...] = ()


class Class(NamedTuple):
    """A class; its bases are looked up where it stands."""

    name: str
    bases: tuple[Expr, ...]
    body: tuple[Stmt, ...]
    line: int
    decorators: tuple[Expr, ...] = ()


class Return(NamedTuple):
    """``return value``; also ``yield`` (what a caller iterates over)."""

    value: Expr | None
    line: int


class Import(NamedTuple):
    """``import module as alias`` or ``from module import name as alias``.

    ``name`` is ``*`` for all names and for ``library(module)`` of R; ``level`` counts the dots of
    a relative import.
    """

    module: str
    name: str | None
    alias: str | None
    level: int
    line: int


class Delete(NamedTuple):
    """``del x``, ``del df["x"]``, ``rm(x)``."""

    targets: tuple[Expr, ...]
    line: int


class With(NamedTuple):
    """``with value as target``; ``try`` is a With without items, all branches in ``body``."""

    items: tuple[tuple[Expr, Expr | None], ...]
    body: tuple[Stmt, ...]
    line: int


Stmt: TypeAlias = (
    Assign | Do | If | Loop | Function | Class | Return | Import | Delete | With
)  # fmt: skip


class Comment(NamedTuple):
    """A comment or a documentation text, with the line it begins on."""

    text: str
    line: int


INTRINSICS = (
    "@read", "@write", "@sql", "@model", "@fit", "@score", "@rules", "@keep", "@drop", "@rename",
    "@filter", "@merge", "@stack", "@aggregate", "@derive", "@pivot", "@include", "@at", "@lose",
)  # fmt: skip
"""Names of functions that readers may call for what has no function in the language itself:

- ``@read(dataset)`` a table, by the path or name of its data set
- ``@write(table, dataset)``
- ``@sql(text, dialect=)`` carries out SQL; the value is the table of the last query
- ``@keep(table, names)``, ``@drop(table, names)``, ``@rename(table, {new: old})``
- ``@filter(table, condition)``; names in the condition are columns of the table
- ``@derive(table, {name: expression})``; names in the expressions are columns of the table
- ``@merge(table, table, ..., by=names)``, ``@stack(table, table, ...)``
- ``@aggregate(table, by=names, columns=names)``
- ``@pivot(table, by=names, names=column, values=columns, prefix=text)`` rows become columns, which
  are called as the values of ``names``
- ``@include(path)`` the code of another file, here
- ``@at(path)`` what follows stands in another file, though it is carried out here (a macro)
- ``@lose(construct)`` what stands here could not be translated
- ``@fit(table, features=names, target=name, weights=name, algorithm=text, name=text,
  selection=text)``; ``selection`` is filled if the data decides which features stay
- ``@score(model, table, out=name)`` the table with a score
- ``@model(name=, algorithm=, features=names, target=name)`` a model that this file describes
- ``@rules(table, inputs=names, output=name, name=text)`` a rule set that scores or selects
"""


class Hidden(NamedTuple):
    """A construct that a reader could not translate: becomes a blind spot with file and line.

    ``construct`` is a key of the texts ``blind_spot.code_<construct>`` (``syntax_error``,
    ``macro``, ``dynamic_code`` ...).
    """

    construct: str
    line: int


@dataclass(frozen=True, slots=True)
class CodeUnit:
    """One file of code, read.

    Attributes
    ----------
    path
        Relative to the root that is traced, with ``/``.
    language
        Whose rules hold: whether names can be columns, whether the last value is returned.
    body
        Its statements.
    comments
        For references in comments and for code that is commented out.
    hidden
        What could not be read in it.
    """

    path: str
    language: Language
    body: tuple[Stmt, ...]
    comments: tuple[Comment, ...] = ()
    hidden: tuple[Hidden, ...] = field(default=())
