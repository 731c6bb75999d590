"""R with errors: read again piece by piece, so that one bracket left open costs one statement.

The grammar goes on after an error, but may take what follows for the inside of a bracket or text.
So what is damaged is cut at the lines that begin at the margin, and pieces are joined again only
where the brackets of the first stay open. A piece that is damaged itself is read without the line
of its error; from that line, what is whole is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Final, NamedTuple

from tree_sitter import Node

from doorlicht.lineage.readers.r_tree import Translation
from doorlicht.lineage.readers.source import parser_of
from doorlicht.records import code

MOST_JOINED: Final = 400
"""Pieces that are looked through for the bracket that closes."""

MOST_AFTER: Final = 3
"""Pieces that are joined although brackets are closed: lines that go on at the margin."""

MOST_LEFT_OUT: Final = 3
"""Lines with an error that are left out of one piece, before it is read as it is."""

_BEGINS: Final = re.compile(r"^(?![\s)\]},#]|else\b)", re.MULTILINE)
_BRACKETS: Final = re.compile(
    r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'|`[^`\n]*`|#[^\n]*|([(\[{])|([)\]}])', re.DOTALL
)
_BLANKS: Final = str.maketrans("\u00a0\u2007\u202f\u200b\ufeff\u3000", "      ")
_WRONG_ESCAPE: Final = re.compile(
    r"(\\(?:[\\\"'`nrtabfv0-7\n]|x[0-9a-fA-F]|[uU]\{?[0-9a-fA-F]))|\\(?![\s(])"
)


class _Budget:
    """Text that may still be parsed again, in characters: a damaged file takes bounded time."""

    def __init__(self, size: int) -> None:
        self.left = 4 * size + 65536

    def parse(self, text: str) -> Node:
        self.left -= len(text)
        return parser_of("r").parse(text.encode("utf-8", "replace")).root_node


def read_again(
    translation: Translation, root: Node, text: str, damage: list[int]
) -> tuple[code.Stmt, ...]:
    """Return the statements of a damaged text, and add the lines of its damage."""
    found: list[code.Stmt] = []
    budget = _Budget(len(text))
    lines = text.split("\n")
    for first, last, node in _regions(root, len(lines)):
        if node is not None:
            found.extend(translation.statements(translation.translate(node)))
            continue
        region = "\n".join(lines[first:last])
        for piece in _read_pieces(region, first + translation.first_line, budget, damage):
            translation.comments.extend(piece.comments)
            found.extend(piece.body)
    return tuple(found)


def _regions(root: Node, rows: int) -> Iterable[tuple[int, int, Node | None]]:
    """Yield whole statements as nodes, and between them the rows that are damaged."""
    if root.is_error:
        yield 0, rows, None
        return
    found: list[_Region] = []
    for child in root.children:
        first, last = child.start_point[0], child.end_point[0]
        is_comment = child.type == "comment"
        is_whole = is_comment or (child.child_count > 0 and not child.has_error)
        # What is not at the margin may be the inside of what is damaged before and after it.
        is_inside = is_comment or child.start_point[1] > 0
        while found and not is_whole and found[-1].is_inside and any(r.node is None for r in found):
            first = min(first, found.pop().first)
        while found and first <= found[-1].last and not (is_whole and found[-1].node is not None):
            # What shares a row with damage may be a piece of it.
            before = found.pop()
            first, last = min(first, before.first), max(last, before.last)
            is_whole = False
        if found and not is_whole and found[-1].node is None:
            first = found.pop().first
        found.append(_Region(first, last, child if is_whole else None, is_inside and is_whole))
    for each in found:
        yield each.first, each.last + 1, each.node


class _Region(NamedTuple):
    first: int
    last: int
    node: Node | None
    is_inside: bool


class _Piece(NamedTuple):
    body: tuple[code.Stmt, ...]
    comments: list[code.Comment]


def _read_pieces(region: str, line: int, budget: _Budget, damage: list[int]) -> Iterable[_Piece]:
    pieces = _pieces(region)
    opened = [_opened(piece) for piece in pieces]
    starts: list[int] = []
    for piece in pieces:
        starts.append(line)
        line += piece.count("\n")
    at = 0
    was_damaged = False
    while at < len(pieces):
        end = _whole_to(pieces, opened, at, budget)
        if end:
            was_damaged = False
            yield _read("".join(pieces[at:end]), starts[at])
            at = end
            continue
        end = _closed_at(opened, at, budget) or at + 1
        if budget.left <= 0:
            end = len(pieces)
        text = "".join(pieces[at:end])
        repaired = _without_errors(text, starts[at], budget)
        if not was_damaged:
            damage.append(repaired[0])
        was_damaged = True
        yield from _salvaged(text, starts[at], repaired)
        at = end


def _pieces(region: str) -> list[str]:
    cuts = [match.start() for match in _BEGINS.finditer(region)]
    if not cuts or cuts[0] != 0:
        cuts.insert(0, 0)
    cuts.append(len(region))
    return [region[a:b] for a, b in pairwise(cuts) if b > a]


def _opened(piece: str) -> int:
    """Return how many brackets stay open in a piece; -1 if one is closed that was not opened."""
    depth = 0
    for match in _BRACKETS.finditer(piece):
        if match[1]:
            depth += 1
        elif match[2]:
            depth -= 1
    return depth


def _closed_at(opened: list[int], at: int, budget: _Budget) -> int:
    """Return the end of the pieces that close what the first opens; 0 if there is none."""
    depth = 0
    for end in range(at, min(at + MOST_JOINED, len(opened))):
        depth += opened[end]
        budget.left -= 8
        if depth == 0:
            return end + 1
        if depth < 0:
            break
    return 0


def _whole_to(pieces: list[str], opened: list[int], at: int, budget: _Budget) -> int:
    """Return the end of the pieces from here that are whole together; 0 if none are."""
    end = _closed_at(opened, at, budget)
    for _ in range(MOST_AFTER):
        if not end or budget.left <= 0:
            return 0
        if not budget.parse("".join(pieces[at:end])).has_error:
            return end
        depth = 0
        for further in range(end, min(end + MOST_JOINED, len(pieces))):
            depth += opened[further]
            if depth <= 0:
                end = further + 1 if depth == 0 else 0
                break
        else:
            return 0
    return 0


def _read(text: str, line: int) -> _Piece:
    source = text.encode("utf-8", "replace")
    part = Translation(source, line)
    return _Piece(part.program(parser_of("r").parse(source).root_node), part.comments)


def first_error(node: Node) -> int:
    """Return the row of the first error in a damaged node."""
    while not (node.is_error or node.is_missing):
        inner = next((c for c in node.children if c.has_error or c.is_missing), None)
        if inner is None:
            break
        node = inner
    before, around = node.prev_sibling, node.parent
    if around is not None and around.type == "string":
        return around.start_point[0]
    if node.is_missing and before is not None:
        # What is missing is missed after the line end.
        return before.end_point[0]
    return node.start_point[0]


def _without_errors(text: str, line: int, budget: _Budget) -> tuple[int, str, tuple[int, ...]]:
    """Return the line of the first error, and the text without its errors, or else as it was.

    The last is the rows that were left out.
    """
    root = budget.parse(text)
    first = first_error(root) + line
    # ``"C:\\Users"`` with one stroke is wrong in R, and what was meant is plain.
    cleaned = _WRONG_ESCAPE.sub(lambda match: match[1] or "\\\\", text.translate(_BLANKS))
    if cleaned != text and budget.left > 0:
        if not budget.parse(cleaned).has_error:
            return first, cleaned, ()
        root = budget.parse(cleaned)
    rows = cleaned.split("\n")
    left_out: list[int] = []
    for _ in range(MOST_LEFT_OUT):
        row = first_error(root)
        if len(rows) < 3 or budget.left <= 0 or row >= len(rows) or not rows[row].strip():
            break
        rows[row] = ""
        left_out.append(row)
        root = budget.parse("\n".join(rows))
        if not root.has_error:
            return first, "\n".join(rows), tuple(left_out)
    return first, text, ()


def _salvaged(text: str, line: int, repaired: tuple[int, str, tuple[int, ...]]) -> Iterable[_Piece]:
    _, whole, left_out = repaired
    rows = text.split("\n")
    for row in left_out:
        yield _read(rows[row], line + row)
    yield _read(whole, line)
