"""Names in expressions, and what is done with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from doorlicht.records import code

if TYPE_CHECKING:
    from doorlicht.lineage.interpreter import Interpreter


def note_filter(run: Interpreter, expr: code.Expr | None) -> None:
    """Note that names in a condition select rows."""
    for name, line in names_in(expr):
        if run.state.names.of_column(name) is not None:
            run.state.note(frozenset({run.place(line)}), name, "filter")


def names_in(expr: object, depth: int = 0) -> list[tuple[str, int]]:
    """Return the names, fields and short texts in an expression, with their lines."""
    if depth > 40 or expr is None:
        return []
    if isinstance(expr, code.Name):
        return [(expr.id, expr.line)]
    if isinstance(expr, code.Const):
        return [(expr.value, expr.line)] if isinstance(expr.value, str) else []
    found: list[tuple[str, int]] = []
    if isinstance(expr, code.Attr):
        found.append((expr.name, expr.line))
    for part in parts_of(expr):
        found.extend(names_in(part, depth + 1))
    return found


def parts_of(node: object) -> list[tuple[object, ...]]:
    """Return the parts of a node, or of a tuple of nodes, that are nodes or tuples themselves."""
    if not isinstance(node, tuple):
        return []
    return [
        cast("tuple[object, ...]", part)
        for part in cast("tuple[object, ...]", node)
        if isinstance(part, tuple)
    ]
