"""What idioms of SQL do with origin-related data: each with the column and the verdict it gives."""

import pytest

from doorlicht.runs.trace import trace
from doorlicht.runs.trace_request import TraceRequest

USED, RULE = "used", "selection-rule"

IDIOMS = {
    "ctas-case": (
        {("geboorteland", USED)},
        """create table score as select id, case when geboorteland='5022' then 1 else 0 end as
risicoscore from p;""",
    ),
    "cte-chain": (
        {("nationaliteit", USED)},
        """create view v as with a as (select id, nationaliteit n from p), b as (select id, case
when n<>'NL' then 2 else 0 end pt from a) select id, pt*2 as risicoscore from b;""",
    ),
    "window": (
        {("geboorteland", USED)},
        """create table t as select id, rank() over (partition by geboorteland order by bedrag
desc) as risico_score from p;""",
    ),
    "ntile": (
        {("nationaliteit", USED)},
        """create table t as select id, ntile(10) over (order by case when nationaliteit='TR'
then 1 else 0 end desc) as risicoklasse from p;""",
    ),
    "merge": (
        {("geboorteland", RULE)},
        """merge into score s using p on s.id=p.id when matched and p.geboorteland='6043' then
update set s.risicoscore = s.risicoscore+5 when not matched then insert (id,
risicoscore) values (p.id, 1);""",
    ),
    "update-case": (
        {("nationaliteit", USED)},
        """update aanvraag set risicoscore = case when nationaliteit in ('52','41') then 100 else
risicoscore end;""",
    ),
    "update-from": (
        {("geboorteland", RULE)},
        """update a set risicoscore = 100 from aanvraag a join persoon p on p.id=a.pid where
p.geboorteland='5022';""",
    ),
    "update-of-a-part": (
        {("nationaliteit", RULE)},
        """create table deel as select id, 0 as pt from aanvraag; update deel set pt = pt + 2 where
id in (select id from persoon where nationaliteit='41'); insert into controlelijst
select id from deel where pt >= 2;""",
    ),
    "update-of-a-part-from": (
        {("verblijfstitel", USED)},
        """select id, 0 as pt into #deel from aanvraag; update d set pt = 3 from #deel d join
persoon p on p.id = d.id where p.verblijfstitel='21'; select id, pt * 2 as risicoscore into
score from #deel;""",
    ),
    "update-of-what-scores-nobody": (
        set(),
        """create table deel as select id, 0 as gezien, inkomen from aanvraag; update deel set
gezien = 1 where nationaliteit='41'; create table score as select id, inkomen / 100 as
risicoscore from deel;""",
    ),
    "update-alias": (
        {("geboorteland", USED)},
        """update a set a.risicoscore = 12 * case when a.geboorteland <> '6030' then 1 else 0 end
from dbo.aanvraag a;""",
    ),
    "insert-list": (
        {("verblijfstitel", RULE)},
        """insert into controlelijst (id) select id from persoon where verblijfstitel in
('21','22') and inkomen>0;""",
    ),
    "insert-list-join": (
        {("nationaliteit", RULE)},
        """insert into te_controleren select a.id from aanvraag a join persoon p on p.id=a.pid
where p.nationaliteit <> '1';""",
    ),
    "delete": (
        {("nationaliteit", RULE)},
        """create table selectie as select id, nationaliteit from p; delete from selectie where
nationaliteit='1';""",
    ),
    "having": (
        {("geboorteland", RULE)},
        """create table selectie as select adres from p group by adres having count(distinct
geboorteland)>3;""",
    ),
    "exists": (
        {("geboorteland", RULE)},
        """insert into controlelijst select a.id from aanvraag a where exists (select 1 from
persoon p where p.id=a.pid and p.geboorteland='5022');""",
    ),
    "in-subq": (
        {("nationaliteit", RULE)},
        """insert into controlelijst select id from aanvraag where pid in (select id from persoon
where nationaliteit='41');""",
    ),
    "not-in": (
        {("geboorteland", RULE)},
        """insert into uitnodigingen select id from persoon where id not in (select id from
persoon where geboorteland='6030');""",
    ),
    "qualify": (
        {("geboorteland", RULE)},
        """create table selectie as select id from p qualify row_number() over (partition by
geboorteland order by bedrag desc)=1;""",
    ),
    "temp-chain": (
        {("geboorteland", USED)},
        """create temp table t1 as select id, geboorteland from p; create temp table t2 as select
id, geboorteland='5022' as west from t1; create table uit as select id, case when west
then 3 else 0 end as risicoscore from t2;""",
    ),
    "rule-table": (
        {("nationaliteit", USED)},
        """create table score as select p.id, sum(r.punten) as risicoscore from p join regels r
on r.kenmerk='nat' and r.waarde=p.nationaliteit group by p.id;""",
    ),
    "rule-table-where": (
        {("geboorteland", RULE)},
        """insert into controlelijst select p.id from p, risicolanden r where p.geboorteland =
r.landcode;""",
    ),
    "left-join-flag": (
        {("geboorteland", USED)},
        """create table score as select p.id, case when l.landcode is not null then 5 else 0 end
as risicoscore from p left join risicolanden l on l.landcode=p.geboorteland;""",
    ),
    "coalesce": (
        {("nationaliteit", USED), ("nationaliteit2", USED)},
        """create table score as select id, coalesce(nationaliteit2, nationaliteit)<>'1' as
risk_flag from p;""",
    ),
    "decode": (
        {("geboorteland", USED)},
        """create table score as select id, decode(geboorteland,'5022',2,'6043',2,0) risicoscore
from p;""",
    ),
    "iif": (
        {("nationaliteit", USED)},
        """select id, iif(nationaliteit='TR',1,0) as risicoscore into score from p;""",
    ),
    "oracle-plus": (
        {("geboorteland", USED)},
        """create table score as select p.id, nvl(l.punten,0) risicoscore from p, landpunten l
where p.geboorteland=l.code(+);""",
    ),
    "snowflake": (
        {("nationaliteit", USED)},
        """create or replace table score as select id, iff(nationaliteit='TR',1,0)::int as
risicoscore, lateral_x.value from p, lateral flatten(input => p.talen) lateral_x;""",
    ),
    "bq-create-model": (
        {("geboorteland", USED)},
        """CREATE OR REPLACE MODEL ds.fraude OPTIONS(model_type='logistic_reg',
input_label_cols=['fraude']) AS SELECT leeftijd, geboorteland, fraude FROM ds.p;""",
    ),
    "bq-predict": (
        {("nationaliteit", USED)},
        """CREATE OR REPLACE MODEL `p.ds.m` OPTIONS(model_type='BOOSTED_TREE_CLASSIFIER',
input_label_cols=['fraude']) AS SELECT * EXCEPT(id) FROM (select id, leeftijd,
nationaliteit, fraude from `p.ds.pers`); create table `p.ds.uit` as SELECT id,
predicted_fraude_probs FROM ML.PREDICT(MODEL `p.ds.m`, (SELECT id, leeftijd,
nationaliteit FROM `p.ds.pers`));""",
    ),
    "redshift-model": (
        {("country_of_birth", USED)},
        """CREATE MODEL risk FROM (SELECT age, country_of_birth, fraud FROM customers) TARGET
fraud FUNCTION predict_risk IAM_ROLE default SETTINGS (S3_BUCKET 'b');""",
    ),
    "madlib": (
        {("geboorteland", USED)},
        """SELECT madlib.logregr_train('personen','model_uit','fraude','ARRAY[1, leeftijd,
geboorteland]');""",
    ),
    "view-over-view-star": (
        {("geboorteland", USED)},
        """create view a as select * from p; create view b as select id, geboorteland from a;
create table c as select id, geboorteland='x' as signaal from b;""",
    ),
    "union": (
        {("geboorteland", RULE)},
        """create table selectie as select id from p where geboorteland='1' union all select id
from q where inkomen>3;""",
    ),
    "lateral": (
        {("nationaliteit", USED)},
        """create table score as select p.id, x.punten as risicoscore from p cross join lateral
(select case when p.nationaliteit='1' then 0 else 1 end as punten) x;""",
    ),
    "cross-apply": (
        {("nationaliteit", USED)},
        """select p.id, x.punten as risicoscore into score from p cross apply (values (case when
p.Nationaliteit='1' then 0 else 1 end)) x(punten);""",
    ),
    "pivot": (
        {("nationaliteit", USED)},
        """select id, [NL],[TR] into kenmerk from (select id, nationaliteit, 1 as n from p) s
pivot (max(n) for nationaliteit in ([NL],[TR])) pv; select id, [TR]*5 as risicoscore
into score from kenmerk;""",
    ),
    "string_agg": (
        {("nationaliteit", USED)},
        """create table sig as select adres, count(distinct nationaliteit) as aantal_nat from p
group by adres; create table s2 as select adres, aantal_nat*2 as risicoscore from sig;""",
    ),
    "not-used": (
        set(),
        """create table kenmerk as select id, geboorteland, inkomen from p; create table score as
select id, inkomen/100 as risicoscore from kenmerk;""",
    ),
    "insert-values": (
        {("geboorteland", USED)},
        """insert into landpunten (landcode, punten) values ('5022',3); create table score as
select p.id, l.punten as risicoscore from p join landpunten l on l.landcode =
p.geboorteland;""",
    ),
    "recursive": (
        {("geboorteland_ouder", USED)},
        """create table t as with recursive fam as (select id, ouder, geboorteland_ouder from p
union all select c.id,c.ouder,f.geboorteland_ouder from p c join fam f on
f.id=c.ouder) select id, geboorteland_ouder<>'6030' as risico_flag from fam;""",
    ),
    "greatest": (
        {("verblijfstitel", USED)},
        """create table t as select id, greatest(a, case when verblijfstitel='21' then 9 else 0
end) as risicoscore from p;""",
    ),
    "having-order-limit": (
        {("geboorteland", RULE)},
        """create table selectie as select id from p order by case when geboorteland='1' then 0
else 1 end desc limit 100;""",
    ),
    "top": (
        {("nationaliteit", RULE)},
        """select top 100 id into controlelijst from p order by nationaliteit;""",
    ),
    "select-only-list": (
        {("nationaliteit", RULE)},
        """select p.bsn from persoon p where p.nationaliteit='41' into outfile
'/uit/controlelijst.csv';""",
    ),
    "copy": (
        {("geboorteland", RULE)},
        """copy (select bsn from persoon where geboorteland='5022') to '/uit/controlelijst.csv'
csv;""",
    ),
}


