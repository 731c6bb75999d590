"""Database files hold programs (views) of whoever made them; those reach nothing, and they end."""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest

from doorlicht.plugins import ProfileRequest
from doorlicht.records import BlindSpot, Source, TableProfile
from doorlicht.sources.files.connector import FilesConnector
from doorlicht.sources.files.readers import databases
from doorlicht.vocabulary import Vocabulary, load_vocabulary


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


def scan_of(file: Path, vocabulary: Vocabulary) -> tuple[dict[str, int], dict[str, str]]:
    """Return the rows of each table, and the code of each blind spot."""
    connector, source = FilesConnector(), Source("x", "files", str(file))
    request = ProfileRequest(vocabulary.lexicon, vocabulary.terms)
    found = [one for a in connector.assets(source)
             for one in connector.profiles(source, a, request)]  # fmt: skip
    tables = {one.table: one.rows for one in found if isinstance(one, TableProfile)}
    return tables, {one.asset: one.code for one in found if isinstance(one, BlindSpot)}


def made_by(path: Path, statements: Sequence[str]) -> Path:
    """Make a DuckDB file, or a SQLite file, by its ending."""
    is_duckdb = path.suffix == ".duckdb"
    connection = duckdb.connect(str(path)) if is_duckdb else sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()
    return path


@pytest.mark.parametrize(
    "asks",
    [
        pytest.param("read_csv('{file}', header = false)", id="a table of another file"),
        pytest.param("read_text('{file}')", id="the text of another file"),
        pytest.param("glob('{folder}/*')", id="the names in a folder"),
    ],
)
def test_a_view_in_a_duckdb_file_reads_no_other_file(
    asks: str, tmp_path: Path, vocabulary: Vocabulary
) -> None:
    (tmp_path / "other.csv").write_text("Turkse,Polen\n" * 9, "utf-8")
    asked = asks.format(file=tmp_path / "other.csv", folder=tmp_path)
    file = made_by(
        tmp_path / "x.duckdb",
        ["CREATE TABLE p AS SELECT 'Turkse' AS nationaliteit", f"CREATE VIEW v AS FROM {asked}"],
    )
    assert scan_of(file, vocabulary) == ({"x.duckdb#p": 1}, {"x.duckdb#v": "table.broken"})


def test_views_on_tables_of_the_same_file_are_counted(
    tmp_path: Path, vocabulary: Vocabulary
) -> None:
    statements = [
        "CREATE TABLE p AS SELECT 'Turkse' AS nationaliteit, 3 AS n",
        "CREATE VIEW v AS SELECT nationaliteit FROM p UNION ALL SELECT 'Poolse'",
    ]
    for name in ("x.duckdb", "x.sqlite"):
        tables, spots = scan_of(made_by(tmp_path / name, statements), vocabulary)
        assert tables == {f"{name}#p": 1, f"{name}#v": 2}
        assert not spots


@pytest.mark.parametrize(
    ("name", "endless"),
    [
        (
            "x.sqlite",
            "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT n FROM c",
        ),
        ("x.duckdb", "SELECT range AS n FROM range(1000000000000)"),
    ],
)
def test_a_view_without_end_is_left_and_the_tables_after_it_are_read(
    name: str, endless: str, tmp_path: Path, vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "VIEW_ROWS", 20_000)
    file = made_by(
        tmp_path / name,
        [f"CREATE VIEW a AS {endless}", "CREATE TABLE p AS SELECT 'Turkse' AS nationaliteit"],
    )
    assert scan_of(file, vocabulary) == ({f"{name}#p": 1}, {f"{name}#a": "limit.view"})


def test_a_name_of_a_column_that_is_no_text_costs_its_table_only(
    tmp_path: Path, vocabulary: Vocabulary
) -> None:
    file = made_by(
        tmp_path / "x.sqlite",
        ["CREATE TABLE a(landXgeb)", "CREATE TABLE p AS SELECT 'Turkse' AS nationaliteit"],
    )
    file.write_bytes(file.read_bytes().replace(b"landXgeb", b"land\xffgeb"))
    assert scan_of(file, vocabulary) == ({"x.sqlite#p": 1}, {"x.sqlite#a": "table.broken"})


def test_a_duckdb_file_of_a_newer_version_is_told_to_be_one(
    tmp_path: Path, vocabulary: Vocabulary
) -> None:
    file = made_by(tmp_path / "x.duckdb", ["CREATE TABLE p AS SELECT 1 AS n"])
    data = bytearray(file.read_bytes())
    data[12:20] = struct.pack("<Q", 9_999)
    data[:8] = struct.pack("<Q", _checksum(data[8:4096]))
    file.write_bytes(data)
    assert scan_of(file, vocabulary) == ({}, {"x.duckdb": "file.newer"})


def _checksum(block: bytes) -> int:
    """Return the checksum that DuckDB keeps of the first block of a file."""
    result = 5381
    for (word,) in struct.iter_unpack("<Q", block):
        result ^= (word * 0xBF58476D1CE4E5B9) % 2**64
    return result
