"""Files of SQL as statements, in tables of cases."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doorlicht.lineage.readers.sql import SqlReader
from doorlicht.records.code import Call, CodeUnit, Const, Do, Name

PLSQL = """create or replace package body p as
  procedure run(d date) is
    cursor c is select id, nat from people;
    n number;
  begin
    select count(*) into n from people where geb_land = 1;
    if n > 0 then
      insert into sel (id) select id from people;
    elsif exists (select 1 from x) then
      update people set score = 0;
    else
      delete from x;
    end if;
    for r in (select id, taal from klant) loop
      execute immediate 'insert into t select nat from ' || v;
    end loop;
    commit;
  end run;
end p;
/
create table a as select * from b;
"""

TSQL = """USE [dwh]
GO
CREATE PROCEDURE dbo.sel @jaar int = 2020 WITH RECOMPILE
AS
BEGIN
  SET NOCOUNT ON
  DECLARE @x int
  IF OBJECT_ID('tempdb..#p') IS NOT NULL DROP TABLE #p
  SELECT p.id,
     CASE WHEN p.x = 1 THEN 2
     ELSE 3
     END AS z
  INTO #p
  FROM dbo.personen p WITH (NOLOCK)
  INSERT INTO dbo.sel (id)
  SELECT id FROM #p
  UPDATE s
  SET score = 0
  FROM dbo.sel s
  IF @x > 3 BEGIN
     DELETE FROM dbo.y
  END
  EXEC(@sql)
  MERGE dbo.t AS t USING #p AS s ON t.id = s.id
  WHEN MATCHED THEN UPDATE SET t.n = s.nat;
END
GO
"""

PLPGSQL = """create function f(a int) returns table (x text) language plpgsql as $$
declare v text;
begin
  select nat into v from people;
  return query select p.nat from people p;
end; $$;
"""


def read(text: str | bytes, path: str = "a.sql") -> CodeUnit:
    (unit,) = SqlReader().read(path, text.encode() if isinstance(text, str) else text)
    return unit


def statements(unit: CodeUnit) -> list[tuple[int, str]]:
    """Return line and beginning of each; what a variable is set to is a table of one row.

    Conditions, which stand beside what they decide on, are left out.
    """
    found: list[tuple[int, str]] = []
    for each in unit.body:
        assert isinstance(each, Do)
        assert isinstance(each.value, Call)
        assert each.value.func == Name("@sql", each.line)
        text = each.value.args[0].value
        assert isinstance(text, Const)
        around = each.value.args[1].value if len(each.value.args) > 1 else None
        if isinstance(around, Const) and str(around.value).endswith('"test"]'):
            continue
        found.append((text.line, " ".join(str(text.value).split()[:3])))
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("select 1;\n\nselect 2", [(1, "select 1"), (3, "select 2")], id="semicolons"),
        pytest.param("select ';' a; -- ;\nwith", [(1, "select ';' a"), (2, "with")], id="quotes"),
        pytest.param("select 1\nGO\nselect 2\ngo", [(1, "select 1"), (3, "select 2")], id="go"),
        pytest.param("select 1\n/\nselect 2 / 3\n/", [(1, "select 1"), (3, "select 2 /")], id="/"),
        pytest.param("/* select 0; */ select 1", [(1, "select 1")], id="comment"),
        pytest.param("select 1\nselect 2", [(1, "select 1"), (2, "select 2")], id="no-separator"),
        pytest.param("select 1 union\nselect 2", [(1, "select 1 union")], id="union"),
        pytest.param("insert into t (a)\nselect b from c", [(1, "insert into t")], id="insert"),
        pytest.param("with a as (\nselect 1)\nselect * from a", [(1, "with a as")], id="with"),
        pytest.param("grant select on t to x; drop table y", [], id="nothing-with-data"),
        pytest.param(
            PLSQL,
            [(3, 'CREATE TABLE "run.c()"'), (6, "select count(*) from"),
             (6, 'CREATE TABLE "run.n()"'), (8, "insert into sel"),
             (9, "select 1 from"), (10, "update people set"), (12, "delete from x"),
             (14, 'CREATE TABLE "run.r()"'), (14, "select id, taal"),
             (15, "insert into t"), (21, "create table a")],
            id="pl-sql",
        ),
        pytest.param(
            TSQL,
            [(9, "SELECT p.id, CASE"), (15, "INSERT INTO dbo.sel"), (17, "UPDATE s SET"),
             (21, "DELETE FROM dbo.y"), (24, "MERGE dbo.t AS")],
            id="t-sql",
        ),
        pytest.param(
            PLPGSQL,
            [(4, "select nat from"), (4, 'CREATE TABLE "f.v()"'), (5, "select p.nat from")],
            id="pl-pgsql",
        ),
    ],
)  # fmt: skip
def test_files_are_cut_into_statements_that_touch_data(
    text: str, expected: list[tuple[int, str]]
) -> None:
    assert statements(read(text)) == expected


@pytest.mark.parametrize(
    ("text", "lines"), [(PLSQL, [15]), (TSQL, [23]), ("exec dbo.run @a = 1", [])]
)
def test_sql_that_is_put_together_is_told(text: str, lines: list[int]) -> None:
    assert [each.line for each in read(text).hidden if each.construct == "dynamic_code"] == lines


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("select a from {{ ref('people') }}", "select a from people"),
        ("select a from {{source('brp','p')}}", "select a from brp.p"),
        ("select a from &schema..p", "select a from ?.p"),
        ("select a from ${db}.p_{jaar}", "select a from ?.p_?"),
        ("select a from p where b = %(x)s", "select a from p where b = ?"),
    ],
)
def test_places_to_fill_in_are_filled_in_or_left_open(text: str, expected: str) -> None:
    (statement,) = read(text, "x.ddl").body
    assert expected in repr(statement).replace("\ufffc", "?")


def test_a_model_of_dbt_becomes_a_table_named_as_its_file() -> None:
    text = "{{ config(materialized='table') }}\nselect nat from {{ ref('p') }}"
    (statement,) = read(text, "models/risk.sql").body
    assert isinstance(statement, Do)
    assert isinstance(statement.value, Call)
    assert statement.value.func == Name("@write", 2)
    assert statement.value.args[1].value == Const("risk", 2)


def test_comments_are_kept_with_their_line_and_old_encodings_are_read() -> None:
    unit = read("select 1; -- nationaliteit: é\n/* land\n */".encode("cp1252"))
    assert [(each.text, each.line) for each in unit.comments] == [
        ("-- nationaliteit: é", 1),
        ("/* land\n */", 2),
    ]


def test_a_dump_is_too_large() -> None:
    assert read(b"insert " * (2 << 20)).hidden[0].construct == "too_large"


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_raise(content: bytes) -> None:
    read(content)
