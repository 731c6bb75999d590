"""Rules in SQL that give each row points or choose rows: CASE expressions, found in statements.

The statement is parsed and never sent to a database. Of a query the columns that it computes are
looked at, and those of the queries inside it.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import Any, Final

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

# What the parser logs repeats pieces of the text.
logging.getLogger("sqlglot").setLevel(logging.CRITICAL)

MAX_DEPTH: Final = 80
DIALECTS: Final = ("postgres", "tsql", "oracle", "mysql")
"""Tried after the common one, where a text cannot be read."""

_SCORE_WORDS: Final = ("score", "punten", "points", "risico", "risk", "gewicht", "weight", "prob")


@dataclass(slots=True)
class Rule:
    """A computed column, with the computed columns it may refer to, from the outside in."""

    name: str
    expression: exp.Expr
    scopes: list[dict[str, exp.Expr]] = field(default_factory=list["dict[str, exp.Expr]"])
    is_choice: bool = False


def rules_of(text: str) -> list[Rule]:
    """Return the rules in a text of SQL; nothing if there are none or it cannot be read."""
    statements: list[Any] = []
    for dialect in (None, *DIALECTS):
        try:
            statements = sqlglot.parse(text, read=dialect)
            break
        except (SqlglotError, RecursionError, ValueError):
            continue
    found: list[Rule] = []
    for statement in statements:
        if isinstance(statement, exp.Expr):
            found += _of_statement(statement)
    return found


def _of_statement(statement: exp.Expr) -> list[Rule]:
    if isinstance(statement, exp.Update):
        sets = [each for each in statement.expressions if isinstance(each, exp.EQ)]
        return [
            Rule(each.this.name, each.expression) for each in sets if _gives_points(each.expression)
        ]
    query = statement if isinstance(statement, exp.Query) else statement.find(exp.Query)
    if not isinstance(query, exp.Select):
        return []
    scopes = _scopes(query)
    computed = [(name, each) for name, each in _projections(query).items() if _gives_points(each)]
    if not computed:
        # The points may be given further in, and only be passed on here.
        for depth, scope in enumerate(scopes):
            computed = [(name, each) for name, each in scope.items() if _gives_points(each)]
            if computed:
                return [Rule(name, each, scopes[depth + 1 :]) for name, each in computed]
    if computed:
        return [Rule(name, each, scopes) for name, each in computed]
    where = query.args.get("where")
    if where is not None and not query.args.get("joins"):
        return [Rule("selected", where.this, scopes, is_choice=True)]
    return []


def _gives_points(expression: exp.Expr) -> bool:
    """Return whether an expression chooses among numbers."""
    for case in expression.find_all(exp.Case, exp.If):
        ends = [part.args.get("true") for part in case.args.get("ifs") or ()]
        ends += [case.args.get("true"), case.args.get("default")]
        if any(isinstance(end, exp.Literal) and not end.is_string for end in ends):
            return True
        if any(isinstance(end, exp.Neg) for end in ends):
            return True
    return False


def _projections(query: exp.Select) -> dict[str, exp.Expr]:
    made: dict[str, exp.Expr] = {}
    for each in query.expressions:
        inner = each.this if isinstance(each, exp.Alias) else each
        if isinstance(inner, exp.Expr) and each.alias_or_name:
            made[each.alias_or_name.lower()] = inner
    return made


def _scopes(query: exp.Select) -> list[dict[str, exp.Expr]]:
    """Return what the queries inside compute, from the nearest to the furthest."""
    named: dict[str, exp.Select] = {}
    for table in query.find_all(exp.CTE):
        if isinstance(table.this, exp.Select):
            named[table.alias_or_name.lower()] = table.this
    scopes: list[dict[str, exp.Expr]] = []
    current: exp.Select | None = query
    for _ in range(MAX_DEPTH):
        source = current.args.get("from_") or current.args.get("from") if current else None
        inner = source.this if source is not None else None
        if isinstance(inner, exp.Subquery) and isinstance(inner.this, exp.Select):
            current = inner.this
        elif isinstance(inner, exp.Table):
            current = named.pop(inner.name.lower(), None)
        else:
            current = None
        if current is None:
            break
        scopes.append(_projections(current))
    return scopes


def chosen(rules: list[Rule]) -> Rule:
    """Return the rule that is most like a score: by its name, or else the last."""
    for rule in reversed(rules):
        if any(word in rule.name.lower() for word in _SCORE_WORDS):
            return rule
    return rules[-1]


def resolve(rule: Rule, name: str, depth: int) -> tuple[exp.Expr | None, int]:
    """Return what computes a column in the queries inside, and how far in; or ``None``."""
    for level in range(depth, len(rule.scopes)):
        inner = rule.scopes[level].get(name.lower())
        if inner is not None and not (
            isinstance(inner, exp.Column) and inner.name.lower() == name.lower()
        ):
            return inner, level + 1
    return None, len(rule.scopes)
