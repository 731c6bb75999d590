"""Expressions of SAS, and lists of names, as nodes of the small language.

Names of columns come out in lower case: SAS does not look at case.

Source: *SAS 9.4 Language Reference: Concepts*, "SAS Expressions" (order of operators).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from doorlicht.lineage.readers.sas_words import HOLE, Word, closing
from doorlicht.records.code import Arg, Call, Const, Expr, Missing, Name, Op, Opaque, Seq

MAX_DEPTH: Final = 100
"""Brackets within brackets."""

MAX_RANGE: Final = 200
"""Names that ``x1-x200`` is written out to."""

_BINARY: Final[dict[str, tuple[int, str]]] = {
    "or": (1, "or"), "|": (1, "or"), "!": (1, "or"),
    "and": (2, "and"), "&": (2, "and"),
    "=": (4, "=="), "eq": (4, "=="), "ne": (4, "!="), "^=": (4, "!="), "~=": (4, "!="),
    "¬=": (4, "!="), "<": (4, "<"), "lt": (4, "<"), ">": (4, ">"), "gt": (4, ">"),
    "<=": (4, "<="), "le": (4, "<="), ">=": (4, ">="), "ge": (4, ">="), "in": (4, "in"),
    "=:": (4, "=="), "like": (4, "like"), "contains": (4, "contains"), "?": (4, "contains"),
    "=*": (4, "=="), "between": (4, "between"), "is": (4, "is"),
    "||": (5, "+"), "!!": (5, "+"),
    "+": (6, "+"), "-": (6, "-"), "*": (7, "*"), "/": (7, "/"), "**": (8, "**"),
    "<>": (8, "max"), "><": (8, "min"),
}  # fmt: skip
_NO_FUNCTION: Final = frozenset(("and", "or", "not", "in", "eq", "ne", "lt", "gt", "le", "ge"))

Arrays = Mapping[str, tuple[Expr, ...]]


class Expressions:
    """Parses expressions of one DATA step.

    Parameters
    ----------
    arrays
        The columns of each array, by its name.
    flags
        Names that only say from which table a row comes (``in=``).
    """

    def __init__(self, arrays: Arrays | None = None, flags: frozenset[str] = frozenset()) -> None:
        self.arrays = arrays or {}
        self.flags = flags
        self.words: Sequence[Word] = ()
        self.at = 0
        self.depth = 0

    def parse(self, words: Sequence[Word]) -> Expr:
        """Return the expression; what cannot be parsed keeps the names in it.

        Examples
        --------
        >>> from doorlicht.lineage.readers.sas_words import words_of
        >>> Expressions().parse(words_of("Nat NE 1")[0])
        Op(op='!=', operands=(Name(id='nat', line=1), Const(value=1, line=1)), line=1)
        """
        if not words:
            return Missing(0)
        self.words, self.at, self.depth = words, 0, 0
        made = self._binary(0)
        if self.at < len(words):
            rest = names_in(words[self.at :])
            return Opaque((made, *rest), words[0].line) if rest else made
        return made

    def _peek(self) -> Word | None:
        return self.words[self.at] if self.at < len(self.words) else None

    def _binary(self, least: int) -> Expr:
        left = self._unary()
        while True:
            word = self._peek()
            if word is None or word.kind not in ("mark", "name"):
                return left
            low, line = word.low, word.line
            if low in ("not", "^", "~") and self._next_is(
                "in", "like", "contains", "between", "=", "<", ">"
            ):
                self.at += 1
                word = self.words[self.at]
                low = word.low
            found = _BINARY.get(low)
            if found is None or found[0] < least:
                return left
            strength, op = found
            self.at += 1
            if op == "in":
                left = Op("in", (left, self._in_list()), line)
            elif op == "is":
                left = self._is(left, line)
            elif op == "between":
                low_end = self._binary(5)
                if (after := self._peek()) is not None and after.low == "and":
                    self.at += 1
                left = Op("between", (left, low_end, self._binary(5)), line)
            else:
                if (after := self._peek()) is not None and after.value == ":":
                    self.at += 1
                left = Op(op, (left, self._binary(strength + (op != "**"))), line)

    def _next_is(self, *words: str) -> bool:
        after = self.words[self.at + 1] if self.at + 1 < len(self.words) else None
        return after is not None and after.low in words

    def _is(self, left: Expr, line: int) -> Expr:
        while (word := self._peek()) is not None and word.low in ("not", "null", "missing"):
            self.at += 1
        return Op("==", (left, Const(None, line)), line)

    def _in_list(self) -> Expr:
        word = self._peek()
        if word is not None and word.value == ":":
            self.at += 1
            word = self._peek()
        if word is None or word.value != "(":
            return self._unary()
        end = closing(self.words, self.at)
        inside = self.words[self.at + 1 : end]
        self.at = min(end + 1, len(self.words))
        items = [
            Arg(None, self._literal(each))
            for each in inside
            if each.kind in ("text", "number") or (each.kind == "name" and HOLE not in each.value)
        ]
        return Seq(tuple(items), "list", word.line)

    def _literal(self, word: Word) -> Expr:
        if word.kind == "number":
            return Const(_number(word.value), word.line)
        if word.kind == "text":
            return Const(word.value, word.line)
        return Name(word.low, word.line)

    def _unary(self) -> Expr:
        word = self._peek()
        if word is None:
            return Missing(self.words[-1].line if self.words else 0)
        self.depth += 1
        try:
            if self.depth > MAX_DEPTH:
                rest = self.words[self.at :]
                self.at = len(self.words)
                return Opaque(tuple(names_in(rest)), word.line)
            if word.low in ("not", "^", "~", "¬", "-", "+"):
                self.at += 1
                is_sign = word.low in ("-", "+")
                inner = self._binary(8 if is_sign else 3)
                return Op("-" if is_sign else "not", (inner,), word.line)
            return self._primary(word)
        finally:
            self.depth -= 1

    def _primary(self, word: Word) -> Expr:
        self.at += 1
        if word.kind in ("text", "number"):
            return self._literal(word)
        if word.value == "(":
            inner = self._binary(0)
            while (after := self._peek()) is not None and after.value != ")":
                # ``(1, 2)`` and other things that stand only in statements we do not know.
                before = self.at
                if after.kind == "mark":
                    self.at += 1
                more = self._binary(0)
                inner = Opaque((inner, more), word.line)
                if self.at == before:
                    self.at += 1
            self.at += 1
            return inner
        if word.kind == "name":
            return self._name(word)
        return Const(None, word.line)

    def _name(self, word: Word) -> Expr:
        low, after = word.low, self._peek()
        opens = after is not None and after.value in ("(", "[", "{")
        if low in self.arrays and opens:
            end = closing(self.words, self.at)
            inside = self.words[self.at + 1 : end]
            self.at = min(end + 1, len(self.words))
            index = tuple(names_in(inside))
            return Opaque((*self.arrays[low], *index), word.line)
        if opens and after is not None and after.value == "(" and low not in _NO_FUNCTION:
            return self._call(word)
        if after is not None and after.value == "." and after.is_glued:
            # ``first.id``, ``h.find()``, a format (``best12.``).
            self.at += 1
            part = self._peek()
            if part is not None and part.is_glued and part.kind == "name":
                self.at += 1
                if low in ("first", "last"):
                    return Name(part.low, part.line)
                if (opening := self._peek()) is not None and opening.value == "(":
                    return self._call(word)
            return Const(None, word.line)
        if low in self.flags or low in ("_n_", "_error_", "_all_"):
            return Const(1, word.line)
        if low == HOLE:
            return Opaque((), word.line)
        return Name(low, word.line)

    def _call(self, word: Word) -> Expr:
        end = closing(self.words, self.at)
        inside = self.words[self.at + 1 : end]
        self.at = min(end + 1, len(self.words))
        inner = Expressions(self.arrays, self.flags)
        args: list[Arg] = []
        for part in split_on(inside, ","):
            if not part:
                continue
            if part[0].low == "of" and len(part) > 1:
                columns = [
                    each
                    for name in names_of(part[1:])
                    for each in (self._array_or_name(str(name.value), name.line))
                ]
                args += [Arg(None, each) for each in columns]
            elif part[0].value == "$" or (
                len(part) > 1 and part[-1].value == "." and part[-1].is_glued
            ):
                continue  # A format: how a value is written.
            elif self.depth + len(inside) > 0:
                inner.depth = self.depth
                args.append(Arg(None, inner.parse_at(part, self.depth + 1)))
        return Call(Name(word.low, word.line), tuple(args), word.line)

    def parse_at(self, words: Sequence[Word], depth: int) -> Expr:
        """Return an expression that stands within others."""
        if depth > MAX_DEPTH:
            return Opaque(tuple(names_in(words)), words[0].line if words else 0)
        self.words, self.at, self.depth = words, 0, depth
        made = self._binary(0)
        rest = names_in(words[self.at :])
        return Opaque((made, *rest), words[0].line) if rest else made

    def _array_or_name(self, name: str, line: int) -> tuple[Expr, ...]:
        return self.arrays.get(name) or (Name(name, line),)


def names_in(words: Sequence[Word]) -> list[Expr]:
    """Return the names of columns in words that make no expression."""
    found: list[Expr] = []
    for index, word in enumerate(words):
        after = words[index + 1] if index + 1 < len(words) else None
        is_function = after is not None and after.value == "(" and after.is_glued
        if (
            word.kind == "name"
            and not is_function
            and word.low not in _BINARY
            and HOLE not in word.value
        ):
            found.append(Name(word.low, word.line))
    return found


def _number(text: str) -> int | float:
    if text.isdigit() and len(text) < 19:
        return int(text)
    try:
        return float(text)
    except ValueError:
        return 0


def split_on(words: Sequence[Word], mark: str) -> list[list[Word]]:
    """Return the words between marks that stand outside brackets."""
    parts: list[list[Word]] = [[]]
    depth = 0
    for word in words:
        if word.kind == "mark":
            if word.value in ("(", "[", "{"):
                depth += 1
            elif word.value in (")", "]", "}"):
                depth -= 1
        if depth <= 0 and word.kind in ("mark", "name") and word.low == mark:
            parts.append([])
        else:
            parts[-1].append(word)
    return parts


def names_of(words: Sequence[Word]) -> list[Const]:
    """Return a list of columns: ``a b x1-x3 pre:``; a hole stands for names that are not spelled.

    Examples
    --------
    >>> from doorlicht.lineage.readers.sas_words import words_of
    >>> [name.value for name in names_of(words_of("Nat x1-x3 b $ 8.")[0])]
    ['nat', 'x1', 'x2', 'x3', 'b']
    """
    found: dict[str, Const] = {}
    at = 0
    while at < len(words):
        word = words[at]
        after = words[at + 1] if at + 1 < len(words) else None
        last = words[at + 2] if at + 2 < len(words) else None
        at += 1
        if word.value == "$" and after is not None and after.is_glued and after.kind == "name":
            at += 1  # A format: ``$land.``
            continue
        if word.kind != "name":
            continue
        if after is not None and after.value == "." and after.is_glued:
            if last is not None and last.is_glued and last.kind in ("name", "number"):
                at += 2
            else:
                at += 1
            continue
        if after is not None and after.value == ":" and after.is_glued:
            at += 1
            found.setdefault(word.low, Const(word.low + HOLE, word.line))
        elif after is not None and after.value == "-" and last is not None:
            at += 2
            for name in _between(word, last):
                found.setdefault(name, Const(name, word.line))
        elif word.low in ("_all_", "_numeric_", "_character_", "_char_"):
            found.setdefault(word.low, Const(HOLE, word.line))
        else:
            found.setdefault(word.low, Const(word.low, word.line))
    return list(found.values())


def _between(first: Word, last: Word) -> list[str]:
    """Return the names of ``x1-x5``; of ``a--b`` only the ends and a hole are known."""
    low, high = first.low, last.low
    start, stop = low.rstrip("0123456789"), high.rstrip("0123456789")
    if last.kind == "name" and start == stop and low != start and high != stop:
        begin, end = int(low[len(start) :][:9]), int(high[len(stop) :][:9])
        if 0 <= end - begin < MAX_RANGE:
            return [f"{start}{number}" for number in range(begin, end + 1)]
    return [low, HOLE, *([high] if last.kind == "name" else [])]


def name_list(words: Sequence[Word], line: int) -> Seq:
    """Return a list of columns as a node."""
    return Seq(tuple(Arg(None, name) for name in names_of(words)), "list", line)
