"""PROC SQL: what SAS writes differently is rewritten, so that it can be read as SQL.

Source: *SAS 9.4 SQL Procedure User's Guide*.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Final

from doorlicht.lineage.readers.sas_program import (
    Program,
    Reference,
    call,
    dataset_name,
    options_in,
)
from doorlicht.lineage.readers.sas_words import Word, closing
from doorlicht.records.code import Const

_MARKS: Final = {
    "eq": "=", "ne": "<>", "gt": ">", "lt": "<", "ge": ">=", "le": "<=", "^=": "<>", "~=": "<>",
    "¬=": "<>", "contains": "like", "!!": "||", "=*": "=", "=:": "=",
}  # fmt: skip
_STATEMENTS: Final = frozenset(("create", "select", "insert", "update", "delete", "with"))
_BEFORE_TABLE: Final = frozenset(("from", "join", "table", "view", "update", "into"))
_AFTER_TABLES: Final = frozenset(
    (
        "where",
        "group",
        "order",
        "having",
        "on",
        "set",
        "union",
        "select",
        "except",
        "intersect",
        "as",
    )
)


def translate_sql(program: Program, statements: Sequence[list[Word]]) -> None:
    """Append the statements of a step of PROC SQL to the program."""
    for statement in statements[1:]:
        first = statement[0].low
        if first == "execute" and len(statement) > 1 and statement[1].value == "(":
            _add(program, statement[2 : closing(statement, 1)])
        elif first in _STATEMENTS:
            _add(program, statement)


def _add(program: Program, statement: Sequence[Word]) -> None:
    if not statement:
        return
    line = statement[0].line
    if any(
        word.value == ":" and statement[at].low == "into" for at, word in enumerate(statement[1:])
    ):
        program.hide("macro_variable", line)
    words, target = _Rewriter(statement).rewrite()
    query = call("@sql", Const(_text(words), line), line=line)
    if target is None:
        program.do(query, line)
        return
    reference = Reference(target, line, {})
    program.assign(target, query, line)
    program.made.add(target)
    program.last = target
    program.keep(reference, line)


class _Rewriter:
    """Rewrites one statement, word by word."""

    def __init__(self, statement: Sequence[Word]) -> None:
        self.words = statement
        self.out: list[Word] = []
        self.target: str | None = None
        self.expects: list[bool] = [False]
        """Whether a comma at this depth is followed by another table."""
        self.wants_table = False

    def rewrite(self) -> tuple[list[Word], str | None]:
        """Return the words of the statement in common SQL, and the table that it creates."""
        at = 0
        while at < len(self.words):
            at = self._word(at)
        return self.out, self.target

    def _put(self, word: Word, value: str) -> None:
        self.out.append(word._replace(value=value, kind="mark", quote=""))

    def _word(self, at: int) -> int:
        word = self.words[at]
        after = self.words[at + 1] if at + 1 < len(self.words) else None
        low = word.low
        if self.wants_table and word.kind in ("name", "text"):
            return self._table(at)
        if word.kind == "text":
            self._put(word, "'" + word.value.replace("'", "''") + "'")
            return at + 1
        if word.value == "(":
            self.expects.append(False)
            if self.wants_table and after is not None and after.low != "select":
                self.wants_table = True
            else:
                self.wants_table = False
        elif word.value == ")":
            if len(self.expects) > 1:
                self.expects.pop()
        elif word.value == ",":
            self.wants_table = self.expects[-1]
        elif word.kind == "name":
            return self._name(at, low, after)
        elif word.value == "." and not (word.is_glued and after is not None and after.is_glued):
            # A lone dot is a missing value; after a name it ends a format.
            if not word.is_glued:
                self._put(word, "null")
            return at + 1
        elif word.value == "$":
            return self._format(at)
        elif word.value in ("^", "~", "¬") and after is not None and after.value == "=":
            self._put(word, "<>")
            return at + 2
        self.out.append(word._replace(value=_MARKS.get(word.value, word.value)))
        return at + 1

    def _name(self, at: int, low: str, after: Word | None) -> int:
        word = self.words[at]
        if low == "calculated":
            return at + 1
        if (
            low in ("label", "format", "informat", "length")
            and after is not None
            and after.value == "="
        ):
            return self._attribute(at + 2)
        if low == "into" and after is not None and after.value == ":":
            # Into macro variables: those are no columns.
            end = at
            while end < len(self.words) and self.words[end].low != "from":
                end += 1
            return end
        if low == "corr" or low == "corresponding":
            return at + 1
        if low == "outer" and after is not None and after.low == "union":
            return at + 1
        if low == "connection" and after is not None and after.low == "to":
            # ``from connection to oracle (select ...)``
            self.wants_table = False
            return at + 3
        if low == "is" and after is not None and after.low in ("missing", "not"):
            skip = 2 if after.low == "missing" else 3
            self._put(word, "is null" if after.low == "missing" else "is not null")
            return at + skip
        if low in _BEFORE_TABLE:
            self.wants_table = not (low == "into" and self.out and self.out[0].low != "insert")
            self.expects[-1] = low == "from"
        elif low in _AFTER_TABLES:
            self.expects[-1] = False
        self._put(word, _MARKS.get(low, low))
        if low == "in" and after is not None and after.value == "(":
            return self._in_list(at + 1)
        return at + 1

    def _table(self, at: int) -> int:
        word = self.words[at]
        if word.low in ("connection", "select", "if", "not", "exists"):
            self.wants_table = False
            return self._word(at)
        self.wants_table = False
        name = word.value
        at += 1
        while at + 1 < len(self.words) and self.words[at].value == "." and self.words[at].is_glued:
            name += "." + self.words[at + 1].value
            at += 2
        full = name if word.kind == "text" else dataset_name(name)
        options: dict[str, list[Word]] = {}
        has_options = (
            at + 2 < len(self.words)
            and self.words[at].value == "("
            and self.words[at + 2].value == "="
        )
        if has_options:
            end = closing(self.words, at)
            options = options_in(self.words[at + 1 : end])
            at = end + 1
        if self.out and self.out[0].low == "create" and self.target is None and len(self.out) < 4:
            self.target = full
        quoted = full if all(part.isidentifier() for part in full.split(".")) else f'"{full}"'
        if options.get("where"):
            condition = _Rewriter(options["where"]).rewrite()[0]
            self._put(word, f"( select * from {quoted} where (")  # noqa: S608 (read, never carried out)
            self.out += condition
            self._put(self.out[-1], ") )")
        else:
            self._put(word, quoted)
        return at

    def _format(self, at: int) -> int:
        """Leave out ``$land.`` and the comma before it: how a value is written."""
        at += 1
        while (
            at < len(self.words)
            and self.words[at].is_glued
            and self.words[at].value not in ("(", ")", ",")
        ):
            at += 1
        if self.out and self.out[-1].value == ",":
            self.out.pop()
        return at

    def _attribute(self, at: int) -> int:
        """Leave out the value of ``label=``, ``format=`` and ``length=``."""
        if at < len(self.words) and self.words[at].kind == "text":
            return at + 1
        start = at
        while at < len(self.words) and (at == start or self.words[at].is_glued):
            if at > start and self.words[at].value in (",", ")"):
                break
            at += 1
        return at

    def _in_list(self, at: int) -> int:
        """Put commas in ``in (1 2 3)``."""
        end = closing(self.words, at)
        inside = self.words[at + 1 : end]
        if not inside or any(word.kind not in ("text", "number") for word in inside):
            return at
        self._put(self.words[at], "(")
        for index, word in enumerate(inside):
            if index:
                self._put(word, ",")
            text = "'" + word.value.replace("'", "''") + "'" if word.kind == "text" else word.value
            self._put(word, text)
        self._put(inside[-1], ")")
        return end + 1


def _text(words: Sequence[Word]) -> str:
    """Return words as a text in which each stands on its own line of the file, where it can."""
    if not words:
        return ""
    parts: list[str] = []
    line = words[0].line
    # What a macro was called with has the line of the call, behind the words that follow it here.
    lines = list(accumulate((word.line for word in reversed(words)), min))[::-1]
    for word, at in zip(words, lines, strict=True):
        if at > line:
            parts.append("\n" * (at - line))
            line = at
        elif parts and not (word.is_glued and word.value != "(" and _sticks(parts[-1], word.value)):
            parts.append(" ")
        parts.append(word.value)
    return "".join(parts)


def _sticks(before: str, value: str) -> bool:
    return value in (".", ")", ",") or before.endswith((".", "("))
