"""What the interpreter knows of a value: not the value itself, but its form and where it came from.

The main form is :class:`Frame`, a table as a set of columns. Columns that code names are known;
the others (``SELECT *``, a file whose columns nobody spelled) travel unnamed as a :class:`Rest`:
all columns of a data set but those left out. A column read by name from a rest becomes known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal, NamedTuple, TypeAlias

from doorlicht.lineage.graph import NOTHING, Deps, Place
from doorlicht.lineage.patterns import MAX_SUBJECT, compiled
from doorlicht.records.code import Class as ClassNode
from doorlicht.records.code import Expr, Formula, Param, Stmt
from doorlicht.records.flows import Visibility

NO_PLACE: Final = Place("", 0)

HOLE: Final = "\ufffc"
"""Stands in a text for a piece that is not known."""

Places: TypeAlias = frozenset[Place]
NOWHERE: Final[Places] = frozenset()


def any_value_of(name: str) -> str:
    """Return how columns are called of which each has a value of ``name`` as its name."""
    return f"{HOLE}{name}{HOLE}"


def is_any_value(name: str) -> bool:
    """Return whether this stands for columns that are called as the values of another."""
    return len(name) > 1 and name[0] == HOLE and name[-1] == HOLE


class Gate(NamedTuple):
    """A test on the names of columns that a rest went through: ``"nat" not in name``."""

    kind: Literal["contains", "starts", "ends", "matches", "in"]
    words: tuple[str, ...]
    is_kept: bool
    """Whether names that pass the test stay (true) or go (false)."""

    def lets(self, name: str) -> bool:
        """Return whether a column of this name stays; an unreadable pattern lets all stay."""
        if is_any_value(name):
            return True
        low = name.lower()
        if self.kind == "matches":
            patterns = [compiled(word) for word in self.words]
            if None in patterns or len(name) > MAX_SUBJECT:
                return True
            found = any(pattern.search(name) for pattern in patterns if pattern is not None)
        elif self.kind == "contains":
            found = any(word.lower() in low for word in self.words)
        elif self.kind == "starts":
            found = any(low.startswith(word.lower()) for word in self.words)
        elif self.kind == "ends":
            found = any(low.endswith(word.lower()) for word in self.words)
        else:
            found = any(low == word.lower() for word in self.words)
        return found is self.is_kept


class Rest(NamedTuple):
    """All columns of a data set but those left out; ``step`` is the node of its reading."""

    dataset: str
    step: int
    left_out: frozenset[str] = frozenset()
    gates: tuple[Gate, ...] = ()
    pattern: str = HOLE
    """How the columns are called now: ``x_<hole>`` after a prefix was put before each."""
    also: Deps = NOTHING
    """What else they depend on: the keys by which the table was looked up."""

    def lets(self, name: str) -> bool:
        """Return whether a column of this name (as in the data set) can be in it."""
        low = name.lower()
        return low not in self.left_out and all(gate.lets(name) for gate in self.gates)


@dataclass(slots=True, eq=False)
class Value:
    """Anything; ``deps`` are the nodes that it was made of."""

    deps: Deps = NOTHING


@dataclass(slots=True, eq=False)
class Unknown(Value):
    """A value of which only its origin is known. ``name`` says what it is called in the code."""

    name: str = ""
    frame: Frame | None = None
    """The table it turned out to be, once code used it as one."""
    lost: bool = False
    held: Frame | None = None
    """What the last query gave that it carried out, if it is a cursor."""


@dataclass(slots=True, eq=False)
class Literal_(Value):  # noqa: N801 (Literal is a name of typing)
    """A number, a truth value or nothing."""

    value: int | float | bool | None = None


@dataclass(slots=True, eq=False)
class Text(Value):
    """A text, with :data:`HOLE` for pieces that are not known, and where it is spelled."""

    text: str = HOLE
    places: Places = NOWHERE

    @property
    def is_known(self) -> bool:
        """Whether every piece is known."""
        return HOLE not in self.text


@dataclass(slots=True, eq=False)
class Choices(Value):
    """One of several values: what branches left behind."""

    options: tuple[Value, ...] = ()


@dataclass(slots=True, eq=False)
class Vector(Value):
    """Values in a row, some with a name. ``rests``: also the names of these unnamed columns."""

    items: list[tuple[str | None, Value]] = field(default_factory=list[tuple[str | None, Value]])
    rests: tuple[Rest, ...] = ()
    is_open: bool = False
    """Whether there may be more than those known."""
    by_data: bool = False
    """Whether data decided which are in it."""


@dataclass(slots=True, eq=False)
class Record(Value):
    """Values by name: a dictionary, a named list, settings."""

    fields: dict[str, Value] = field(default_factory=dict[str, Value])
    is_open: bool = False
    places: dict[str, Places] = field(default_factory=dict[str, Places])
    """Where the names are spelled."""


@dataclass(slots=True, eq=False)
class Column(Value):
    """Values of one column, or something computed for each row."""

    name: str = ""
    content: Vector | None = None
    places: Places = NOWHERE
    frame: Frame | None = None


@dataclass(slots=True, eq=False)
class Frame(Value):
    """A table.

    Attributes
    ----------
    columns
        What each known column was made of.
    rests
        Data sets of which other columns travel along.
    rows
        What decided which rows are in it (filters).
    named
        Where the name of a column was last spelled in choosing it.
    dropped
        Columns that were left out on the way, with what they were made of.
    chosen_by_data
        Whether a data-driven selection decided which columns are left.
    groups
        Names of the columns by which it is grouped.
    lists
        What stands in columns, if it is a small file of names.
    """

    columns: dict[str, Deps] = field(default_factory=dict[str, Deps])
    rests: tuple[Rest, ...] = ()
    rows: Deps = NOTHING
    named: dict[str, Places] = field(default_factory=dict[str, Places])
    dropped: dict[str, Deps] = field(default_factory=dict[str, Deps])
    chosen_by_data: bool = False
    weights: Deps = NOTHING
    """What its rows weigh when a model is fitted on it, if it says so itself."""
    is_queryset: bool = False
    """Whether it is the rows of a model of an ORM, of which no fields were chosen yet."""
    is_task: bool = False
    """Whether it is a task of mlr3, which knows its features and changes itself."""
    has_roles: bool = True
    """False for a recipe of which no column was told yet to be a predictor."""
    groups: tuple[str, ...] = ()
    is_rows: bool = False
    """Whether it is a list of rows, and running over it gives them (``csv.DictReader``)."""
    chosen: Deps = NOTHING
    """What chose the rows that are about to be changed, in ``dt[i, x := value]``."""
    lists: dict[str, Vector] = field(default_factory=dict[str, Vector])
    made: dict[str, Visibility] = field(default_factory=dict[str, "Visibility"])
    """Columns whose name was put together or comes from values: ``derived-name``, ``data-value``
    or ``list``."""
    bundles: dict[str, tuple[tuple[str, Places], ...]] = field(
        default_factory=dict[str, "tuple[tuple[str, Places], ...]"]
    )
    """Columns that hold several others, with the names of those."""
    spelled: dict[str, str] = field(default_factory=dict[str, str])
    """How the values of a column are put together: ``language_<hole>``."""
    keys: tuple[str, ...] = ()
    """By which columns its rows were gathered, in their order."""
    index: frozenset[str] = frozenset()
    """Columns that are its index in pandas; ``add_prefix`` does not rename those."""

    def copy(self) -> Frame:
        """Return a frame that can be changed without changing this one."""
        return replace(
            self,
            columns=dict(self.columns),
            named=dict(self.named),
            dropped=dict(self.dropped),
            lists=dict(self.lists),
            made=dict(self.made),
            bundles=dict(self.bundles),
            spelled=dict(self.spelled),
        )

    @property
    def all_deps(self) -> Deps:
        """What all its columns were made of, and the readings of its rests."""
        deps = set(self.deps)
        for each in self.columns.values():
            deps |= each
        deps.update(rest.step for rest in self.rests)
        return frozenset(deps)


@dataclass(slots=True, eq=False)
class FunctionValue(Value):
    """A function of the code itself, with where it was defined."""

    name: str = ""
    params: tuple[Param, ...] = ()
    body: tuple[Stmt, ...] = ()
    scope: Scope | None = None
    file: str = ""
    line: int = 0
    language: str = "python"
    receiver: Value | None = None
    owner: ClassValue | None = None
    bound: tuple[tuple[str | None, Value], ...] = ()
    """Arguments that were given already (``functools.partial``)."""


@dataclass(slots=True, eq=False)
class ClassValue(Value):
    """A class of the code itself."""

    node: ClassNode | None = None
    bases: tuple[Value, ...] = ()
    members: dict[str, Value] = field(default_factory=dict[str, Value])
    file: str = ""


@dataclass(slots=True, eq=False)
class Instance(Value):
    """An object of a class of the code itself."""

    of: ClassValue | None = None
    fields: dict[str, Value] = field(default_factory=dict[str, Value])


@dataclass(slots=True, eq=False)
class Parent(Value):
    """An object seen as one of the classes that ``below`` inherits from: ``super()``."""

    below: ClassValue = field(default_factory=ClassValue)
    instance: Value = field(default_factory=Value)


@dataclass(slots=True, eq=False)
class Known(Value):
    """Something of a library, by its dotted name (``pandas.read_csv``), perhaps with a receiver."""

    name: str = ""
    receiver: Value | None = None
    held: Frame | None = None
    """The same as of an :class:`Unknown`."""


@dataclass(slots=True, eq=False)
class Module(Value):
    """A module of the code itself."""

    scope: Scope | None = None
    name: str = ""


EstimatorRole = Literal["model", "transformer", "selector", "pipeline", "columns", "search"]


@dataclass(slots=True, eq=False)
class Estimator(Value):
    """An object that can be fitted: a model, a transformer, or several in a row.

    Attributes
    ----------
    parts
        The steps of a pipeline, the models of a search or an ensemble, each with the columns that
        it gets (``None``: all).
    keeps_others
        Whether columns that no part names stay.
    key
        Number of the risk model it belongs to, once fitted.
    """

    algorithm: str = ""
    role: EstimatorRole = "model"
    parts: tuple[tuple[str, Value, Value | None], ...] = ()
    keeps_others: bool = True
    place: Place = NO_PLACE
    key: int | None = None
    fitted: Frame | None = None
    name: str = ""
    pending: tuple[Frame, str, Value | None] | None = None
    """Features, target and weights that it was made with, and is yet to be fitted on."""
    options: dict[str, Value] = field(default_factory=dict[str, Value])
    """What it was told by name when it was made."""


@dataclass(slots=True, eq=False)
class Scope:
    """Names and their values, within another scope."""

    names: dict[str, Value] = field(default_factory=dict[str, Value])
    outer: Scope | None = None
    globals: set[str] = field(default_factory=set[str])
    written: dict[str, Expr] = field(default_factory=dict[str, Expr])
    """How a name was written whose columns are of whatever table it is used on: ``F.col("x")``."""

    def find(self, name: str) -> Value | None:
        """Return the value of a name here or further out."""
        scope: Scope | None = self
        while scope is not None:
            value = scope.names.get(name)
            if value is not None:
                return value
            scope = scope.outer
        return None

    def written_as(self, name: str) -> tuple[Expr, Scope] | None:
        """Return the expression of a name that is followed anew for each table, and its scope."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                expr = scope.written.get(name)
                return None if expr is None else (expr, scope)
            scope = scope.outer
        return None

    def holder(self, name: str) -> Scope:
        """Return the nearest scope further out that has a name, or the outermost: ``<<-``."""
        scope = self.outer
        while scope is not None:
            if name in scope.names:
                return scope
            scope = scope.outer
        return self.top()

    def top(self) -> Scope:
        """Return the outermost scope."""
        scope = self
        while scope.outer is not None:
            scope = scope.outer
        return scope


