"""The SQL that PostgreSQL keeps: of views, materialized views, routines, triggers and rules.

Only the catalogue is asked. What belongs to an extension is passed over: it is not the work of the
organisation. A definition is asked for one at a time, for a table that somebody holds must not
keep us from the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from doorlicht.records import DefinitionKind, TableColumns
from doorlicht.sources.databases.dialect import Stored
from doorlicht.sources.databases.postgresql.catalogue import path_of
from doorlicht.sources.databases.postgresql.connection import Connection

CATALOGUES: Final = ("pg_class", "pg_proc", "pg_trigger", "pg_rewrite")

READ_LANGUAGES: Final = frozenset({"sql", "plpgsql"})
"""Languages of routines that the reader of SQL knows."""

_OWN: Final = """
n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'
AND NOT EXISTS (SELECT FROM pg_depend d
  WHERE d.classid = {catalogue}::regclass AND d.objid = {oid} AND d.deptype = 'e')
"""

_COLUMNS: Final = f"""
SELECT n.nspname, c.relname, array_agg(a.attname::text ORDER BY a.attnum)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'p', 'm', 'v', 'f') AND NOT c.relispartition
AND {_OWN.format(catalogue="'pg_class'", oid="c.oid")}
GROUP BY n.nspname, c.relname ORDER BY n.nspname, c.relname
"""

_VIEWS: Final = f"""
SELECT n.nspname, c.relname, c.relkind::text, c.oid::bigint
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('v', 'm') AND {_OWN.format(catalogue="'pg_class'", oid="c.oid")}
ORDER BY n.nspname, c.relname
"""

_ROUTINES: Final = f"""
SELECT n.nspname, p.proname, l.lanname::text, pg_get_function_identity_arguments(p.oid),
  p.oid::bigint,
  (SELECT array_agg(quote_ident(m.nspname) || '.' || quote_ident(c.relname) ORDER BY t.oid)
   FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
   JOIN pg_namespace m ON m.oid = c.relnamespace WHERE t.tgfoid = p.oid AND NOT t.tgisinternal)
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
WHERE p.prokind IN ('f', 'p', 'w') AND l.lanname NOT IN ('c', 'internal')
AND {_OWN.format(catalogue="'pg_proc'", oid="p.oid")}
ORDER BY n.nspname, p.proname, p.oid
"""

_TRIGGERS: Final = f"""
SELECT n.nspname, c.relname, t.tgname, t.oid::bigint
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE NOT t.tgisinternal AND {_OWN.format(catalogue="'pg_class'", oid="c.oid")}
ORDER BY n.nspname, c.relname, t.tgname
"""

_RULES: Final = f"""
SELECT n.nspname, c.relname, r.rulename, r.oid::bigint
FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE r.rulename <> '_RETURN' AND {_OWN.format(catalogue="'pg_class'", oid="c.oid")}
ORDER BY n.nspname, c.relname, r.rulename
"""


class _Key(NamedTuple):
    """How a text is asked for, and what stands around it."""

    function: str
    oid: int
    head: str = ""
    tail: str = ""


def columns(connection: Connection) -> Iterator[TableColumns]:
    """Return the columns of tables, views and foreign tables; a partitioned table is one."""
    for schema, name, found in connection.rows(_COLUMNS):
        yield TableColumns(path_of(schema, name), tuple(found))


def stored(connection: Connection, catalogue: str) -> list[Stored]:
    """Return what one of :data:`CATALOGUES` lists."""
    if catalogue == "pg_class":
        return [_view(*row) for row in connection.rows(_VIEWS)]
    if catalogue == "pg_proc":
        return _routines(connection.rows(_ROUTINES))
    kind: DefinitionKind = "trigger" if catalogue == "pg_trigger" else "rule"
    function = "pg_get_triggerdef" if kind == "trigger" else "pg_get_ruledef"
    return [
        Stored(f"{path_of(schema, table)}.{name}", kind, _Key(function, oid))
        for schema, table, name, oid in connection.rows(
            _TRIGGERS if kind == "trigger" else _RULES
        )
    ]  # fmt: skip


def definition(connection: Connection, one: Stored) -> str:
    """Return a whole statement; its lines are those that the database itself would show."""
    key = one.key
    assert isinstance(key, _Key)  # noqa: S101 (made below)
    # The name of the function is our own.
    asked = f"SELECT pg_catalog.{key.function}(%(oid)s::oid)"
    text = connection.rows(asked, {"oid": key.oid})[0][0]
    return f"{key.head}{text}{key.tail}" if text else ""


def _view(schema: str, name: str, relkind: str, oid: int) -> Stored:
    kind: DefinitionKind = "view" if relkind == "v" else "materialized view"
    # On the line on which the query begins, so that lines are those of the query.
    head = f"CREATE {kind.upper()} {identifier(schema)}.{identifier(name)} AS"
    return Stored(path_of(schema, name), kind, _Key("pg_get_viewdef", oid, head))


def _routines(rows: list[tuple[Any, ...]]) -> list[Stored]:
    times = Counter((schema, name) for schema, name, *_ in rows)
    found: list[Stored] = []
    for schema, name, language, arguments, oid, tables in rows:
        path = path_of(schema, name)
        if times[schema, name] > 1:
            path += f"({arguments})"
        # What a function of a trigger calls NEW and OLD is a row of the table that it is hung on.
        own = f"{identifier(schema)}.{identifier(name)}"
        tail = "".join(
            f"\n;CREATE TRIGGER t AFTER UPDATE ON {table} EXECUTE FUNCTION {own}();"
            for table in dict.fromkeys(tables or ())
        )
        key = _Key("pg_get_functiondef", oid, tail=tail)
        found.append(Stored(path, "routine", key, language in READ_LANGUAGES, language))
    return found


def identifier(name: str) -> str:
    """Return a name as an identifier of a statement.

    Examples
    --------
    >>> identifier("a.b")
    '"a.b"'
    """
    return '"' + name.replace('"', '""') + '"'
