"""Columns that stand in the names of folders: ``geboorteland=Polen/jaar=2021/part-0.parquet``.

Hive, Spark and what writes as they do take such a column out of the files and into the path. It is
a column of the table all the same, with one value for all rows of a file, and is counted as one.

Source: Apache Hive, Data Definition Language, "Partitioned Tables".
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false
# pyright: reportUnknownLambdaType=false, reportMissingTypeStubs=false
# pyarrow brings no types; what comes out of it is checked by tests.

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final
from urllib.parse import unquote

import pyarrow as pa

from doorlicht.sources.engine.nested import literal, quoted
from doorlicht.sources.tables import BatchStream, ColumnSpec, EngineRelation, OpenTable

_PART: Final = re.compile(r"([^\W\d][\w .%-]*)=(.*)", re.DOTALL)
_SEPARATOR: Final = re.compile(r"[/\\!]")
_NULL: Final = "__HIVE_DEFAULT_PARTITION__"
"""How a missing value is written in the name of a folder."""


def folder_keys(path: str) -> dict[str, str | None]:
    """Return the columns that stand in the folders of a path, and their value; none is null.

    Examples
    --------
    >>> folder_keys("a/geboorteland=Polen/jaar=2021/part-0.parquet")
    {'geboorteland': 'Polen', 'jaar': '2021'}
    >>> folder_keys("a/nat=__HIVE_DEFAULT_PARTITION__/x=1.csv")
    {'nat': None}
    """
    found: dict[str, str | None] = {}
    for part in _SEPARATOR.split(path)[:-1]:
        match = _PART.fullmatch(part)
        if match is not None:
            # Escaped once by what wrote it, and perhaps once more to be printable.
            name, value = (unquote(unquote(text)) for text in match.groups())
            found[name] = None if value == _NULL else value
    return found


def with_folder_keys(table: OpenTable, path: str) -> OpenTable:
    """Return a table with the columns in the names of its folders, where it has none of that name.

    Parameters
    ----------
    path
        Of the file, with the folders above it.
    """
    known = {column.name.lower() for column in table.columns}
    keys = {name: value for name, value in folder_keys(path).items() if name.lower() not in known}
    if not keys:
        return table
    taken = {column.engine_name.lower() for column in table.columns}
    columns: list[ColumnSpec] = []
    for number, name in enumerate(keys):
        engine_name = f"folder_key_{number}"
        while engine_name in taken:
            engine_name += "_"
        columns.append(ColumnSpec(name, len(table.columns) + number, engine_name, "text"))
    values = dict(zip((column.engine_name for column in columns), keys.values(), strict=True))
    return replace(
        table, columns=(*table.columns, *columns), reading=_with_values(table.reading, values)
    )


def _with_values(
    reading: EngineRelation | BatchStream, values: dict[str, str | None]
) -> EngineRelation | BatchStream:
    if isinstance(reading, EngineRelation):
        added = ", ".join(
            f"CAST({'NULL' if value is None else literal(value)} AS VARCHAR) AS {quoted(name)}"
            for name, value in values.items()
        )
        return replace(reading, from_sql=f"(SELECT *, {added} FROM {reading.from_sql})")
    return replace(reading, open_batches=_adding(reading.open_batches, values))


def _adding(
    open_batches: Callable[[], Iterator[pa.RecordBatch]], values: dict[str, str | None]
) -> Callable[[], Iterator[Any]]:
    def batches() -> Iterator[Any]:
        for batch in open_batches():
            arrays = [
                pa.repeat(pa.scalar(value, pa.string()), batch.num_rows)
                for value in values.values()
            ]
            names = [*batch.schema.names, *values]
            yield pa.RecordBatch.from_arrays([*batch.columns, *arrays], names=names)

    return batches
