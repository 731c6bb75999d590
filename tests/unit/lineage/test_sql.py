"""What SQL does to columns, in tables of cases."""
# ruff: noqa: S608 (queries are read here, never carried out)

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doorlicht.lineage.sql import SqlStatement, read_sql

HOLE = "\ufffc"


def only(text: str, **known: list[str]) -> SqlStatement:
    reading = read_sql(text, columns_of=known.get)
    assert not reading.hidden
    assert len(reading.statements) == 1
    return reading.statements[0]


def made(statement: SqlStatement) -> dict[str, set[str]]:
    return {c.name: {".".join(pair) for pair in c.inputs} for c in statement.columns}


def used(statement: SqlStatement) -> set[str]:
    return {f"{use.table}.{use.column} {use.clause}" for use in statement.filters}


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        pytest.param("select nat from people", {"nat": {"people.nat"}}, id="bare"),
        pytest.param("select p.nat as n from s.people p", {"n": {"s.people.nat"}}, id="alias"),
        pytest.param(
            "with a as (select nat n from p), b as (select n m from a) select m from b",
            {"m": {"p.nat"}},
            id="ctes",
        ),
        pytest.param(
            "with recursive r as (select nat from t union all select r.nat from r) select * from r",
            {"nat": {"t.nat"}},
            id="recursive-cte",
        ),
        pytest.param(
            "with a(x) as (select nat from p) select x from a", {"x": {"p.nat"}}, id="cte-names"
        ),
        pytest.param(
            "select q.n from (select x.nat n from people x) q", {"n": {"people.nat"}}, id="subquery"
        ),
        pytest.param(
            "select a.nat from (select * from people) a", {"nat": {"people.nat"}}, id="through-star"
        ),
        pytest.param(
            "select nat from a union all select land from b",
            {"nat": {"a.nat", "b.land"}},
            id="union",
        ),
        pytest.param(
            "select (select max(nat) from k where k.id = p.id) m from p",
            {"m": {"k.nat"}},
            id="scalar-subquery",
        ),
        pytest.param(
            "select row_number() over (partition by nat order by age) r from p",
            {"r": {"p.nat", "p.age"}},
            id="window",
        ),
        pytest.param(
            "select upper(nat) l, l || 'x' m from p",
            {"l": {"p.nat"}, "m": {"p.nat"}},
            id="lateral-alias",
        ),
        pytest.param("select u.k from t, unnest(t.lands) as u(k)", {"k": {"t.lands"}}, id="unnest"),
        pytest.param(
            "select x.n from p cross join lateral (select p.nat as n) x",
            {"n": {"p.nat"}},
            id="lateral",
        ),
        pytest.param(
            "select nat from a join b on a.i = b.i",
            {"nat": {"a.nat", "b.nat", "a.i"}},
            id="either-table",
        ),
        pytest.param("select count(*) c from p", {"c": set[str]()}, id="count"),
        pytest.param(f"select x_{HOLE} from p", {f"x_{HOLE}": {f"p.x_{HOLE}"}}, id="half-a-name"),
        pytest.param(
            "select [geb land] from dbo.[P]", {"geb land": {"dbo.P.geb land"}}, id="t-sql-names"
        ),
        pytest.param("select `nat` from `a`.`p`", {"nat": {"a.p.nat"}}, id="backticks"),
        pytest.param(
            "select nvl(nat, 0) n from p where a = b(+)", {"n": {"p.nat"}}, id="oracle-join"
        ),
    ],
)
def test_columns_are_resolved_to_stored_tables(text: str, columns: dict[str, set[str]]) -> None:
    assert made(only(text)) == columns


@pytest.mark.parametrize(
    ("expression", "how"),
    [
        ("nat", "plain"),
        ("p.nat as x", "plain"),
        ("(nat)", "plain"),
        ("cast(nat as int)", "plain"),
        ("upper(nat)", "derived"),
        ("nat || 'x'", "derived"),
        ("case when nat = 1 then 2 end", "case"),
        ("1 + case nat when 1 then age end", "case"),
        ("if(nat = 1, 2, 3)", "case"),
    ],
)
def test_bare_columns_are_told_from_derived_ones(expression: str, how: str) -> None:
    column = only(f"select {expression} from p").columns[0]
    assert column.how == how
    assert ("p", "nat") in column.inputs
    assert column.is_plain is (how == "plain")


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        ("select a from p where nat = 1 and b > 2", {"p.nat where", "p.b where"}),
        ("select a from p x join q y on x.i = y.j", {"p.i join", "q.j join"}),
        ("select a from p join q using (i)", {"p.i join", "q.i join"}),
        ("select a, count(*) from p group by a having max(nat) > 1", {"p.nat where"}),
        ("with c as (select * from p where nat = 1) select a from c", {"p.nat where"}),
        ("select n from (select nat n from p) z where n = 1", {"p.nat where"}),
        (
            "select a from p where exists (select 1 from q where q.nat = p.i)",
            {"q.nat where", "p.i where"},
        ),
        ("select a from p where i in (select j from q)", {"p.i where", "q.j where"}),
        ("select row_number() over (order by nat) r from p qualify r = 1", {"p.nat where"}),
        ("delete from p where nat = 1", {"p.nat where"}),
        ("update p set score = 0 where nat = 1", {"p.nat where"}),
        ("select a from p where total = 1 order by nat", {"p.total where"}),
        (f"select a from p where nat = {HOLE} {HOLE}", {"p.nat where"}),
    ],
)
def test_conditions_tell_which_columns_decide(text: str, filters: set[str]) -> None:
    assert used(only(text)) == filters


