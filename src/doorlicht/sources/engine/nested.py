"""Nested columns, opened: a field of a record becomes a column, elements of a list are counted.

``people.parquet`` with ``birth: {country, date}`` and ``nationalities: [{code}]`` gives the columns
``birth.country``, ``birth.date`` and ``nationalities[].code``.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false
# pyright: reportUnknownLambdaType=false, reportMissingTypeStubs=false
# pyarrow brings no types; what comes out of it is checked by tests.

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from doorlicht.records import ColumnKind
from doorlicht.sources.engine.session import Session, engine_errors
from doorlicht.sources.tables import ColumnSpec

MAX_DEPTH: Final = 6
MAX_OPENED: Final = 20_000

_KINDS: Final[dict[str, ColumnKind]] = {
    "varchar": "text",
    "enum": "text",
    "uuid": "text",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "date",
    "timestamp with time zone": "date",
    "timestamp_s": "date",
    "timestamp_ms": "date",
    "timestamp_ns": "date",
    "time": "date",
    "interval": "date",
    "float": "decimal",
    "double": "decimal",
    "decimal": "decimal",
    "blob": "binary",
    "bit": "binary",
}
_INTEGERS: Final = frozenset(
    {"tinyint", "smallint", "integer", "bigint", "hugeint", "utinyint", "usmallint", "uinteger",
     "ubigint", "uhugeint"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CountedColumn:
    """A column as it is counted: ``sql`` gives its value, or its elements where it is a list."""

    spec: ColumnSpec
    sql: str
    is_list: bool


def quoted(name: str) -> str:
    """Return a name as an identifier of the engine.

    Examples
    --------
    >>> print(quoted('a "b" c'))
    "a ""b"" c"
    """
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return text as a literal of the engine."""
    return "'" + text.replace("'", "''") + "'"


def flatten(
    session: Session, source: str, columns: Sequence[ColumnSpec]
) -> tuple[list[CountedColumn], int]:
    """Return the columns with nested ones opened, and how many were left out.

    They are numbered anew in their order. At most :data:`MAX_OPENED` are counted.

    The type that the engine knows decides how a column is counted; the kind of the reader stays
    where the engine only knows text.
    """
    with engine_errors():
        types = session.types(source)
    found: list[CountedColumn] = []
    for spec in columns:
        kind_of = types.get(spec.engine_name)
        if kind_of is None:
            continue
        found.extend(_open(spec, quoted(spec.engine_name), kind_of, is_list=False, depth=0))
    kept = [
        replace(column, spec=replace(column.spec, index=index))
        for index, column in enumerate(found[:MAX_OPENED])
    ]
    return kept, len(found) - len(kept)


def _open(
    spec: ColumnSpec, sql: str, kind_of: Any, *, is_list: bool, depth: int
) -> Iterator[CountedColumn]:
    name = kind_of.id
    if depth >= MAX_DEPTH:
        yield CountedColumn(replace(spec, kind="nested"), sql, is_list)
    elif name == "struct":
        for field, inner in kind_of.children:
            path = _field(sql, field, is_list=is_list)
            part = replace(spec, name=f"{spec.name}.{field}")
            yield from _open(part, path, inner, is_list=is_list, depth=depth + 1)
    elif name in {"list", "array"}:
        inner = dict(kind_of.children)["child"]
        path = f"flatten({sql})" if is_list else sql
        part = replace(spec, name=f"{spec.name}[]")
        yield from _open(part, path, inner, is_list=True, depth=depth + 1)
    elif name == "map":
        inner = dict(kind_of.children)["value"]
        values = f"list_transform({sql}, x -> map_values(x))"
        path = f"flatten({values})" if is_list else f"map_values({sql})"
        part = replace(spec, name=f"{spec.name}{{}}")
        yield from _open(part, path, inner, is_list=True, depth=depth + 1)
    else:
        kind = "integer" if name in _INTEGERS else _KINDS.get(name, "text")
        if kind == "text" and name != "varchar":
            sql = (
                f"list_transform({sql}, x -> CAST(x AS VARCHAR))"
                if is_list
                else f"CAST({sql} AS VARCHAR)"
            )
        kept = kind if kind != "text" or spec.kind in {"nested", "empty"} else spec.kind
        kept = "text" if kind == "text" and kept in {"integer", "decimal", "boolean"} else kept
        yield CountedColumn(replace(spec, kind=kept), sql, is_list)


def _field(sql: str, field: str, *, is_list: bool) -> str:
    key = literal(field)
    if is_list:
        return f"list_transform({sql}, x -> struct_extract(x, {key}))"
    return f"struct_extract({sql}, {key})"
