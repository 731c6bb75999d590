"""Routines of SQL hand origin-related data on through variables, conditions, loops and triggers."""

import pytest

from doorlicht.runs.trace import trace
from doorlicht.runs.trace_request import TraceRequest

USED, RULE = "used", "selection-rule"

ROUTINES = {
    "cte-final-select": (
        {("nationaliteit", USED)},
        """create view v as with s as (select id,
case when nationaliteit='1' then 0 else 2 end as risicoscore
from p) select id, risicoscore from s;""",
    ),
    "subq-final-select": (
        {("geboorteland", USED)},
        """create table t as select q.id, q.score as risicoscore
from (select id, case when geboorteland='1' then 0 else 2 end as score from p) q;""",
    ),
    "plpgsql-var": (
        {("geboorteland", USED)},
        """create function f(p_id int) returns int language plpgsql as $$
declare v_land text; v_score int := 0;
begin
  select geboorteland into v_land from persoon where id = p_id;
  if v_land = '5022' then
    v_score := v_score + 10;
  end if;
  update aanvraag set risicoscore = v_score where pid = p_id;
  return v_score;
end $$;""",
    ),
    "plpgsql-loop": (
        {("nationaliteit", USED)},
        """create procedure vul() language plpgsql as $$
declare r record; s int;
begin
  for r in select id, nationaliteit, inkomen from persoon loop
    s := 0;
    if r.nationaliteit <> '1' then s := s + 3; end if;
    insert into score (id, risicoscore) values (r.id, s);
  end loop;
end $$;""",
    ),
    "plpgsql-loop-if-insert": (
        {("nationaliteit", RULE)},
        """create procedure vul() language plpgsql as $$
declare r record;
begin
  for r in select id, nationaliteit from persoon loop
    if r.nationaliteit in ('41','52') then
      insert into controlelijst (id) values (r.id);
    end if;
  end loop;
end $$;""",
    ),
    "plpgsql-return-case": (
        {("geboorteland", USED)},
        """create function bereken(p_geboorteland text, p_inkomen int) returns int as $$
begin
  return case when p_geboorteland = '5022' then 5 else 0 end + p_inkomen/1000;
end; $$ language plpgsql;
create table score as select id, bereken(geboorteland, inkomen) as risicoscore from persoon;""",
    ),
    "sql-function-used": (
        {("nationaliteit", USED)},
        """create function pts(n text) returns int language sql
as $$ select case when n='1' then 0 else 3 end $$;
create view s as select id, pts(nationaliteit) as risicoscore from p;""",
    ),
    "trigger-pg": (
        {("geboorteland", USED)},
        """create table persoon (id int, geboorteland text, risicoscore int);
create function weeg() returns trigger language plpgsql as $$
begin
  new.risicoscore := case when new.geboorteland = '5022' then 9 else 0 end;
  return new;
end $$;
create trigger t before insert on persoon for each row execute function weeg();""",
    ),
    "trigger-pg-if": (
        {("nationaliteit", USED)},
        """create function weeg() returns trigger language plpgsql as $$
begin
  if new.nationaliteit not in ('1') then
    new.risicoscore := 9;
  end if;
  return new;
end $$;
create trigger t before insert on persoon for each row execute function weeg();""",
    ),
    "trigger-sqlite": (
        {("geboorteland", RULE)},
        """create trigger t after insert on persoon begin update aanvraag set risicoscore = 5
where pid = new.id and new.geboorteland = '5022'; end;""",
    ),
    "trigger-insert": (
        {("nationaliteit", RULE)},
        """create trigger t after insert on persoon for each row
when (new.nationaliteit <> '1') begin insert into controlelijst(id) values (new.id); end;""",
    ),
    "tsql-var": (
        {("geboorteland", USED)},
        """create procedure dbo.Bereken @Id int as
begin
  declare @Land nvarchar(10), @Score int = 0;
  select @Land = GeboorteLand from dbo.Persoon where Id = @Id;
  if @Land in ('5022','6043')
    set @Score = @Score + 20;
  update dbo.Aanvraag set RisicoScore = @Score where PersoonId = @Id;
end
go""",
    ),
    "tsql-if-insert": (
        {("nationaliteit", RULE)},
        """create procedure dbo.Kies @Id int as
begin
  declare @Nat int;
  set @Nat = (select Nationaliteit from dbo.Persoon where Id = @Id);
  if @Nat <> 1
  begin
    insert into dbo.Controlelijst (Id) values (@Id);
  end
end""",
    ),
    "tsql-if-exists": (
        {("nationaliteit", RULE)},
        """create procedure dbo.Kies @Id int as
begin
  if exists (select 1 from dbo.Persoon where Id=@Id and Nationaliteit='41')
    insert into dbo.Controlelijst (Id) values (@Id);
end""",
    ),
    "tsql-cursor": (
        {("nationaliteit", USED)},
        """create procedure dbo.Loop as
begin
  declare @Id int, @Nat int, @Score int;
  declare c cursor for select Id, Nationaliteit from dbo.Persoon;
  open c;
  fetch next from c into @Id, @Nat;
  while @@fetch_status = 0
  begin
    set @Score = case when @Nat = 1 then 0 else 7 end;
    insert into dbo.Score (Id, RisicoScore) values (@Id, @Score);
    fetch next from c into @Id, @Nat;
  end
  close c; deallocate c;
end""",
    ),
    "tsql-table-var": (
        {("nationaliteit", USED)},
        """declare @t table (Id int, Nat int);
insert into @t (Id, Nat) select Id, Nationaliteit from dbo.Persoon;
select Id, case when Nat = 1 then 0 else 3 end as RisicoScore into dbo.Score from @t;""",
    ),
    "tsql-udf": (
        {("nationaliteit", USED)},
        """create function dbo.fnPunten (@Nat int) returns int as
begin
  declare @p int = 0;
  if @Nat <> 1 set @p = 5;
  return @p;
end
go
select Id, dbo.fnPunten(Nationaliteit) as RisicoScore into dbo.Score from dbo.Persoon;""",
    ),
    "plsql-cursor-for": (
        {("geboorteland", USED)},
        """create or replace procedure vul is
  v_punten number := 0;
begin
  for r in (select id, geboorteland from personen) loop
    if r.geboorteland = 'MA' then v_punten := 5; else v_punten := 0; end if;
    update aanvraag a set a.risicoscore = v_punten where a.pid = r.id;
  end loop;
end;
/""",
    ),
    "plsql-fn": (
        {("geboorteland", USED)},
        """create or replace function punten(p_land varchar2) return number is
begin
  if p_land in ('MA','TR') then return 5; end if;
  return 0;
end;
/
create table score as select id, punten(geboorteland) as risicoscore from personen;""",
    ),
    "plsql-case-var": (
        {("nationaliteit", RULE)},
        """create or replace procedure kies(p_id number) is
 v_nat personen.nationaliteit%type;
begin
  select nationaliteit into v_nat from personen where id = p_id;
  case when v_nat = 'NL' then null; else insert into controlelijst(id) values (p_id); end case;
end;
/""",
    ),
    "oracle-trigger": (
        {("geboorteland", USED)},
        """create or replace trigger trg before insert on aanvraag for each row
declare v_land varchar2(4);
begin
  select geboorteland into v_land from persoon where id = :new.pid;
  if v_land <> '6030' then :new.risicoscore := 10; end if;
end;
/""",
    ),
    "mysql-proc": (
        {("nationaliteit", RULE)},
        """delimiter //
create procedure vul(in p_id int)
begin
  declare v_nat varchar(3);
  select nationaliteit into v_nat from persoon where id = p_id;
  if v_nat <> 'NL' then
    update aanvraag set risicoscore = 10 where pid = p_id;
  end if;
end //
delimiter ;""",
    ),
    "execute-format": (
        {("nationaliteit", RULE)},
        """create function f() returns void language plpgsql as $$
begin
  execute 'insert into controlelijst select id from persoon where nationaliteit = ''41''';
end $$;""",
    ),
    "plpgsql-not-used": (
        set(),
        """create function f(p_id int) returns int language plpgsql as $$
declare v_land text; v_score int := 0; v_ink int;
begin
  select geboorteland, inkomen into v_land, v_ink from persoon where id = p_id;
  if v_ink > 5 then v_score := v_score + 10; end if;
  update aanvraag set risicoscore = v_score where pid = p_id;
  return v_score;
end $$;""",
    ),
    "tsql-parameter-if-block": (
        {("nationaliteit", RULE)},
        """create procedure dbo.Kies @id int, @nationaliteit varchar(10) as
begin
  if @nationaliteit <> 'NL'
  begin
    update dbo.Aanvraag set selected = 1 where persoon_id = @id;
  end
end
go""",
    ),
    "tsql-function-alone": (
        {("geboorteland", USED)},
        """create function dbo.fn_score (@geboorteland int, @leeftijd int) returns int as
begin
  declare @s int = 0
  if @geboorteland <> 6030
    set @s = @s + 10
  return @s
end""",
    ),
    "plpgsql-return-in-if": (
        {("p_nationaliteit", USED)},
        """create function risicoscore(p_nationaliteit text) returns int as $$
begin
  if p_nationaliteit <> 'NL' then
    return 10;
  end if;
  return 0;
end $$ language plpgsql;""",
    ),
    "sql-function-alone": (
        {("p_nat", USED)},
        """create function risicoscore(p_nat text) returns int language sql
as $$ select case when p_nat <> 'NL' then 10 else 0 end $$;""",
    ),
    "plsql-function-alone": (
        {("nationaliteit", USED), ("geboorteland", USED)},
        """create or replace function f_risico(p_id number) return number is
  l_nat varchar2(10);
  l_geb varchar2(10);
begin
  select nationaliteit, geboorteland into l_nat, l_geb from personen where id = p_id;
  if l_nat != 'NL' or l_geb != 'NL' then
    return 100;
  end if;
  return 0;
end f_risico;
/""",
    ),
    "plsql-first-function-of-a-package": (
        {("p_nat", USED)},
        """create or replace package body risico as
  function score(p_nat in varchar2) return number is
    v number := 0;
  begin
    if p_nat not in ('NL') then v := 10; end if;
    return v;
  end score;
end risico;
/""",
    ),
    "function-that-scores-by-no-origin": (
        set(),
        """create function risicoscore(p_inkomen int, p_bedrag int) returns int as $$
begin
  if p_inkomen < 10 then return 10; end if;
  return p_bedrag;
end $$ language plpgsql;""",
    ),
}