@pytest.mark.parametrize(
    ("text", "kind", "target", "temporary"),
    [
        ("create table s.t as select nat from p", "create", "s.t", False),
        ("create or replace view v as select nat from p", "create", "v", False),
        ("create temp table t as select nat from p", "create", "t", True),
        ("select nat into #t from p", "create", "#t", True),
        ("insert into t select nat from p", "insert", "t", False),
        ("insert into t (x) values (1), (2), (3)", "insert", "t", False),
        ("update a set n = 1 from people a where a.nat = 1", "update", "people", False),
        ("delete from t where nat = 1", "delete", "t", False),
        (
            "merge into t using p on t.i = p.i when matched then update set n = p.nat",
            "merge",
            "t",
            False,
        ),
        ("copy (select nat from p) to 'out/x.csv'", "export", "out/x.csv", False),
        ("copy t from 'in/x.csv'", "insert", "t", False),
        ("select nat from p", "select", None, False),
    ],
)
def test_each_kind_of_statement_names_what_it_fills(
    text: str, kind: str, target: str | None, temporary: bool
) -> None:
    statement = only(text)
    assert (statement.kind, statement.target, statement.is_temporary) == (kind, target, temporary)


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("insert into t (a, b) select nat, age from p", {"a": {"p.nat"}, "b": {"p.age"}}),
        ("create view v (x) as select nat from p", {"x": {"p.nat"}}),
        ("update t set a = p.nat from p where p.i = t.i", {"a": {"p.nat", "t.i"}}),
        (
            "merge into t using (select i, nat from p) s on t.i = s.i when matched then update set "
            "t.a = s.nat when not matched then insert (b) values (upper(s.nat))",
            {"a": {"p.nat"}, "b": {"p.nat"}},
        ),
        ("copy t(nat) from 'x.csv'", {"nat": {"x.csv.nat"}}),
    ],
)
def test_a_change_names_the_columns_that_it_fills(text: str, columns: dict[str, set[str]]) -> None:
    assert made(only(text)) == columns


def test_stars_tell_what_they_leave_out_and_rename() -> None:
    (star,) = only("select * exclude (nat) rename (a as b) from p").stars
    assert (star.table, star.left_out, star.renamed) == ("p", ("nat",), (("b", "a"),))
    assert {star.table for star in only("select * from a join b on true").stars} == {"a", "b"}
    assert [star.table for star in only("select b.* from a join b on true").stars] == ["b"]
    assert only(f"select {HOLE} from p").stars[0].table == "p"


def test_known_columns_decide_between_tables() -> None:
    statement = only("select nat from a join b on true", a=["nat"], b=["x"])
    assert made(statement) == {"nat": {"a.nat"}}


def test_names_have_the_line_and_role_that_they_are_spelled_with() -> None:
    reading = read_sql("select nat,\n upper(land) as l\nfrom p\nwhere\n taal = 1", line=10)
    found = {(each.name, each.line, each.role) for each in reading.statements[0].spelled}
    assert found == {
        ("nat", 10, "read"),
        ("land", 11, "derive"),
        ("l", 11, "derive"),
        ("taal", 14, "filter"),
    }
    assert ("taal", 14) in reading.statements[0].identifiers
    assert reading.statements[0].filters[0].line == 14


def test_a_statement_that_cannot_be_parsed_is_told_and_its_words_are_kept() -> None:
    reading = read_sql("select 1 from a;\nselect from from where nationaliteit = ((;", line=5)
    assert [(each.construct, each.line) for each in reading.hidden] == [("sql_not_parsed", 6)]
    assert ("nationaliteit", 6) in reading.statements[1].identifiers


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("(" * 5000, id="brackets"),
        pytest.param("select " + "(" * 400 + "1" + ")" * 400, id="nested"),
        pytest.param("select * from (" * 99 + "t" + ")" * 99, id="subqueries"),
        pytest.param("select a from t" + " union all select a from t" * 1000, id="unions"),
        pytest.param("select a from t where " + " or ".join(["x = 1"] * 3000), id="conditions"),
        pytest.param("select case " * 400, id="cases"),
        pytest.param("$a$ " * 5000, id="dollars"),
        pytest.param("{% " * 5000, id="templates"),
        pytest.param("x" * (9 << 20), id="large"),
    ],
)
def test_odd_text_ends_in_time(text: str) -> None:
    read_sql(text)


_WORDS = st.sampled_from(
    "select from where with as ( ) , ; a b.c * 'x' case when then end union join on insert into "  # noqa: SIM905
    "values update set merge using create table begin if loop exec $$ -- \n [x] @v \ufffc {{".split(
        " "
    )
)


@settings(max_examples=150, deadline=None)
@given(st.lists(_WORDS, max_size=30).map(" ".join) | st.text(max_size=60))
def test_no_text_raises(text: str) -> None:
    read_sql(text)