@pytest.mark.parametrize("name", IDIOMS)
def test_what_a_statement_does_with_origin_is_followed(tmp_path, name):
    wanted, text = IDIOMS[name]
    (tmp_path / "query.sql").write_text(text, "utf-8")
    result = trace(TraceRequest([tmp_path], "test")).result
    assert {(flow.source.column.lower(), flow.verdict) for flow in result.flows} == wanted
    assert result.lost == ()


def test_a_model_of_the_database_has_its_places_and_its_target(tmp_path):
    (tmp_path / "m.sql").write_text(
        "CREATE OR REPLACE MODEL ds.m\n"
        "OPTIONS(model_type='LOGISTIC_REG', input_label_cols=['fraude']) AS\n"
        "SELECT leeftijd, nationaliteit, fraude FROM ds.p;\n"
        "CREATE TABLE ds.uit AS SELECT id, predicted_fraude\n"
        "FROM ML.PREDICT(MODEL ds.m, (SELECT id, leeftijd, nationaliteit FROM ds.nieuw));\n"
    )
    (model,) = trace(TraceRequest([tmp_path], "test")).result.models
    assert (model.name, model.algorithm, model.target) == ("ds.m", "LOGISTIC_REG", "fraude")
    assert [place.line for place in (*model.train, *model.score)] == [1, 4]
    assert set(model.features) == {"leeftijd", "nationaliteit"}
