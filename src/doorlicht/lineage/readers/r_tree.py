"""From the syntax tree of R to the small language, in one walk without recursion.

A node is built when everything in it is: so a pipe of a thousand steps costs no depth, and each
node of the tree is touched once.

Source: R Language Definition (4.4).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from typing import Any, Final

from tree_sitter import Node

from doorlicht.lineage.readers.r_build import BUILDERS
from doorlicht.lineage.readers.r_kinds import (
    BINARY,
    BRACES,
    CALL,
    COMMA,
    EQUALS,
    ERROR,
    EXTRACT,
    IF,
    PARAMETERS,
    SUBSET,
    SUBSET2,
    Comma,
    Frame,
    Wide,
    marks,
    named,
)
from doorlicht.lineage.readers.r_literals import (
    as_expression,
    as_statement,
    body_of,
    new,
    number_of,
    plain_name,
    plain_text,
)
from doorlicht.lineage.readers.r_pipes import PIPES, Flow, Step
from doorlicht.lineage.readers.source import MAX_DEPTH, parser_of
from doorlicht.records import code

MAX_INSIDE: Final = 4
"""Code within texts within code: deeper is opaque."""

_MOST_NAMES: Final = 200
"""Names that are taken out of something too deep."""

_SPECIAL_WORDS: Final = frozenset({"", "T", "F", ".", "_"})
_DOT: Final = re.compile(r"(?<![\w.])\.(?![\w.])")
_IDENTIFIER: Final = re.compile(r"[A-Za-z.][\w.]*")
_HEADS: Final = frozenset({EXTRACT, SUBSET, SUBSET2, CALL})
_LABELLED: Final = frozenset({CALL, SUBSET, SUBSET2, PARAMETERS})
_SPINES: Final = {BINARY: 0, IF: 2}
"""Kinds that stand in each other in long rows, and the parts before that place."""

_UNFINISHED: Final = frozenset({Wide, Flow})

# What is done with a node on the way down; nothing with a bracket.
_MARK, _WORD, _OPEN, _THROUGH, _LEAF, _OPERATOR, _COMMENT = range(1, 8)


class Translation:
    """One text of R.

    Parameters
    ----------
    source
        UTF-8, as the tree was made of.
    first_line
        The line of its first line.
    inside
        How many texts within code this is in.
    """

    def __init__(self, source: bytes, first_line: int = 1, inside: int = 0) -> None:
        # One letter for each byte, so that places in bytes cut the text.
        self.text = source.decode("latin-1")
        self.is_ascii = source.isascii()
        self.first_line = first_line
        self.inside = inside
        self.comments: list[code.Comment] = []
        self.ends = [match.end() for match in re.finditer("\n", self.text)]
        self.ends.append(len(self.text) + 1)
        self.step: Step | None = None
        self.words: dict[str, str] = {}
        self.dot_of_text: code.Name | None = None

    def program(self, root: Node) -> tuple[code.Stmt, ...]:
        """Return the statements of a whole text."""
        return tuple(each for made in self.translate(root) for each in body_of(made))

    def translate(self, root: Node) -> list[Any]:
        """Return what was built of a node: expressions and statements."""
        self.step = None
        cursor = root.walk()
        to_child, to_next = cursor.goto_first_child, cursor.goto_next_sibling
        to_parent = cursor.goto_parent
        text, ends, words, actions = self.text, self.ends, self.words, _ACTIONS
        row, offset = bisect_right(ends, root.start_byte), self.first_line
        limit = ends[row]
        frame = Frame(0, 0, 0, 0, 0, None)
        out = frame.out
        # None stands for a node whose parts are those of the node around it.
        stack: list[Frame | None] = []
        while True:
            node: Any = cursor.node
            kind: int = node.kind_id
            action = actions[kind]
            if action == _MARK:
                out.append(_MARKS[kind])
            elif action == _THROUGH:
                if to_child():
                    stack.append(None)
                    continue
            elif action:
                start = node.start_byte
                while start >= limit:
                    row += 1
                    limit = ends[row]
                if action == _WORD:
                    word = text[start : node.end_byte]
                    name = words.get(word)
                    if name is not None:
                        out.append(new(code.Name, (name, row + offset)))
                    else:
                        out.append(self._new_word(node, word, frame, row + offset))
                elif action == _OPEN:
                    if kind == frame.kind and kind in _SPINES:
                        opened = self._on_spine(frame, row + offset, start)
                    else:
                        opened = Frame(kind, row + offset, start, frame.depth + 1, 0, frame)
                    if opened.depth > MAX_DEPTH:
                        out.append(self._too_deep(node, row + offset))
                    elif to_child():
                        stack.append(opened)
                        frame, out = opened, opened.out
                        continue
                    else:
                        out.append(BUILDERS[kind](self, opened, opened.out))
                elif action == _LEAF:
                    out.append(
                        _LEAVES[kind](self.decoded(text[start : node.end_byte]), row + offset)
                    )
                elif action == _OPERATOR:
                    out.append(self._operator(text[start : node.end_byte], frame, row, start))
                else:
                    comment = self.decoded(text[start : node.end_byte])
                    self.comments.append(code.Comment(comment, row + offset))
            while not to_next():
                if not stack:
                    return out
                to_parent()
                closed = stack.pop()
                if closed is not None and closed.outer is not None:
                    built = BUILDERS[closed.kind](self, closed, out)
                    frame = closed.outer
                    out = frame.out
                    if type(built) in _UNFINISHED and (frame.kind != BINARY or out):
                        built = built.made()
                    out.append(built)

    def statements(self, made: list[Any]) -> tuple[code.Stmt, ...]:
        """Return what was built as statements, in their order."""
        found: list[code.Stmt] = []
        for each in made:
            if isinstance(each, code.Block) and not each.body:
                continue
            if not isinstance(each, (str, list, Step, Comma)):
                found.append(as_statement(each))
        return tuple(found)

    def decoded(self, text: str) -> str:
        """Return what was cut out of the text, as it was written."""
        if self.is_ascii or text.isascii():
            return text
        return text.encode("latin-1").decode("utf-8", "replace")

    def reads(self, text: str, line: int) -> code.Expr:
        """Return the expression in a text that is put together from code."""
        if self.inside >= MAX_INSIDE:
            return code.Opaque((), line, "deep_nesting")
        source = text.encode("utf-8", "replace")
        part = Translation(source, line, self.inside + 1)
        step = self.step
        if step is not None and step.op not in ("", "|>") and _DOT.search(text):
            step.is_used = True
            part.dot_of_text = step.name
        body = part.program(parser_of("r").parse(source).root_node)
        return as_expression(body[0]) if len(body) == 1 else code.Block(body, line)

    def stop_dots(self, frame: Frame) -> Step:
        """Let a dot mean nothing, until what begins here is built."""
        self.step = Step("", Flow(code.Missing(0), 0), frame, 0, 0, self.step)
        return self.step

    def _on_spine(self, frame: Frame, line: int, start: int) -> Frame:
        kind = frame.kind
        if len(frame.out) == _SPINES[kind]:
            # What leans to the left, and ``else if``, is laid flat when it is built.
            return Frame(kind, line, start, frame.depth, frame.spine + 1, frame)
        return Frame(kind, line, start, frame.depth + 1, 0, frame)

    def _too_deep(self, node: Node, line: int) -> code.Expr:
        found: dict[str, None] = {}
        for match in _IDENTIFIER.finditer(self.text, node.start_byte, node.end_byte):
            found[match[0]] = None
            if len(found) >= _MOST_NAMES:
                break
        names = tuple(code.Name(name, line) for name in found)
        return code.Opaque(names, line, "deep_nesting")

    def _operator(self, op: str, frame: Frame, row: int, start: int) -> Any:
        if op == "~":
            # In a formula a dot means all other columns, or the argument of a function.
            return self.stop_dots(frame)
        op = self.decoded(op)
        if op not in PIPES or frame.kind != BINARY or len(frame.out) != 1:
            return op
        left = frame.out[0]
        if isinstance(left, Wide):
            left = left.made()
        flow = left if isinstance(left, Flow) else Flow(as_expression(left), frame.line)
        begin = self.ends[row - 1] if row else 0
        self.step = Step(op, flow, frame, row + self.first_line, start - begin + 1, self.step)
        return self.step

    def _new_word(self, node: Node, word: str, frame: Frame, line: int) -> code.Expr:
        if word not in _SPECIAL_WORDS:
            name = self.words[word] = plain_name(self.decoded(word))
            return code.Name(name, line)
        if not word:
            return code.Missing(line)
        following = node.next_sibling
        is_label = following is not None and following.kind_id == EQUALS
        if (is_label and frame.kind in _LABELLED) or (frame.kind == EXTRACT and frame.out):
            return code.Name(word, line)
        if word in ("T", "F"):
            return code.Const(word == "T", line)
        return self._dot(frame, following, word, line)

    def _dot(self, frame: Frame, following: Node | None, word: str, line: int) -> code.Expr:
        name = code.Name(word, line)
        step = self.step
        while step is not None and step.op and (word == "_") != (step.op == "|>"):
            step = step.outer
        if step is None:
            return self.dot_of_text or name
        # A parameter; or ``.()`` of data.table.
        if not step.op or frame.kind == PARAMETERS or (frame.kind == CALL and not frame.out):
            return name
        if frame.kind == BINARY and not frame.out and following is not None:
            # A pipe that begins with a dot is a function.
            op = self.text[following.start_byte : following.end_byte]
            if op in PIPES and op != "|>":
                return name
        above: list[Frame] = []
        around: Frame | None = frame
        while around is not None and around is not step.frame:
            above.append(around)
            around = around.outer
        if not above or (len(above) == 1 and frame.kind == CALL):
            step.direct += 1
            return step.dot
        if all(each.kind in _HEADS and not each.out for each in above):
            step.is_head = True
            return step.dot
        if above[-1].kind == BRACES and isinstance(step.flow.value, code.Name):
            return step.flow.value
        step.is_used = True
        return step.name


def _nothing(text: str, line: int) -> code.Expr:
    del text
    return code.Const(None, line)


def _text(text: str, line: int) -> code.Expr:
    return code.Const(plain_text(text), line)


def _number(text: str, line: int) -> code.Expr:
    return code.Const(number_of(text), line)


def _truth(text: str, line: int) -> code.Expr:
    return code.Const(text == "TRUE", line)


def _no_step(text: str, line: int) -> code.Expr:
    """``next`` and ``break``."""
    del text
    return code.Block((), line)


_LEAVES: Final[dict[int, Callable[[str, int], code.Expr]]] = {
    **dict.fromkeys(named("string"), _text),
    **dict.fromkeys(named("integer", "float", "complex"), _number),
    **dict.fromkeys(named("true", "false"), _truth),
    **dict.fromkeys(named("null", "na", "inf", "nan"), _nothing),
    **dict.fromkeys(named("dots", "dot_dot_i", "return"), code.Name),
    **dict.fromkeys(named("next", "break"), _no_step),
}
_MARKS: Final[dict[int, Any]] = {
    **marks(["!", "+", "-", "<-", "<<-", ":=", "->", "->>", "|", "&", "||", "&&", "<", "<=", ">",
             ">=", "==", "!=", "*", "/", "**", "^", ":", "=", "?"]),
    **dict.fromkeys(named("comma"), COMMA),
}  # fmt: skip


def _actions() -> list[int]:
    table = [0] * (ERROR + 1)
    for action, numbers in (
        (_OPEN, BUILDERS), (_LEAF, _LEAVES), (_MARK, _MARKS), (_WORD, named("identifier")),
        (_OPERATOR, marks(["special", "|>", "~"])), (_COMMENT, named("comment")),
        (_THROUGH, named("arguments", "argument", "parameter")),
    ):  # fmt: skip
        for number in numbers:
            table[number] = action
    return table


_ACTIONS: Final = _actions()
