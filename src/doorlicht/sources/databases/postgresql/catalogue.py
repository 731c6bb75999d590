"""What PostgreSQL's catalogue tells of tables and their columns."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from doorlicht.records import ColumnKind
from doorlicht.sources.databases.dialect import DatabaseColumn, DatabaseProblem, Matching, Relation
from doorlicht.sources.databases.postgresql.connection import Connection

_KINDS: Final = {
    "r": "table",
    "p": "partitioned table",
    "m": "materialized view",
    "v": "view",
    "f": "foreign table",
}

_RELATIONS: Final = """
WITH RECURSIVE leaves AS (
  SELECT oid AS root, oid, relkind FROM pg_class
  WHERE relkind IN ('r', 'm', 'p') AND NOT relispartition
  UNION ALL
  SELECT l.root, c.oid, c.relkind FROM leaves l
  JOIN pg_inherits i ON i.inhparent = l.oid AND l.relkind = 'p'
  JOIN pg_class c ON c.oid = i.inhrelid
)
SELECT c.oid::bigint, n.nspname, c.relname, c.relkind::text,
  obj_description(c.oid, 'pg_class'),
  s.bytes, s.rows::bigint,
  CASE WHEN c.relkind IN ('r', 'm', 'p') AND NOT pg_is_in_recovery()
    AND current_setting('track_counts')::boolean
    THEN concat_ws('/', c.oid, s.marks, d.described) END,
  row_security_active(c.oid),
  c.relkind = 'r' AND EXISTS (SELECT FROM pg_inherits i WHERE i.inhparent = c.oid)
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN LATERAL (
  SELECT sum(l.relpages::bigint)::bigint * current_setting('block_size')::bigint AS bytes,
    CASE WHEN min(l.reltuples) >= 0 THEN sum(l.reltuples) END AS rows,
    string_agg(concat_ws('.', l.relfilenode, t.n_tup_ins, t.n_tup_upd, t.n_tup_del),
      '/' ORDER BY l.oid) AS marks
  FROM leaves v JOIN pg_class l ON l.oid = v.oid
  LEFT JOIN pg_stat_all_tables t ON t.relid = l.oid
  WHERE v.root = c.oid AND v.relkind IN ('r', 'm')
) s ON true
LEFT JOIN LATERAL (
  SELECT md5(string_agg(concat_ws(' ', a.attname, a.atttypid, a.atttypmod,
    col_description(c.oid, a.attnum), has_column_privilege(c.oid, a.attnum, 'SELECT')),
    ' ' ORDER BY a.attnum)) AS described
  FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
) d ON true
WHERE c.relkind IN ('r', 'p', 'm', 'v', 'f') AND NOT c.relispartition
  AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'
ORDER BY n.nspname, c.relname
"""

_SIZE: Final = """
SELECT coalesce(sum(pg_relation_size(relid)), 0)::bigint FROM (
  SELECT relid FROM pg_partition_tree(%(oid)s::oid::regclass) WHERE isleaf
  UNION SELECT %(oid)s::oid::regclass) AS t
"""
"""The size of now. It waits for a table that somebody holds, and so is not part of the list."""

_COLUMNS: Final = """
WITH RECURSIVE of_type AS (
  SELECT a.attnum, a.attname, a.atttypid AS type, t.typtype, t.typbasetype
  FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
  WHERE a.attrelid = %(oid)s::oid AND a.attnum > 0 AND NOT a.attisdropped
  UNION ALL
  SELECT o.attnum, o.attname, t.oid, t.typtype, t.typbasetype
  FROM of_type o JOIN pg_type t ON t.oid = o.typbasetype WHERE o.typtype = 'd'
)
SELECT o.attname, t.typname, t.typcategory::text, e.typname, e.typcategory::text,
  col_description(%(oid)s::oid, o.attnum),
  has_column_privilege(%(oid)s::oid, o.attnum, 'SELECT'),
  (SELECT array_agg(l.enumlabel::text ORDER BY l.enumsortorder) FROM pg_enum l
   WHERE l.enumtypid IN (t.oid, e.oid))
