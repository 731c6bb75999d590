"""Has the engine of doorlicht count every column of a file, without the rest of a scan."""

from __future__ import annotations

import resource
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import duckdb

from benchmarks.jobs import relation
from doorlicht.plugins import Limits, ProfileRequest
from doorlicht.records import ColumnKind
from doorlicht.sources.engine.counting import count_table
from doorlicht.sources.tables import ColumnSpec, EngineRelation, OpenTable
from doorlicht.vocabulary import load_vocabulary

_KINDS: dict[str, ColumnKind] = {
    "BIGINT": "integer",
    "INTEGER": "integer",
    "DOUBLE": "decimal",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "date",
    "VARCHAR": "text",
}


def open_table(path: Path) -> OpenTable:
    """Describe a measured file as a reader would."""
    source = relation(path)
    with duckdb.connect() as engine:
        described = engine.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
    columns = tuple(
        ColumnSpec(row[0], index, row[0], _KINDS.get(row[1].split("(")[0], "decimal"))
        for index, row in enumerate(described)
    )
    reading = EngineRelation(source, is_columnar=path.suffix == ".parquet")
    return OpenTable("", columns, reading, bytes=path.stat().st_size)


def count_every_column(path: Path, threads: int) -> dict[str, float | int]:
    """Return seconds, seconds to load the vocabulary, highest memory and number of spellings."""
    began = perf_counter()
    vocabulary = load_vocabulary()
    loaded = perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        request = ProfileRequest(
            vocabulary.lexicon, vocabulary.terms, limits=Limits(threads=threads), temp_folder=folder
        )
        profile = count_table(open_table(path), "bench", path.name, request)
    ended = perf_counter()
    return {
        "seconds": ended - loaded,
        "load_seconds": loaded - began,
        "peak_bytes": _highest_memory(),
        "spellings": len(vocabulary.lexicon.spellings),
        "rows": profile.rows,
        "columns_hit": sum(bool(column.hits) for column in profile.columns),
    }


def _highest_memory() -> int:
    """Return the highest resident memory of this process; macOS tells bytes, Linux kilobytes."""
    highest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return highest if sys.platform == "darwin" else highest * 1024
