"""Patterns of ``case``: what they compare with, and the names they give to what is matched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tree_sitter import Node

from doorlicht.lineage.readers.python_expressions import (
    IDENTIFIER,
    IS_EXPRESSION,
    Reading,
    expression,
    kind_ids,
    leaves,
    too_deep,
    without_extras,
)
from doorlicht.lineage.readers.source import MAX_DEPTH
from doorlicht.records import code

_SPLAT: Final = frozenset(kind_ids("splat_pattern"))


def match_pattern(
    r: Reading,
    node: Node,
    subject: code.Expr,
    depth: int,
    compared: list[code.Expr],
    bound: list[tuple[code.Expr, code.Expr]],
) -> None:
    """Collect what a pattern compares the subject with, and the names it gives to parts of it."""
    if depth > MAX_DEPTH:
        compared.append(too_deep(r, node))
        return
    kind = node.type
    line = r.line(node)
    children = without_extras(r, node.named_children)
    if kind == "dotted_name":
        if len(children) == 1:
            name = code.Name(r.word(children[0]), line)
            bound.append((name, subject))
        else:
            made: code.Expr = code.Name(r.word(children[0]), line)
            for child in children[1:]:
                made = code.Attr(made, r.word(child), line)
            compared.append(made)
    elif kind == "dict_pattern":
        _dict_pattern(r, children, subject, depth, compared, bound)
    elif kind == "class_pattern":
        for child in children[1:]:
            match_pattern(r, child, subject, depth + 1, compared, bound)
    elif kind == "keyword_pattern":
        field = code.Attr(subject, r.word(children[0]), line)
        for child in children[1:]:
            match_pattern(r, child, field, depth + 1, compared, bound)
    elif kind in ("as_pattern", "case_pattern", "union_pattern"):
        for child in children:
            if child.kind_id in IDENTIFIER:
                bound.append((code.Name(r.word(child), line), subject))
            else:
                match_pattern(r, child, subject, depth + 1, compared, bound)
    elif kind in ("list_pattern", "tuple_pattern", "splat_pattern"):
        element = code.Opaque((subject,), line) if len(children) > 1 else subject
        for child in children:
            if child.kind_id in IDENTIFIER:
                bound.append((code.Name(r.word(child), line), element))
            else:
                match_pattern(r, child, element, depth + 1, compared, bound)
    elif IS_EXPRESSION[node.kind_id]:
        compared.append(expression(r, node, depth))
    else:
        compared.extend(leaves(r, node))


def _dict_pattern(
    r: Reading,
    children: Sequence[Node],
    subject: code.Expr,
    depth: int,
    compared: list[code.Expr],
    bound: list[tuple[code.Expr, code.Expr]],
) -> None:
    item: code.Expr = subject
    for child in children:
        if child.type == "case_pattern":
            match_pattern(r, child, item, depth + 1, compared, bound)
        elif child.kind_id in _SPLAT:
            match_pattern(r, child, subject, depth + 1, compared, bound)
        elif IS_EXPRESSION[child.kind_id]:
            key = expression(r, child, depth + 1)
            item = code.Item(subject, (key,), key.line)