def deps_of(value: Value | None, depth: int = 0) -> Deps:
    """Return everything that a value, and what is inside it, was made of."""
    if value is None:
        return NOTHING
    if isinstance(value, Frame):
        return value.all_deps
    if depth > 4:
        return value.deps
    if isinstance(value, Vector):
        inner = (deps_of(item, depth + 1) for _, item in value.items)
        return value.deps.union(*inner) if value.items else value.deps
    if isinstance(value, Record):
        return value.deps.union(*(deps_of(item, depth + 1) for item in value.fields.values()))
    if isinstance(value, Choices):
        return value.deps.union(*(deps_of(item, depth + 1) for item in value.options))
    if isinstance(value, Unknown) and value.frame is not None:
        return value.deps | value.frame.all_deps
    return value.deps


def held_by(value: Value | None) -> Frame | None:
    """Return what the last query gave that a cursor or connection carried out."""
    return value.held if isinstance(value, (Known, Unknown)) else None


def texts_of(value: Value | None, depth: int = 0) -> list[Text]:
    """Return the texts that a value holds, in their order."""
    if value is None or depth > 6:
        return []
    if isinstance(value, Text):
        return [value]
    if isinstance(value, Vector):
        return [text for _, item in value.items for text in texts_of(item, depth + 1)]
    if isinstance(value, Choices):
        return [text for item in value.options for text in texts_of(item, depth + 1)]
    if isinstance(value, Column) and value.content is not None:
        return texts_of(value.content, depth + 1)
    if isinstance(value, Record):
        return [text for item in value.fields.values() for text in texts_of(item, depth + 1)]
    if isinstance(value, Frame) and value.lists:
        return [text for item in value.lists.values() for text in texts_of(item, depth + 1)]
    return []


