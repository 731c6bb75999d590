"""Names in expressions, and what is done with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    if isinstance(expr, tuple):
        for part in expr:
            if isinstance(part, tuple):
                found.extend(names_in(part, depth + 1))
    return found
