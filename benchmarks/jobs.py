"""What is measured, each in a process of its own: ``python -m benchmarks.jobs JOB FILE``.

``hash`` has DuckDB read and hash every column: the least that any exact look at every value
costs. ``count`` has the engine of doorlicht count every column. ``parse`` parses every file of
Python in a folder with the grammar that the trace uses, and throws the trees away. Each prints a
line of JSON with the seconds spent inside, after everything was imported and loaded.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from time import perf_counter

import duckdb
from tree_sitter_language_pack import get_parser


def relation(path: Path) -> str:
    """Return what stands behind FROM for a measured file.

    A CSV file is read as text: finding types is work that neither side needs.
    """
    quoted = "'" + path.as_posix().replace("'", "''") + "'"
    if path.suffix == ".parquet":
        return f"read_parquet({quoted})"
    return f"read_csv({quoted}, header=true, delim=',', quote='\"', all_varchar=true)"


def hash_every_column(path: Path, threads: int) -> float:
    """Return the seconds in which DuckDB reads and hashes every column."""
    with duckdb.connect(config={"threads": threads, "temp_directory": ""}) as engine:
        engine.execute("SET preserve_insertion_order = false")
        source = relation(path)
        columns = engine.sql(f"SELECT * FROM {source} LIMIT 0").columns
        hashes = ", ".join(f'bit_xor(hash("{column}"))' for column in columns)
        began = perf_counter()
        engine.execute(f"SELECT {hashes} FROM {source}").fetchall()
        return perf_counter() - began


def parse_every_file(folder: Path) -> float:
    """Return the seconds in which the grammar reads all code of a folder."""
    parser = get_parser("python")
    began = perf_counter()
    for file in folder.rglob("*.py"):
        parser.parse(file.read_bytes())
    return perf_counter() - began


def main() -> None:
    """Do one job and print its seconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("job", choices=["hash", "count", "parse"])
    parser.add_argument("file", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    if options.job == "hash":
        answer: dict[str, float | int] = {
            "seconds": hash_every_column(options.file, options.threads)
        }
    elif options.job == "parse":
        answer = {"seconds": parse_every_file(options.file)}
    else:
        from benchmarks.engine import count_every_column

        answer = count_every_column(options.file, options.threads)
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