FROM of_type o JOIN pg_type t ON t.oid = o.type
LEFT JOIN pg_type e ON e.oid = t.typelem AND t.typcategory = 'A'
WHERE o.typtype <> 'd' ORDER BY o.attnum
"""

_INTEGERS: Final = frozenset({"int2", "int4", "int8", "oid"})
_DOCUMENTS: Final = frozenset({"json", "jsonb", "hstore"})
_UNMATCHED: Final[dict[str, ColumnKind]] = {
    "bytea": "binary",
    "uuid": "text",
    "tsvector": "nested",
    "tsquery": "nested",
    "pg_lsn": "text",
}
"""Types whose values cannot be an entry of the vocabulary; the rest is looked up as text."""

_CATEGORIES: Final[dict[str, ColumnKind]] = {
    "D": "date",
    "T": "date",
    "R": "nested",
    "G": "nested",
    "V": "binary",
    "I": "text",
}


def quoted(name: str) -> str:
    """Return a name as an identifier, in a query that takes parameters.

    Examples
    --------
    >>> quoted('50% "b" c')
    '"50%% ""b"" c"'
    """
    return '"' + name.replace('"', '""').replace("%", "%%") + '"'


def path_of(schema: str, name: str) -> str:
    """Return the path of a relation; a part is quoted only where it would be misread.

    Examples
    --------
    >>> path_of("public", "people"), path_of("public", "a.b")
    ('public.people', 'public."a.b"')
    """
    return ".".join(
        '"' + part.replace('"', '""') + '"' if "." in part or '"' in part or not part else part
        for part in (schema, name)
    )


class Catalogue:
    """Remembers the numbers that the catalogue knows relations by."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._oids: dict[str, int] = {}

    def relations(self) -> Iterator[Relation]:
        """List what can be read: partitions under their table, inheriting tables by themselves."""
        for row in self._connection.rows(_RELATIONS):
            oid, schema, name, kind, comment, size, rows, mark, hides, has_heirs = row
            path = path_of(schema, name)
            self._oids[path] = oid
            is_stored = kind in {"r", "p", "m"}
            yield Relation(
                path=path,
                from_sql=f"{'ONLY ' if has_heirs else ''}{quoted(schema)}.{quoted(name)}",
                kind=_KINDS[kind],
                comment=comment or "",
                size_bytes=int(size or 0) if is_stored else None,
                fingerprint=mark and hashlib.sha256(mark.encode()).hexdigest()[:32],
                is_stored=is_stored,
                estimated_rows=int(rows) if rows is not None and is_stored else None,
                hides_rows=bool(hides),
            )

    def look_up(self, relation: Relation) -> tuple[Relation, list[DatabaseColumn]]:
        """Return a relation that was listed with its size of now, and its columns."""
        oid = {"oid": self._oids[relation.path]}
        if relation.is_stored:
            relation = replace(relation, size_bytes=int(self._connection.rows(_SIZE, oid)[0][0]))
        found = self._connection.rows(_COLUMNS, oid)
        if not found and not self._connection.rows(
            "SELECT FROM pg_class WHERE oid = %(oid)s::oid", oid
        ):
            raise DatabaseProblem("database.gone")
        return relation, [_column(index, *row) for index, row in enumerate(found)]


def _column(
    index: int,
    name: str,
    kind: str,
    category: str,
    element: str | None,
    element_category: str | None,
    comment: str | None,
    is_readable: bool,
    labels: list[str] | None,
) -> DatabaseColumn:
    column = f"t.{quoted(name)}"
    elements = ""
    shown, matching = _kind(element or kind, element_category or category)
    if "C" in (category, element_category) or {kind, element} & _DOCUMENTS:
        elements, shown, matching = _leaves(f"to_jsonb({column})"), "text", "text"
    elif category == "A":
        elements = f"SELECT {_text('e', element or '')} FROM unnest({column}) AS u(e)"
    number = column if matching == "number" and not elements else ""
    return DatabaseColumn(
        name=f"{name}[]" if elements else name,
        index=index,
        kind=shown,
        matching="text" if elements and matching == "number" else matching,
        sql=column,
        text_sql=_text(column, kind),
        number_sql=f"{column}::numeric" if number and kind == "money" else number,
        elements_sql=elements,
        comment=comment or "",
        value_labels={label: label for label in labels or ()},
        is_readable=bool(is_readable),
    )


def _kind(kind: str, category: str) -> tuple[ColumnKind, Matching]:
    if kind in _INTEGERS:
        return "integer", "number"
    if category == "N":
        return "decimal", "number"
    if kind == "bool":
        return "boolean", "text"
    if kind in _UNMATCHED:
        return _UNMATCHED[kind], "none"
    if category in _CATEGORIES:
        return _CATEGORIES[category], "none"
    return "text", "text"


def _text(value: str, kind: str) -> str:
    """Return SQL of a value as text, compared by its bytes: 12.00 is 12."""
    if kind in {"numeric", "money"}:
        value = f"trim_scale({value}::numeric)"
    return f'{value}::text COLLATE "C"'


def _leaves(document: str) -> str:
    """Return SQL of all single values in a document, however deep."""
    return (
        f"SELECT (e #>> '{{}}') COLLATE \"C\" FROM jsonb_path_query({document}, 'strict $.**') "
        "AS u(e) WHERE jsonb_typeof(e) IN ('string', 'number', 'boolean')"
    )
