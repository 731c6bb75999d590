"""The macro language of SAS, worked out as text: ``%let``, ``&name``, ``%macro`` and ``%do``.

A macro is text that SAS puts in before it reads a program. That is done here too, with what the
file itself tells: variables with a constant value are filled in, a macro is expanded for each of
its calls, a loop with known bounds for each turn. Words keep the line on which they are
spelled. What is not known becomes a hole in the text; both branches of a condition that cannot be
decided are kept. Nothing is executed.

Source: *SAS 9.4 Macro Language: Reference*.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from doorlicht.lineage.readers.sas_words import HOLE, Word, closing, spelled, words_of
from doorlicht.records.code import Hidden

MAX_DEPTH: Final = 20
"""Macros within macros; deeper ones are recursion without an end that we can see."""

MAX_WORDS: Final = 500_000
"""Words that expanding may make, on top of four times those of the file. Beyond it the program is
read without its macros."""

MAX_TURNS: Final = 40
"""Turns of a loop that are worked out."""

MAX_VALUE: Final = 65_534
"""Letters of the value of a macro variable, as in SAS itself."""

MAX_PASSES: Final = 5
"""Times that ``&&a&i`` is resolved again."""

Words = Sequence[Word]


class Macro(NamedTuple):
    """A macro as defined: its parameters with their defaults, and its text."""

    name: str
    params: tuple[tuple[str, tuple[Word, ...]], ...]
    body: tuple[Word, ...]
    line: int


class TooMuchError(Exception):
    """Expanding makes more text than anybody would write."""


@dataclass(slots=True)
class Expansion:
    """A program after its macros were worked out.

    ``lets``: names and values of variables set outside macros, where their words are spelled.
    """

    words: list[Word] = field(default_factory=list[Word])
    hidden: list[Hidden] = field(default_factory=list[Hidden])
    macros: dict[str, Macro] = field(default_factory=dict[str, Macro])
    variables: dict[str, tuple[Word, ...]] = field(default_factory=dict[str, tuple[Word, ...]])


_SKIPPED: Final = frozenset(
    "%put %global %abort %return %goto %symdel %sysexec %syslput %sysrput %window %display %input "  # noqa: SIM905
    "%sysmacdelete %syscall %copy".split()
)
_QUOTING: Final = frozenset(
    "%str %nrstr %quote %nrquote %bquote %nrbquote %superq %unquote %cmpres %qcmpres %trim %qtrim "  # noqa: SIM905
    "%left %qleft".split()
)
_REFERENCE: Final = re.compile(r"(&+)([A-Za-z_]\w*)(\.?)")
_CALL_IN_TEXT: Final = re.compile(r"%[A-Za-z_]\w*(?:\([^()]*(?:\([^()]*\)[^()]*)*\))?")


def expand(
    words: Words,
    known: Mapping[str, Macro] | None = None,
    given: Mapping[str, str] | None = None,
    called: Collection[str] = (),
) -> Expansion:
    """Return the program that is left when all macros are worked out.

    Parameters
    ----------
    words
        The words of a file.
    known
        Macros that other files define, by name in lower case.
    given
        Values of variables that other files set.
    called
        Macros of this file that other files call: they are read there.

    Examples
    --------
    >>> program = "%macro m(d, v);  set &d; keep &v; %mend; %m(bron.people, v=a b)"
    >>> spelled(expand(words_of(program)[0]).words)
    'set bron.people; keep a b;'
    """
    expander = _Expander(dict(known or {}))
    for name, value in (given or {}).items():
        # They have no line here: each gets that of the place where it is used.
        expander.scopes[0][name.lower()] = tuple(w._replace(line=0) for w in words_of(value)[0])
    expander.limit += 4 * len(words)
    found = expander.found
    try:
        found.words = expander.expand(words)
        # What no call in this file reaches is read too: with holes for what it is called with.
        for name, macro in list(found.macros.items()):
            if name not in expander.called and name not in called:
                unknown = {
                    param: (_hole(macro.line),) for param, default in macro.params if not default
                }
                found.words += expander.call(macro, unknown, macro.line)
    except (TooMuchError, RecursionError):
        found.hidden.append(Hidden("macro", words[0].line if words else 1))
        found.words = [word for word in words if word.kind != "macro"]
    found.variables = expander.scopes[0]
    return found


class _Expander:
    def __init__(self, known: dict[str, Macro]) -> None:
        self.known = known
        self.found = Expansion()
        self.scopes: list[dict[str, tuple[Word, ...]]] = [{}]
        self.called: set[str] = set()
        self.depth = 0
        self.made = 0
        self.limit = MAX_WORDS

    def spend(self, words: int) -> None:
        """Count what was made.

        Raises
        ------
        TooMuchError
            If it is more than :data:`MAX_WORDS`.
        """
        self.made += words
        if self.made > self.limit:
            raise TooMuchError

    # ── variables ───────────────────────────────────────────────────────────────────────────

    def value(self, name: str) -> tuple[Word, ...] | None:
        """Return the value of a variable, in the innermost macro that has it."""
        for scope in reversed(self.scopes):
            if name in scope:
                return scope[name]
        return None

    def let(self, name: str, value: tuple[Word, ...]) -> None:
        """Set a variable where it exists already, or else here."""
        scope = next((s for s in reversed(self.scopes) if name in s), self.scopes[-1])
        scope[name] = value

    def fill_in(self, text: str) -> str:
        """Return a text with its variables filled in."""
        for _ in range(MAX_PASSES):
            if "&" not in text:
                break
            before = text
            text = _REFERENCE.sub(self._one, text)
            if len(text) > MAX_VALUE:
                raise TooMuchError
            if text == before:
                break
        return text

    def _one(self, match: re.Match[str]) -> str:
        marks, name, dot = match.groups()
        if len(marks) > 1:
            return "&" * (len(marks) // 2) + name + dot
        value = self.value(name.lower())
        if value is None:
            return HOLE
        self.spend(len(value))
        return spelled(value)

    def _filled(self, word: Word) -> list[Word]:
        """Return a word with variables in it as the words that it stands for."""
        match = _REFERENCE.fullmatch(word.value)
        if match is not None and len(match.group(1)) == 1:
            value = self.value(match.group(2).lower())
            if value is not None:
                self.spend(len(value))
                return [
                    # What was set in another file is told where it is used.
                    w._replace(
                        line=w.line if w.line and w.file == word.file else word.line,
                        file=word.file,
                        is_glued=word.is_glued if i == 0 else w.is_glued,
                    )
                    for i, w in enumerate(value)
                ]
        text = self.fill_in(word.value)
        made, _ = words_of(text)
        return [
            each._replace(
                line=word.line,
                file=word.file,
                is_glued=word.is_glued if i == 0 else each.is_glued,
            )
            for i, each in enumerate(made)
        ]

    # ── the program ─────────────────────────────────────────────────────────────────────────

    def expand(self, words: Words) -> list[Word]:
        """Return words with everything of the macro language worked out."""
        out: list[Word] = []
        at = 0
        while at < len(words):
            word = words[at]
            self.spend(1)
            if word.kind == "macro":
                at = self._macro(words, at, out)
                continue
            if word.kind == "name" and "&" in word.value:
                out += self._filled(word)
            elif (
                word.kind == "text"
                and word.quote == '"'
                and ("&" in word.value or "%" in word.value)
            ):
                text = _CALL_IN_TEXT.sub(HOLE, self.fill_in(word.value))
                out.append(word._replace(value=text))
            else:
                out.append(word)
            at += 1
        return _joined(out)

    def _macro(self, words: Words, at: int, out: list[Word]) -> int:
        word = words[at]
        name = word.low
        special = self._SPECIAL.get(name)
        if special is not None:
            return special(self, words, at, out)
        if name in _SKIPPED:
            return _after_end(words, at)
        if name in _QUOTING or name in _FUNCTIONS:
            return self._function(words, at, out)
        if name in ("%then", "%else", "%end", "%to", "%by", "%mend"):
            return at + 1
        return self._user(words, at, out)

    def _let(self, words: Words, at: int, out: list[Word]) -> int:
        end = _end(words, at)
        inside = words[at + 1 : end]
        equals = next((i for i, w in enumerate(inside) if w.value == "="), len(inside))
        name = self.fill_in(spelled(inside[:equals])).strip().lower()
        value = tuple(self.expand(inside[equals + 1 :]))
        self.let(name, value)
        if len(self.scopes) == 1 and value:
            # Told to the reader: the names of columns that are spelled in it.
            line = words[at].line
            out += [Word("macro", "%let", line), Word("name", name, line)]
            out += [value[0]._replace(is_glued=False), *value[1:], Word("end", ";", line)]
        return end + 1

    def _local(self, words: Words, at: int, out: list[Word]) -> int:
        del out
        end = _end(words, at)
        for word in words[at + 1 : end]:
            self.scopes[-1].setdefault(word.low, ())
        return end + 1

    def _include(self, words: Words, at: int, out: list[Word]) -> int:
        end = _end(words, at)
        out.append(words[at]._replace(value="%include"))
        out += self.expand(words[at + 1 : end])
        out.append(Word("end", ";", words[at].line))
        return end + 1

    def _define(self, words: Words, at: int, out: list[Word]) -> int:
        del out
        head = _end(words, at)
        depth, end = 1, head + 1
        while end < len(words):
            low = words[end].low if words[end].kind == "macro" else ""
            depth += (low == "%macro") - (low == "%mend")
            if depth == 0:
                break
            end += 1
        if at + 1 < head:
            name = words[at + 1].low
            params: list[tuple[str, tuple[Word, ...]]] = []
            if at + 2 < head and words[at + 2].value == "(":
                inside = words[at + 3 : min(closing(words, at + 2), head)]
                for part in _split(inside, ","):
                    if part:
                        default = tuple(part[2:]) if len(part) > 1 else (_hole(part[0].line),)
                        params.append((part[0].low, default))
            self.found.macros[name] = Macro(
                name, tuple(params), tuple(words[head + 1 : end]), words[at].line
            )
        return _after_end(words, end)

    # ── conditions and loops ────────────────────────────────────────────────────────────────

    def _if(self, words: Words, at: int, out: list[Word]) -> int:
        then = next(
            (
                i
                for i in range(at + 1, len(words))
                if words[i].kind == "macro" and words[i].low == "%then"
            ),
            len(words),
        )
        known = self._decide(self.expand(words[at + 1 : then]))
        body, end = _branch(words, then + 1)
        if known is not False:
            out += self.expand(body)
        after = end
        if after < len(words) and words[after].kind == "macro" and words[after].low == "%else":
            other, end = _branch(words, after + 1)
            if known is not True:
                out += self.expand(other)
        return end

    def _do(self, words: Words, at: int, out: list[Word]) -> int:
        head = _end(words, at)
        body, end = _branch(words, at)
        inside = words[at + 1 : head]
        if not inside:
            out += self.expand(body)
        elif inside[0].kind == "macro" and inside[0].low in ("%while", "%until"):
            self._while(inside, body, out)
        else:
            self._count(inside, body, out)
        return end

    def _while(self, head: Words, body: Words, out: list[Word]) -> None:
        is_until = head[0].low == "%until"
        for _ in range(MAX_TURNS):
            if not is_until:
                known = self._decide(self.expand(head[1:]))
                if known is False:
                    return
                if known is None:
                    break
            out += self.expand(body)
            if is_until and self._decide(self.expand(head[1:])) is not False:
                return
        else:
            return
        out += self.expand(body)

    def _count(self, head: Words, body: Words, out: list[Word]) -> None:
        name = head[0].low
        equals = next((i for i, w in enumerate(head) if w.value == "="), 0)
        to = next((i for i, w in enumerate(head) if w.low == "%to"), len(head))
        by = next((i for i, w in enumerate(head) if w.low == "%by"), len(head))
        first = _number(self.expand(head[equals + 1 : to]))
        last = _number(self.expand(head[to + 1 : by]))
        step = _number(self.expand(head[by + 1 :])) if by < len(head) else 1
        if first is None or last is None or not step or abs(last - first) // abs(step) >= MAX_TURNS:
            self.let(name, (_hole(head[0].line),))
            out += self.expand(body)
            return
        for turn in range(first, last + (1 if step > 0 else -1), step):
            self.let(name, (Word("number", str(turn), head[0].line),))
            out += self.expand(body)

    def _decide(self, words: Words) -> bool | None:
        """Return whether a condition holds, or none if that is not known."""
        if len(words) > 1 and words[0].value == "(" and closing(words, 0) == len(words) - 1:
            words = words[1:-1]
        for mark in ("or", "and"):
            parts = _split(words, mark)
            if len(parts) > 1:
                decided = [self._decide(part) for part in parts]
                if (mark == "or") in decided:
                    return mark == "or"
                return None if None in decided else mark == "and"
        if words and words[0].low == "not":
            inner = self._decide(words[1:])
            return None if inner is None else not inner
        if any(HOLE in word.value for word in words):
            return None
        return _compare(words)

    # ── calls ───────────────────────────────────────────────────────────────────────────────

    def _function(self, words: Words, at: int, out: list[Word]) -> int:
        word = words[at]
        if at + 1 >= len(words) or words[at + 1].value != "(":
            return at + 1
        end = closing(words, at + 1)
        inside = words[at + 2 : end]
        if word.low == "%superq":
            value = self.value(spelled(inside).lower())
            out += value if value is not None else [_hole(word.line)]
        elif word.low in _QUOTING:
            out += self.expand(inside)
        else:
            args = [self.expand(part) for part in _split(inside, ",")]
            made = _FUNCTIONS[word.low](args)
            if made is None:
                out.append(_hole(word.line)._replace(is_glued=word.is_glued))
            else:
                out += [
                    w._replace(is_glued=word.is_glued) if i == 0 else w for i, w in enumerate(made)
                ]
        return end + 1

    def _user(self, words: Words, at: int, out: list[Word]) -> int:
        word = words[at]
        name = word.low[1:]
        macro = self.found.macros.get(name) or self.known.get(name)
        args: list[Words] = []
        end = at + 1
        has_brackets = end < len(words) and words[end].value == "("
        if has_brackets and (macro is None or macro.params):
            close = closing(words, end)
            args = list(_split(words[end + 1 : close], ","))
            end = close + 1
        if macro is None:
            self.found.hidden.append(Hidden("macro", word.line))
            if has_brackets and not _within(out):
                out.append(word)
                for part in args:
                    out += [*self.expand(part), Word("mark", ",", word.line)]
                out.append(Word("end", ";", word.line))
            return end
        given: dict[str, tuple[Word, ...]] = {}
        for position, part in enumerate(args):
            if len(part) > 1 and part[0].kind == "name" and part[1].value == "=":
                given[part[0].low] = tuple(self.expand(part[2:]))
            elif position < len(macro.params):
                given[macro.params[position][0]] = tuple(self.expand(part))
        out += self.call(macro, given, word.line)
        return end

    def call(self, macro: Macro, given: dict[str, tuple[Word, ...]], line: int) -> list[Word]:
        """Return the text that a call of a macro makes."""
        self.called.add(macro.name)
        if self.depth >= MAX_DEPTH:
            self.found.hidden.append(Hidden("macro", line))
            return []
        scope = {name: given.get(name, default) for name, default in macro.params}
        scope.update({name: value for name, value in given.items() if name not in scope})
        self.scopes.append(scope)
        self.depth += 1
        try:
            return self.expand(macro.body)
        finally:
            self.depth -= 1
            self.scopes.pop()

    _SPECIAL: Final[dict[str, Callable[[_Expander, Words, int, list[Word]], int]]] = {
        "%let": _let,
        "%local": _local,
        "%include": _include,
        "%inc": _include,
        "%macro": _define,
        "%if": _if,
        "%do": _do,
    }


def _hole(line: int) -> Word:
    return Word("name", HOLE, line)


def _within(out: Words) -> bool:
    """Return whether a statement is being written: a call in it stands for part of it."""
    return bool(out) and out[-1].kind != "end"


def _end(words: Words, at: int) -> int:
    while at < len(words) and words[at].kind != "end":
        at += 1
    return at


def _after_end(words: Words, at: int) -> int:
    return _end(words, at) + 1


def _branch(words: Words, at: int) -> tuple[Words, int]:
    """Return the words of ``%do; ... %end;`` or of one statement, and where they end."""
    if at < len(words) and words[at].kind == "macro" and words[at].low == "%do":
        depth, end = 0, at
        while end < len(words):
            low = words[end].low if words[end].kind == "macro" else ""
            depth += (low == "%do") - (low == "%end")
            if depth == 0:
                break
            end += 1
        return words[_end(words, at) + 1 : end], _after_end(words, end)
    end = _after_end(words, at)
    body = words[at:end]
    # ``%if x %then a %else b``: text within a statement ends at ``%else``.
    for index, word in enumerate(body):
        if word.kind == "macro" and word.low == "%else":
            return body[:index], at + index
    return body, end


def _split(words: Words, mark: str) -> list[list[Word]]:
    """Return the words between marks that stand outside brackets."""
    parts: list[list[Word]] = [[]]
    depth = 0
    for word in words:
        if word.kind == "mark" and word.value in "([{":
            depth += 1
        elif word.kind == "mark" and word.value in ")]}":
            depth -= 1
        if depth == 0 and word.kind in ("mark", "name") and word.low == mark:
            parts.append([])
        else:
            parts[-1].append(word)
    return parts


def _joined(words: list[Word]) -> list[Word]:
    """Return the words with what a variable without a space after it runs into put together."""
    out: list[Word] = []
    for word in words:
        if (
            out
            and word.is_glued
            and word.kind in ("name", "number")
            and out[-1].kind == "name"
            and word.value.isidentifier() | word.value.isdigit() | (HOLE in word.value)
        ):
            out[-1] = out[-1]._replace(value=out[-1].value + word.value)
        else:
            out.append(word)
    return out


_COMPARISONS: Final[dict[str, Callable[[float | str, float | str], bool]]] = {
    "=": lambda a, b: a == b,
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "^=": lambda a, b: a != b,
    "~=": lambda a, b: a != b,
    "<": lambda a, b: str(a) < str(b) if isinstance(a, str) or isinstance(b, str) else a < b,
    ">": lambda a, b: str(a) > str(b) if isinstance(a, str) or isinstance(b, str) else a > b,
    "<=": lambda a, b: str(a) <= str(b) if isinstance(a, str) or isinstance(b, str) else a <= b,
    ">=": lambda a, b: str(a) >= str(b) if isinstance(a, str) or isinstance(b, str) else a >= b,
}
_SAME: Final = {"lt": "<", "gt": ">", "le": "<=", "ge": ">="}


def _compare(words: Words) -> bool | None:
    for index, word in enumerate(words):
        mark = _SAME.get(word.low, word.low)
        if word.kind in ("mark", "name") and mark in _COMPARISONS:
            left, right = _operand(words[:index]), _operand(words[index + 1 :])
            return _COMPARISONS[mark](left, right)
    number = _number(words)
    return None if number is None else bool(number)


def _operand(words: Words) -> float | str:
    number = _number(words)
    return spelled(words).strip().lower() if number is None else float(number)


def _number(words: Words) -> int | None:
    """Return the value of a sum of whole numbers."""
    total, sign, factor = 0, 1, None
    for word in words:
        if word.kind == "number" and word.value.isdigit():
            value = int(word.value[:9])
            total += sign * value if factor is None else 0
            if factor is not None:
                return None
        elif word.value in ("+", "-"):
            sign = 1 if word.value == "+" else -1
        else:
            return None
    return total if words else None


def _scan(args: list[list[Word]]) -> list[Word] | None:
    if len(args) < 2:
        return None
    number = _number(args[1])
    if number is None or any(HOLE in word.value for word in args[0]):
        return None
    if len(args) > 2:
        marks = spelled(args[2]).strip("'\"") or " "
        parts = [p for p in re.split("[" + re.escape(marks) + "]", spelled(args[0])) if p.strip()]
        line = args[0][0].line if args[0] else 0
        items = [[Word("name", part.strip(), line)] for part in parts]
    else:
        items = [[word] for word in args[0] if word.kind != "mark"]
    index = number - 1 if number > 0 else len(items) + number
    return items[index] if 0 <= index < len(items) else []


def _cased(change: Callable[[str], str]) -> Callable[[list[list[Word]]], list[Word] | None]:
    def apply(args: list[list[Word]]) -> list[Word]:
        return [word._replace(value=change(word.value)) for word in (args[0] if args else [])]

    return apply


def _eval(args: list[list[Word]]) -> list[Word] | None:
    number = _number(args[0]) if args else None
    return None if number is None else [Word("number", str(number), args[0][0].line)]


def _sysfunc(args: list[list[Word]]) -> list[Word] | None:
    """Only counting words is worked out; loops over lists of columns are made with it."""
    words = args[0] if args else []
    if len(words) > 2 and words[0].low in ("countw", "count") and words[1].value == "(":
        inside = _split(words[2 : closing(words, 1)], ",")[0]
        if not any(HOLE in word.value for word in inside):
            count = sum(word.kind != "mark" for word in inside)
            return [Word("number", str(count), words[0].line)]
    return None


def _unknown(args: list[list[Word]]) -> list[Word] | None:
    del args
    return None


_FUNCTIONS: Final[dict[str, Callable[[list[list[Word]]], list[Word] | None]]] = {
    "%scan": _scan,
    "%qscan": _scan,
    "%upcase": _cased(str.upper),
    "%qupcase": _cased(str.upper),
    "%lowcase": _cased(str.lower),
    "%qlowcase": _cased(str.lower),
    "%eval": _eval,
    "%sysevalf": _eval,
    "%sysfunc": _sysfunc,
    "%qsysfunc": _sysfunc,
    "%substr": _unknown,
    "%qsubstr": _unknown,
    "%length": _unknown,
    "%index": _unknown,
    "%sysget": _unknown,
    "%symexist": _unknown,
    "%sysmacexist": _unknown,
    "%verify": _unknown,
}
