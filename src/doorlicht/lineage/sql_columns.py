"""Which columns of stored tables each part of a query is made of.

A query is read from the inside out: common table expressions and subqueries become sources with
known columns, stored tables are sources with all the columns that somebody asks of them. Unlike
the lineage of sqlglot this also follows the conditions (``WHERE``, ``HAVING``, ``QUALIFY``,
``JOIN``), which decide on rows, and needs no schema.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal, TypeAlias, cast

from sqlglot import exp

from doorlicht.lineage.sql_nodes import (
    alias_columns,
    how_made,
    inner_queries,
    names_table,
    part_of,
    table_name,
    unwrapped,
)
from doorlicht.lineage.sql_outputs import (
    How,
    Output,
    Pair,
    Pairs,
    Scope,
    Source,
    SqlColumn,
    derived_source,
    everything,
    joined,
    labelled,
    renamed_column,
    stacked,
    with_names,
)
from doorlicht.lineage.sql_routines import Context
from doorlicht.lineage.sql_text import HOLE

ColumnsOf: TypeAlias = Callable[[str], Sequence[str] | None]
Clause: TypeAlias = Literal["where", "join"]
IdentifierRole: TypeAlias = Literal["read", "derive", "filter"]

MAX_DEPTH: Final = 60
"""Queries within queries."""


class TooDeepError(Exception):
    """A query is nested deeper than anybody writes."""


@dataclass(frozen=True, slots=True)
class SqlUse:
    """A column of a stored table in a condition; ``identifier`` is how it is spelled there."""

    table: str
    column: str
    line: int
    identifier: str
    clause: Clause = "where"


@dataclass(slots=True)
class _Tests:
    """Tables that are joined and may only filter, with the columns of their condition."""

    found: list[tuple[Source, list[SqlUse]]] = field(
        default_factory=list[tuple["Source", "list[SqlUse]"]]
    )

    def add(self, source: Source, uses: list[SqlUse]) -> None:
        """Remember a join."""
        self.found.append((source, uses))


class ColumnReader:
    """Reads one statement; gathers the stored tables, conditions and spelled names in it.

    Parameters
    ----------
    columns_of
        The columns of a stored table, if they are known.
    first_line
        Line of the file on which the text of the statement begins.
    context
        Variables and rows of the routine that it stands in.
    """

    def __init__(
        self, columns_of: ColumnsOf, first_line: int, context: Context | None = None
    ) -> None:
        self.columns_of = columns_of
        self.offset = first_line - 1
        self.first_line = first_line
        self.uses: dict[SqlUse, None] = {}
        self.tables: dict[str, None] = {}
        self.models: dict[str, None] = {}
        self.roles: dict[int, IdentifierRole] = {}
        self.depth = 0
        self.held = context.held if context is not None else ""
        self.variables = frozenset(context.variables if context is not None else ())
        self.parameters = frozenset(context.parameters if context is not None else ())
        self.rows = dict(context.rows if context is not None else ())

    # ── names and lines ─────────────────────────────────────────────────────────────────────

    def line(self, node: exp.Expr) -> int:
        """Return the line in the file of the first name in a node."""
        for inner in node.find_all(exp.Identifier, exp.Star):
            found = inner.meta.get("line")
            if isinstance(found, int):
                return found + self.offset
        return self.first_line

    def table(self, name: str) -> str:
        """Remember that a stored table is read."""
        self.tables.setdefault(name)
        return name

    def _stored(self, node: exp.Table, label: str) -> Source:
        name = table_name(node)
        # ``inserted`` and ``deleted`` of a trigger are rows of its table.
        name = self.table(self.rows.get(name.lower(), name))
        columns = self.columns_of(name)
        known = None if columns is None else frozenset(column.lower() for column in columns)
        return Source(label or name.rsplit(".", 1)[-1], table=name, known=known)

    # ── queries ─────────────────────────────────────────────────────────────────────────────

    def query(
        self,
        node: exp.Expr,
        ctes: Mapping[str, Output] | None = None,
        outer: Scope | None = None,
    ) -> Output:
        """Return what a query gives.

        Raises
        ------
        TooDeepError
            If it is nested deeper than :data:`MAX_DEPTH`.
        """
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise TooDeepError
        try:
            return self._query(node, dict(ctes or {}), outer or [])
        finally:
            self.depth -= 1

    def _query(self, node: exp.Expr, ctes: dict[str, Output], outer: Scope) -> Output:
        node = unwrapped(node, lambda wrapper: self.with_(wrapper, ctes, outer))
        self.with_(node, ctes, outer)
        if isinstance(node, exp.SetOperation):
            return self._union(node, ctes, outer)
        if isinstance(node, exp.Select):
            return self._select(node, ctes, outer)
        if isinstance(node, exp.Table):
            # ``TABLE x`` and ``FROM x``, a query that is only a table.
            source = self._source(node, ctes, outer)
            return everything(source, self.line(node))
        if isinstance(node, exp.Values):
            return Output()
        # ``INSERT ... RETURNING`` as a common table expression, ``PIVOT x ON y``: all inputs.
        pairs = self.pairs(node, [self._all_sources(node, ctes, outer), *outer], ctes, "read")
        return Output([SqlColumn("", pairs, self.line(node))]) if pairs else Output()

    def _all_sources(
        self, node: exp.Expr, ctes: dict[str, Output], outer: Scope
    ) -> dict[str, Source]:
        found: dict[str, Source] = {}
        for table in node.find_all(exp.Table):
            source = self._source(table, ctes, outer)
            found[source.label.lower()] = source
        return found

    def with_(self, node: exp.Expr, ctes: dict[str, Output], outer: Scope) -> None:
        """Read the common table expressions of a statement into ``ctes``."""
        with_ = part_of(node, "with")
        if not isinstance(with_, exp.With):
            return
        for cte in with_.expressions:
            name = str(cte.alias).lower()
            body = cast("exp.Expr", cte.this)
            if isinstance(body, exp.SetOperation) and names_table(body, name):
                # What refers to itself: first what it begins with.
                start = self.query(body.this, ctes, outer)
                ctes[name] = with_names(start, alias_columns(cte))
            ctes[name] = with_names(self.query(body, ctes, outer), alias_columns(cte))

    def _union(self, node: exp.SetOperation, ctes: dict[str, Output], outer: Scope) -> Output:
        branches: list[exp.Expr] = []
        left: exp.Expr = node
        while isinstance(left, exp.SetOperation):
            self.with_(left, ctes, outer)
            branches.append(left.expression)
            left = left.this
        branches.append(left)
        outputs = [self.query(branch, ctes, outer) for branch in reversed(branches)]
        if isinstance(node, exp.Except):
            return outputs[0]
        return stacked(outputs, by_name=bool(node.args.get("by_name")))

    def _select(self, node: exp.Select, ctes: dict[str, Output], outer: Scope) -> Output:
        own: dict[str, Source] = {}
        scope: Scope = [own, *outer]
        from_ = part_of(node, "from")
        tables: list[exp.Expr] = []
        if isinstance(from_, exp.From):
            tables.append(from_.this)
        self._from(tables, own, ctes, scope)
        tests = _Tests()
        for join in cast("list[exp.Join]", node.args.get("joins") or []):
            self._from([join.this], own, ctes, scope)
            self._join_condition(join, ctes, scope, tests)
        where = self._implicit(node, ctes, scope, tests)
        for lateral in cast("list[exp.Lateral]", node.args.get("laterals") or []):
            self._from([lateral], own, ctes, scope)
        output = Output()
        aliases: dict[str, SqlColumn] = {}
        for projection in cast("list[exp.Expr]", node.expressions):
            self._projection(projection, output, aliases, ctes, scope)
        for part in ("where", "having", "qualify", "prewhere", "connect"):
            condition = node.args.get(part) if part != "where" else where
            if isinstance(condition, exp.Expr):
                # Not all databases let WHERE name an alias: there it may be either.
                self.condition(condition, ctes, scope, "where", aliases, is_either=part == "where")
        self._only_tested(tests, output)
        limited = any(node.args.get(part) is not None for part in ("limit", "fetch"))
        for part in ("group", "order", "distinct", "windows", "sort", "cluster"):
            other = node.args.get(part)
            if part == "order" and limited and isinstance(other, exp.Expr):
                # The first of an order are a choice of rows.
                self.condition(other, ctes, scope, "where", aliases)
                continue
            for query in inner_queries(other) if isinstance(other, exp.Expr) else ():
                self.query(query, ctes, scope)
        return output

    def _join_condition(
        self, join: exp.Join, ctes: dict[str, Output], scope: Scope, tests: _Tests | None = None
    ) -> None:
        joined = next(reversed(scope[0].values()), None)
        on = join.args.get("on")
        if isinstance(on, exp.Expr):
            before = len(self.uses)
            self.condition(on, ctes, scope, "join")
            if joined is not None:
                self._key(joined, on, ctes, scope)
                is_inner = not join.args.get("side") and str(join.args.get("kind") or "") in (
                    "", "INNER", "SEMI",
                )  # fmt: skip
                if tests is not None and is_inner:
                    tests.add(joined, list(self.uses)[before:])
        for name in cast("list[exp.Expr]", join.args.get("using") or []):
            for source in scope[0].values():
                for table, column in source.find(name.name) or ():
                    self._use(table, column, name, "join")

    def _key(self, joined: Source, on: exp.Expr, ctes: Mapping[str, Output], scope: Scope) -> None:
        """Remember by which columns of other tables a table is joined."""
        own: set[Pair] = set(joined.output.all_pairs() if joined.output is not None else ())
        found = self.pairs(on, scope, ctes, "read")
        joined.keyed = tuple(
            pair for pair in found if pair not in own and pair[0] != (joined.table or "")
        )

    def _implicit(
        self, node: exp.Select, ctes: dict[str, Output], scope: Scope, tests: _Tests
    ) -> exp.Expr | None:
        """Read what in ``WHERE`` only joins tables (``a.id = b.id``); return the rest of it."""
        where = node.args.get("where")
        if not isinstance(where, exp.Expr) or len(scope[0]) < 2:
            return where if isinstance(where, exp.Expr) else None
        rest: list[exp.Expr] = []
        labels = list(scope[0])
        for part in where.this.flatten() if isinstance(where.this, exp.And) else [where.this]:
            sides = (part.this, part.expression) if isinstance(part, exp.EQ) else ()
            tables = [
                side.table.lower()
                for side in sides
                if isinstance(side, exp.Column) and side.table.lower() in scope[0]
            ]
            if len(tables) != 2 or tables[0] == tables[1]:
                rest.append(part)
                continue
            later = scope[0][max(tables, key=labels.index)]
            before = len(self.uses)
            self.condition(part, ctes, scope, "join")
            keyed = later.keyed
            self._key(later, part, ctes, scope)
            later.keyed = joined((keyed, later.keyed))
            if not any(side.args.get("join_mark") for side in sides):
                tests.add(later, list(self.uses)[before:])
        return exp.and_(*rest, copy=False) if rest else None

    def _only_tested(self, tests: _Tests, output: Output) -> None:
        """Count a join as a condition if nothing of the joined table is taken: it only filters."""
        taken = {pair for column in output.columns for pair in column.inputs}
        tables = {table for table, _ in taken} | {star.table for star in output.stars}
        for source, uses in tests.found:
            own: set[str] = {source.table} if source.table is not None else set()
            if source.output is not None:
                own |= {table for table, _ in source.output.all_pairs()}
            if own & tables:
                continue
            for use in uses:
                self.uses.pop(use, None)
                self.uses.setdefault(replace(use, clause="where"))

    # ── tables in FROM ──────────────────────────────────────────────────────────────────────

    def _from(
        self,
        nodes: Sequence[exp.Expr],
        own: dict[str, Source],
        ctes: dict[str, Output],
        scope: Scope,
    ) -> None:
        for node in nodes:
            source = self._source(node, ctes, scope)
            label = source.label.lower() or f"?{len(own)}"
            own[label if label not in own else f"{label}?{len(own)}"] = source
            inner = node.this if isinstance(node, (exp.Subquery, exp.Paren)) else None
            for holder in (node, inner):
                if not isinstance(holder, (exp.Table, exp.Subquery, exp.Paren)):
                    continue
                for join in cast("list[exp.Join]", holder.args.get("joins") or []):
                    self._from([join.this], own, ctes, scope)
                    self._join_condition(join, ctes, scope)
                for lateral in cast("list[exp.Expr]", holder.args.get("laterals") or []):
                    self._from([lateral], own, ctes, scope)

    def _source(self, node: exp.Expr, ctes: dict[str, Output], scope: Scope) -> Source:
        label = str(node.alias) if isinstance(node.args.get("alias"), exp.Expr) else ""
        if isinstance(node, (exp.Lateral, exp.Unnest)):
            return self._unpacked(node, label, ctes, scope)
        if isinstance(node, (exp.Subquery, exp.Paren)) and isinstance(
            node.this, (exp.Table, exp.Paren)
        ):
            source = self._source(node.this, ctes, scope)
            return replace(source, label=label or source.label)
        if isinstance(node, exp.Table) and isinstance(node.this, exp.Predict):
            return self._predicted(node.this, label, ctes, scope)
        if isinstance(node, exp.Table):
            cte = None if node.args.get("db") else ctes.get(node.name.lower())
            if cte is None:
                source = self._stored(node, label)
            else:
                source = derived_source(label or node.name, with_names(cte, alias_columns(node)))
            return self._pivoted(node, source, ctes)
        if isinstance(node, exp.Query):
            output = with_names(self.query(node, ctes, scope), alias_columns(node))
            return self._pivoted(node, derived_source(label, output), ctes)
        return Source(label, output=Output())

    def _unpacked(
        self, node: exp.Expr, label: str, ctes: dict[str, Output], scope: Scope
    ) -> Source:
        inner = node.this
        values = inner.this if isinstance(inner, (exp.Subquery, exp.Paren)) else inner
        if isinstance(values, exp.Values):
            return self._values(values, label, node, ctes, scope)
        if isinstance(inner, exp.Query):
            return derived_source(
                label, with_names(self.query(inner, ctes, scope), alias_columns(node))
            )
        parts = [inner] if isinstance(inner, exp.Expr) else node.expressions
        pairs = joined(self.pairs(part, scope, ctes, "derive") for part in parts)
        return Source(label, spread=pairs)

    def _predicted(
        self, node: exp.Predict, label: str, ctes: dict[str, Output], scope: Scope
    ) -> Source:
        """Return what ``ML.PREDICT(MODEL m, (query))`` gives: the query, and what m makes of it."""
        if isinstance(node.this, exp.Table):
            self.models.setdefault(table_name(node.this))
        given = node.expression
        output = Output()
        if isinstance(given, exp.Expr):
            output = self.query(given, ctes, scope)
        source = derived_source(label, output)
        source.spread = output.all_pairs() or None
        return source

    def _values(
        self,
        values: exp.Values,
        label: str,
        node: exp.Expr,
        ctes: dict[str, Output],
        scope: Scope,
    ) -> Source:
        """Return rows that are written out: ``CROSS APPLY (VALUES (a), (b)) x(value)``."""
        rows = [
            row.expressions if isinstance(row, exp.Tuple) else [row] for row in values.expressions
        ]
        width = max((len(row) for row in rows), default=0)
        columns = [
            SqlColumn(
                "",
                joined(self.pairs(row[at], scope, ctes, "derive") for row in rows if at < len(row)),
                self.line(values),
            )
            for at in range(width)
        ]
        return derived_source(label, with_names(Output(columns), alias_columns(node)))

    def _pivoted(self, node: exp.Expr, source: Source, ctes: dict[str, Output]) -> Source:
        pivots = cast("list[exp.Expr]", node.args.get("pivots") or [])
        if not pivots:
            return source
        own = {source.label.lower(): source}
        pairs = joined(self.pairs(pivot, [own], ctes, "derive") for pivot in pivots)
        alias = next((str(pivot.alias) for pivot in pivots if pivot.alias), "")
        if source.table is not None:
            return replace(source, label=alias or source.label, pivot=pairs)
        output = source.output or Output()
        made = [
            SqlColumn(str(name.name), pairs, self.line(node))
            for pivot in pivots
            for name in cast("list[exp.Expr]", pivot.args.get("columns") or [])
        ]
        if any(pivot.args.get("unpivot") for pivot in pivots) or not made:
            made = [SqlColumn("", pairs, self.line(node))]
        return derived_source(alias or source.label, Output([*output.columns, *made], output.stars))

    # ── what a query gives ──────────────────────────────────────────────────────────────────

    def _projection(
        self,
        node: exp.Expr,
        output: Output,
        aliases: dict[str, SqlColumn],
        ctes: dict[str, Output],
        scope: Scope,
    ) -> None:
        inner = node.unalias()
        if isinstance(inner, exp.Star):
            self._star(inner, list(scope[0].values()), output, ctes, scope)
            return
        if isinstance(inner, exp.Column) and isinstance(inner.this, exp.Star):
            sources = [source for source in (labelled(scope, inner.table),) if source is not None]
            if not sources:
                sources = [Source(inner.table, table=self.table(str(inner.table)))]
            self._star(inner.this, sources, output, ctes, scope)
            return
        if inner.find(exp.Star) is not None and type(inner).__name__ == "Columns":
            self._star(exp.Star(), list(scope[0].values()), output, ctes, scope)
            return
        if isinstance(inner, exp.Column) and inner.name == HOLE:
            # ``SELECT {columns} FROM t``: it can be any of them.
            whole = labelled(scope, inner.table) if inner.table else None
            self._star(
                exp.Star(), [whole] if whole else list(scope[0].values()), output, ctes, scope
            )
            return
        how = self._made(inner, scope) or how_made(inner)
        pairs = self.pairs(inner, scope, ctes, "read" if how == "plain" else "derive", aliases)
        if isinstance(node, exp.Aliases):
            names = [str(name.name) for name in node.expressions]
        else:
            names = [str(node.alias_or_name) if not isinstance(node, exp.Query) else node.alias]
        for name in names:
            column = SqlColumn(name, pairs, self.line(node), how)
            output.columns.append(column)
            if name:
                aliases.setdefault(name.lower(), column)

    def _made(self, node: exp.Expr, scope: Scope) -> How | None:
        """Return how a bare column is made in the query that it comes from, if it is made there."""
        if not isinstance(node, exp.Column) or not scope:
            return None
        sources = [labelled(scope[:1], node.table)] if node.table else list(scope[0].values())
        found = [
            source.by_name.get(node.name.lower())
            for source in sources
            if source is not None and source.table is None
        ]
        return next((c.how for c in found if c is not None and not c.is_plain), None)

    def _star(
        self,
        star: exp.Star,
        sources: Sequence[Source],
        output: Output,
        ctes: dict[str, Output],
        scope: Scope,
    ) -> None:
        left_out = tuple(
            str(name.name).lower() for name in cast("list[exp.Expr]", part_of(star, "except") or [])
        )
        renamed = tuple(
            (str(alias.alias), str(alias.this.name))
            for alias in cast("list[exp.Expr]", star.args.get("rename") or [])
            if isinstance(alias, exp.Alias)
        )
        for source in sources:
            whole = everything(source, self.line(star))
            output.columns += [
                renamed_column(column, renamed)
                for column in whole.columns
                if column.name.lower() not in left_out
            ]
            output.stars += [
                replace(
                    each,
                    left_out=(*each.left_out, *left_out),
                    renamed=(*each.renamed, *renamed),
                )
                for each in whole.stars
            ]
        for changed in cast("list[exp.Expr]", star.args.get("replace") or []):
            name = str(changed.alias_or_name)
            kept = [column for column in output.columns if column.name.lower() != name.lower()]
            output.columns = kept
            output.stars = [
                replace(each, left_out=(*each.left_out, name.lower())) for each in output.stars
            ]
            self._projection(changed, output, {}, ctes, scope)

    # ── expressions ─────────────────────────────────────────────────────────────────────────

    def condition(
        self,
        node: exp.Expr,
        ctes: Mapping[str, Output],
        scope: Scope,
        clause: Clause,
        aliases: dict[str, SqlColumn] | None = None,
        *,
        is_either: bool = False,
    ) -> None:
        """Remember the columns in a condition, those of queries within it too."""
        role: IdentifierRole = "filter" if clause == "where" else "read"
        for column, pairs in self._columns(node, scope, ctes, role, aliases, is_either=is_either):
            for table, name in pairs:
                self._use(table, name, column, clause)

    def _use(self, table: str, column: str, node: exp.Expr, clause: Clause) -> None:
        if column == HOLE:
            return
        name = str(node.name) or column
        self.uses.setdefault(SqlUse(table, column, self.line(node), name, clause))

    def pairs(
        self,
        node: exp.Expr,
        scope: Scope,
        ctes: Mapping[str, Output],
        role: IdentifierRole,
        aliases: dict[str, SqlColumn] | None = None,
    ) -> Pairs:
        """Return the columns of stored tables that an expression is made of."""
        return joined(pairs for _, pairs in self._columns(node, scope, ctes, role, aliases))

    def _columns(
        self,
        node: exp.Expr,
        scope: Scope,
        ctes: Mapping[str, Output],
        role: IdentifierRole,
        aliases: dict[str, SqlColumn] | None,
        *,
        is_either: bool = False,
    ) -> Iterator[tuple[exp.Expr, Pairs]]:
        waiting: list[tuple[exp.Expr, frozenset[str]]] = [(node, frozenset())]
        while waiting:
            at, bound = waiting.pop()
            if isinstance(at, exp.Column) and not isinstance(at.this, exp.Star):
                if at.name.lower() in bound and not at.table:
                    continue
                self.roles[id(at)] = role
                yield at, self._resolve(at, scope, aliases, is_either=is_either)
                continue
            if isinstance(at, exp.Parameter) and f"@{at.name.lower()}" in self.variables:
                held, name = self.table(self.held), f"@{at.name.lower()}"
                if name in self.parameters:
                    # Only the name of what a caller gives tells what it is.
                    self.roles[id(at)] = role
                    yield at, ((held, name), (held, name[1:]))
                else:
                    yield at, ((held, name),)
                continue
            if isinstance(at, exp.Query) and not isinstance(at, exp.Table):
                output = self.query(at, ctes, scope)
                if not isinstance(at.parent, exp.Exists):
                    yield at, output.all_pairs()
                continue
            if isinstance(at, exp.Lambda):
                bound = bound | {str(name.name).lower() for name in at.expressions}
            waiting.extend((inner, bound) for inner in at.iter_expressions(reverse=True))

    def _resolve(
        self,
        column: exp.Column,
        scope: Scope,
        aliases: dict[str, SqlColumn] | None,
        *,
        is_either: bool = False,
    ) -> Pairs:
        name, table = str(column.name), str(column.table)
        if table:
            return self._qualified(column, name, table, scope)
        alias = (aliases or {}).get(name.lower())
        if name.lower() in self.variables and not any(
            s.find(name, is_sure=True) for own in scope for s in own.values()
        ):
            return ((self.table(self.held), name.lower()),)
        for own in scope:
            sure = [pairs for s in own.values() if (pairs := s.find(name, is_sure=True))]
            if sure:
                return joined(sure)
            hides = alias is not None and any(p[1].lower() == name.lower() for p in alias.inputs)
            if alias is not None and not is_either and not hides:
                return alias.inputs
            found = [pairs for s in own.values() if s.spread is None and (pairs := s.find(name))]
            if not found:
                # What is unpacked has a column or two of its own, and is seldom meant.
                found = [pairs for s in own.values() if (pairs := s.find(name))]
            if alias is not None and is_either:
                found.append(alias.inputs)
            alias = None
            if found:
                return joined(found)
        return () if any(scope) else (("", name),)

    def _qualified(self, column: exp.Column, name: str, table: str, scope: Scope) -> Pairs:
        source = labelled(scope, table)
        if source is not None:
            return source.find(name) or ()
        row = self.rows.get(table.lower())
        if row is not None:
            return ((self.table(row), name),)
        # ``column.field`` of a structure, or ``schema.table.column``.
        holders = [s for own in scope for s in own.values() if s.find(table, is_sure=True)]
        if holders:
            return joined(s.find(table) or () for s in holders)
        full = ".".join(p for p in (str(column.db), table) if p)
        return ((full, name),)
