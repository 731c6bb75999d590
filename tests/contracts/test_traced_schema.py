"""A database as a source of a trace: the SQL that it keeps is followed, and no row is read."""

import threading

import psycopg
import pytest

from doorlicht.records import BlindSpot, Definition, Source
from doorlicht.runs.trace import trace
from doorlicht.runs.trace_request import TraceRequest
from doorlicht.sources.databases.connector import DatabaseConnector
from doorlicht.sources.databases.postgresql.session import PostgreSQL

pytestmark = pytest.mark.postgres

SCHEMA = (
    "CREATE SCHEMA brp",
    "CREATE TABLE brp.personen (bsn text, geboorteland text, inkomen int)",
    "CREATE TABLE public.scores (bsn text, risicoscore numeric)",
    """CREATE VIEW public.v_kenmerken AS
       SELECT p.bsn, p.inkomen,
         CASE WHEN p.geboorteland = '6030' THEN 0 ELSE 1 END AS buiten
       FROM brp.personen p""",
    """CREATE MATERIALIZED VIEW public.mv_score AS
       SELECT k.bsn, 0.3 * k.buiten + k.inkomen / 10000.0 AS risicoscore
       FROM public.v_kenmerken k""",
    """CREATE FUNCTION public.vul() RETURNS void LANGUAGE plpgsql AS $$
       BEGIN
         INSERT INTO public.scores (bsn, risicoscore)
         SELECT bsn, CASE WHEN geboorteland IN ('5022', '6043') THEN 1 ELSE 0 END
         FROM brp.personen;
       END $$""",
)


def found_in(database, **more):
    request = TraceRequest((), "test", databases=(database.source,), **more)
    return trace(request).result


@pytest.fixture
def schema(database):
    database.run(*SCHEMA)
    return database


def test_views_and_routines_are_followed_into_a_score(schema):
    result = found_in(schema)
    assert result.lost == ()
    flows = {(flow.concept, flow.verdict) for flow in result.flows}
    assert flows == {("country_of_birth", "used")}
    places = {(hop.place.file, hop.place.line) for flow in result.flows for hop in flow.hops}
    assert ("public.v_kenmerken", 6) in places
    assert {flow.source.dataset for flow in result.flows} == {"brp.personen"}
    scored = {place.file for model in result.models for place in model.score}
    assert scored == {"public.mv_score", "public.vul"}


def test_lines_are_those_that_the_database_shows(schema):
    with psycopg.connect(schema.url) as connection:
        shown = connection.execute("SELECT pg_get_viewdef('public.v_kenmerken'::regclass)")
        lines = shown.fetchone()[0].splitlines()
        routine = connection.execute("SELECT pg_get_functiondef('public.vul'::regproc)")
        body = routine.fetchone()[0].splitlines()
    references = {(one.place.file, one.place.line) for one in found_in(schema).references}
    wanted = {
        ("public.v_kenmerken", n) for n, line in enumerate(lines, 1) if "geboorteland" in line
    }
    wanted |= {("public.vul", n) for n, line in enumerate(body, 1) if "geboorteland" in line}
    assert len(wanted) >= 2
    assert references == wanted


def test_tables_of_a_database_are_known_to_code_beside_it(schema, tmp_path):
    (tmp_path / "train.py").write_text(
        "import pandas as pd\nfrom sklearn.linear_model import LogisticRegression\n"
        "df = pd.read_sql('select * from brp.personen', con)\n"
        "LogisticRegression().fit(df.drop(columns=['bsn']), df['fraude'])\n"
    )
    result = trace(TraceRequest([tmp_path], "test", databases=[schema.source])).result
    (flow,) = [one for one in result.flows if one.hops[-1].place.file == "train.py"]
    assert (flow.source.column, flow.verdict, flow.visibility) == (
        "geboorteland", "used", "data-value",
    )  # fmt: skip


def test_a_trigger_sets_a_score_of_its_table(schema):
    schema.run(
        "ALTER TABLE brp.personen ADD risicoscore int",
        """CREATE FUNCTION brp.weeg() RETURNS trigger LANGUAGE plpgsql AS $$
           BEGIN
             NEW.risicoscore := CASE WHEN NEW.geboorteland = '5022' THEN 9 ELSE 0 END;
             RETURN NEW;
           END $$""",
        "CREATE TRIGGER bij_wijziging BEFORE INSERT ON brp.personen "
        "FOR EACH ROW EXECUTE FUNCTION brp.weeg()",
    )
    result = found_in(schema)
    models = {model.id for model in result.models for at in model.score if at.file == "brp.weeg"}
    (flow,) = [one for one in result.flows if one.model in models]
    assert (flow.source.dataset, flow.source.column) == ("brp.personen", "geboorteland")


def test_every_row_stays_where_it_is(schema):
    schema.run("INSERT INTO brp.personen VALUES ('Zwartewaterman', 'Zwartewaterland', 1)")
    told = list(schema.connector.schema(schema.source))
    assert "Zwartewater" not in repr(told)
    assert "Zwartewater" not in repr(found_in(schema))


