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
from dataclasses import dataclass, field
from typing import Any, Final

from doorlicht.lineage.call_memory import CallMemory
from doorlicht.lineage.callsite import CallSite
from doorlicht.lineage.entrances import decorated, handed_in, introduce, with_defaults
from doorlicht.lineage.graph import MAX_PARENTS, NOTHING, Deps, Place
from doorlicht.lineage.library import Kind, Library
from doorlicht.lineage.noting import note_filter
from doorlicht.lineage.operations.querysets import MANAGER, of_manager
from doorlicht.lineage.operations.r_classes import (
    bind_self,
    member_of_class,
    method_scope,
    methods_for,
    with_class,
)
from doorlicht.lineage.rules import see_overrule, see_rule_function
from doorlicht.lineage.selecting import drop_column, names_of, read_column
from doorlicht.lineage.state import Analysis, Decision
from doorlicht.lineage.values import (
    HOLE,
    NOWHERE,
    Choices,
    ClassValue,
    Column,
    Estimator,
    FormulaValue,
    Frame,
    FunctionValue,
    Instance,
    Known,
    Literal_,
    Module,
    Parent,
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

MAX_CALLS: Final = 30
"""Calls within calls; deeper ones are taken as unknown."""

MAX_UNNAMED: Final = 100
"""Elements of a dictionary of functions whose keys are not known."""

GIVEN_BY_NOTEBOOKS: Final = frozenset({"spark", "sqlContext", "sql_context"})
"""Objects that a platform defines before the first line of a notebook runs."""

MAX_SAME_CALL: Final = 2
"""Times a function may be inside itself."""

MAX_ELEMENTS: Final = 40
"""Known elements that a loop is followed for one by one."""

MAX_STEPS: Final = 200_000
"""Nodes evaluated for one file and what it calls; beyond that it is a blind spot."""

MAX_STEPS_ALONE: Final = 20_000
"""The same for a function that nobody calls."""

Operation = Callable[["Interpreter", CallSite], Value]


class TooMuchError(Exception):
    """The budget of one file is spent."""


@dataclass(slots=True)
class Frame_:  # noqa: N801 (a call frame; Frame is a table)
    """Where the interpreter is: the file, its language, and what decides whether it comes here."""

    file: str
    language: str
    control: Deps = NOTHING
    gated: bool = False
    branches: int = 0
    loops: int = 0
    returned: list[Value] = field(default_factory=list[Value])
    answers_under: Deps = NOTHING
    """What the tests were made of that decide which answer a function gives."""
    leaves: Deps = NOTHING
    """What the test was made of that has just decided whether a pass of a loop is left."""


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
        self.at = Frame_("", "python")
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
        self.at = Frame_(unit.path, unit.language, before.control, before.gated)
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

    def bind(
        self, target: code.Expr, value: Value, scope: Scope, line: int, *, is_global: bool = False
    ) -> None:
        """Give a value to a name, a column, a field or several targets."""
        if isinstance(target, code.Name):
            self._bind_name(target.id, value, scope, line, is_global=is_global)
        elif isinstance(target, code.Const) and isinstance(target.value, str):
            self._bind_name(target.value, value, scope, line, is_global=is_global)
        elif isinstance(target, code.Seq):
            self._unpack(target, value, scope, line)
        elif isinstance(target, code.Attr):
            self._bind_attr(target, value, scope, line)
        elif isinstance(target, code.Item):
            self._bind_item(target, value, scope, line)
        elif isinstance(target, code.Call):
            self._bind_call(target, value, scope, line)

    def _bind_name(
        self, name: str, value: Value, scope: Scope, line: int, *, is_global: bool
    ) -> None:
        if isinstance(value, Estimator) and not value.name:
            value.name = name
        if isinstance(value, Estimator) and value.key is not None:
            seen = self.state.models[value.key]
            seen.name = seen.name or name
        if isinstance(value, (Column, Unknown)) and not (
            isinstance(value, Unknown) and value.frame is not None
        ):
            value = self._named_variable(name, value, line)
        if self.at.gated and isinstance(value, Vector):
            known = {text.text for text in texts_of(scope.names.get(name))}
            fresh = [text for text in texts_of(value) if text.text not in known]
            self.state.switch_off(fresh, self.place(line))
        if self.at.control:
            self._overrule(name, scope.names.get(name), line)
        if is_global or name in scope.globals:
            holder = scope.holder(name) if self.at.language == "r" else scope.top()
            holder.names[name] = value
            self.memory.forget()
        else:
            scope.names[name] = value
            if scope.outer is None:
                self.memory.forget()

    def _overrule(self, name: str, old: Value | None, line: int) -> None:
        if isinstance(old, (Column, Literal_, Unknown)):
            see_overrule(self, name, old.deps, self.at.control, line)

    def _named_variable(self, name: str, value: Value, line: int) -> Value:
        """Let a variable with a name of origin be a source, if what it was made of is not."""
        meaning = self.state.names.of_word(name)
        if meaning is None or self.state.is_about_origin(value.deps):
            return value
        place = self.place(line)
        self.state.note(frozenset({place}), name, "derive" if value.deps else "read")
        node = self.state.graph.add("derive", name, place, value.deps)
        if isinstance(value, Column):
            return Column(frozenset({node}), value.name or name, value.content, value.places)
        return Unknown(frozenset({node}), getattr(value, "name", ""))

    def _unpack(self, target: code.Seq, value: Value, scope: Scope, line: int) -> None:
        vector = option_of(value, Vector)
        for position, arg in enumerate(target.items):
            if isinstance(vector, Vector) and position < len(vector.items) and not arg.name:
                part = vector.items[position][1]
            elif isinstance(value, Vector):
                part = Unknown(deps_of(value))
            else:
                part = self.element(value)
            self.bind(arg.value, part, scope, line)

    def _bind_attr(self, target: code.Attr, value: Value, scope: Scope, line: int) -> None:
        base = self.evaluate(target.base, scope)
        if isinstance(base, Instance):
            if self.at.gated:
                known = {text.text for text in texts_of(base.fields.get(target.name))}
                fresh = [text for text in texts_of(value) if text.text not in known]
                self.state.switch_off(fresh, self.place(line))
                return
            base.fields[target.name] = value
            if isinstance(value, Estimator) and not value.name:
                value.name = target.name
        elif isinstance(base, Module) and base.scope is not None:
            base.scope.names[target.name] = value
        elif isinstance(base, Record):
            self._set_field(target.base, base, target.name, value, scope, line)
        elif target.name == "col_roles" and isinstance(base, Frame) and base.is_task:
            given = (base, value)
            self.operations["task_roles"](
                self, CallSite(self, target.name, self.place(line), (), scope, given=given)
            )
        elif target.name in ("columns", "names") and self._is_table(base):
            self._rename_all(target.base, base, value, scope, line)
        elif self._is_table(base):
            places = frozenset({self.place(target.line)})
            self.set_column(target.base, base, target.name, places, value, scope, line)
        elif self.at.language == "r":
            fields = Record(base.deps, {target.name: value}, is_open=True)
            self.bind(target.base, fields, scope, line)

    def _set_field(
        self, base: code.Expr, record: Record, name: str, value: Value, scope: Scope, line: int
    ) -> None:
        if self.at.language == "r":
            changed = Record(record.deps, {**record.fields, name: value}, record.is_open)
            self.bind(base, changed, scope, line)
        elif not self.at.gated:
            if self.at.control:
                self._overrule(name, record.fields.get(name), line)
            record.fields[name] = value

    def _is_table(self, value: Value) -> bool:
        return self.as_frame(value) is not None

    def _rename_all(
        self, target: code.Expr, base: Value, value: Value, scope: Scope, line: int
    ) -> None:
        """Follow ``df.columns = names`` and ``names(df) <- names``."""
        frame = self.as_frame(base)
        if frame is None:
            return
        renamed = self.operations["rename_all"](
            self, CallSite(self, "rename_all", self.place(line), (), scope, given=(frame, value))
        )
        if self.at.language == "python" and isinstance(renamed, Frame):
            replace_frame(frame, renamed)
        else:
            self.bind(target, renamed, scope, line)

    def _bind_item(self, target: code.Item, value: Value, scope: Scope, line: int) -> None:
        if self.at.language == "r" and self._rename_some(target, value, scope, line):
            return
        base = self.defined(self.evaluate(target.base, scope))
        indexer = ""
        owner: code.Expr = target.base
        if isinstance(target.base, code.Attr) and target.base.name in ("loc", "iloc", "at", "iat"):
            indexer = target.base.name
            owner = target.base.base
            base = self.evaluate(owner, scope)
        if isinstance(base, Record):
            texts = texts_of(self.evaluate(target.keys[0], scope)) if target.keys else []
            for text in texts:
                self._set_field(owner, base, text.text, value, scope, line)
            if not texts and isinstance(value, (FunctionValue, ClassValue, Instance)):
                # ``STEPS[key] = function``, of which the key is not known.
                unnamed = f"{HOLE}{sum(key.startswith(HOLE) for key in base.fields)}"
                if len(base.fields) < MAX_UNNAMED and value not in base.fields.values():
                    self._set_field(owner, base, unnamed, value, scope, line)
            return
        if isinstance(base, Vector):
            self._set_element(owner, target, base, value, scope, line)
            return
        frame = self.as_frame(base)
        if frame is None:
            self.evaluate_all(target.keys, scope)
            if isinstance(base, (Column, Unknown)):
                deps = base.deps | deps_of(value) | self._deps_of_keys(target.keys, scope)
                self.bind(owner, Column(deps, getattr(base, "name", "")), scope, line)
            return
        keys = list(target.keys)
        rows: Deps = NOTHING
        two = len(keys) > 1 or bool(indexer)
        if two:
            masked = self.at.language == "r"
            row_key = keys.pop(0)
            if not isinstance(row_key, (code.Missing, code.Slice)):
                note_filter(self, row_key)
                rows = deps_of(self.evaluate_masked(row_key, scope, frame if masked else None))
        if not keys or isinstance(keys[0], (code.Missing, code.Slice)):
            return
        texts = texts_of(self.evaluate(keys[0], scope))
        for at, text in enumerate(texts):
            self.state.note(text.places, text.text, "derive")
            part = self._one_of(value, text.text, at, len(texts), line)
            self.set_column(
                owner, base, text.text, text.places, part, scope, line, rows=rows, is_part=two
            )
            base = self.evaluate(owner, scope)

    def _one_of(self, value: Value, name: str, at: int, many: int, line: int) -> Value:
        """Return what one of several columns gets: ``df[names] = scaler.fit_transform(df[names])``.

        Each gets its own column of the table, by its name or else by its place.
        """
        frame = self.as_frame(value)
        if frame is None or many < 2:
            return value
        if name in frame.columns:
            return Column(frame.columns[name] | frame.deps, name)
        columns = list(frame.columns.values())
        if len(columns) == many and not frame.rests:
            return Column(columns[at] | frame.deps)
        if frame.rests and not frame.columns:
            return Column(read_column(self.state, frame, name, self.place(line)), name)
        return value

    def _rename_some(self, target: code.Item, value: Value, scope: Scope, line: int) -> bool:
        """Follow ``names(df)[names(df) == "a"] <- "b"``; return whether it is that."""
        call = target.base
        if not isinstance(call, code.Call) or not isinstance(call.func, code.Name):
            return False
        if call.func.id not in ("names", "colnames") or not call.args or not target.keys:
            return False
        table = call.args[0].value
        base = self.evaluate(table, scope)
        frame = self.as_frame(base)
        if frame is None:
            return False
        key = self.evaluate(target.keys[0], scope)
        renamed = self.operations["rename_some"](
            self, CallSite(self, "names", self.place(line), (), scope, given=(frame, key, value))
        )
        self.bind(table, renamed, scope, line)
        return True

    def _deps_of_keys(self, keys: Sequence[code.Expr], scope: Scope) -> Deps:
        deps: Deps = NOTHING
        for key in keys:
            deps |= deps_of(self.evaluate(key, scope))
        return deps

    def _set_element(
        self,
        owner: code.Expr,
        target: code.Item,
        vector: Vector,
        value: Value,
        scope: Scope,
        line: int,
    ) -> None:
        key = self.evaluate(target.keys[0], scope) if target.keys else Literal_()
        items = list(vector.items)
        texts = texts_of(key)
        if texts:
            for text in texts:
                items = [(name, item) for name, item in items if name != text.text]
                items.append((text.text, value))
        elif isinstance(key, Literal_) and isinstance(key.value, int):
            at = key.value - (1 if self.at.language == "r" else 0)
            if 0 <= at < len(items):
                items[at] = (items[at][0], value)
            else:
                items.append((None, value))
        else:
            items.append((None, value))
        changed = Vector(vector.deps, items, vector.rests, vector.is_open)
        if self.at.language == "python":
            vector.items = items
        else:
            self.bind(owner, changed, scope, line)

    def _bind_call(self, target: code.Call, value: Value, scope: Scope, line: int) -> None:
        """Follow the replacement functions of R: ``names(df) <- v``, ``levels(x) <- v``."""
        if not target.args or not isinstance(target.func, code.Name):
            return
        inner = target.args[0].value
        base = self.evaluate(inner, scope)
        if target.func.id in ("names", "colnames", "setnames") and self._is_table(base):
            self._rename_all(inner, base, value, scope, line)
        elif target.func.id in ("names",) and isinstance(base, Vector):
            names = [text.text for text in texts_of(value)]
            items = [
                (names[at] if at < len(names) else name, item)
                for at, (name, item) in enumerate(base.items)
            ]
            self.bind(inner, Vector(base.deps, items, base.rests, base.is_open), scope, line)
        elif target.func.id in ("class", "oldClass"):
            self.bind(inner, with_class(base, value), scope, line)
        elif isinstance(base, Column):
            deps = base.deps | deps_of(value)
            self.bind(inner, Column(deps, base.name, base.content, base.places), scope, line)

    def set_column(
        self,
        owner: code.Expr,
        base: Value,
        name: str,
        places: frozenset[Place],
        value: Value,
        scope: Scope,
        line: int,
        *,
        rows: Deps = NOTHING,
        is_part: bool = False,
    ) -> None:
        """Give a column of a table a value: in place in Python, as a changed copy in R."""
        frame = self.as_frame(base)
        if frame is None:
            return
        in_place = self.at.language == "python" and not self.at.gated
        changed = frame if in_place else frame.copy()
        if isinstance(value, Literal_) and value.value is None and not value.deps:
            if self.at.language == "r":
                self.state.note(places, name, "drop")
                drop_column(self.state, frame, changed, name, self.place(line))
                self.bind(owner, changed, scope, line)
            return
        deps = deps_of(value) | rows | self.at.control
        if self.at.control and not rows:
            see_overrule(self, name, frame.columns.get(name, NOTHING), self.at.control, line)
        if is_part or self.at.branches or (frame.columns.get(name) is None and is_part):
            deps |= frame.columns.get(name, NOTHING)
        if is_part and name not in frame.columns:
            deps |= read_column(self.state, frame, name, self.place(line))
        self.see_overruled(frame, name, deps_of(value), self.place(line))
        self.store_column(changed, name, places, deps, self.place(line), value)
        if is_part and rows:
            self.override(frame, name, rows, deps, self.place(line))
        if not in_place:
            self.bind(owner, changed, scope, line)

    def store_column(
        self,
        frame: Frame,
        name: str,
        places: frozenset[Place],
        deps: Deps,
        place: Place,
        value: Value | None = None,
    ) -> None:
        """Put a column into a table, as a step of its own in the graph."""
        node = self.state.graph.add("derive", name, place, deps)
        frame.columns[name] = frozenset({node})
        frame.named[name] = places
        frame.dropped.pop(name, None)
        frame.made.pop(name, None)
        if not any(piece.line for piece in places) or HOLE in name:
            frame.made[name] = "derived-name"
        content = option_of(value, Vector) if value is not None else None
        if isinstance(content, Vector) and content.items:
            frame.lists[name] = content
        else:
            frame.lists.pop(name, None)
        self.state.note(places, name, "derive")
        if self.project.is_score(name) and deps:
            self.project.see_score(self, frame, name, node, place)

    def see_overruled(self, frame: Frame, name: str, deps: Deps, place: Place) -> None:
        """Remember that origin goes into a score beside what a model gave it.

        ``d$p <- ifelse(d$nat == 1, 1, d$p)``: the column was there, or its name is that of a score.
        """
        if not deps or not (name in frame.columns or self.project.is_score(name)):
            return
        scored = {number for number in deps if self.state.graph.is_scored(number)}
        beside = frozenset(deps - scored)
        if scored and beside and self.state.is_about_origin(beside):
            self.state.decisions[place, name] = Decision(
                place, beside, frozenset(scored), name, "override"
            )

    def override(self, frame: Frame, name: str, rows: Deps, deps: Deps, place: Place) -> None:
        """Remember that data decides over part of a column, which may be a score."""
        del frame
        self.state.decisions[place, name] = Decision(place, rows, deps, name, "override")

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

    def _loop(self, node: code.Loop, scope: Scope) -> Value:
        if node.target is None or node.iterable is None:
            if node.iterable is not None:
                self.evaluate(node.iterable, scope)
            last: Value = Literal_()
            for _ in range(self._passes()):
                last = self._pass(node, scope)
            return last
        iterable = self.evaluate(node.iterable, scope)
        last = Literal_()
        if isinstance(iterable, Column):
            self._note_each_group(iterable, node.line)
        elements = self.elements(iterable)
        if elements is not None and len(elements) <= MAX_ELEMENTS:
            for element in elements:
                self.bind(node.target, element, scope, node.line)
                last = self.execute(node.body, scope)
            if not (isinstance(iterable, Vector) and (iterable.rests or iterable.is_open)):
                return last
        for _ in range(self._passes()):
            self.bind(node.target, self.element(iterable), scope, node.line)
            last = self._pass(node, scope)
        return last

    def _note_each_group(self, groups: Column, line: int) -> None:
        from doorlicht.lineage.operations.tables import note_each_group

        note_each_group(self, groups, self.place(line))

    def _passes(self) -> int:
        """Return how often a loop is followed: what its end makes, its begin may use.

        A loop within a loop comes by twice anyway.
        """
        return 1 if self.at.loops else 2

    def _pass(self, node: code.Loop, scope: Scope) -> Value:
        self.at.branches += 1
        self.at.loops += 1
        last = self.execute(node.body, scope)
        self.at.loops -= 1
        self.at.branches -= 1
        return last

    def elements(self, iterable: Value) -> list[Value] | None:
        """Return the known elements of a value, or none if they are not known."""
        if isinstance(iterable, Choices):
            iterable = option_of(iterable, Vector) or option_of(iterable, Record) or iterable
        if isinstance(iterable, Vector):
            return [item for _, item in iterable.items]
        if isinstance(iterable, Column) and iterable.content is not None:
            return [item for _, item in iterable.content.items]
        if isinstance(iterable, Record):
            if iterable.is_open and not iterable.fields:
                return None
            return [Text(NOTHING, name) for name in iterable.fields]
        if isinstance(iterable, ClassValue) and self._is_enumeration(iterable):
            return [
                v
                for n, v in iterable.members.items()
                if not n.startswith("_") and isinstance(v, Text)
            ]
        frame = self.as_frame(iterable) if self.at.language == "python" else None
        if frame is not None and not (frame.rests or frame.is_rows or frame.groups):
            return [Text(NOTHING, name, frame.named.get(name, NOWHERE)) for name in frame.columns]
        return None

    @staticmethod
    def _is_enumeration(of: ClassValue) -> bool:
        names = {
            base.name.rsplit(".", 1)[-1] for base in of.bases if isinstance(base, (Known, Unknown))
        }
        return bool(names & {"Enum", "StrEnum", "IntEnum"})

    def element(self, iterable: Value) -> Value:
        """Return what is known of any one element of a value."""
        if isinstance(iterable, Vector) and iterable.items:
            joined = iterable.items[0][1]
            for _, item in iterable.items[1:MAX_ELEMENTS]:
                joined = join_values(joined, item)
            return joined
        if isinstance(iterable, Vector) and iterable.rests:
            return Text(iterable.deps, HOLE)
        if isinstance(iterable, Column):
            return Unknown(iterable.deps, iterable.name)
        if isinstance(iterable, Instance):
            member = self.member(iterable, "__getitem__")
            if isinstance(member, FunctionValue):
                return self.call_function(member, [(None, Unknown())], member.line)
        if isinstance(iterable, Frame) and iterable.groups:
            # ``for key, part in df.groupby("x")``: each part has rows of one group.
            part = iterable.copy()
            keys = NOTHING.union(
                *(read_column(self.state, part, n, self.place(0)) for n in part.groups)
            )
            part.groups, part.rows = (), part.rows | keys
            return Vector(NOTHING, [(None, Unknown(keys)), (None, part)])
        if isinstance(iterable, Frame):
            return iterable if iterable.is_rows else Unknown(iterable.all_deps)
        return Unknown(deps_of(iterable))

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
        code.Loop: _loop,
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
            and self._entry(known) is None
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
        from doorlicht.lineage.operations.tables import note_groups

        groups = NOTHING.union(*(read_column(self.state, frame, n, place) for n in frame.groups))
        note_groups(self, frame, list(frame.groups), groups, subject, place)
        return groups

    def _attr(self, node: code.Attr, scope: Scope) -> Value:
        base = self.evaluate(node.base, scope)
        return self.attribute(base, node.name, node.line)

    def attribute(self, base: Value, name: str, line: int) -> Value:
        """Return ``base.name``, or ``base$name`` of R."""
        if isinstance(base, Choices):
            best = next((o for o in base.options if not isinstance(o, (Literal_, Unknown))), None)
            base = best if best is not None else base.options[0]
        if isinstance(base, Module):
            found = base.scope.find(name) if base.scope is not None else None
            return found or self.project.submodule(self, base, name) or Unknown(name=name)
        if name == MANAGER and self.at.language == "python":
            rows = of_manager(self, base, line)
            if rows is not None:
                return rows
        if isinstance(base, Known):
            if base.receiver is None and not base.name.startswith("."):
                return Known(NOTHING, f"{base.name}.{name}")
            if (
                isinstance(base.receiver, Frame)
                and self.at.language == "python"
                and self.library().find("table", base.name) is None
            ):
                # ``df.id.map(x)``: no method of tables, so a column that nobody named yet.
                return Known(base.deps, name, self.column(base.receiver, base.name, line))
            return Known(base.deps, f"{base.name}.{name}", base.receiver)
        if isinstance(base, Instance):
            return self.member(base, name, line)
        if isinstance(base, (ClassValue, FunctionValue)) and name in ("__name__", "__qualname__"):
            called = base.node if isinstance(base, ClassValue) else base
            return Text(NOTHING, HOLE if called is None else called.name)
        if isinstance(base, ClassValue):
            special = member_of_class(self, base, name) if self.at.language == "r" else None
            if special is not None:
                return special
            if name == "__subclasses__":
                return Known(NOTHING, name, base)
            found = base.members.get(name) or self.inherited(base, name) or Unknown()
            if isinstance(found, FunctionValue) and _is_of_class(found):
                return self.bound(found, base)
            return found
        if isinstance(base, Parent):
            return self._of_parent(base, name)
        if isinstance(base, Record) and name in base.fields:
            return base.fields[name]
        if isinstance(base, Vector):
            named = [item for key, item in base.items if key == name]
            if named:
                return named[-1]
        if isinstance(base, Estimator):
            return self._of_estimator(base, name)
        frame = self.as_frame(base)
        if frame is not None and not (frame.is_queryset and self.library().find("queryset", name)):
            return self._of_frame(base, frame, name, line)
        if isinstance(base, Record):
            return self._open_field(base, name)
        if isinstance(base, Text) and name in ("path", "value"):
            # ``entry.path``, and the value of a member of an enumeration.
            return base
        if isinstance(base, Unknown) and self._is_field_of_origin(name):
            # ``application.nationality``: an object with fields is a row of a table.
            found = self.as_frame(base, force=True)
            if found is not None:
                return self.column(found, name, line)
        return Known(deps_of(base), name, base)

    def _is_field_of_origin(self, name: str) -> bool:
        return self.at.language == "python" and self.state.names.of_word(name) is not None

    def _of_parent(self, base: Parent, name: str) -> Value:
        found = self.inherited(base.below, name)
        if isinstance(found, FunctionValue):
            return self.bound(found, base.instance)
        if found is not None:
            return found
        library_base = self._library_base(base.below)
        if library_base is not None and isinstance(base.instance, Instance):
            return Known(NOTHING, name, self._as_estimator(base.instance, library_base))
        return Unknown(name=name)

    def _parent(self, scope: Scope) -> Parent | None:
        """Return what ``super()`` is in the method that is followed now."""
        method = self.functions.get(self.calls[-1]) if self.calls else None
        if method is None or method.owner is None or not method.params:
            return None
        instance = scope.find(method.params[0].name)
        if instance is None or not any(isinstance(b, ClassValue) for b in method.owner.bases):
            return None
        return Parent(instance.deps, method.owner, instance)

    def _open_field(self, base: Record, name: str) -> Value:
        if self.at.language == "r" or not self.library().find("dict", name):
            return Unknown(deps_of(base) if base.is_open else NOTHING, name)
        return Known(base.deps, name, base)

    def _of_estimator(self, base: Estimator, name: str) -> Value:
        if name in ("best_estimator_", "estimator", "base_estimator", "finalModel", "model"):
            return base
        if name in ("feature_names_in_", "feature_names", "xNames") and base.fitted is not None:
            return names_of(base.fitted)
        entry = self.library().find("estimator", name)
        if entry is not None and entry.does == "importance" and name.endswith("_"):
            # A field of a fitted estimator: what the data says of the features.
            known = names_of(base.fitted) if base.fitted is not None else Vector(is_open=True)
            return Vector(known.deps, known.items, known.rests, known.is_open, by_data=True)
        if self.at.language == "r" and self.library().find("estimator", name) is None:
            return base
        return Known(base.deps, name, base)

    def _of_frame(self, base: Value, frame: Frame, name: str, line: int) -> Value:
        if self.at.language == "r":
            if frame.is_task:
                field = self.operations["task_field"](
                    self, CallSite(self, name, self.place(line), (), Scope(), given=(base,))
                )
                if not isinstance(field, Literal_):
                    return field
                if self.library().find("table", name) is not None:
                    return Known(NOTHING, name, base)
            return self.column(frame, name, line)
        if name == "columns":
            return names_of(frame)
        if name in frame.columns:
            return self.column(frame, name, line)
        if name in self.library().words.get("properties", ()):
            return frame
        if frame.groups and name in ("groups", "indices"):
            return frame
        if name == "features":
            from doorlicht.lineage.operations.fairness import without_weights

            return without_weights(frame)
        if self.library().find("table", name) is not None or self.library().find("any", name):
            return Known(NOTHING, name, base)
        meaning = self.state.names.of_column(name)
        if meaning is not None:
            return self.column(frame, name, line)
        return Known(frame.all_deps, name, base)

    def member(self, instance: Instance, name: str, line: int = 0) -> Value:
        """Return a field or a bound method of an object."""
        if name in instance.fields:
            return instance.fields[name]
        if instance.of is not None:
            found = instance.of.members.get(name) or self.inherited(instance.of, name)
            if isinstance(found, FunctionValue):
                return self.bound(found, instance)
            if is_unset(found) and self._is_field_of_origin(name):
                return self._field_of(instance, name, line)
            if found is not None:
                return found
            base = self._library_base(instance.of)
            if base is not None:
                return Known(NOTHING, name, self._as_estimator(instance, base))
        return Known(NOTHING, name, instance)

    def _field_of(self, instance: Instance, name: str, line: int) -> Value:
        """Return a field that a class declares and the code never fills (a record from outside)."""
        node = instance.of.node if instance.of is not None else None
        declared = node.name if node is not None else ""
        place = self.place(line)
        self.state.note(frozenset({place}), name, "read")
        source = self.state.graph.source(declared, name, place)
        instance.fields[name] = Column(frozenset({source}), name, places=frozenset({place}))
        return instance.fields[name]

    def _as_estimator(self, instance: Instance, base: str) -> Value:
        known = instance.fields.get("@estimator")
        if known is None:
            role = self.library().models.get(base.rsplit(".", 1)[-1])
            if role is None:
                return instance
            of = instance.of
            name = of.node.name if of is not None and of.node is not None else base
            made = Estimator(
                NOTHING, name, "model", place=self.place(of.node.line if of and of.node else 0)
            )
            instance.fields["@estimator"] = known = made
        return known

    def _library_base(self, of: ClassValue) -> str | None:
        for base in of.bases:
            if isinstance(base, Known):
                return base.name
            if isinstance(base, ClassValue):
                found = self._library_base(base)
                if found is not None:
                    return found
        return None

    def bound(self, method: FunctionValue, instance: Value) -> Value:
        """Return a method that knows the object that it belongs to."""
        marks = {name for name, _ in method.bound}
        if "@class" in marks and isinstance(instance, Instance) and instance.of is not None:
            instance = instance.of
        scope = method_scope(method, instance) if method.language == "r" else method.scope
        bound = FunctionValue(
            method.deps, method.name, method.params, method.body, scope, method.file,
            method.line, method.language, None if "@static" in marks else instance, method.owner,
            method.bound,
        )  # fmt: skip
        if "@property" in marks:
            return self.call_function(bound, [], method.line)
        return bound

    def inherited(self, of: ClassValue, name: str, depth: int = 0) -> Value | None:
        if depth > 20:
            return None
        for base in of.bases:
            if isinstance(base, ClassValue):
                found = base.members.get(name) or self.inherited(base, name, depth + 1)
                if found is not None:
                    return found
        return None

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
            parent = self._parent(scope)
            if parent is not None:
                return parent
        function = self._callee(node, scope)
        site = CallSite(self, "", self.place(node.line), node.args, scope)
        if self.at.language == "r" and isinstance(function, Known) and function.receiver is None:
            function = self._method_for(function, site)
        return self.call(function, site)

    def _method_for(self, function: Known, site: CallSite) -> Value:
        """Return the method that code gives a function of a library for the class of its object."""
        name = function.name.rsplit("::", 1)[-1]
        if not site.args or site.args[0].spread or not self.project.has_methods(self, name):
            return function
        found = methods_for(self, name, site.at(0))
        return found[0] if found else function

    def _callee(self, node: code.Call, scope: Scope) -> Value:
        if isinstance(node.func, code.Name):
            name = node.func.id
            if name.startswith("@"):
                return Known(name=name)
            value = scope.find(name)
            if value is None or isinstance(value, (Column, Frame, Vector, Text, Literal_)):
                # What the code defines itself hides what a package defines.
                found = self.project.find_function(self, name)
                if found is not None:
                    return found
                known = Known(name=name)
                return known if value is None or self._entry(known) is not None else value
            return value
        if isinstance(node.func, code.Attr) and self.at.language == "r":
            base = node.func.base
            if isinstance(base, code.Name) and not self._is_object(base.id, scope):
                return self._of_package(base.id, node.func.name)
        return self.evaluate(node.func, scope)

    def _of_package(self, package: str, name: str) -> Value:
        """Return ``package::name``: of a library, or of the package that the code itself makes."""
        whole = f"{package}.{name}"
        if whole in self.library().entries["functions"]:
            return Known(name=whole)
        known = Known(name=name)
        if self._entry(known) is not None:
            return known
        return self.project.find_function(self, name) or known

    def _is_object(self, name: str, scope: Scope) -> bool:
        """Return whether a name before ``$`` or ``::`` is a value, and not a package."""
        if scope.find(name) is not None:
            return True
        shared = self.project.find_global(self, name)
        return isinstance(shared, (ClassValue, Instance, Record, Vector, Estimator))

    def _entry(self, known: Known) -> Any:
        library = self.libraries["intrinsics"] if known.name.startswith("@") else self.library()
        if known.receiver is None:
            return library.find("functions", known.name)
        kind = self._kind_of(known.receiver)
        return library.find(kind, known.name) or library.find("any", known.name)

    def _kind_of(self, value: Value) -> Kind:
        kinds: list[tuple[type[Value], Kind]] = [
            (Frame, "table"), (Column, "column"), (Estimator, "estimator"), (Text, "text"),
            (Vector, "list"), (Record, "dict"),
        ]  # fmt: skip
        for kind, name in kinds:
            if option_of(value, kind) is not None:
                frame = option_of(value, Frame)
                if kind is Frame and isinstance(frame, Frame) and frame.groups:
                    return "group"
                if kind is Frame and isinstance(frame, Frame) and frame.is_queryset:
                    return "queryset"
                return name
        if isinstance(value, Unknown) and value.frame is not None:
            return "table"
        return "any"

    def call(self, function: Value, site: CallSite) -> Value:
        """Follow a call of anything."""
        if isinstance(function, Choices):
            results = [self.call(option, site) for option in function.options]
            joined = results[0]
            for result in results[1:]:
                joined = join_values(joined, result)
            return joined
        if isinstance(function, FunctionValue):
            values = site.all_values()
            if any(name == "@columns" for name, _ in function.bound):
                from doorlicht.lineage.operations.expressions import columns_given

                values = columns_given(self, site)
            return self.call_function(function, values, site.place.line)
        if isinstance(function, ClassValue):
            return self.instantiate(function, site)
        if isinstance(function, Instance):
            for name in ("__call__", "forward"):
                member = self.member(function, name)
                if isinstance(member, FunctionValue):
                    answer = self.call_function(member, site.all_values(), site.place.line)
                    network = self.network_of(function)
                    return answer if network is None else self._forward(site, network, answer)
        if isinstance(function, Estimator) and function.role == "model" and site.parts():
            return self._forward(site, function, None)
        if isinstance(function, Known):
            return self._call_known(function, site)
        if isinstance(function, Unknown) and function.name:
            return self._call_known(Known(function.deps, function.name), site)
        return Unknown(deps_of(function) | site.all_deps())

    def _forward(self, site: CallSite, network: Estimator, answer: Value | None) -> Value:
        from doorlicht.lineage.operations.networks import forward

        return forward(self, site, network, answer)

    def network_of(self, instance: Instance) -> Estimator | None:
        """Return an object as a model, if its class inherits from that of networks."""
        from doorlicht.lineage.operations.networks import is_network

        base = self._library_base(instance.of) if instance.of is not None else None
        if base is None or not is_network(base):
            return None
        made = self._as_estimator(instance, base)
        return made if isinstance(made, Estimator) else None

    def _call_known(self, known: Known, site: CallSite) -> Value:
        site.name = known.name
        site.receiver = known.receiver
        receiver = known.receiver
        entry = self._entry(known)
        if entry is None and isinstance(receiver, Unknown) and receiver.frame is None:
            # A method that only tables have tells that the unknown value is a table.
            entry = self.library().find("table", known.name) or self.library().find(
                "estimator", known.name
            )
            if entry is not None and self.library().find("table", known.name) is not None:
                self.as_frame(receiver, force=True)
        if entry is None and isinstance(receiver, Instance):
            entry = self.library().find("estimator", known.name)
        if entry is not None:
            operation = self.operations.get(entry.does)
            if operation is None:
                raise KeyError(entry.does)
            site.entry = entry
            return operation(self, site)
        made = self.operations["construct"](self, site)
        if made is not site.nothing:
            return made
        deps = known.deps | deps_of(receiver) | site.all_deps()
        if isinstance(receiver, Column) and self.at.language == "python":
            return Column(
                self.gathered(deps, site.place.line), receiver.name, None, receiver.places
            )
        return Unknown(self.gathered(deps, site.place.line), known.name)

    def instantiate(self, of: ClassValue, site: CallSite) -> Value:
        """Follow the making of an object."""
        made = Instance(NOTHING, of)
        init = self._maker_of(of)
        values = site.all_values()
        if isinstance(init, FunctionValue):
            bound = self.bound(init, made)
            if isinstance(bound, FunctionValue):
                self.call_function(bound, values, site.place.line)
        else:
            # A dataclass, or a class that inherits from a library.
            names = [name for name in of.members if not name.startswith("_")]
            for at, (name, value) in enumerate(values):
                if name is not None:
                    made.fields[name] = value
                elif at < len(names):
                    made.fields[names[at]] = value
        return made

    def _maker_of(self, of: ClassValue) -> Value | None:
        name = "initialize" if self.at.language == "r" else "__init__"
        return of.members.get(name) or self.inherited(of, name)

    def project_instance(self, of: ClassValue) -> Instance:
        """Return an object of a class that the code itself never makes."""
        made = Instance(NOTHING, of)
        init = self._maker_of(of)
        if isinstance(init, FunctionValue):
            bound = self.bound(init, made)
            if isinstance(bound, FunctionValue):
                self.call_function(bound, [], init.line)
        return made

    def call_function(
        self, function: FunctionValue, values: Sequence[tuple[str | None, Value]], line: int
    ) -> Value:
        """Follow a function of the code with what it is called with."""
        key = (function.file, function.line)
        self.called.add(key)
        if len(self.calls) >= MAX_CALLS or self.calls.count(key) >= MAX_SAME_CALL:
            deps = NOTHING.union(*(deps_of(value) for _, value in values)) if values else NOTHING
            return Unknown(deps)
        call = self.memory.call(self, function, values)
        if call is None or (self.masks and function.language == "python"):
            return self._follow_call(function, values, line, key)
        known = self.memory.recall(call, function, values)
        if known is None:
            known = self._follow_call(function, values, line, key)
            self.memory.keep(call, self, function, values, known)
        return known

    def _follow_call(
        self,
        function: FunctionValue,
        values: Sequence[tuple[str | None, Value]],
        line: int,
        key: tuple[str, int],
    ) -> Value:
        scope = Scope({}, function.scope)
        before, masks, depth = self.at, self.masks, len(self.calls)
        self.calls.append(key)
        self.at = Frame_(function.file, function.language, before.control, before.gated)
        self.at.branches = before.branches
        if function.language != "python":
            self.masks = []
        try:
            self._bind_params(function, values, scope, line)
            last = self.execute(function.body, scope)
            results = self.at.returned
            under = self.at.answers_under - before.control
            if function.language == "r" or (len(function.body) == 1 and not function.name):
                results = [*results, last]
        finally:
            self.at, self.masks = before, masks
            del self.calls[depth:]
        if not results:
            return Literal_()
        joined = results[0]
        for result in results[1:]:
            joined = join_values(joined, result)
        if under and not isinstance(joined, Frame):
            see_overrule(self, function.name, deps_of(joined), under, function.line)
        return see_rule_function(self, function, joined) if function.name else joined

    def _bind_params(
        self,
        function: FunctionValue,
        values: Sequence[tuple[str | None, Value]],
        scope: Scope,
        line: int,
    ) -> None:
        params = list(function.params)
        given = [(n, v) for n, v in function.bound if n is None or not n.startswith("@")]
        given += list(values)
        if function.language == "r":
            bind_self(scope, function)
        elif function.receiver is not None and params:
            scope.names[params[0].name] = function.receiver
            params = params[1:]
        by_name = {name: value for name, value in given if name is not None}
        positional = [value for name, value in given if name is None]
        taken: set[str] = set()
        for param in params:
            if param.spread == "*":
                rest: list[tuple[str | None, Value]] = [(None, value) for value in positional]
                positional = []
                if function.language == "r":
                    rest += [(n, v) for n, v in by_name.items() if n not in taken]
                scope.names[param.name] = Vector(NOTHING, rest)
            elif param.spread == "**":
                left = {n: v for n, v in by_name.items() if n not in taken}
                scope.names[param.name] = Record(NOTHING, left)
            else:
                self._bind_param(function, param, by_name, positional, taken, scope, line)

    def _bind_param(
        self,
        function: FunctionValue,
        param: code.Param,
        by_name: dict[str, Value],
        positional: list[Value],
        taken: set[str],
        scope: Scope,
        line: int,
    ) -> None:
        if param.name in by_name:
            value = by_name[param.name]
            taken.add(param.name)
        elif positional:
            value = positional.pop(0)
        elif param.default is not None:
            value = self.evaluate(param.default, scope)
        else:
            value = handed_in(self, function, param)
        if isinstance(value, (Unknown, Column)) and not (
            isinstance(value, Unknown) and value.frame is not None
        ):
            named = self._named_variable(param.name, value, function.line or line)
            # A table that code makes of this value later is the table of the caller too.
            value = named if named is not value else value
        scope.names[param.name] = value

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
        if self._entry(value) is not None:
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


def replace_frame(frame: Frame, new: Frame) -> None:
    """Let a table become another one, for everybody who holds it."""
    for name in (
        "deps", "columns", "rests", "rows", "named", "dropped", "chosen_by_data", "groups",
        "lists", "made",
    ):  # fmt: skip
        setattr(frame, name, getattr(new, name))


def is_jump(body: Sequence[code.Stmt]) -> bool:
    """Return whether statements end with ``continue`` or ``break``."""
    return bool(body) and isinstance(body[-1], code.Do) and isinstance(body[-1].value, code.Missing)


def is_unset(value: Value | None) -> bool:
    """Return whether a member of a class is only declared: ``nationality: str``."""
    return isinstance(value, Literal_) and value.value is None and not value.deps


def truth_of(value: Value) -> bool | None:
    """Return whether a value is true, if that is known."""
    if isinstance(value, Literal_) and isinstance(value.value, bool):
        return value.value
    return None


def _is_super(node: code.Call) -> bool:
    return isinstance(node.func, code.Name) and node.func.id == "super"


def _is_of_class(method: FunctionValue) -> bool:
    return any(name == "@class" for name, _ in method.bound)


def _decorator_name(expr: code.Expr) -> str:
    if isinstance(expr, code.Name):
        return expr.id
    if isinstance(expr, code.Attr):
        return expr.name
    if isinstance(expr, code.Call):
        return _decorator_name(expr.func)
    return ""
