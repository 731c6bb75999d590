"""How much a full exact scan of a PostgreSQL table costs, in times hashing every column there.

    python -m benchmarks.postgresql [--quick] [--rounds 5] [--url postgresql://...]

Both sides read the same table in the same server, in turn. Without a URL a server is started for
it, with the settings that it comes with. The last line is the figure by itself.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from time import perf_counter

import duckdb
import psycopg

from benchmarks.make_data import FOLDER, QUICK_DIVISOR, DataFile, make
from benchmarks.recipes import REGISTRY, repeated
from benchmarks.server import NoServerError, postgresql_server
from doorlicht.plugins import ProfileRequest
from doorlicht.records import Source, TableProfile
from doorlicht.sources.databases.connector import DatabaseConnector
from doorlicht.sources.databases.postgresql.session import PostgreSQL
from doorlicht.vocabulary import load_vocabulary

BAR = 4.0
ROWS = 2_000_000
TABLE = "doorlicht_bench"
_TYPES = {"VARCHAR": "text", "DOUBLE": "double precision", "TIMESTAMP": "timestamp"}


def load(url: str, path: Path) -> None:
    """Make the table anew from a CSV file, with the types of the recipes: codes are texts."""
    made = ", ".join(f'{sql} AS "{name}"' for name, sql in repeated(REGISTRY, len(REGISTRY)))
    with duckdb.connect() as engine:
        described = engine.sql(f"DESCRIBE SELECT {made} FROM range(1) AS numbers(i)").fetchall()
    columns = ", ".join(f'"{row[0]}" {_TYPES.get(row[1], row[1].lower())}' for row in described)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"DROP TABLE IF EXISTS {TABLE}")  # pyright: ignore
        connection.execute(f"CREATE TABLE {TABLE} ({columns})")  # pyright: ignore
        with (
            path.open("rb") as file,
            connection.cursor() as cursor,
            cursor.copy(f"COPY {TABLE} FROM STDIN (FORMAT csv, HEADER)") as copy,  # pyright: ignore
        ):
            while part := file.read(1 << 20):
                copy.write(part)
        connection.execute(f"VACUUM ANALYZE {TABLE}")  # pyright: ignore


def seconds(job: Callable[[], object]) -> float:
    """Return how long a job takes."""
    began = perf_counter()
    job()
    return perf_counter() - began


def measure(url: str, rounds: int) -> tuple[list[tuple[float, float]], float, int]:
    """Return pairs of seconds (ours, hashing), seconds to bring the vocabulary, and its size."""
    vocabulary = load_vocabulary()
    request = ProfileRequest(vocabulary.lexicon, vocabulary.terms)
    connector = DatabaseConnector(PostgreSQL())
    source = Source("bench", "postgresql", url)
    asset = next(
        one for one in connector.assets(source) if getattr(one, "path", "") == f"public.{TABLE}"
    )

    def scan() -> None:
        for item in connector.profiles(source, asset, request):  # pyright: ignore
            if not isinstance(item, TableProfile):
                raise TypeError(item)

    first = seconds(scan)
    with psycopg.connect(url, autocommit=True) as connection:
        names = connection.execute(f"SELECT * FROM {TABLE} LIMIT 0").description or []  # pyright: ignore
        hashes = ", ".join(f'bit_xor(hashtext("{column.name}"::text))' for column in names)

        def hashing() -> None:
            connection.execute(f"SELECT {hashes} FROM {TABLE}").fetchall()  # pyright: ignore

        hashing()
        pairs: list[tuple[float, float]] = []
        for number in range(rounds):
            if number % 2:
                pairs.append((seconds(scan), seconds(hashing)))
            else:
                theirs = seconds(hashing)
                pairs.append((seconds(scan), theirs))
    connector.close()
    return pairs, max(0.0, first - pairs[0][0]), len(vocabulary.lexicon.spellings)


def main() -> int:
    """Measure and print a row of a markdown table, and the figure; 1 where the bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a twentieth of the rows")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--url", help="of a database in which a table may be made")
    given = parser.parse_args()
    rows = ROWS // QUICK_DIVISOR if given.quick else ROWS
    path = make(DataFile("registry", "csv", rows, len(REGISTRY), REGISTRY), given.folder)
    try:
        with nullcontext(given.url) if given.url else postgresql_server() as url:
            load(url, path)
            pairs, brought, spellings = measure(url, given.rounds)
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute(f"DROP TABLE {TABLE}")  # pyright: ignore
    except NoServerError as error:
        print(f"not measured: {error}")
        return 0
    ratios = [ours / theirs for ours, theirs in pairs]
    ratio = statistics.median(ratios)
    ours, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
    figure = f"{ratio:.2f} times ({ours:.2f} s to {theirs:.2f} s)"
    verdict = "yes" if ratio <= BAR else "**no**"
    note = (
        f"{rows:,} x {len(REGISTRY)}, {spellings:,} spellings; pairs {min(ratios):.2f} to "
        f"{max(ratios):.2f}; bringing the vocabulary, once a connection: {brought:.1f} s"
    )
    print(
        "| PostgreSQL: counting, to hashing every column there "
        f"| {figure} | {BAR} times | {verdict} | {note} |"
    )
    print(f"{figure}; pairs {min(ratios):.2f} to {max(ratios):.2f}")
    return int(ratio > BAR and not given.quick)


if __name__ == "__main__":
    sys.exit(main())
