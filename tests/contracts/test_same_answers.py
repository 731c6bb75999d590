"""The same rows give the same answer, whatever holds them."""

import csv
import random
import sqlite3

import duckdb
import pytest

from doorlicht.plugins import find_plugins
from doorlicht.records import Source

COLUMNS = ("id", "naam", "geboorteland", "nat_code", "herkomst", "bedrag", "klasse", "verslag")
TYPES = ("integer", "text", "text", "text", "text", "text", "text", "text")
COUNTRIES = ("Nederland", "Marokko", "Suriname", "Turkije", "België", "poland", "Gondor")
REMARKS = (
    "Betrokkene heeft de Marokkaanse nationaliteit en belt over de huur, dossier {n}.",
    "Er is een tolk Arabisch geweest bij het gesprek nummer {n} op het kantoor.",
    "Vraagt naar de termijn van de aanvraag {n}; geen verdere bijzonderheden bekend.",
    "Geboren in Suriname (Paramaribo), woont hier sinds {n} en wil bezwaar maken.",
)


def rows():
    choose = random.Random(7)  # noqa: S311 (invented people)
    for number in range(600):
        yield (
            number,
            f"persoon {number}",
            choose.choice(COUNTRIES) if number % 11 else None,
            f"{choose.choice((1, 52, 55, 337, 9999)):04}",
            choose.choice(("1. White", "2. Asian/Pacific Islander", "3. Black eyes")),
            f"{number / 7:.2f}",
            choose.choice(("  TR ", "MA", "x")),
            choose.choice(REMARKS).format(n=number),
        )


def in_csv(folder, _):
    with (folder / "people.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(["" if cell is None else cell for cell in row] for row in rows())
    return Source("s", "files", str(folder / "people.csv"))


def fill(connection):
    declared = ", ".join(f"{name} {kind}" for name, kind in zip(COLUMNS, TYPES, strict=True))
    connection.execute(f"CREATE TABLE people ({declared})")
    marks = ", ".join("?" * len(COLUMNS))
    connection.executemany(f"INSERT INTO people VALUES ({marks})", list(rows()))  # noqa: S608
    connection.commit()
    connection.close()


def in_sqlite(folder, _):
    fill(sqlite3.connect(folder / "people.db"))
    return Source("s", "sqlite", f"sqlite:///{folder / 'people.db'}")


def in_duckdb(folder, _):
    fill(duckdb.connect(str(folder / "people.duckdb")))
    return Source("s", "duckdb", f"duckdb:///{folder / 'people.duckdb'}")


def in_postgresql(_, fixture):
    database = fixture("database")
    declared = ", ".join(f"{name} {kind}" for name, kind in zip(COLUMNS, TYPES, strict=True))
    database.run(f"CREATE TABLE people ({declared})")
    database.copy("people", rows())
    return Source("s", "postgresql", database.url)


def told(source, request_for, **settings):
    """Return what a connector says of the only table of a source."""
    found = find_plugins("doorlicht.sources")[0][source.kind]
    connector = found() if isinstance(found, type) else found
    try:
        (asset,) = connector.assets(source)
        (profile,) = connector.profiles(source, asset, request_for(**settings))
    finally:
        getattr(connector, "close", lambda: None)()
    return {
        "rows": (profile.rows, profile.looked_at_rows),
        **{
            column.name: (
                column.filled_rows,
                {hit.table: dict(hit.rows_per_entry) for hit in column.hits},
                {hit.table: dict(hit.rows_per_entry) for hit in column.loose_hits},
                column.is_free_text,
                column.text_hits,
                column.shape.distinct,
            )
            for column in profile.columns
        },
    }


@pytest.mark.parametrize(
    "holder",
    [
        in_sqlite,
        in_duckdb,
        pytest.param(in_postgresql, marks=pytest.mark.postgres),
    ],
)
def test_a_database_gives_the_hits_of_a_csv_file(holder, tmp_path, request, request_for):
    expected = told(in_csv(tmp_path, None), request_for)
    assert expected["geboorteland"][1]["name/country"]
    assert expected["herkomst"][2]
    assert expected["verslag"][4]
    assert told(holder(tmp_path, request.getfixturevalue), request_for) == expected


@pytest.mark.parametrize(
    "holder",
    [
        in_sqlite,
        in_duckdb,
        pytest.param(in_postgresql, marks=pytest.mark.postgres),
    ],
)
def test_a_sample_says_how_much_of_a_table_it_is(holder, tmp_path, request, request_for):
    found = told(holder(tmp_path, request.getfixturevalue), request_for, sample_rows=100)
    total, looked_at = found["rows"]
    assert total == 600
    assert 50 <= looked_at <= 100
