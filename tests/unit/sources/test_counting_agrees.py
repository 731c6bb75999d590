"""Every way of counting gives what a plain loop over the cells gives."""

from __future__ import annotations

import csv
import random
from collections import Counter
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from doorlicht.plugins import Limits, ProfileRequest
from doorlicht.sources.engine.counting import count_table
from doorlicht.sources.engine.counts import Counts
from doorlicht.sources.engine.nested import CountedColumn
from doorlicht.sources.engine.one_pass import GROUPED_BYTES, count_in_one_pass
from doorlicht.sources.engine.session import session_for
from doorlicht.sources.engine.shapes import ColumnSample
from doorlicht.sources.tables import BatchStream, ColumnSpec, EngineRelation, OpenTable
from doorlicht.vocabulary import Lexicon, TermFinder
from doorlicht.vocabulary.text import add_text_hits

SPELLINGS = ("Marokko", "marokko", "MA", "0001", "5022", "é", "true")
LEXICON = Lexicon(
    edition="test",
    spellings=SPELLINGS,
    entries=tuple((("t", spelling),) for spelling in SPELLINGS),
    integers=((1, 3), (5022, 4)),
)
TERMS = TermFinder({"moedertaal": "language"})
ROWS = 3000
KINDS = {"few": "text", "many": "text", "padded": "text", "number": "integer", "amount": "decimal",
         "flag": "boolean", "note": "text", "empty": "text"}  # fmt: skip


def made_columns():
    dice = random.Random(3)  # noqa: S311
    terms = [*SPELLINGS[:-1], "", None, "elders"]
    return {
        "few": [dice.choice(terms) for _ in range(ROWS)],
        "many": [dice.choice([*terms, f"x{row}", f"y{row}"]) for row in range(ROWS)],
        "padded": [dice.choice([" MA", "MA ", "MA", "geen"]) for _ in range(ROWS)],
        "number": [dice.choice([1, 2, 5022, None]) for _ in range(ROWS)],
        "amount": [dice.choice([Decimal("1.00"), Decimal("5022.50"), None]) for _ in range(ROWS)],
        "flag": [dice.choice([True, False, None]) for _ in range(ROWS)],
        "note": [
            dice.choice([None, "", f"gesprek {row} ging over de huur", f"moedertaal van {row} is"])
            for row in range(ROWS)
        ],
        "empty": [None] * ROWS,
    }  # fmt: skip


def as_table(data, *, as_text):
    if not as_text:
        return pa.table({**data, "empty": pa.array(data["empty"], pa.string())})
    return pa.table(
        {
            name: pa.array([_text(value) for value in values], pa.string())
            for name, values in data.items()
        }
    )


def _text(value):
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None else str(value)


def expected(values, *, is_number):
    """Count by looking at each cell, as a reader of the contract would."""
    found = Counter()
    for value in values:
        if value is None or value == "":
            continue
        if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
            text = {1: "0001", 5022: "5022"}.get(value) if is_number else _text(value)
        else:
            text = _text(value).strip()
        # In text, a code that lost its leading zeros is found too.
        text = "0001" if text == "1" else text
        if text in SPELLINGS:
            found[text] += 1
    return dict(found)