def together(first: tuple[Rest, ...], second: tuple[Rest, ...]) -> tuple[Rest, ...]:
    """Return rests of two tables; what came by two ways is there once, as it came first."""
    found: dict[Rest, Rest] = {}
    for rest in first + second:
        found.setdefault(rest._replace(step=0), rest)
    return tuple(found.values())


def join_frames(first: Frame, second: Frame) -> Frame:
    """Return a table that may be either of two: what branches left behind."""
    joined = first.copy()
    for name, deps in second.columns.items():
        joined.columns[name] = joined.columns.get(name, NOTHING) | deps
        joined.named[name] = joined.named.get(name, NOWHERE) | second.named.get(name, NOWHERE)
    joined.rests = together(first.rests, second.rests)
    joined.rows = first.rows | second.rows
    joined.dropped = {
        name: deps
        for name, deps in {**first.dropped, **second.dropped}.items()
        if name not in joined.columns
    }
    joined.made = {**first.made, **second.made}
    joined.lists = {**first.lists, **second.lists}
    joined.bundles = {**first.bundles, **second.bundles}
    joined.deps = first.deps | second.deps
    joined.chosen_by_data = first.chosen_by_data or second.chosen_by_data
    return joined


MAX_CHOICES: Final = 8


def join_values(first: Value, second: Value) -> Value:
    """Return what is known if it may be either of two values."""
    if first is second:
        return first
    if isinstance(first, Frame) and isinstance(second, Frame):
        return join_frames(first, second)
    if isinstance(first, Column) and isinstance(second, Column):
        return Column(first.deps | second.deps, first.name or second.name, frame=first.frame)
    if isinstance(first, Literal_) and isinstance(second, Literal_):
        return Literal_(first.deps | second.deps, first.value)
    if isinstance(first, Text) and isinstance(second, Text) and first.text == second.text:
        return Text(first.deps | second.deps, first.text, first.places | second.places)
    options = list(first.options if isinstance(first, Choices) else (first,))
    for option in second.options if isinstance(second, Choices) else (second,):
        if not any(option is known or _alike(option, known) for known in options):
            options.append(option)
    if len(options) == 1:
        return options[0]
    frames = [option for option in options if isinstance(option, Frame)]
    if len(frames) > 1:
        merged = frames[0]
        for frame in frames[1:]:
            merged = join_frames(merged, frame)
        options = [option for option in options if not isinstance(option, Frame)] + [merged]
    return Choices(first.deps | second.deps, tuple(options[:MAX_CHOICES]))