def test_two_routines_of_one_name_are_told_apart(schema):
    schema.run(
        "CREATE FUNCTION public.f(a int) RETURNS int LANGUAGE sql AS 'SELECT a'",
        "CREATE FUNCTION public.f(a text) RETURNS text LANGUAGE sql AS 'SELECT a'",
    )
    told = schema.connector.schema(schema.source)
    paths = {one.path for one in told if isinstance(one, Definition)}
    assert {"public.f(a integer)", "public.f(a text)"} <= paths


def test_a_catalogue_that_is_closed_is_a_blind_spot_and_the_rest_is_read(schema):
    schema.run("CREATE ROLE lezer LOGIN", "REVOKE SELECT ON pg_catalog.pg_proc FROM PUBLIC")
    try:
        schema.seen_by("lezer")
        result = found_in(schema)
    finally:
        schema.run("GRANT SELECT ON pg_catalog.pg_proc TO PUBLIC", "DROP ROLE lezer")
    assert [(one.place.file, one.construct) for one in result.lost] == [
        ("pg_proc", "database_denied")
    ]
    assert {flow.verdict for flow in result.flows} == {"used"}


@pytest.mark.parametrize(
    ("url", "construct"),
    [
        pytest.param("postgresql://postgres@localhost:1/x", "database_unreachable", id="no-server"),
        pytest.param("postgresql://nobody_here@{rest}", "database_denied", id="no-account"),
        pytest.param("postgresql://postgres@{rest}_gone", "database_missing", id="no-database"),
    ],
)
def test_a_database_that_does_not_open_is_a_blind_spot(database, url, construct):
    location = url.format(rest=database.url.split("@", 1)[1])
    source = Source("zaken", "postgresql", location, "zaken")
    result = trace(TraceRequest((), "test", databases=[source])).result
    assert [(one.place.file, one.construct) for one in result.lost] == [("zaken", construct)]


class Dropped(PostgreSQL):
    """A server that ends the connection after some definitions."""

    def __init__(self, url, after):
        self.url, self.left = url, after

    def connect(self, location, options, limits):
        session = super().connect(location, options, limits)
        give = session.definition

        def definition(one):
            self.left -= 1
            if self.left == 0:
                with psycopg.connect(self.url, autocommit=True) as other:
                    other.execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                        "WHERE application_name = 'doorlicht'"
                    )
            return give(one)

        session.definition = definition
        return session


def test_a_lost_connection_costs_one_definition(schema):
    connector = DatabaseConnector(Dropped(schema.url, after=2))
    told = list(connector.schema(schema.source))
    assert [one.asset for one in told if isinstance(one, BlindSpot)] == ["public.v_kenmerken"]
    assert [one.path for one in told if isinstance(one, Definition)] == [
        "public.mv_score", "public.vul",
    ]  # fmt: skip


def test_a_server_that_stays_away_ends_the_source(schema):
    class Gone(Dropped):
        def connect(self, location, options, limits):
            if self.left <= 0:
                location = "postgresql://postgres@localhost:1/x"
            return super().connect(location, options, limits)

    connector = DatabaseConnector(Gone(schema.url, after=1))
    told = list(connector.schema(schema.source))
    spots = [(one.asset, one.code) for one in told if isinstance(one, BlindSpot)]
    assert spots == [
        ("public.mv_score", "database.connection_lost"), ("", "source.unreachable"),
    ]  # fmt: skip


def test_sql_that_cannot_be_parsed_is_a_blind_spot(schema):
    schema.run(
        "SET check_function_bodies = off; CREATE FUNCTION public.raar() RETURNS void "
        "LANGUAGE sql AS $$ SELECT FROM WHERE geboorteland (( $$"
    )
    lost = {(one.place.file, one.construct) for one in found_in(schema).lost}
    assert lost == {("public.raar", "sql_not_parsed")}


def test_a_language_that_is_not_read_is_a_blind_spot(schema):
    schema.run(
        "CREATE TRUSTED LANGUAGE eigen HANDLER plpgsql_call_handler",
        "CREATE FUNCTION public.x() RETURNS int LANGUAGE eigen AS 'return 1'",
    )
    try:
        lost = [(one.place.file, one.construct, one.reason) for one in found_in(schema).lost]
    finally:
        schema.run("DROP LANGUAGE eigen CASCADE")
    assert lost == [("public.x", "database_language", "eigen")]


def test_a_table_that_somebody_holds_does_not_keep_us_from_the_other_views(schema, monkeypatch):
    monkeypatch.setattr("doorlicht.sources.databases.postgresql.connection.LOCK_SECONDS", 1)
    done = threading.Event()
    held = threading.Event()

    def hold():
        with psycopg.connect(schema.url) as other:
            other.execute("LOCK TABLE brp.personen IN ACCESS EXCLUSIVE MODE")
            held.set()
            done.wait(30)

    keeper = threading.Thread(target=hold)
    keeper.start()
    try:
        assert held.wait(10)
        told = list(schema.connector.schema(schema.source))
    finally:
        done.set()
        keeper.join()
    paths = [one.path for one in told if isinstance(one, Definition)]
    assert "public.vul" in paths