@pytest.fixture(params=["parquet", "short parquet", "csv", "large csv", "stream", "typed stream"])
def profile(request, tmp_path):
    data = made_columns()
    is_text = request.param in {"csv", "large csv", "stream"}
    table = as_table(data, as_text=is_text)
    if request.param in {"parquet", "short parquet"}:
        pq.write_table(table, tmp_path / "t.parquet", row_group_size=500)
        reading = EngineRelation(f"read_parquet('{tmp_path}/t.parquet')", is_columnar=True)
    elif request.param in {"csv", "large csv"}:
        with (tmp_path / "t.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(data)
            writer.writerows(zip(*(column.to_pylist() for column in table.columns), strict=True))
        reading = EngineRelation(
            f"read_csv('{tmp_path}/t.csv', header=true, all_varchar=true)", is_columnar=False
        )
    else:
        reading = BatchStream(lambda: iter(table.to_batches(max_chunksize=700)))
    columns = tuple(
        ColumnSpec(name, index, name, "text" if is_text else KINDS[name])
        for index, name in enumerate(data)
    )
    size = GROUPED_BYTES if request.param == "large csv" else 0
    told = ROWS if request.param == "short parquet" else None
    open_table = OpenTable("", columns, reading, bytes=size, rows=told)
    asked = ProfileRequest(LEXICON, TERMS, limits=Limits(threads=2))
    return request.param, data, count_table(open_table, "s", "t", asked)


def test_rows_and_filled_rows_are_exact(profile):
    _, data, found = profile
    assert found.rows == found.looked_at_rows == ROWS
    filled = {name: sum(v is not None and v != "" for v in data[name]) for name in data}
    assert {column.name: column.filled_rows for column in found.columns} == filled


def test_every_entry_has_its_exact_number_of_rows(profile):
    way, data, found = profile
    is_number = way in {"parquet", "short parquet"}
    for column in found.columns:
        rows = dict(column.hits[0].rows_per_entry) if column.hits else {}
        assert rows == expected(data[column.name], is_number=is_number), column.name


def test_every_cell_of_free_text_is_looked_through_once(profile):
    _, data, found = profile
    note = next(column for column in found.columns if column.name == "note")
    rows = sum(bool(cell) and "moedertaal" in cell for cell in data["note"])
    assert note.is_free_text
    assert [(hit.concept, hit.rows, hit.mentions) for hit in note.text_hits] == [
        ("language", rows, rows)
    ]


def test_groups_that_outgrow_the_memory_are_counted_row_by_row(tmp_path):
    # Sorted: the sample sees one value in each place, while there are millions.
    rows = 1_500_000
    values = [f"{row:040d}" if row % 100_000 > 30_000 else "MA" for row in range(rows)]
    pq.write_table(pa.table({"c": values}), tmp_path / "t.parquet", row_group_size=100_000)
    reading = EngineRelation(f"read_parquet('{tmp_path}/t.parquet')", is_columnar=True)
    table = OpenTable("", (ColumnSpec("c", 0, "c", "text"),), reading)
    limits = Limits(threads=2, memory_bytes=80 << 20)
    found = count_table(table, "s", "t", ProfileRequest(LEXICON, TERMS, limits=limits))
    assert dict(found.columns[0].hits[0].rows_per_entry) == {"MA": sum(v == "MA" for v in values)}


def test_groups_of_a_large_csv_that_outgrow_the_memory_are_counted_row_by_row(
    tmp_path, monkeypatch
):
    path = tmp_path / "t.csv"
    rows = 1_000_000
    with path.open("w", encoding="utf-8") as file:
        file.write("c,note\n")
        for row in range(rows):
            value = "MA" if row < 20_000 else f"{row:040d}"
            text = f"wat de moedertaal van {row} is" if row < 20_000 else ""
            file.write(f"{value},{text}\n")
    columns = [
        CountedColumn(ColumnSpec(name, index, name, "text"), f'"{name}"', is_list=False)
        for index, name in enumerate(("c", "note"))
    ]
    # A sample that is wrong about the first column, as one of a sorted file may be.
    samples = {0: ColumnSample(values={"MA": 100}), 1: ColumnSample(is_free_text=True)}
    limits = Limits(threads=2, memory_bytes=80 << 20)
    asked = ProfileRequest(LEXICON, TERMS, limits=limits)
    session, counts = session_for(asked), Counts()
    source = f"read_csv('{path}', header=true, all_varchar=true)"
    queries = []
    plain = session.rows
    monkeypatch.setattr(session, "rows", lambda sql: queries.append(sql) or plain(sql))
    count_in_one_pass(session, source, columns, samples, counts, asked, bytes_=GROUPED_BYTES)
    assert ["GROUPING SETS" in query for query in queries] == [True, False]
    assert counts.rows == rows
    assert counts.spellings[0][SPELLINGS.index("MA")] == 20_000
    assert [(hit.rows, hit.mentions) for hit in add_text_hits(counts.text[1])] == [(20_000, 20_000)]


def test_what_has_only_the_hash_of_an_entry_is_not_counted(tmp_path, monkeypatch):
    path = tmp_path / "t.csv"
    path.write_text("few,many\nMA,MA\nMA,x1\nMA,\nMA,x2\n", "utf-8")
    columns = [
        CountedColumn(ColumnSpec(name, index, name, "text"), f'"{name}"', is_list=False)
        for index, name in enumerate(("few", "many"))
    ]
    asked = ProfileRequest(LEXICON, TERMS)
    session, counts = session_for(asked), Counts()
    # As if x1, which is no entry, had the hash of one.
    session.run("INSERT INTO lexicon_hash VALUES (hash('x1'))")
    samples = {0: ColumnSample(values={"MA": 4})}
    source = f"read_csv('{path}', header=true, all_varchar=true)"
    queries = []
    plain = session.rows
    monkeypatch.setattr(session, "rows", lambda sql: queries.append(sql) or plain(sql))
    count_in_one_pass(session, source, columns, samples, counts, asked, bytes_=GROUPED_BYTES)
    assert ["GROUPING SETS" in query for query in queries] == [True]
    assert dict(counts.spellings[1]) == {SPELLINGS.index("MA"): 1}
    assert (counts.rows, counts.blank[0], counts.blank[1]) == (4, 0, 1)


def test_memory_does_not_grow_with_a_file_of_which_the_engine_knows_no_size(tmp_path):
    path = tmp_path / "t.csv"
    line = ",".join(["abcdefgh%08d", "MA", "ijklmnop%08d", "qrstuvwx%08d"])
    path.write_text("\n".join(line % (row, row, row) for row in range(300_000)), "utf-8")
    kinds = "{'c0': 'VARCHAR', 'c1': 'VARCHAR', 'c2': 'VARCHAR', 'c3': 'VARCHAR'}"
    relation = (
        f"read_csv('{path}', auto_detect=false, header=false, delim=',', columns={kinds}, "
        "buffer_size=4194304)"
    )
    columns = tuple(ColumnSpec(f"c{index}", index, f"c{index}", "text") for index in range(4))
    table = OpenTable("", columns, EngineRelation(relation, is_columnar=False))
    limits = Limits(threads=2, memory_bytes=40 << 20)
    # More spellings than the engine guesses that the file has rows.
    spellings = ("MA", *(f"term {number}" for number in range(50_000)))
    large = Lexicon("large", spellings, tuple((("t", s),) for s in spellings), ())
    found = count_table(table, "s", "t", ProfileRequest(large, TERMS, limits=limits))
    assert dict(found.columns[1].hits[0].rows_per_entry) == {"MA": 300_000}