@pytest.mark.parametrize("name", ROUTINES)
def test_what_a_routine_decides_on_is_followed(tmp_path, name):
    wanted, text = ROUTINES[name]
    (tmp_path / "routine.sql").write_text(text, "utf-8")
    result = trace(TraceRequest([tmp_path], "test")).result
    assert {(flow.source.column.lower(), flow.verdict) for flow in result.flows} == wanted
    assert result.lost == ()


CALLS = {
    "plpgsql": (
        4,
        """create function na() returns trigger as $$
begin
  if new.nationaliteit <> 'NL' then
    perform zet_op_lijst(new.id);
  end if;
  return new;
end; $$ language plpgsql;""",
    ),
    "tsql": (
        5,
        """create procedure dbo.Kies @id int as
begin
  declare @nat int = (select nationaliteit from dbo.Persoon where id = @id);
  if @nat = 3
    exec dbo.Markeer @id;
end""",
    ),
    "plsql": (
        4,
        """create or replace trigger t before insert on aanvragen for each row
begin
  if :new.geboorteland not in ('NL') then
    pkg_lijst.voeg_toe(:new.id);
  end if;
end;
/""",
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_call_that_origin_decides_on_is_told_as_not_followed(tmp_path, name):
    line, text = CALLS[name]
    (tmp_path / "a.sql").write_text(text, "utf-8")
    result = trace(TraceRequest([tmp_path], "test")).result
    assert [(one.place.line, one.construct) for one in result.lost] == [(line, "call_not_followed")]
    assert result.lost[0].hidden_flows == 1


def test_a_call_that_something_else_decides_on_is_not_told(tmp_path):
    text = CALLS["plpgsql"][1].replace("nationaliteit", "bedrag")
    (tmp_path / "a.sql").write_text(text, "utf-8")
    assert trace(TraceRequest([tmp_path], "test")).result.lost == ()


def test_a_query_that_is_carried_out_from_a_variable_is_told(tmp_path):
    (tmp_path / "a.sql").write_text(
        """create function kies() returns void as $$
declare q text;
begin
  q := 'update a set geselecteerd = 1 where nationaliteit <> 1';
  execute q;
end $$ language plpgsql;"""
    )
    lost = trace(TraceRequest([tmp_path], "test")).result.lost
    assert [(one.place.line, one.construct) for one in lost] == [(5, "dynamic_code")]


def test_a_condition_that_decides_nothing_followed_still_names_its_columns(tmp_path):
    (tmp_path / "a.sql").write_text(
        """create function f(p_geboorteland text) returns void as $$
begin
  if p_geboorteland = 'NL' then
    raise notice 'x';
  end if;
end $$ language plpgsql;"""
    )
    found = trace(TraceRequest([tmp_path], "test")).result.references
    assert [(one.place.line, one.identifier) for one in found] == [(3, "p_geboorteland")]


def test_the_variables_of_two_routines_are_kept_apart(tmp_path):
    (tmp_path / "a.sql").write_text(
        """create function een() returns void language plpgsql as $$
declare v text;
begin
  select geboorteland into v from persoon;
end $$;
create function twee() returns void language plpgsql as $$
declare v int;
begin
  select inkomen into v from persoon;
  update aanvraag set risicoscore = v;
end $$;"""
    )
    result = trace(TraceRequest([tmp_path], "test")).result
    assert result.flows == ()


def test_odd_routines_end_and_raise_nothing(tmp_path):
    odd = (
        "create procedure p as begin if @a = begin end else if",
        "create function f() returns trigger as $$ begin new. := ; end if; end loop; end; end $$",
        "declare @a int = , @b = (select ; set @a = set @b = fetch next from c into",
        "for r in loop end loop; for in select loop case when then end case; " * 200,
        "create trigger on execute function; begin begin begin end end end end",
        "if x then " * 3000,
    )
    for number, text in enumerate(odd):
        (tmp_path / f"{number}.sql").write_text(f"-- geboorteland risicoscore\n{text}")
    trace(TraceRequest([tmp_path], "test"))


SCRIPT = """select nationaliteit from dbo.klant;
exec sp_execute_external_script @language = N'Python',
@script = N'm.fit(InputDataSet[[''nationaliteit'']], InputDataSet[''fraude''])',
@input_data_1 = N'select nationaliteit, fraude from dbo.klant';
"""


def test_a_script_of_another_language_in_sql_is_told_as_not_followed(tmp_path):
    (tmp_path / "a.sql").write_text(SCRIPT, "utf-8")
    lost = trace(TraceRequest([tmp_path], "test")).result.lost
    assert [(one.place.line, one.construct) for one in lost] == [(2, "dynamic_code")]
