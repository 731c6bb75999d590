"""Code with errors: read again piece by piece, so that one bracket left open costs one statement.

The grammar goes on after an error, but may take what follows for the inside of a bracket or text.
So damaged statements are cut at the lines that begin at their margin and each is read for itself;
what is indented under a line with an error is read as if it stood at the margin.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from tree_sitter import Node

from doorlicht.lineage.readers.python_expressions import (
    COMMENT,
    IS_EXPRESSION,
    TEXTS,
    Reading,
    expression,
    too_deep,
)
from doorlicht.lineage.readers.python_statements import (
    IS_STATEMENT,
    STATEMENTS,
    Statements,
    block,
    has_whole_head,
)
from doorlicht.lineage.readers.source import MAX_DEPTH, parser_of
from doorlicht.records import code

MAX_MARGINS: Final = 12
"""Levels of indentation that are taken away one by one; code that people write has less."""

_BEGINS: Final = re.compile(rb"^(?![\s)\]}#'\"]|(?:else|elif|except|finally|case)\b)", re.MULTILINE)


def read_again(r: Reading, nodes: Sequence[Node], depth: int, out: Statements) -> None:
    """Add what is whole in damaged statements that follow each other."""
    first = nodes[0]
    row, column = first.start_point
    source = r.source[first.start_byte : nodes[-1].end_byte]
    _read_pieces(r, _at_margin(source, column), row + r.first_line, depth, out)


def first_error(node: Node) -> int:
    """Return the row of the first error in a damaged node."""
    while not (node.is_error or node.is_missing):
        inner = next((c for c in node.children if c.has_error or c.is_missing), None)
        if inner is None:
            break
        node = inner
    before = node.prev_sibling
    if node.is_missing and before is not None:
        # What is missing is missed after the line end.
        return before.end_point[0]
    return node.start_point[0]


def _at_margin(source: bytes, column: int) -> bytes:
    """Return text without so many blanks before each line."""
    return re.sub(rb"(?m)^[ \t]{1,%d}" % column, b"", source) if column else source


def _read_pieces(r: Reading, source: bytes, line: int, depth: int, out: Statements) -> None:
    was_damaged = False
    for piece in _pieces(r, source):
        root = parser_of("python").parse(piece).root_node
        part = Reading(piece, line, r.words)
        part.globals = r.globals
        if not root.has_error:
            out.extend(block(part, root, depth))
        else:
            if not was_damaged:
                r.damage.append(first_error(root) + line)
            part.is_damaged = True
            part.read_again = read_again
            part.pieces_left = r.pieces_left
            _read_piece(part, root, depth, out)
            r.pieces_left = part.pieces_left
            r.damage.extend(part.damage)
        was_damaged = root.has_error
        r.comments.extend(part.comments)
        line += piece.count(b"\n")


def _read_piece(r: Reading, root: Node, depth: int, out: Statements) -> None:
    """Add what is whole in one damaged statement."""
    if not root.is_error and all(
        has_whole_head(child) for child in root.children if child.has_error
    ):
        out.extend(block(r, root, depth))
        return
    head, _, rest = r.source.partition(b"\n")
    indent = re.match(rb"\s*?([ \t]+)\S", rest)
    if indent is None or r.pieces_left <= 0 or depth > MAX_MARGINS:
        _salvage(r, root, depth, out)
        return
    first = parser_of("python").parse(head).root_node
    part = Reading(head, r.first_line, r.words)
    _salvage(part, first, depth, out)
    r.comments.extend(part.comments)
    column = len(indent.group(1))
    _read_pieces(r, _at_margin(rest, column), r.first_line + 1, depth + 1, out)


def _pieces(r: Reading, source: bytes) -> Iterator[bytes]:
    """Yield text by the statements that seem to begin at the margin."""
    at = 0
    for match in _BEGINS.finditer(source):
        if r.pieces_left <= 0:
            break
        begin = match.start()
        # A decorator goes with what it decorates.
        before = source.rfind(b"\n", 0, max(begin - 1, 0)) + 1
        if begin > at and source[before : before + 1] != b"@":
            r.pieces_left -= 1
            yield source[at:begin]
            at = begin
    if at < len(source):
        yield source[at:]


def _salvage(r: Reading, node: Node, depth: int, out: Statements) -> None:
    """Add the statements and expressions in a damaged node that are whole themselves."""
    if depth > MAX_DEPTH:
        opaque = too_deep(r, node)
        out.append(code.Do(opaque, opaque.line))
        return
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if each.is_missing:
            continue
        kind = each.kind_id
        if each.has_error or each.is_error:
            waiting.extend(reversed(each.named_children))
        elif kind in COMMENT:
            r.comment(each)
        elif kind in TEXTS:
            # A text among the pieces of a statement is no documentation.
            out.append(code.Do(expression(r, each, depth), r.line(each)))
        elif IS_STATEMENT[kind] or IS_EXPRESSION[kind]:
            STATEMENTS[kind](r, each, depth + 1, out)
        else:
            waiting.extend(reversed(each.named_children))
