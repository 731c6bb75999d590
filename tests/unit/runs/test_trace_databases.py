"""Database files as sources of a trace, by URL and lying in a traced folder."""

import os
import sqlite3

import duckdb
import pytest

from doorlicht.records import Source
from doorlicht.runs import trace_databases
from doorlicht.runs.trace import trace
from doorlicht.runs.trace_request import TraceRequest

TABLE = "CREATE TABLE personen (bsn TEXT, geboorteland TEXT, inkomen INTEGER)"
VIEW = """CREATE VIEW v_score AS
SELECT bsn,
  CASE WHEN geboorteland = '6030' THEN 0 ELSE 1 END * 3
    AS risicoscore
FROM personen"""


def make_sqlite(path, *more):
    with sqlite3.connect(path) as connection:
        for statement in (TABLE, VIEW, *more):
            connection.execute(statement)
    connection.close()


def make_duckdb(path, *more):
    with duckdb.connect(str(path)) as connection:
        for statement in (TABLE, VIEW, *more):
            connection.execute(statement)


MAKERS = {"sqlite": make_sqlite, "duckdb": make_duckdb}


def seen(result):
    return {
        (flow.source.dataset, flow.source.column, flow.hops[-1].place.file, flow.verdict)
        for flow in result.flows
    }


@pytest.mark.parametrize("kind", MAKERS)
def test_the_views_of_a_database_file_are_followed(tmp_path, kind):
    path = tmp_path / f"zaken.{kind}"
    MAKERS[kind](path)
    source = Source("zaken", kind, f"{kind}:///{path}", "zaken")
    result = trace(TraceRequest((), "test", databases=[source])).result
    assert seen(result) == {("personen", "geboorteland", "main.v_score", "used")}
    assert result.lost == ()


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize("suffix", [".db", ""])
def test_those_of_one_in_a_traced_folder_are_too(tmp_path, kind, suffix):
    (tmp_path / "data").mkdir()
    name = f"zaken{suffix or '.' + kind}"
    MAKERS[kind](tmp_path / "data" / name)
    result = trace(TraceRequest([tmp_path], "test")).result
    assert seen(result) == {
        ("personen", "geboorteland", f"data/{name}#main.v_score", "used")
    }  # fmt: skip
    assert {one.place.file for one in result.references} == {f"data/{name}#main.v_score"}


def test_lines_of_a_view_are_those_within_its_definition(tmp_path):
    make_sqlite(tmp_path / "zaken.sqlite")
    result = trace(TraceRequest([tmp_path], "test")).result
    assert [(one.identifier, one.place.line) for one in result.references] == [("geboorteland", 3)]


def test_columns_of_a_database_file_are_known_to_a_script_beside_it(tmp_path):
    make_sqlite(tmp_path / "zaken.sqlite")
    (tmp_path / "train.py").write_text(
        "import pandas as pd, sqlite3\nfrom sklearn.linear_model import LogisticRegression\n"
        "con = sqlite3.connect('zaken.sqlite')\n"
        "df = pd.read_sql('select * from personen', con)\n"
        "LogisticRegression().fit(df.drop(columns=['bsn']), y)\n"
    )
    result = trace(TraceRequest([tmp_path], "test")).result
    assert ("personen", "geboorteland", "train.py", "used") in seen(result)


def test_of_two_databases_each_path_begins_with_the_source(tmp_path):
    sources = []
    for id_ in ("een", "twee"):
        make_sqlite(tmp_path / f"{id_}.sqlite")
        sources.append(Source(id_, "sqlite", f"sqlite:///{tmp_path}/{id_}.sqlite", id_))
    result = trace(TraceRequest((), "test", databases=sources)).result
    assert {one.place.file for one in result.references} == {
        "een/main.v_score", "twee/main.v_score",
    }  # fmt: skip


def test_macros_of_duckdb_are_read(tmp_path):
    make_duckdb(
        tmp_path / "z.duckdb",
        "CREATE MACRO lijst() AS TABLE "
        "SELECT CASE WHEN geboorteland = '5022' THEN 1 ELSE 0 END AS risicoscore FROM personen",
    )
    result = trace(TraceRequest([tmp_path], "test")).result
    assert "z.duckdb#main.lijst" in {one.place.file for one in result.references}


@pytest.mark.parametrize(
    ("name", "content", "constructs"),
    [
        pytest.param("zaken.sqlite", b"not a database", ["database_broken"], id="no-database"),
        pytest.param("Thumbs.db", b"\xd0\xcf\x11\xe0 icons", [], id="another-kind-of-db"),
        pytest.param(
            "zaken.sqlite", b"SQLite format 3\x00" + b"\xff" * 200, ["database_broken"],
            id="damaged-sqlite",
        ),
        pytest.param("zaken.duckdb", b"\x00" * 8 + b"DUCK" + b"\xff" * 200, ["database_broken"],
                     id="damaged-duckdb"),
        pytest.param("zaken.sqlite", b"", [], id="empty"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_sound_database_is_told(tmp_path, name, content, constructs):
    (tmp_path / name).write_bytes(content)
    result = trace(TraceRequest([tmp_path], "test")).result
    assert [one.construct for one in result.lost] == constructs


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may read all")
def test_a_file_that_may_not_be_read_is_told(tmp_path):
    make_sqlite(tmp_path / "zaken.sqlite")
    (tmp_path / "zaken.sqlite").chmod(0)
    result = trace(TraceRequest([tmp_path], "test")).result
    assert [one.construct for one in result.lost] == ["unreadable"]


def test_a_view_over_a_table_that_is_gone_costs_only_itself(tmp_path):
    make_sqlite(tmp_path / "zaken.sqlite", "CREATE VIEW kapot AS SELECT x FROM weg")
    result = trace(TraceRequest([tmp_path], "test")).result
    assert [(one.place.file, one.construct) for one in result.lost] == [
        ("zaken.sqlite#main.kapot", "database_failed")
    ]
    assert seen(result)


class Silent:
    """A connector that can scan, and tells no schema."""

    name = "silent"


class Broken(Silent):
    """One that breaks down."""

    def schema(self, source):
        raise ZeroDivisionError(source.id)


@pytest.mark.parametrize(
    ("connector", "construct"),
    [
        pytest.param(Silent(), "database_no_schema", id="cannot"),
        pytest.param(Broken(), "reader_failed", id="breaks-down"),
        pytest.param(None, "plugin_failed", id="absent"),
    ],
)
def test_a_connector_that_tells_no_schema_is_told(monkeypatch, connector, construct):
    if connector is not None:
        monkeypatch.setattr(trace_databases, "find_plugin", lambda *_: connector)
    source = Source("x", "teletype", "teletype://x", "x")
    result = trace(TraceRequest((), "test", databases=[source])).result
    assert [one.construct for one in result.lost] == [construct]
