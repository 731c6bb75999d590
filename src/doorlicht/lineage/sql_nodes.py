"""Small questions about the tree of a statement, as sqlglot makes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, cast

from sqlglot import exp

from doorlicht.lineage.sql_outputs import How


def part_of(node: exp.Expr, name: str) -> Any:
    """Return a part of a node; names that are words of Python end with ``_`` since sqlglot 28."""
    found = node.args.get(name)
    return found if found is not None else node.args.get(name + "_")


def table_name(node: exp.Table) -> str:
    """Return the full name of a table as spelled, or the path of the file that it reads."""
    inner = node.this
    if isinstance(inner, exp.Func) and not isinstance(inner, exp.Identifier):
        for literal in inner.find_all(exp.Literal):
            if literal.is_string:
                return str(literal.this)
        return str(inner.name)
    parts = [
        str(part.name)
        for part in (node.args.get("catalog"), node.args.get("db"), inner)
        if isinstance(part, exp.Expr) and part.name
    ]
    mark = "#" if inner.args.get("temporary") and isinstance(inner, exp.Identifier) else ""
    if inner.args.get("global_") or inner.args.get("global"):
        mark = "##"
    if len(parts) == 2 and "/" in parts[1]:
        # Spark: ``parquet.`out/x.parquet` `` is the file.
        return parts[1]
    if parts and mark:
        parts[-1] = mark + parts[-1].lstrip("#")
    return ".".join(parts)


def alias_columns(node: exp.Expr) -> list[str]:
    """Return the names of columns that stand after an alias: ``t(a, b)``."""
    alias = node.args.get("alias")
    if not isinstance(alias, exp.TableAlias):
        return []
    return [str(name.name) for name in cast("list[exp.Expr]", alias.args.get("columns") or [])]


def unwrapped(node: exp.Expr, see: Callable[[exp.Expr], None]) -> exp.Expr:
    """Return what stands in brackets; ``see`` is given every pair of them."""
    while isinstance(node, (exp.Subquery, exp.Paren)) and isinstance(node.this, exp.Expr):
        see(node)
        if isinstance(node.this, exp.Table):
            break
        node = node.this
    return node.this if isinstance(node, (exp.Subquery, exp.Paren)) else node


def names_table(node: exp.Expr, name: str) -> bool:
    """Whether a table of this name (in lower case) is read anywhere in it."""
    return any(table.name.lower() == name for table in node.find_all(exp.Table))


def inner_queries(node: exp.Expr) -> Iterator[exp.Expr]:
    """Yield the queries in it."""
    yield from node.find_all(exp.Select)


def how_made(node: exp.Expr) -> How:
    """Return how an expression makes its column; see :class:`SqlColumn`."""
    inner = node
    while isinstance(inner, (exp.Paren, exp.Cast)) and isinstance(inner.this, exp.Expr):
        inner = inner.this
    if isinstance(inner, exp.Column):
        return "plain"
    return "case" if inner.find(exp.Case, exp.If, exp.DecodeCase) is not None else "derived"
