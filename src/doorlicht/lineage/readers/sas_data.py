"""The DATA step: rows of tables that are read one by one, changed and written.

Its statements become operations on a whole table. What stands under a condition (``IF``,
``SELECT``, ``ELSE``) becomes a conditional expression, so that the columns of the condition count
as inputs of what is assigned.

Source: *SAS 9.4 DATA Step Statements: Reference*.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from doorlicht.lineage.readers.sas_expressions import (
    Expressions,
    name_list,
    names_in,
    names_of,
    split_on,
)
from doorlicht.lineage.readers.sas_program import (
    Program,
    Reference,
    call,
    names_seq,
    reference_at,
    references_in,
    renamed,
)
from doorlicht.lineage.readers.sas_words import Word, closing, words_of
from doorlicht.records.code import Choice, Const, Dict, Expr, Name, Op

MAX_DEPTH: Final = 60
"""Blocks within blocks."""

Words = Sequence[Word]


class DataStep:
    """Translates one DATA step.

    Parameters
    ----------
    program
        Gets the translated statements.
    statements
        Those of the step, ``DATA`` first, without ``RUN``.
    """

    def __init__(self, program: Program, statements: Sequence[list[Word]]) -> None:
        self.program = program
        self.statements = statements
        self.line = statements[0][0].line
        self.step = program.variable("data", self.line)
        self.targets = references_in(statements[0][1:])
        self.arrays: dict[str, tuple[Expr, ...]] = {}
        self.flags: frozenset[str] = frozenset()
        self.written: set[str] = set()
        self.assigned: set[str] = set()
        self.known: set[str] = set()
        self.at = 1
        self.depth = 0
        self.text_file = ""
        self.after: list[tuple[str, list[Word]]] = []
        self.subjects: list[Expr] = []

    def translate(self) -> None:
        """Append the step to the program."""
        self._prepare()
        while self.at < len(self.statements):
            self._statement(self._next(), ())
        self._finish()

    def _next(self) -> list[Word]:
        self.at += 1
        return self.statements[self.at - 1]

    # ── what is read ────────────────────────────────────────────────────────────────────────

    def _prepare(self) -> None:
        """Gather what holds for the whole step wherever it stands: inputs, arrays, ``by``."""
        tables: list[tuple[str, list[Reference]]] = []
        by: list[Word] = []
        where: list[list[Word]] = []
        infile, columns = "", list[Word]()
        for statement in self.statements[1:]:
            low = statement[0].low
            if low in ("set", "merge", "update", "modify") and not _is_assignment(statement):
                tables.append((low, references_in(statement[1:])))
            elif low == "by":
                by = statement[1:]
            elif low == "where" and not _is_assignment(statement):
                where.append(statement[1:])
            elif low == "array":
                self._array(statement)
            elif low == "infile":
                infile = self.program.path_of(statement[1:])
            elif low == "input":
                columns += statement[1:]
        self.flags = frozenset(
            word.low for _, group in tables for each in group for word in each.options.get("in", [])
        )
        self.flags |= _counters(self.statements[1:])
        for _, group in tables:
            for each in group:
                self.known |= self.program.known_columns(each)
        keys = names_of([word for word in by if word.low not in ("descending", "notsorted")])
        table = self._input(tables, keys, infile, columns)
        self.program.assign(self.step, table, self.line)
        for condition in where:
            start = 2 if condition and condition[0].low in ("also", "same") else 0
            self._narrow(
                self._expression(condition[start:]), condition[0].line if condition else self.line
            )

    def _input(
        self,
        tables: Sequence[tuple[str, list[Reference]]],
        keys: list[Const],
        infile: str,
        columns: list[Word],
    ) -> Expr:
        read: list[Expr] = []
        for kind, group in tables:
            each = [self.program.read(reference, self.flags) for reference in group]
            if not each:
                continue
            line = group[0].line
            if len(each) == 1:
                read.append(each[0])
            elif kind == "set":
                read.append(call("@stack", *each, line=line))
            else:
                read.append(self._merged(each, keys, line))
        if columns:
            names = _input_names(columns)
            source = call("@read", Const(infile or "datalines", self.line), line=self.line)
            read.append(call("@keep", source, names_seq(names, self.line), line=self.line))
            self.known |= {str(name.value) for name in names}
        if not read:
            return call("@stack", line=self.line)
        return self._merged(read, keys, self.line) if len(read) > 1 else read[0]

    def _merged(self, tables: Sequence[Expr], keys: list[Const], line: int) -> Expr:
        merged = tables[0]
        by = names_seq(keys, line) if keys else None
        for table in tables[1:]:
            merged = call("@merge", merged, table, line=line, by=by)
        return merged

    def _array(self, statement: list[Word]) -> None:
        """Remember the columns of ``array a{3} $ x y z (0 0 0);``."""
        if len(statement) < 2:
            return
        at = 2
        if at < len(statement) and statement[at].value in "({[":
            at = closing(statement, at) + 1
        rest = [word for word in statement[at:] if word.value != "$"]
        opening = next((i for i, w in enumerate(rest) if w.value == "("), len(rest))
        names = names_of(rest[:opening])
        self.arrays[statement[1].low] = tuple(Name(str(n.value), n.line) for n in names)

    # ── statements ──────────────────────────────────────────────────────────────────────────

    def _statement(self, words: Words, conditions: tuple[Expr, ...]) -> None:
        if not words:
            return
        if len(words) > 1 and words[0].kind == "name" and words[1].value == ":":
            words = words[2:] or words[:1]  # A label.
        if _is_assignment(words):
            self._assignment(words, conditions)
            return
        if len(words) > 2 and words[0].kind == "name" and words[1].value == "+":
            # ``n + 1;`` adds to a column that is kept from row to row.
            self._set(words[0], Op("+", (Name(words[0].low, words[0].line), self._expression(words[2:])), words[0].line), conditions)  # fmt: skip  # noqa: E501
            return
        handler = self._HANDLERS.get(words[0].low)
        if handler is not None:
            self.depth += 1
            if self.depth <= MAX_DEPTH:
                handler(self, words, conditions)
            self.depth -= 1

    def _assignment(self, words: Words, conditions: tuple[Expr, ...]) -> None:
        equals = _equals(words)
        value = self._expression(words[equals + 1 :])
        target = words[0]
        if target.low in self.arrays:
            index = _index_of(words, 0)
            for position, element in enumerate(self.arrays[target.low]):
                if not isinstance(element, Name) or (index not in ("", str(position + 1)) and (
                    index.isdigit()
                )):  # fmt: skip
                    continue
                own = self._at(words[equals + 1 :], index, position) or value
                self._set(Word("name", element.id, target.line), own, conditions)
        elif target.low == "substr" and len(words) > 2:
            # The left side ``substr(x, 1, 2) =`` changes part of a column.
            name = words[2]
            kept = Name(name.low, name.line)
            self._set(name, Op("+", (kept, value), name.line), conditions)
        else:
            self._set(target, value, conditions)

    def _at(self, words: Words, index: str, position: int) -> Expr | None:
        """Return an expression in which arrays with the same index stand for the same place."""
        asked: dict[str, set[str]] = {}
        for at, word in enumerate(words):
            if word.low in self.arrays:
                asked.setdefault(word.low, set()).add(_index_of(words, at))
        alike = {
            name: (self.arrays[name][position],)
            for name, found in asked.items()
            if index and found == {index} and position < len(self.arrays[name])
        }
        if not alike:
            return None
        return Expressions({**self.arrays, **alike}, self.flags).parse(words)

    def _set(self, target: Word, value: Expr, conditions: tuple[Expr, ...]) -> None:
        name, line = target.low, target.line
        if conditions:
            before = Name(name, line) if name in self.assigned | self.known else None
            value = Choice(_all(conditions, line), value, before, line)
        pair: tuple[tuple[Expr | None, Expr], ...] = ((Const(name, line), value),)
        made = call("@derive", Name(self.step, line), Dict(pair, line), line=line)
        self.program.assign(self.step, made, line)
        self.assigned.add(name)

    def _expression(self, words: Words) -> Expr:
        return Expressions(self.arrays, self.flags).parse(words)

    def _narrow(self, condition: Expr, line: int) -> None:
        table = call("@filter", Name(self.step, line), condition, line=line)
        self.program.assign(self.step, table, line)

    def _if(self, words: Words, conditions: tuple[Expr, ...]) -> None:
        then = next((i for i, w in enumerate(words) if w.low == "then"), -1)
        if then < 0:
            test = self._expression(words[1:])
            self._narrow(_all((*conditions, test), words[0].line), words[0].line)
            return
        test = self._expression(words[1:then])
        self._statement(words[then + 1 :], (*conditions, test))
        if self.at < len(self.statements) and self.statements[self.at][0].low == "else":
            other = self._next()
            line = other[0].line
            self._statement(other[1:], (*conditions, Op("not", (test,), line)))

    def _do(self, words: Words, conditions: tuple[Expr, ...]) -> None:
        inside = conditions
        rest = words[1:]
        if rest and rest[0].low in ("while", "until"):
            inside = (*conditions, self._expression(rest[1:]))
        elif len(rest) > 1 and rest[1].value == "=" and rest[0].low != "over":
            for name in names_in(
                [w for w in rest[2:] if w.low not in ("to", "by", "while", "until")]
            ):
                if isinstance(name, Name):
                    self.program.mention(Name(self.step, name.line), [Word("name", name.id, name.line)], name.line)  # fmt: skip  # noqa: E501
        self._block(inside)

    def _block(self, conditions: tuple[Expr, ...]) -> None:
        while self.at < len(self.statements):
            statement = self._next()
            if statement[0].low == "end" and len(statement) == 1:
                return
            self._statement(statement, conditions)

    def _select(self, words: Words, conditions: tuple[Expr, ...]) -> None:
        subject = self._expression(words[2:-1]) if len(words) > 3 else None
        tests: list[Expr] = []
        while self.at < len(self.statements):
            statement = self._next()
            low, line = statement[0].low, statement[0].line
            if low == "end":
                return
            if low == "when" and len(statement) > 1:
                end = closing(statement, 1)
                values = [
                    self._expression(part) for part in split_on(statement[2:end], ",") if part
                ]
                found = [Op("==", (subject, v), line) if subject is not None else v for v in values]
                test: Expr = found[0] if len(found) == 1 else Op("or", tuple(found), line)
                tests.append(test)
                self._statement(statement[end + 1 :], (*conditions, test))
            elif low == "otherwise":
                others = tuple(Op("not", (test,), line) for test in tests)
                self._statement(statement[1:], (*conditions, *others))

    def _output(self, words: Words, conditions: tuple[Expr, ...]) -> None:
        named = references_in(words[1:]) or self.targets
        for reference in named:
            out = self._held(reference.name)
            line = words[0].line
            rows: Expr = Name(self.step, line)
            if conditions:
                rows = call("@filter", rows, _all(conditions, line), line=line)
            if reference.name in self.written:
                rows = call("@stack", Name(out, line), rows, line=line)
            self.program.assign(out, rows, line)
            self.written.add(reference.name)

    def _held(self, name: str) -> str:
        return f"{self.step}.{name}"

    def _delete(self, words: Words, conditions: tuple[Expr, ...]) -> None:
        if conditions:
            line = words[0].line
            self._narrow(Op("not", (_all(conditions, line),), line), line)

    def _put_off(self, words: Words, conditions: tuple[Expr, ...]) -> None:
        del conditions
        self.after.append((words[0].low, list(words[1:])))

    def _mention(self, words: Words, conditions: tuple[Expr, ...]) -> None:
        del conditions
        names: list[Word] = []
        for at, word in enumerate(words[1:], 1):
            after = words[at + 1] if at + 1 < len(words) else None
            if word.low in ("format", "label", "length", "informat", "first", "last") and after is not None and after.value == "=":  # fmt: skip  # noqa: E501
                continue
            names.append(word)
        self.program.mention(Name(self.step, words[0].line), names, words[0].line)

    def _file(self, words: Words, conditions: tuple[Expr, ...]) -> None:
        del conditions
        self.text_file = (
            "" if words[-1].low in ("log", "print") else self.program.path_of(words[1:])
        )

    def _put(self, words: Words, conditions: tuple[Expr, ...]) -> None:
        if not self.text_file:
            return
        line = words[0].line
        rows: Expr = Name(self.step, line)
        if conditions:
            rows = call("@filter", rows, _all(conditions, line), line=line)
        names = name_list(words[1:], line)
        if names.items:
            rows = call("@keep", rows, names, line=line)
            self.program.do(call("@write", rows, Const(self.text_file, line), line=line), line)

    def _call_routine(self, words: Words, conditions: tuple[Expr, ...]) -> None:
        del conditions
        name = words[1].low if len(words) > 1 else ""
        if name in ("symput", "symputx", "symputn"):
            self.program.hide("macro_variable", words[0].line)
        elif name == "execute":
            self.program.hide("dynamic_code", words[0].line)

    def _include(self, words: Words, conditions: tuple[Expr, ...]) -> None:
        del conditions
        line = words[0].line
        path = self.program.path_of(words[1:])
        model = self.program.scorers.get(path.lower())
        held: Expr = Name(model, line) if model else call("@read", Const(path, line), line=line)
        # In a DATA step this is the scoring code that a procedure wrote.
        scored = call("@score", held, Name(self.step, line), line=line)
        self.program.assign(self.step, scored, line)

    def _declare(self, words: Words, conditions: tuple[Expr, ...]) -> None:
        """``declare hash h(dataset: 'bron.x')`` looks rows up in another table."""
        del conditions
        for at, word in enumerate(words):
            if word.low == "dataset" and at + 2 < len(words) and words[at + 2].kind == "text":
                inner, _ = words_of(words[at + 2].value, word.line)
                if inner:
                    reference, _ = reference_at(inner, 0)
                    keys = self._hash_keys()
                    table = self._merged([Name(self.step, word.line), self.program.read(reference)], keys, word.line)  # fmt: skip  # noqa: E501
                    self.program.assign(self.step, table, word.line)

    def _hash_keys(self) -> list[Const]:
        return [
            Const(word.value.lower(), word.line)
            for statement in self.statements
            if any(word.low == "definekey" for word in statement)
            for word in statement
            if word.kind == "text"
        ]

    # ── what is written ─────────────────────────────────────────────────────────────────────

    def _finish(self) -> None:
        if any(each.name == "_null_" for each in self.targets):
            return
        for reference in self.targets:
            held = self._held(reference.name) if reference.name in self.written else self.step
            if self.written and reference.name not in self.written:
                continue
            table: Expr = Name(held, self.line)
            for kind in ("keep", "drop", "rename"):
                for name, words in self.after:
                    if name == kind:
                        table = self._after(kind, table, words)
            self.program.store(reference, table, self.line, self.assigned | self.known)

    def _after(self, kind: str, table: Expr, words: list[Word]) -> Expr:
        line = words[0].line if words else self.line
        if kind == "rename":
            return renamed(table, words, line)
        names = name_list(words, line)
        return call(f"@{kind}", table, names, line=line) if names.items else table

    _HANDLERS: Final[dict[str, Callable[[DataStep, Words, tuple[Expr, ...]], None]]] = {
        "if": _if,
        "do": _do,
        "select": _select,
        "output": _output,
        "delete": _delete,
        "keep": _put_off,
        "drop": _put_off,
        "rename": _put_off,
        "retain": _mention,
        "length": _mention,
        "format": _mention,
        "label": _mention,
        "attrib": _mention,
        "file": _file,
        "put": _put,
        "call": _call_routine,
        "%include": _include,
        "declare": _declare,
        "dcl": _declare,
        "replace": _output,
    }


def _is_assignment(words: Words) -> bool:
    return _equals(words) > 0 and words[0].low not in (
        "if",
        "when",
        "select",
        "where",
        "do",
        "else",
    )


def _equals(words: Words) -> int:
    """Return where the ``=`` of an assignment stands: after a name or ``a{i}``; or -1."""
    if len(words) < 2 or words[0].kind != "name":
        return -1
    at = 1
    if words[1].value in ("(", "{", "["):
        at = closing(words, 1) + 1
    return at if at < len(words) and words[at].value == "=" else -1


def _counters(statements: Sequence[Words]) -> frozenset[str]:
    """Return the names of ``set people end=last nobs=n``, which are no columns."""
    return frozenset(
        words[at + 2].low
        for words in statements
        if words[0].low in ("set", "merge", "update")
        for at in range(len(words) - 2)
        if words[at].low in ("end", "nobs", "point") and words[at + 1].value == "="
    )


def _all(conditions: Sequence[Expr], line: int) -> Expr:
    return conditions[0] if len(conditions) == 1 else Op("and", tuple(conditions), line)


def _input_names(words: Words) -> list[Const]:
    """Return the columns of ``input id 1-5 nat $ 6-7 @10 land $3.;``."""
    kept: list[Word] = []
    skip = False
    for at, word in enumerate(words):
        before = words[at - 1] if at else None
        if word.kind == "number" or word.value in (
            "@",
            "@@",
            "#",
            "/",
            "&",
            "?",
            "??",
            ":",
            "$",
            "-",
            "+",
        ):
            continue
        if word.value == ".":
            # The name before it is a format, if no ``$`` or ``:`` says otherwise too.
            if kept and before is not None and word.is_glued and kept[-1] is before:
                kept.pop()
            continue
        if skip or word.kind != "name":
            skip = False
            continue
        kept.append(word)
    return names_of(kept)


def _index_of(words: Words, at: int) -> str:
    """Return what stands between the brackets behind the name of an array, as spelled."""
    if at + 1 >= len(words) or words[at + 1].value not in _OPENING:
        return ""
    end = at + 2
    while end < len(words) and words[end].value not in ("}", "]", ")"):
        end += 1
    return "".join(word.low for word in words[at + 2 : end])


_OPENING: Final = frozenset(("{", "[", "("))
