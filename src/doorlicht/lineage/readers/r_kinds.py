"""Kinds of nodes in the syntax tree of R, and what is being built of them.

Source: tree-sitter-r, as it is in tree-sitter-language-pack.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from tree_sitter_language_pack import get_language

from doorlicht.records import code

_LANGUAGE: Final = get_language("r")
_KINDS: Final = [
    (number, _LANGUAGE.node_kind_for_id(number) or "", _LANGUAGE.node_kind_is_named(number))
    for number in range(_LANGUAGE.node_kind_count)
]

ERROR: Final = 65535
"""The kind of a node for what the grammar cannot place."""


def named(*names: str) -> list[int]:
    """Return the numbers of kinds of nodes; one name can have several."""
    return [number for number, name, is_named in _KINDS if is_named and name in names]


def marks(names: Iterable[str]) -> dict[int, str]:
    """Return the numbers of operators and words of the language, each with its text."""
    wanted = frozenset(names)
    return {number: name for number, name, is_named in _KINDS if not is_named and name in wanted}


BINARY, CALL, IF = named("binary_operator")[0], named("call")[0], named("if_statement")[0]
SUBSET, SUBSET2 = named("subset")[0], named("subset2")[0]
EXTRACT, BRACES = named("extract_operator")[0], named("braced_expression")[0]
PARAMETERS = named("parameters")[0]
EQUALS: Final = next(iter(marks(["="])))


class Frame:
    """A node whose parts are being built.

    ``depth`` counts the expressions around it; ``spine`` the operators to whose left it stands.
    """

    __slots__ = ("depth", "kind", "line", "out", "outer", "spine", "start")

    def __init__(
        self, kind: int, line: int, start: int, depth: int, spine: int, outer: Frame | None
    ) -> None:
        self.outer = outer
        self.kind = kind
        self.line = line
        self.start = start
        self.depth = depth
        self.spine = spine
        self.out: list[Any] = []


class Wide:
    """The operands of a long row of operators, which are laid beside each other."""

    __slots__ = ("line", "op", "operands")

    def __init__(self, op: str, first: code.Expr, line: int) -> None:
        self.op = op
        self.operands = [first]
        self.line = line

    def add(self, op: str, operand: code.Expr) -> None:
        """Add one; with operators of different kinds, only the flow is kept."""
        if op != self.op:
            self.op = ""
        self.operands.append(operand)

    def made(self) -> code.Expr:
        """Return the row as one node."""
        if self.op and self.op != "~":
            return code.Op(self.op, tuple(self.operands), self.line)
        return code.Opaque(tuple(self.operands), self.line)


class Beside(list[code.Stmt]):
    """The last branches of a long ``if ... else if ...``, from the end; they stand side by side."""


class Comma:
    """Stands between arguments."""


COMMA: Final = Comma()
