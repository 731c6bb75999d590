"""What SQL does to columns: which it reads, makes, writes, and on which it decides rows.

A text is cut into statements (``sql_text.py``), each is parsed with sqlglot in the dialect that
fits, and resolved to columns of stored tables (``sql_columns.py``). A statement that no
dialect can parse is told as hidden; what it names is still found by its words.

Not followed: variables of procedures (a loop over rows that fills a record), text that is put
together and carried out, columns of a table that is unpivoted (all of its columns are told).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, Literal, TypeAlias, cast

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from doorlicht.lineage.sql_columns import (
    ColumnReader,
    ColumnsOf,
    IdentifierRole,
    SqlUse,
    TooDeepError,
)
from doorlicht.lineage.sql_models import as_create_model
from doorlicht.lineage.sql_nodes import part_of, table_name
from doorlicht.lineage.sql_outputs import Output, Pairs, SqlColumn, SqlStar
from doorlicht.lineage.sql_routines import Context, Piece
from doorlicht.lineage.sql_text import HOLE, Split, fill_in, looks_like_tsql, split_statements
from doorlicht.records.code import Hidden

# Warnings of sqlglot quote the statement, and a statement can hold values of persons.
logging.getLogger("sqlglot").setLevel(logging.CRITICAL)

MAX_LETTERS: Final = 8 << 20
"""Longer texts are not read: they are dumps of data."""

MAX_STATEMENT: Final = 400_000
"""Letters of one statement that are parsed."""

MAX_STATEMENTS: Final = 3_000
"""Statements of one text that are parsed; of the others only the names are read."""

MAX_BRACKETS: Final = 150
"""Brackets within brackets; the parser goes as deep as these."""

StatementKind: TypeAlias = Literal[
    "select", "create", "insert", "update", "delete", "merge", "export", "assign", "model",
    "answer", "test", "call",
]  # fmt: skip

_DIALECTS: Final = ("", "postgres", "oracle", "tsql", "mysql", "duckdb", "spark", "snowflake")
"""Tried in this order; ``""`` is what most databases share, and lets most pass."""


@dataclass(frozen=True, slots=True)
class SqlIdentifier:
    """A name of a column as it is spelled at a line, and what is done with it there."""

    name: str
    line: int
    role: IdentifierRole = "read"


@dataclass(frozen=True, slots=True)
class SqlStatement:
    """One statement.

    Attributes
    ----------
    kind
        ``create`` also for ``SELECT ... INTO table``; ``export`` writes a file; ``assign`` stores
        in variables of a routine, or in columns of the row of a trigger; ``model`` trains one;
        ``answer`` is what a function returns, ``test`` a condition by itself, and ``call`` other
        code under conditions.
    target
        The table or file that it fills or changes; none for a query.
    is_temporary
        Whether the target goes away with the session.
    columns, stars
        What the target, or the result of the query, consists of.
    filters
        Columns in conditions, wherever they stand in the statement.
    tables
        Every stored table or file that is read, as spelled.
    spelled
        Every spelled name of a column, new names too.
    """

    kind: StatementKind
    line: int
    target: str | None = None
    is_temporary: bool = False
    columns: tuple[SqlColumn, ...] = ()
    stars: tuple[SqlStar, ...] = ()
    filters: tuple[SqlUse, ...] = ()
    tables: tuple[str, ...] = ()
    spelled: tuple[SqlIdentifier, ...] = ()
    algorithm: str = ""
    label: str = ""
    """Of a model: what it predicts."""
    scores: tuple[str, ...] = ()
    """Models that it scores with."""
    answers: int = 0
    """Line on which a function begins, if it is its answer; ``target`` is then the function."""
    is_parsed: bool = True

    @property
    def identifiers(self) -> tuple[tuple[str, int], ...]:
        """Every spelled name of a column, with its line."""
        return tuple((each.name, each.line) for each in self.spelled)


@dataclass(frozen=True, slots=True)
class SqlReading:
    """What a text of SQL does, and what of it could not be read."""

    statements: tuple[SqlStatement, ...]
    hidden: tuple[Hidden, ...] = ()


def no_columns(table: str) -> None:
    """Know nothing of any table."""
    del table


def read_sql(
    text: str,
    *,
    line: int = 1,
    dialect: str | None = None,
    columns_of: ColumnsOf = no_columns,
    context: Context | None = None,
) -> SqlReading:
    r"""Return what a text of SQL does to columns. Never raises for what the text holds.

    Parameters
    ----------
    text
        One or more statements. A ``\ufffc`` stands for a piece that is not known.
    line
        Line of the file on which the text begins.
    dialect
        As sqlglot calls it (``tsql``); others are tried after it.
    columns_of
        The columns of a stored table, or none if they are not known.
    context
        What is around a text that is one statement of a routine, and is not to be cut.

    Examples
    --------
    >>> query = "with p as (select nat n from people) select n from p where n = 'x'"
    >>> statement = read_sql(query).statements[0]
    >>> statement.columns[0].name, statement.columns[0].inputs
    ('n', (('people', 'nat'),))
    >>> [(use.column, use.clause) for use in statement.filters]
    [('nat', 'where')]
    """
    if len(text) > MAX_LETTERS:
        return SqlReading((), (Hidden("too_large", line),))
    if context is None:
        split = split_statements(fill_in(text), line)
    else:
        split = Split((Piece(text, line, context),), (), ())
    dialects = _order(text, dialect)
    if context is not None and any(name.startswith("@") for name in context.variables):
        dialects = tuple(dict.fromkeys(("tsql", *dialects)))
    statements: list[SqlStatement] = []
    hidden = [Hidden("dynamic_code", at) for at in split.dynamic]
    for number, piece in enumerate(split.statements):
        is_many = number >= MAX_STATEMENTS
        if piece.context is not None and piece.context.role == "test":
            statements += _test(piece, columns_of, dialects) if not is_many else ()
            continue
        model = as_create_model(piece.text)
        tries = ("bigquery", *dialects) if _MODEL.search(piece.text) else dialects
        tree = None if is_many else _parsed(model or _without_rows(piece.text), tries)
        if tree is None:
            hidden.append(Hidden("sql_not_parsed", piece.line))
            statements.append(_by_words(piece))
            continue
        try:
            read = _Reading(piece, columns_of).statements(tree)
            statements += _in_routine(read, piece, columns_of, dialects)
        except (TooDeepError, RecursionError):
            hidden.append(Hidden("sql_not_parsed", piece.line))
            statements.append(_by_words(piece))
    return SqlReading(tuple(statements), tuple(hidden))


_MODEL: Final = re.compile(r"\bcreate\s+(?:or\s+replace\s+)?(?:\w+\s+)?model\b|\bml\.|madlib\.|pgml\.", re.IGNORECASE)  # fmt: skip  # noqa: E501


def _order(text: str, dialect: str | None) -> tuple[str, ...]:
    first = [dialect.lower()] if dialect and dialect.lower() in _known_dialects() else []
    if looks_like_tsql(text):
        first.append("tsql")
    if "`" in text:
        first += ["mysql", "bigquery"]
    if re.search(r"\(\+\)|\bconnect\s+by\b|\bfrom\s+dual\b", text, re.IGNORECASE):
        first.append("oracle")
    return tuple(dict.fromkeys((*first, *_DIALECTS)))


@lru_cache(maxsize=1)
def _known_dialects() -> frozenset[str]:
    return frozenset(each.value for each in sqlglot.Dialects)


def _without_rows(text: str) -> str:
    """Leave out all but the first of the rows that a statement inserts: they are only data."""
    match = _VALUES.match(text)
    if match is None:
        return text
    depth, quote = 0, ""
    for at in range(match.end() - 1, len(text)):
        letter = text[at]
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"`":
            quote = letter
        elif letter == "(":
            depth += 1
        elif letter == ")":
            depth -= 1
            if depth == 0:
                rest = text[at + 1 : at + 4].lstrip()
                return text[: at + 1] if rest.startswith(",") else text
    return text


_VALUES: Final = re.compile(
    r"\s*(?:insert|replace)\s+(?:into\s+|ignore\s+|overwrite\s+)*[^()'\s]+\s*(?:\([^()]*+\)\s*)?"
    r"values\s*\(",
    re.IGNORECASE,
)


def _too_nested(text: str) -> bool:
    depth = 0
    for letter in text:
        if letter == "(":
            depth += 1
            if depth > MAX_BRACKETS:
                return True
        elif letter == ")":
            depth -= 1
    return text.upper().count("CASE") > 4 * MAX_BRACKETS or text.upper().count(" NOT ") > 4000


_OUTFILE: Final = re.compile(r"\binto\s+(?:out|dump)file\s+'[^']*'", re.IGNORECASE)
_LONE_HOLE: Final = re.compile(rf"(?<![\w'.]){HOLE}(?![\w'.])")
_LATER_HOLE: Final = re.compile(
    rf"(?<!\bwhere)(?<!\band)(?<!\bor)(?<!\bby)(?<!\bfrom)(?<!\bselect)(?<!\bjoin)(?<!\bin)"
    rf"(?<!\bon)([\w)'\"{HOLE}]\s+)(?:{HOLE}\s*)+(?=$|[\s;)])",
    re.IGNORECASE,
)


def _parsed(text: str, dialects: Sequence[str]) -> exp.Expr | None:
    """Return the tree in the first dialect that can read the statement."""
    if len(text) > MAX_STATEMENT or _too_nested(text):
        return None
    text = _OUTFILE.sub(lambda match: "\n" * match.group(0).count("\n"), text)
    tries = [text]
    if HOLE in text:
        # A hole can be a whole condition, or nothing at all, where a name cannot stand.
        tries += [_LATER_HOLE.sub(r"\1 ", text), _LONE_HOLE.sub(" ", text)]
    for attempt in tries:
        for dialect in dialects:
            try:
                tree = sqlglot.parse_one(attempt, dialect=dialect or None)
            except (SqlglotError, RecursionError, ValueError, IndexError, AttributeError, TypeError, KeyError, AssertionError):  # fmt: skip  # noqa: E501
                # Odd input also ends in errors of Python inside the parser.
                continue
            if not isinstance(tree, exp.Command):
                return tree
    return None


def _in_routine(
    statements: Iterable[SqlStatement],
    piece: Piece,
    columns_of: ColumnsOf,
    dialects: Sequence[str],
) -> Iterator[SqlStatement]:
    """Yield statements with the conditions around them, and what is stored in variables."""
    context = piece.context
    if context is None:
        yield from statements
        return
    around = [
        found
        for text, line in context.conditions
        for found in _condition(Piece(text, line, context), columns_of, dialects)
    ]
    for statement in statements:
        filters = tuple(use for each in around for use in each.filters)
        statement = replace(
            statement,
            tables=tuple(
                dict.fromkeys((*statement.tables, *(t for each in around for t in each.tables)))
            ),
            spelled=(*statement.spelled, *(name for each in around for name in each.spelled)),
        )
        if not context.assigns:
            statement = replace(statement, filters=(*statement.filters, *filters))
            if context.role == "call":
                statement = replace(statement, kind="call")
            elif context.answers and statement.kind == "select":
                statement = replace(
                    statement, kind="answer", target=context.held, answers=context.answers
                )
            yield statement
            continue
        decided = tuple((use.table, use.column) for use in filters)
        columns = tuple(
            replace(
                column,
                name=name,
                inputs=tuple(dict.fromkeys((*column.inputs, *decided))),
                how="case" if decided else column.how,
            )
            for name, column in zip(context.assigns, statement.columns, strict=False)
        )
        yield replace(
            statement, kind="assign", target=context.target, columns=columns, stars=()
        )  # fmt: skip


def _test(piece: Piece, columns_of: ColumnsOf, dialects: Sequence[str]) -> Iterator[SqlStatement]:
    """Yield a condition by itself, for the names in it."""
    found = list(_condition(piece, columns_of, dialects))
    for each in found or [replace(_by_words(piece), is_parsed=False)]:
        yield replace(each, kind="test")


def _condition(
    piece: Piece, columns_of: ColumnsOf, dialects: Sequence[str]
) -> Iterator[SqlStatement]:
    """Yield a condition of a routine as a query that only filters."""
    tree = _parsed(f"SELECT 1 WHERE {piece.text}", dialects)
    if tree is not None:
        yield from _Reading(piece, columns_of).statements(tree)


class _Reading:
    """Turns the tree of one statement into records."""

    def __init__(self, piece: Piece, columns_of: ColumnsOf) -> None:
        self.piece = piece
        self.reader = ColumnReader(columns_of, piece.line, piece.context)
        self.made: dict[tuple[str, int], None] = {}

    def statements(self, tree: exp.Expr) -> Iterator[SqlStatement]:
        """Return the statement, if it touches data."""
        found = self._of(tree)
        if found is not None:
            yield replace(
                found,
                line=self.piece.line,
                filters=tuple(self.reader.uses),
                tables=tuple(self.reader.tables),
                scores=tuple(self.reader.models),
                spelled=self._identifiers(tree),
            )

    def _of(self, tree: exp.Expr) -> SqlStatement | None:
        if isinstance(tree, exp.Create):
            return self._create(tree)
        if isinstance(tree, exp.Insert):
            return self._insert(tree)
        if isinstance(tree, exp.Update):
            return self._update(tree)
        if isinstance(tree, exp.Delete):
            return self._delete(tree)
        if isinstance(tree, exp.Merge):
            return self._merge(tree)
        if isinstance(tree, exp.Copy):
            return self._copy(tree)
        if isinstance(tree, (exp.Query, exp.Table, exp.Pivot)):
            return self._query(tree)
        if isinstance(tree, exp.Export):
            output = self._output(tree.this)
            path = next((str(each.this) for each in tree.find_all(exp.Literal)), HOLE)
            return self._filled("export", path, output)
        return None

    def _output(self, node: exp.Expr) -> Output:
        return self.reader.query(node)

    def _filled(
        self,
        kind: StatementKind,
        target: str | None,
        output: Output,
        *,
        is_temporary: bool = False,
    ) -> SqlStatement:
        columns, stars = tuple(output.columns), tuple(output.stars)
        return SqlStatement(kind, self.piece.line, target, is_temporary, columns, stars)

    def _query(self, tree: exp.Expr) -> SqlStatement:
        output = self._output(tree)
        outfile = re.search(r"\binto\s+outfile\s+'([^']*)'", self.piece.text, re.IGNORECASE)
        if outfile is not None:
            return self._filled("export", outfile.group(1), output)
        into = tree.args.get("into")
        if isinstance(into, exp.Into) and isinstance(into.this, exp.Table):
            target = table_name(into.this)
            temporary = bool(into.args.get("temporary")) or target.startswith("#")
            return self._filled("create", target, output, is_temporary=temporary)
        return self._filled("select", None, output)

    def _create(self, tree: exp.Create) -> SqlStatement | None:
        kind = str(tree.args.get("kind") or "").upper()
        if kind == "MODEL":
            return self._model(tree)
        if kind not in ("TABLE", "VIEW", ""):
            return None
        schema = tree.this
        table = schema.this if isinstance(schema, exp.Schema) else schema
        if not isinstance(table, exp.Table):
            return None
        names = [
            each
            for each in (schema.expressions if isinstance(schema, exp.Schema) else [])
            if isinstance(each, (exp.ColumnDef, exp.Identifier))
        ]
        body = tree.args.get("expression")
        ctes: dict[str, Output] = {}
        self.reader.with_(tree, ctes, [])
        is_query = isinstance(body, (exp.Query, exp.Table))
        output = self.reader.query(body, ctes) if is_query else Output()
        for name in names:
            self._name(name.name, self.reader.line(name))
        if names and is_query:
            output = _renamed(output, [each.name for each in names])
        elif names:
            output = Output([SqlColumn(n.name, (), self.reader.line(n), "plain") for n in names])
        target = table_name(table)
        temporary = target.startswith("#") or (
            tree.find(exp.TemporaryProperty, exp.GlobalProperty) is not None
        )
        return self._filled("create", target, output, is_temporary=temporary)

    def _model(self, tree: exp.Create) -> SqlStatement | None:
        body, table = tree.expression, tree.this
        if not isinstance(table, exp.Table) or not isinstance(body, (exp.Query, exp.Table)):
            return None
        found: dict[str, str] = {}
        for option in tree.find_all(exp.Property):
            value = option.args.get("value")
            texts = value.find_all(exp.Literal) if isinstance(value, exp.Expr) else ()
            found[option.name.lower()] = next((str(each.this) for each in texts), "")
        output = self._output(body)
        return replace(
            self._filled("model", table_name(table), output),
            algorithm=found.get("model_type") or "CREATE MODEL",
            # Without an option it is the column of this name.
            label=found.get("input_label_cols") or found.get("label_column") or "label",
        )

    def _insert(self, tree: exp.Insert) -> SqlStatement | None:
        schema = tree.this
        if isinstance(schema, exp.Directory):
            path = schema.this
            body = tree.expression
            output = self._output(body) if isinstance(body, exp.Expr) else Output()
            return self._filled("export", str(path.name), output)
        table = schema.this if isinstance(schema, exp.Schema) else schema
        if not isinstance(table, exp.Table):
            return None
        names = list(schema.expressions) if isinstance(schema, exp.Schema) else []
        body = tree.args.get("expression")
        ctes: dict[str, Output] = {}
        self.reader.with_(tree, ctes, [])
        output = Output()
        if isinstance(body, exp.Values):
            output = self._values(body, [name.name for name in names])
        elif isinstance(body, exp.Expr):
            output = _renamed(self.reader.query(body, ctes), [name.name for name in names])
        for name in names:
            self._name(name.name, self.reader.line(name))
        target = table_name(table)
        return self._filled("insert", target, output, is_temporary=target.startswith("#"))

    def _values(self, body: exp.Values, names: Sequence[str]) -> Output:
        row = body.expressions[0] if body.expressions else None
        cells = row.expressions if isinstance(row, exp.Tuple) else []
        columns = [
            SqlColumn(
                names[at] if at < len(names) else "",
                self.reader.pairs(cell, [], {}, "read"),
                self.reader.line(cell),
            )
            for at, cell in enumerate(cells)
        ]
        return Output(columns)

    def _update(self, tree: exp.Update) -> SqlStatement | None:
        table = tree.this
        if not isinstance(table, exp.Table):
            return None
        # An update reads as a query over the table that it changes and those it is matched with.
        query = exp.Select()
        sources: list[exp.Expr] = [table.copy()]
        from_ = part_of(tree, "from")
        if isinstance(from_, exp.From):
            sources.append(from_.this.copy())
        if self._aliased_target(table, sources) != table_name(table):
            # ``UPDATE p SET .. FROM people p``: the table is among those it is matched with.
            tables = sources[1:]
        else:
            tables = sources
        names: list[str] = []
        where = tree.args.get("where")
        for change in cast("list[exp.Expr]", tree.expressions):
            if not isinstance(change, (exp.EQ, exp.PropertyEQ)):
                continue
            names.append(self._target_name(change.this))
            query.append("expressions", exp.alias_(change.expression.copy(), names[-1]))
        query.set("from_", exp.From(this=tables[0]))
        for source in tables[1:]:
            query.append("joins", exp.Join(this=source))
        if isinstance(where, exp.Expr):
            query.set("where", where.copy())
        with_ = part_of(tree, "with")
        if isinstance(with_, exp.With):
            query.set("with_", with_.copy())
        output = self._output(query)
        self._forget_target(table, sources)
        target = self._aliased_target(table, sources)
        self._keep_roles(query)
        return self._filled("update", target, output, is_temporary=target.startswith("#"))

    def _forget_target(self, table: exp.Table, sources: Sequence[exp.Expr]) -> None:
        """Leave out an alias that stands for the table (``UPDATE p SET .. FROM people p``)."""
        name = table_name(table)
        if self._aliased_target(table, sources) != name:
            self.reader.tables.pop(name, None)
            fixed = [replace(u, table=self._aliased_target(table, sources)) if u.table == name else u for u in self.reader.uses]  # fmt: skip  # noqa: E501
            self.reader.uses = dict.fromkeys(fixed)

    def _aliased_target(self, table: exp.Table, sources: Sequence[exp.Expr]) -> str:
        name = table_name(table)
        for source in sources[1:]:
            for each in source.find_all(exp.Table):
                if each.alias and each.alias.lower() == name.lower():
                    return table_name(each)
        return name

    def _target_name(self, node: exp.Expr) -> str:
        self._name(str(node.name), self.reader.line(node))
        return str(node.name)

    def _name(self, name: str, line: int) -> None:
        if name:
            self.made.setdefault((name, line))

    def _keep_roles(self, tree: exp.Expr) -> None:
        self._extra = self._spelled(tree)

    _extra: tuple[SqlIdentifier, ...] | None = None

    def _delete(self, tree: exp.Delete) -> SqlStatement | None:
        table = tree.this
        if not isinstance(table, exp.Table):
            return None
        query = exp.Select()
        query.set("from_", exp.From(this=table.copy()))
        for using in cast("list[exp.Expr]", tree.args.get("using") or []):
            query.append("joins", exp.Join(this=using.copy()))
        where = tree.args.get("where")
        if isinstance(where, exp.Expr):
            query.set("where", where.copy())
        with_ = part_of(tree, "with")
        if isinstance(with_, exp.With):
            query.set("with_", with_.copy())
        self._output(query)
        self._keep_roles(query)
        return self._filled("delete", table_name(table), Output())

    def _merge(self, tree: exp.Merge) -> SqlStatement | None:
        table, using = tree.this, tree.args.get("using")
        if not isinstance(table, exp.Table) or not isinstance(using, exp.Expr):
            return None
        # As for an update; each change of a column is one of the outputs.
        query = exp.Select()
        query.set("from_", exp.From(this=using.copy()))
        on = tree.args.get("on")
        query.append("joins", exp.Join(this=table.copy(), on=None if on is None else on.copy()))
        whens = tree.args.get("whens")
        conditions: list[exp.Expr] = []
        for when in cast("list[exp.Expr]", whens.expressions if whens else []):
            condition = when.args.get("condition")
            if isinstance(condition, exp.Expr):
                conditions.append(condition.copy())
            for name, value in _changes(when.args.get("then")):
                self._name(name, self.reader.line(value))
                query.append("expressions", exp.alias_(value.copy(), name))
        if conditions:
            query.set("where", exp.Where(this=exp.and_(*conditions)))
        with_ = part_of(tree, "with")
        if isinstance(with_, exp.With):
            query.set("with_", with_.copy())
        output = self._output(query)
        self._keep_roles(query)
        columns: dict[str, SqlColumn] = {}
        for column in output.columns:
            known = columns.get(column.name.lower())
            if known is not None:
                column = replace(known, inputs=tuple(dict.fromkeys(known.inputs + column.inputs)))
            columns[column.name.lower()] = column
        return self._filled("merge", table_name(table), Output(list(columns.values())))

    def _copy(self, tree: exp.Copy) -> SqlStatement | None:
        files = cast("list[exp.Expr]", tree.args.get("files") or [])
        path = str(files[0].name) if files else HOLE
        source = tree.this
        schema = source if isinstance(source, exp.Schema) else None
        names = [str(each.name) for each in schema.expressions] if schema else []
        for each in schema.expressions if schema else []:
            self._name(each.name, self.reader.line(each))
        table = schema.this if schema else source
        if tree.args.get("kind"):
            self.reader.table(path)
            columns = [SqlColumn(n, ((path, n),), self.piece.line, "plain") for n in names]
            stars = [] if names else [SqlStar(path, line=self.piece.line)]
            target = table_name(table) if isinstance(table, exp.Table) else HOLE
            return self._filled("insert", target, Output(columns, stars))
        output = self._output(table)
        if names and isinstance(table, exp.Table):
            name = table_name(table)
            columns = [SqlColumn(n, ((name, n),), self.piece.line, "plain") for n in names]
            output = Output(columns)
        return self._filled("export", path, output)

    # ── names as spelled ────────────────────────────────────────────────────────────────────

    def _identifiers(self, tree: exp.Expr) -> tuple[SqlIdentifier, ...]:
        found = dict.fromkeys(self._spelled(tree) if self._extra is None else self._extra)
        for name, line in self.made:
            found.setdefault(SqlIdentifier(name, line, "derive"))
        return tuple(sorted(found, key=lambda each: each.line))

    def _spelled(self, tree: exp.Expr) -> tuple[SqlIdentifier, ...]:
        found: list[SqlIdentifier] = []
        reader = self.reader
        for node in tree.walk():
            if isinstance(node, exp.Column) and not isinstance(node.this, exp.Star):
                role = reader.roles.get(id(node), "read")
                found.append(SqlIdentifier(str(node.name), reader.line(node.this), role))
            elif isinstance(node, exp.Parameter) and id(node) in reader.roles:
                found.append(
                    SqlIdentifier(str(node.name), reader.line(node), reader.roles[id(node)])
                )
            elif isinstance(node, (exp.Alias, exp.TableAlias)):
                is_column = isinstance(node, exp.Alias) and not isinstance(node.this, exp.Table)
                names = [node.args.get("alias")] if is_column else node.args.get("columns") or []
                found += self._new_names(names)
            elif isinstance(node, exp.Star):
                found += self._new_names(part_of(node, "except") or [], "read")
            elif isinstance(node, exp.Join):
                found += self._new_names(node.args.get("using") or [], "read")
        return tuple(each for each in found if each.name and each.name != HOLE)

    def _new_names(
        self, names: Iterable[object], role: IdentifierRole = "derive"
    ) -> Iterator[SqlIdentifier]:
        for name in names:
            if isinstance(name, exp.Identifier) and name.meta.get("line"):
                yield SqlIdentifier(str(name.name), self.reader.line(name), role)


def _renamed(output: Output, names: Sequence[str]) -> Output:
    """Return the output under the names of the columns that it fills, by position."""
    if not names or (output.stars and len(output.columns) != len(names)):
        if names and output.stars:
            # ``INSERT INTO t (a, b) SELECT *``: which comes where is not known.
            pairs: Pairs = tuple((star.table, name) for star in output.stars for name in names)
            by_name = [
                SqlColumn(name, tuple(p for p in pairs if p[1] == name), 0, "plain")
                for name in names
            ]
            return Output([*output.columns, *by_name], [])
        return output
    columns = [
        replace(column, name=names[at]) if at < len(names) else column
        for at, column in enumerate(output.columns)
    ]
    return Output(columns, output.stars)


def _changes(then: object) -> Iterator[tuple[str, exp.Expr]]:
    """Return the columns that a branch of a merge sets, with their values."""
    if isinstance(then, exp.Update):
        for change in cast("list[exp.Expr]", then.expressions):
            if isinstance(change, (exp.EQ, exp.PropertyEQ)):
                yield str(change.this.name), change.expression
    elif isinstance(then, exp.Insert):
        names = then.this.expressions if isinstance(then.this, exp.Tuple) else []
        values = then.expression
        cells = values.expressions if isinstance(values, exp.Tuple) else []
        for name, value in zip(names, cells, strict=False):
            yield str(name.name), value


_WORD: Final = re.compile(
    r"'(?:[^']|'')*+'|--[^\n]*|/\*.*?\*/|\"[^\"]*+\"|\[[^\[\]\n]*+\]|`[^`]*+`|[A-Za-z_][\w.$]*+|\n|[^\s\w]",
    re.DOTALL,
)
_KEYWORDS: Final = frozenset(
    """select from where and or not in is null as on join left right inner outer full cross union
    all distinct group by order having case when then else end insert into values update set
    delete create table view temp temporary with merge using matched between like exists limit
    top over partition asc desc cast replace begin if loop declare return returns for while date
    int integer varchar number numeric char decimal float timestamp text boolean true false exec
    procedure function any some except intersect minus fetch first next rows only row""".split()  # noqa: SIM905
)


def _by_words(piece: Piece) -> SqlStatement:
    """Return what the words of a statement tell that could not be parsed."""
    line = piece.line
    tables: dict[str, None] = {}
    found: dict[SqlIdentifier, None] = {}
    words = list(_WORD.finditer(piece.text))
    before = ""
    for at, match in enumerate(words):
        word = match.group(0)
        is_word = word[0].isalpha() or word[0] in '_"[`'
        low = word.strip('"[]`').lower()
        follows = words[at + 1].group(0) if at + 1 < len(words) else ""
        if (
            is_word
            and before in ("from", "join", "into", "update", "using")
            and low not in _KEYWORDS
        ):
            tables.setdefault(word.strip('"[]`'))
        elif is_word and low not in _KEYWORDS and follows != "(":
            name = word.strip('"[]`').rsplit(".", 1)[-1]
            found.setdefault(SqlIdentifier(name, line))
        line += word.count("\n")
        before = low if is_word else before if word == "\n" else ""
    return SqlStatement("select", piece.line, tables=tuple(tables), spelled=tuple(found))
