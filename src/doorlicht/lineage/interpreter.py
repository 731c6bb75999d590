"""Walks code with forms instead of values: nothing of it is executed.

Every function that the code defines is followed with what it is called with; both branches of a
condition are followed and joined; a loop is followed for each known element, or twice. What
is not understood keeps what went into it: too much is followed, never too little, and each
approximation is remembered.

Source: P. and R. Cousot, *Abstract interpretation* (POPL 1977), for the idea; the forms are those
of ``values.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from doorlicht.lineage import attributes, binding, calling, looping
from doorlicht.lineage.attributes import parent_of
from doorlicht.lineage.call_frame import CallFrame
from doorlicht.lineage.call_memory import CallMemory
from doorlicht.lineage.calling import callee_of, entry_of, method_for
from doorlicht.lineage.callsite import CallSite
from doorlicht.lineage.entrances import decorated, introduce, with_defaults
from doorlicht.lineage.graph import MAX_PARENTS, NOTHING, Deps, Place
from doorlicht.lineage.library import Library
from doorlicht.lineage.operations.groups import note_groups
from doorlicht.lineage.selecting import drop_column, read_column
from doorlicht.lineage.state import Analysis
from doorlicht.lineage.values import (
    HOLE,
    NOWHERE,
    Choices,
    ClassValue,
    Column,
    FormulaValue,
    Frame,
    FunctionValue,
    Instance,
    Known,
    Literal_,
    Module,
    Record,
    Rest,
    Scope,
    Text,
    Unknown,
    Value,
    Vector,
    deps_of,
    join_values,
    option_of,
    texts_of,
)
from doorlicht.records import code

GIVEN_BY_NOTEBOOKS: Final = frozenset({"spark", "sqlContext", "sql_context"})
"""Objects that a platform defines before the first line of a notebook runs."""

MAX_STEPS: Final = 200_000
"""Nodes evaluated for one file and what it calls; beyond that it is a blind spot."""

MAX_STEPS_ALONE: Final = 20_000
"""The same for a function that nobody calls."""

Operation = Callable[["Interpreter", CallSite], Value]


class TooMuchError(Exception):
    """The budget of one file is spent."""


class Interpreter:
    """Follows units of code; what it sees is in ``state``.

    Parameters
    ----------
    state
        Where everything seen is kept.
    libraries
        By language; ``intrinsics`` for what readers call.
    operations
        What an entry of a library can do, by name.
    find_module, find_script, find_function
        Look up other code of the project: a module by name, a script by path (both give a scope
        after it was followed), a function that some other file defines.
    """

    def __init__(
        self,
        state: Analysis,
        libraries: Mapping[str, Library],
        operations: Mapping[str, Operation],
        project: Any,
    ) -> None:
        self.state = state
        self.libraries = libraries
        self.operations = operations
        self.project = project
        self.at = CallFrame("", "python")
        self.steps = 0
        self.most_steps = MAX_STEPS
        self.calls: list[tuple[str, int]] = []
        self.called: set[tuple[str, int]] = set()
        self.functions: dict[tuple[str, int], FunctionValue] = {}
        self.attached: list[Frame] = []
        """Tables of which R finds the columns by their bare names: ``attach(df)``."""
        self.classes: dict[tuple[str, int], ClassValue] = {}
        """Classes of Python that were met, by where they stand."""
        self.r_classes: dict[str, ClassValue] = {}
        self.r_methods: dict[str, list[tuple[str, FunctionValue]]] = {}
        self.masks: list[Frame] = []
        self.undefined: dict[tuple[str, str, Deps], Unknown] = {}
        self.unbound = 0
        """How often a column was named without its table: ``F.col("x")`` outside of a call."""
        self.memory = CallMemory()
        self.reads: list[tuple[frozenset[Place], str]] = []
        """Columns that were read, in their order: what is made of them is derived."""

    # What is kept in rooms of its own; each takes the interpreter first.
    bind = binding.bind
    set_column = binding.set_column
    store_column = binding.store_column
    see_overruled = binding.see_overruled
    override = binding.override
    attribute = attributes.attribute
    member = attributes.member
    bound = attributes.bound
    inherited = attributes.inherited
    call = calling.call
    elements = looping.elements
    element = looping.element
    network_of = calling.network_of
    instantiate = calling.instantiate
    project_instance = calling.project_instance
    call_function = calling.call_function

    # ── places ──────────────────────────────────────────────────────────────────────────────

    def place(self, line: int) -> Place:
        """Return a line of the file that is being followed."""
        return Place(self.at.file, line)

    def lose(self, line: int, construct: str, deps: Deps = NOTHING) -> None:
        """Remember that a construct here could not be followed."""
        self.state.lose(self.place(line), construct, deps)

    def library(self) -> Library:
        """Return what is known of libraries in the language of the file."""
        language = self.at.language if self.at.language in self.libraries else "python"
        return self.libraries[language]

    # ── statements ──────────────────────────────────────────────────────────────────────────

    def run_unit(self, unit: code.CodeUnit, scope: Scope) -> None:
        """Follow a file from top to bottom."""
        before = self.at
        self.at = CallFrame(unit.path, unit.language, before.control, before.gated)
        try:
            self.execute(unit.body, scope)
        finally:
            self.at = before

    def execute(self, body: Sequence[code.Stmt], scope: Scope) -> Value:
        """Follow statements in their order; return the value of the last."""
        last: Value = Literal_()
        control = self.at.control
        for statement in body:
            last = self._STATEMENTS[type(statement)](self, statement, scope)
            if self.at.leaves:
                # ``if row["x"] != 1: continue``: the rest is done for some rows only.
                self.at.control |= self.at.leaves
                self.at.leaves = NOTHING
        self.at.control = control
        return last

    def note_derived(self, since: int) -> None:
        """Note that the columns read since then go into something new."""
        for places, name in self.reads[since:]:
            self.state.note(places, name, "derive")
        del self.reads[since:]

    def _assign(self, node: code.Assign, scope: Scope) -> Value:
        since, unbound = len(self.reads), self.unbound
        value = self.evaluate(node.value, scope)
        if any(isinstance(target, (code.Attr, code.Item)) for target in node.targets) and not (
            isinstance(value, Frame)
        ):
            self.note_derived(since)
        elif not self.calls:
            del self.reads[since:]
        if self.at.control and not isinstance(value, (FunctionValue, ClassValue, Known, Module)):
            value = self._under_control(value)
        for target in node.targets:
            self.bind(target, value, scope, node.line, is_global=node.is_global)
            if isinstance(target, code.Name):
                scope.written.pop(target.id, None)
                if self.unbound > unbound:
                    scope.written[target.id] = node.value
        return value

    def gathered(self, deps: Deps, where: code.Expr | int) -> Deps:
        """Return very many nodes as one that was made of them."""
        if len(deps) <= MAX_PARENTS:
            return deps
        line = where if isinstance(where, int) else getattr(where, "line", 0)
        return frozenset({self.state.graph.add("join", "", self.place(line), deps)})

    def _under_control(self, value: Value) -> Value:
        if isinstance(value, Column):
            return Column(value.deps | self.at.control, value.name, value.content, value.places)
        if isinstance(value, Literal_):
            return Literal_(value.deps | self.at.control, value.value)
        if isinstance(value, Text):
            return Text(value.deps | self.at.control, value.text, value.places)
        if isinstance(value, Unknown) and value.frame is None:
            return Unknown(value.deps | self.at.control, value.name)
        return value

    def _do(self, node: code.Do, scope: Scope) -> Value:
        value = node.value
        if self.at.language == "r" and isinstance(value, code.Item) and self._is_walrus(value):
            return self._data_table_update(value, scope)
        return self.evaluate(value, scope)

    def _is_walrus(self, item: code.Item) -> bool:
        def has(expr: code.Expr) -> bool:
            return (isinstance(expr, code.Op) and expr.op == ":=") or (
                isinstance(expr, code.Call)
                and isinstance(expr.func, code.Name)
                and expr.func.id == ":="
            )

        return any(has(key) for key in item.keys)

    def _data_table_update(self, item: code.Item, scope: Scope) -> Value:
        """Follow ``dt[i, x := value, by = g]``, which changes the table itself."""
        changed = self.evaluate(item, scope)
        if isinstance(changed, Frame):
            self.bind(item.base, changed, scope, item.line)
        return changed

    def _if(self, node: code.If, scope: Scope) -> Value:
        since = len(self.reads)
        test = self.evaluate(node.test, scope)
        if test.deps:
            self.note_derived(since)
        known = truth_of(test)
        if known is not None and not test.deps:
            if known:
                self._gated(node.orelse, scope)
                return self.execute(node.body, scope)
            self._gated(node.body, scope)
            return self.execute(node.orelse, scope)
        control = self.at.control
        self.at.control = self.gathered(control | deps_of(test), node.test)
        self.at.branches += 1
        before = dict(scope.names)
        first = self.execute(node.body, scope)
        after_body = scope.names
        scope.names = before
        second = self.execute(node.orelse, scope)
        self.at.branches -= 1
        for name, value in after_body.items():
            other = scope.names.get(name)
            scope.names[name] = value if other is None else join_values(value, other)
        if is_jump(node.body) and not node.orelse:
            self.at.leaves = self.at.control
        self.at.control = control
        return join_values(first, second) if node.orelse else first

    def _gated(self, body: Sequence[code.Stmt], scope: Scope) -> None:
        """Follow code that a constant switches off: what it names is known, nothing comes out."""
        if not body:
            return
        gated, self.at.gated = self.at.gated, True
        returned = self.at.returned
        self.at.returned = []
        self.execute(body, Scope(dict(scope.names), scope.outer))
        self.at.gated, self.at.returned = gated, returned

    def _function(self, node: code.Function, scope: Scope) -> Value:
        params = with_defaults(node) if node.decorators else node.params
        function = FunctionValue(
            NOTHING, node.name, params, node.body, scope, self.at.file, node.line,
            self.at.language,
        )  # fmt: skip
        self.functions[self.at.file, node.line] = function
        names = {_decorator_name(decorator) for decorator in node.decorators}
        if "property" in names or "cached_property" in names:
            function.bound = (("@property", Literal_()),)
        if "staticmethod" in names:
            function.bound = (("@static", Literal_()),)
        if names & {"udf", "pandas_udf"}:
            function.bound = (("@columns", Literal_()),)
        if "classmethod" in names:
            function.bound = (("@class", Literal_()),)
        made: Value = function
        if node.decorators and self.at.language == "python":
            made = decorated(self, node, function, scope)
        scope.names[node.name] = made
        return made

    def _class(self, node: code.Class, scope: Scope) -> Value:
        bases = tuple(self.evaluate(base, scope) for base in node.bases)
        made = ClassValue(NOTHING, node, bases, {}, self.at.file)
        inner = Scope(made.members, scope)
        self.execute(node.body, inner)
        for member in made.members.values():
            if isinstance(member, FunctionValue):
                member.owner = made
                # A method does not see the names of its class.
                member.scope = scope
        scope.names[node.name] = made
        if self.at.language == "python":
            self.classes[made.file, node.line] = made
            introduce(self, node, made, scope)
        return made

    def _return(self, node: code.Return, scope: Scope) -> Value:
        value = Literal_() if node.value is None else self.evaluate(node.value, scope)
        if self.at.control:
            value = self._under_control(value)
            self.at.answers_under |= self.at.control
        self.at.returned.append(value)
        return value

    def _import(self, node: code.Import, scope: Scope) -> Value:
        found = self.project.find_module(self, node)
        if isinstance(found, Module) and found.scope is not None:
            if node.name == "*":
                scope.names.update(found.scope.names)
                return found
            if node.name is not None:
                member = found.scope.find(node.name) or self.project.find_submodule(self, node)
                value = member or Unknown(name=f"{node.module}.{node.name}")
                scope.names[node.alias or node.name] = value
                return value
            scope.names[node.alias or node.module.split(".")[0]] = found
            return found
        if node.name == "*":
            return Known(name=node.module)
        if node.name is not None:
            value = Known(name=f"{node.module}.{node.name}")
            scope.names[node.alias or node.name] = value
            return value
        if node.alias:
            scope.names[node.alias] = Known(name=node.module)
        else:
            first = node.module.split(".")[0]
            scope.names[first] = Known(name=first)
        return Known(name=node.module)

    def _delete(self, node: code.Delete, scope: Scope) -> Value:
        for target in node.targets:
            if isinstance(target, code.Name):
                scope.names.pop(target.id, None)
            elif isinstance(target, code.Item) and target.keys:
                frame = self.as_frame(self.evaluate(target.base, scope))
                if frame is None:
                    continue
                for text in texts_of(self.evaluate(target.keys[0], scope)):
                    self.state.note_text(text, "drop")
                    drop_column(self.state, frame, frame, text.text, self.place(node.line))
        return Literal_()

    def _with(self, node: code.With, scope: Scope) -> Value:
        for expr, target in node.items:
            value = self.evaluate(expr, scope)
            if target is not None:
                self.bind(target, value, scope, node.line)
        return self.execute(node.body, scope)

    _STATEMENTS: Final[dict[type, Callable[[Interpreter, Any, Scope], Value]]] = {
        code.Assign: _assign,
        code.Do: _do,
        code.If: _if,
        code.Loop: looping.follow_loop,
        code.Function: _function,
        code.Class: _class,
        code.Return: _return,
        code.Import: _import,
        code.Delete: _delete,
        code.With: _with,
    }

    # ── expressions ─────────────────────────────────────────────────────────────────────────

    def evaluate(self, expr: code.Expr, scope: Scope) -> Value:
        """Return what is known of an expression."""
        self.steps += 1
        if self.steps > self.most_steps:
            raise TooMuchError
        return self._EXPRESSIONS[type(expr)](self, expr, scope)

    def evaluate_all(self, exprs: Sequence[code.Expr], scope: Scope) -> list[Value]:
        """Return what is known of each."""
        return [self.evaluate(expr, scope) for expr in exprs]

    def evaluate_masked(self, expr: code.Expr, scope: Scope, frame: Frame | None) -> Value:
        """Return what is known of an expression in which bare names can be columns of a table."""
        if frame is None:
            return self.evaluate(expr, scope)
        self.masks.append(frame)
        try:
            return self.evaluate(expr, scope)
        finally:
            self.masks.pop()

    def _const(self, node: code.Const, scope: Scope) -> Value:
        del scope
        if isinstance(node.value, str):
            return Text(NOTHING, node.value, frozenset({Place(self.at.file, node.line)}))
        return Literal_(NOTHING, node.value)

    def _name(self, node: code.Name, scope: Scope) -> Value:
        if self.masks:
            column = (
                self._written_name(node, scope)
                if self.at.language == "python"
                else self._masked_name(node, scope)
            )
            if column is not None:
                return column
        value = scope.find(node.id)
        if value is None and node.id.startswith("..") and node.id != "...":
            # ``dt[, ..names]``: the variable outside the table.
            value = scope.find(node.id[2:])
        if value is not None:
            return value
        value = self.project.find_global(self, node.id)
        if value is not None:
            return value
        if self.attached and self.library().find("functions", node.id) is None:
            return self.column(self.attached[-1], node.id, node.line)
        if node.id in GIVEN_BY_NOTEBOOKS and self.at.language == "python":
            return Unknown(name=node.id)
        return Known(name=node.id)

    def _written_name(self, node: code.Name, scope: Scope) -> Value | None:
        """Follow again what a name stands for, now that the table of its columns is known."""
        found = scope.written_as(node.id)
        if found is None:
            return None
        expr, where = found
        del where.written[node.id]
        try:
            return self.evaluate(expr, where)
        finally:
            where.written[node.id] = expr

    def _masked_name(self, node: code.Name, scope: Scope) -> Value | None:
        frame = self.masks[-1]
        if node.id in (".SD", ".x", ".") and scope.find(node.id) is not None:
            # The argument of a function within the table: ``map(x, ~ f(.x))``.
            return None
        if node.id in (".", ".data", ".x", ".SD"):
            return frame
        if node.id.startswith(("i.", "x.")) and node.id not in frame.columns:
            # In a join of data.table, a column of one of the two tables.
            return self.column(frame, node.id[2:], node.line)
        if node.id in frame.columns:
            return self.column(frame, node.id, node.line)
        known = scope.find(node.id)
        if isinstance(known, Known) and self.stands_for_column(known):
            # ``{{ x }}``: the parameter was given the bare name of a column.
            return self.column(frame, known.name, node.line, NOWHERE)
        if known is not None:
            return None
        if not frame.rests and not frame.columns:
            return None
        if self.library().find("functions", node.id) is not None and not frame.rests:
            return None
        return self.column(frame, node.id, node.line)

    def stands_for_column(self, known: Known) -> bool:
        """Return whether a name that nothing defines was handed to a function of R."""
        return (
            self.at.language == "r"
            and known.receiver is None
            and "." not in known.name.strip(".")
            and entry_of(self, known) is None
        )

    def column(
        self, frame: Frame, name: str, line: int, places: frozenset[Place] | None = None
    ) -> Column:
        """Return a column of a table, and note that it is read here."""
        place = self.place(line)
        where = frozenset({place}) if places is None else places
        self.state.note(where, name, "read")
        self.reads.append((where, name))
        deps = read_column(self.state, frame, name, place)
        if frame.groups and name not in frame.groups and self.at.language == "python":
            # ``df.groupby("a")["b"]``: whatever is computed of it is computed by group.
            deps |= self._by_groups(frame, deps, place)
        return Column(deps | frame.deps, name, frame.lists.get(name), where, frame)

    def _by_groups(self, frame: Frame, subject: Deps, place: Place) -> Deps:
        groups = NOTHING.union(*(read_column(self.state, frame, n, place) for n in frame.groups))
        note_groups(self, frame, list(frame.groups), groups, subject, place)
        return groups

    def _attr(self, node: code.Attr, scope: Scope) -> Value:
        base = self.evaluate(node.base, scope)
        return self.attribute(base, node.name, node.line)

    def _item(self, node: code.Item, scope: Scope) -> Value:
        return self.operations["item"](
            self, CallSite(self, "item", self.place(node.line), (), scope, node=node)
        )

    def _missing(self, node: code.Missing, scope: Scope) -> Value:
        del node, scope
        return Literal_()

    def _slice(self, node: code.Slice, scope: Scope) -> Value:
        deps: Deps = NOTHING
        for part in (node.low, node.high, node.step):
            if part is not None:
                deps |= deps_of(self.evaluate(part, scope))
        return Unknown(deps)

    def _call(self, node: code.Call, scope: Scope) -> Value:
        if self.at.language == "python" and _is_super(node):
            parent = parent_of(self, scope)
            if parent is not None:
                return parent
        function = callee_of(self, node, scope)
        site = CallSite(self, "", self.place(node.line), node.args, scope)
        if self.at.language == "r" and isinstance(function, Known) and function.receiver is None:
            function = method_for(self, function, site)
        return self.call(function, site)

    def _op(self, node: code.Op, scope: Scope) -> Value:
        return self.operations["operator"](
            self, CallSite(self, node.op, self.place(node.line), (), scope, node=node)
        )

    def _seq(self, node: code.Seq, scope: Scope) -> Value:
        items: list[tuple[str | None, Value]] = []
        rests: tuple[Rest, ...] = ()
        is_open = False
        deps: Deps = NOTHING
        for arg in node.items:
            value = self.evaluate(arg.value, scope)
            if (arg.spread or node.kind == "vector") and isinstance(value, Vector):
                items.extend(value.items)
                rests += value.rests
                is_open = is_open or value.is_open
                deps |= value.deps
            elif arg.spread and not isinstance(value, Vector):
                is_open = True
                deps |= deps_of(value)
            elif node.kind == "vector" and isinstance(value, Column) and value.content is not None:
                items.extend(value.content.items)
            elif node.kind == "vector" and isinstance(value, Record) and arg.name is None:
                items.extend(value.fields.items())
            else:
                items.append((arg.name, value))
        return Vector(deps, items, rests, is_open)

    def _dict(self, node: code.Dict, scope: Scope) -> Value:
        record = Record()
        for key, item in node.pairs:
            value = self.evaluate(item, scope)
            if key is None:
                if isinstance(value, Record):
                    record.fields.update(value.fields)
                else:
                    record.is_open = True
                    record.deps |= deps_of(value)
                continue
            name = self.evaluate(key, scope)
            texts = texts_of(name)
            for text in texts:
                record.fields[text.text] = value
                record.places[text.text] = text.places
            if not texts:
                label = str(name.value) if isinstance(name, Literal_) else HOLE
                record.fields[label] = value
        return record

    def _format(self, node: code.Format, scope: Scope) -> Value:
        return self.operations["paste"](
            self, CallSite(self, "format", self.place(node.line), (), scope, node=node)
        )

    def _formula(self, node: code.Formula, scope: Scope) -> Value:
        return FormulaValue(NOTHING, node, scope)

    def _choice(self, node: code.Choice, scope: Scope) -> Value:
        test = self.evaluate(node.test, scope)
        known = truth_of(test)
        if known is not None and not test.deps:
            chosen = node.yes if known else node.no
            return Literal_() if chosen is None else self.evaluate(chosen, scope)
        yes = self.evaluate(node.yes, scope)
        no = Literal_() if node.no is None else self.evaluate(node.no, scope)
        joined = join_values(yes, no)
        if not test.deps:
            return joined
        if isinstance(joined, Choices) and all(
            isinstance(option, (Literal_, Column, Text, Unknown)) for option in joined.options
        ):
            return Column(deps_of(joined) | test.deps)
        if isinstance(joined, (Literal_, Column, Text)):
            return Column(joined.deps | test.deps)
        if isinstance(joined, Unknown) and joined.frame is None:
            return Unknown(joined.deps | test.deps, joined.name)
        return joined

    def _each(self, node: code.Each, scope: Scope) -> Value:
        return self.operations["comprehension"](
            self, CallSite(self, "each", self.place(node.line), (), scope, node=node)
        )

    def _lambda(self, node: code.Lambda, scope: Scope) -> Value:
        function = FunctionValue(
            NOTHING, "", node.params, node.body, scope, self.at.file, node.line, self.at.language
        )
        self.functions.setdefault((self.at.file, node.line), function)
        return function

    def _block(self, node: code.Block, scope: Scope) -> Value:
        return self.execute(node.body, scope)

    def _opaque(self, node: code.Opaque, scope: Scope) -> Value:
        values = self.evaluate_all(node.parts, scope)
        if len(values) == 1 and not node.construct:
            return values[0]
        deps = NOTHING.union(*(deps_of(value) for value in values)) if values else NOTHING
        if node.construct:
            self.lose(node.line, node.construct, deps)
        return Unknown(deps)

    _EXPRESSIONS: Final[dict[type, Callable[[Interpreter, Any, Scope], Value]]] = {
        code.Const: _const,
        code.Name: _name,
        code.Attr: _attr,
        code.Item: _item,
        code.Missing: _missing,
        code.Slice: _slice,
        code.Call: _call,
        code.Op: _op,
        code.Seq: _seq,
        code.Dict: _dict,
        code.Format: _format,
        code.Formula: _formula,
        code.Choice: _choice,
        code.Each: _each,
        code.Lambda: _lambda,
        code.Block: _block,
        code.Opaque: _opaque,
    }

    # ── tables ──────────────────────────────────────────────────────────────────────────────

    def defined(self, value: Value) -> Value:
        """Return what nothing in the code defines as something unknown: the same each time.

        ``load("x.RData")`` and other code define names of which nothing can be read.
        """
        if not isinstance(value, Known):
            return value
        if isinstance(value.receiver, Instance) and "." not in value.name:
            # A field that the code never fills.
            return value.receiver.fields.setdefault(value.name, Unknown(value.deps, value.name))
        if entry_of(self, value) is not None:
            return value
        key = (self.at.file, value.name, value.deps)
        return self.undefined.setdefault(key, Unknown(value.deps, value.name))

    def as_frame(self, value: Value | None, *, force: bool = False) -> Frame | None:
        """Return a value as a table; an unknown one becomes a table if code uses it so."""
        if isinstance(value, Frame):
            return value
        if isinstance(value, Choices):
            found = option_of(value, Frame)
            return found if isinstance(found, Frame) else None
        if isinstance(value, Unknown):
            if value.frame is None and force:
                dataset = f"?{self.at.file}:{value.name}"
                step = self.state.graph.add("param", value.name, self.place(0), value.deps)
                value.frame = Frame(value.deps, rests=(Rest(dataset, step),))
            return value.frame
        return None


def is_jump(body: Sequence[code.Stmt]) -> bool:
    """Return whether statements end with ``continue`` or ``break``."""
    return bool(body) and isinstance(body[-1], code.Do) and isinstance(body[-1].value, code.Missing)


def truth_of(value: Value) -> bool | None:
    """Return whether a value is true, if that is known."""
    if isinstance(value, Literal_) and isinstance(value.value, bool):
        return value.value
    return None


def _is_super(node: code.Call) -> bool:
    return isinstance(node.func, code.Name) and node.func.id == "super"


def _decorator_name(expr: code.Expr) -> str:
    if isinstance(expr, code.Name):
        return expr.id
    if isinstance(expr, code.Attr):
        return expr.name
    if isinstance(expr, code.Call):
        return _decorator_name(expr.func)
    return ""
