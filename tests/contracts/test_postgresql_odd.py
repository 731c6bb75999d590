"""Servers and tables of an unusual form: other encodings and locales, no columns, very many."""

import os

import psycopg
import pytest
from tests.contracts.conftest import Database, rows_per_table

from doorlicht.sources.databases.postgresql import plans

pytestmark = pytest.mark.postgres


@pytest.fixture(params=["LATIN1", "SQL_ASCII", "WIN1252"])
def other_encoding(request, postgresql_url, request_for):
    name = f"test_{os.urandom(5).hex()}"
    with psycopg.connect(postgresql_url, autocommit=True) as connection:
        connection.execute(
            f"CREATE DATABASE {name} TEMPLATE template0 ENCODING '{request.param}' LOCALE 'C'"
        )
    made = Database(postgresql_url, name, request_for)
    yield made
    made.connector.close()


@pytest.mark.parametrize("is_large", [False, True], ids=["one-pass", "several-passes"])
def test_databases_in_other_encodings_are_counted(other_encoding, monkeypatch, is_large):
    if is_large:
        monkeypatch.setattr(plans, "SMALL_BYTES", 0)
    other_encoding.run(
        "CREATE TABLE t (land text, soort text, verslag text)",
        "SET client_encoding = 'UTF8'",
        "INSERT INTO t SELECT 'België', '1. White', "
        "'Betrokkene heeft de Marokkaanse nationaliteit, dossier ' || n || '.' "
        "FROM generate_series(1, 50) AS g(n)",
    )
    profile = other_encoding.profile("public.t")
    land, kind, remark = profile.columns
    assert rows_per_table(land)["name/country"] == {"be": 50}
    assert [hit.rows for hit in kind.loose_hits if hit.table == "census/us"] == [50]
    assert [hit.rows for hit in remark.text_hits if hit.concept == "nationality"] == [50]


def test_tables_without_columns_and_without_rows_are_counted(database):
    database.run(
        "CREATE TABLE niets ()",
        "INSERT INTO niets SELECT FROM generate_series(1, 3)",
        "CREATE TABLE leeg (land text)",
    )
    assert database.profile("public.niets").rows == 3
    empty = database.profile("public.leeg")
    assert (empty.rows, empty.columns[0].kind) == (0, "empty")
    assert database.profile("public.leeg", sample_rows=10).rows == 0


@pytest.mark.parametrize("is_large", [False, True], ids=["one-pass", "several-passes"])
def test_a_table_of_very_many_columns_is_counted(database, monkeypatch, is_large):
    if is_large:
        monkeypatch.setattr(plans, "SMALL_BYTES", 0)
    names = [f"c{number}" for number in range(900)]
    database.run(
        f"CREATE TABLE breed ({', '.join(f'{name} varchar' for name in names)})",
        "INSERT INTO breed (c7, c899) SELECT 'Iran', 'Irak' FROM generate_series(1, 20)",
    )
    profile = database.profile("public.breed")
    found = {column.name: rows_per_table(column) for column in profile.columns}
    assert found["c7"]["name/country"] == {"ir": 20}
    assert found["c899"]["name/country"] == {"iq": 20}
    assert sum(map(bool, found.values())) == 2


def test_a_table_with_more_columns_than_allowed_is_a_blind_spot(database, request_for):
    database.run("CREATE TABLE t (a int, b int, c int)")
    limits = type(request_for().limits)(columns=2)
    (spot,) = database.look("public.t", limits=limits)
    assert (spot.code, spot.details) == ("limit.columns", {"columns": 3, "limit": 2})