def _alike(first: Value, second: Value) -> bool:
    if isinstance(first, Text) and isinstance(second, Text):
        return first.text == second.text
    if isinstance(first, Literal_) and isinstance(second, Literal_):
        return True
    if isinstance(first, Known) and isinstance(second, Known):
        return first.name == second.name
    return False


def option_of(value: Value | None, kind: type[Value]) -> Value | None:
    """Return the value, or the one among its choices, that is of a kind."""
    if isinstance(value, kind):
        return value
    if isinstance(value, Choices):
        for option in value.options:
            if isinstance(option, kind):
                return option
    return None


@dataclass(slots=True, eq=False)
class FormulaValue(Value):
    """A formula, with the scope in which its names are looked up.

    ``terms`` and ``response`` are filled, and not ``node``, if it was made of a list of names.
    """

    node: Formula | None = None
    scope: Scope | None = None
    terms: Value | None = None
    response: str = ""


@dataclass(slots=True, eq=False)
class Mask(Value):
    """A test on each name of a vector: ``grepl("nat", names(df))``."""

    vector: Vector | None = None
    gates: tuple[Gate, ...] = ()
    """All of them must let a name."""


@dataclass(slots=True, eq=False)
class Selector(Value):
    """A choice of columns that is not tied to a table yet: ``starts_with("nat")``."""

    gates: tuple[Gate, ...] = ()
    everything: bool = False


Arguments: TypeAlias = Mapping[str, Value]


def replace_frame(frame: Frame, new: Frame) -> None:
    """Let a table become another one, for everybody who holds it."""
    for name in (
        "deps", "columns", "rests", "rows", "named", "dropped", "chosen_by_data", "groups",
        "lists", "made",
    ):  # fmt: skip
        setattr(frame, name, getattr(new, name))


def is_unset(value: Value | None) -> bool:
    """Return whether a member of a class is only declared: ``nationality: str``."""
    return isinstance(value, Literal_) and value.value is None and not value.deps
