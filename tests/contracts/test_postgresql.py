"""What only PostgreSQL has: its types, its catalogue, its rights, and its ways to refuse."""

import threading

import psycopg
import pytest
from tests.contracts.conftest import rows_per_table

from doorlicht.errors import SourceError
from doorlicht.plugins import Limits
from doorlicht.records import Source, TableProfile
from doorlicht.sources.databases.connector import DatabaseConnector
from doorlicht.sources.databases.postgresql import plans
from doorlicht.sources.databases.postgresql.session import PostgreSQL

pytestmark = pytest.mark.postgres

ODD = "'; DROP TABLE x --"


def hits(profile, column="land", table="name/country"):
    """Return rows per entry of one table of values, in one column."""
    (found,) = [one for one in profile.columns if one.name == column]
    counted = rows_per_table(found).get(table, {})
    return {entry.upper(): rows for entry, rows in counted.items()}


@pytest.mark.parametrize(
    ("kind", "values", "column", "table", "expected"),
    [
        pytest.param("char(20)", ("'Marokko'",), "land", "name/country", {"MA": 1}, id="padded"),
        pytest.param("varchar", ("'  Marokko '",), "land", "name/country", {"MA": 1}, id="spaces"),
        pytest.param("text COLLATE \"nl-x-icu\"", ("'Marokko'",), "land", "name/country",
                     {"MA": 1}, id="collation"),
        pytest.param("soort", ("'Marokko'", "'Turkije'"), "land", "name/country",
                     {"MA": 1, "TR": 1}, id="enum"),
        pytest.param("domein", ("'Marokko'",), "land", "name/country", {"MA": 1}, id="domain"),
        pytest.param("text[]", ("ARRAY['Marokko', NULL, 'Turkije']",), "land[]", "name/country",
                     {"MA": 1, "TR": 1}, id="array"),
        pytest.param("int[]", ("ARRAY[5022, 6029]",), "land[]", "brp/34",
                     {"MA": 1, "DE": 1}, id="array-of-codes"),
        pytest.param("jsonb", ("""'{"a": [{"land": "Marokko"}], "b": "Turkije", "c": null}'""",),
                     "land[]", "name/country", {"MA": 1, "TR": 1}, id="jsonb"),
        pytest.param("json", ("""'{"land": "Marokko"}'""",), "land[]", "name/country",
                     {"MA": 1}, id="json"),
        pytest.param("paar", ("ROW('Marokko', 3)::paar",), "land[]", "name/country",
                     {"MA": 1}, id="composite"),
        pytest.param("smallint", ("5022",), "land", "brp/34", {"MA": 1}, id="integer"),
        pytest.param("numeric(9,2)", ("5022", "6029.5"), "land", "brp/34", {"MA": 1},
                     id="numeric"),
        pytest.param("float8", ("5022", "'NaN'"), "land", "brp/34", {"MA": 1}, id="float"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("is_large", [False, True], ids=["one-pass", "several-passes"])
def test_values_are_found_in_every_type(
    database, monkeypatch, kind, values, column, table, expected, is_large
):
    if is_large:
        monkeypatch.setattr(plans, "SMALL_BYTES", 0)
    database.run(
        "CREATE TYPE soort AS ENUM ('Marokko', 'Turkije')",
        "CREATE DOMAIN domein AS text CHECK (value <> 'x')",
        "CREATE TYPE paar AS (land text, aantal int)",
        f"CREATE TABLE t (land {kind})",
        *(f"INSERT INTO t VALUES ({value})" for value in values),  # noqa: S608
        "INSERT INTO t VALUES (NULL)",
    )
    profile = database.profile("public.t")
    found = hits(profile, column, table)
    assert {entry: found.get(entry) for entry in expected} == expected
    assert profile.rows == len(values) + 1


@pytest.mark.parametrize(
    "kind", ["int4range", "bytea", "uuid", "point", "interval", "inet", "bit(3)", "xml", "tsvector",
             "oid", "money", "date", "timestamptz", "boolean", "name", '"char"', "int4multirange"],
)  # fmt: skip
def test_no_type_stops_the_count(database, kind):
    if kind == "int4multirange":
        with psycopg.connect(database.url) as connection:
            if connection.info.server_version < 140_000:
                pytest.skip("multiranges came with version 14")
    database.run(f"CREATE TABLE t (odd {kind}, land text)", "INSERT INTO t VALUES (NULL, 'Iran')")
    assert hits(database.profile("public.t")) == {"IR": 1}


def test_names_are_quoted_whatever_they_are(database):
    quoted = '"' + ODD + '"'
    database.run(
        f"CREATE SCHEMA {quoted}",
        f'CREATE TABLE {quoted}.{quoted} ({quoted} text, "50%" text, "a ""b""" text)',
        f"INSERT INTO {quoted}.{quoted} VALUES ('Iran', 'Irak', 'Ghana')",  # noqa: S608
        'CREATE TABLE "a.b" (land text)',
    )
    assert [one.path for one in database.assets()] == [f"{ODD}.{ODD}", 'public."a.b"']
    profile = database.profile(f"{ODD}.{ODD}")
    assert [one.name for one in profile.columns] == [ODD, "50%", 'a "b"']
    assert [list(hits(profile, one.name)) for one in profile.columns] == [["IR"], ["IQ"], ["GH"]]


def test_comments_and_the_labels_of_an_enum_are_read(database):
    database.run(
        "CREATE TYPE soort AS ENUM ('Marokko', 'x')",
        "CREATE TABLE t (land soort, n int)",
        "COMMENT ON TABLE t IS 'Mensen'",
        "COMMENT ON COLUMN t.land IS 'Land van geboorte'",
        "INSERT INTO t VALUES ('x', 1)",
    )
    profile = database.profile("public.t")
    assert profile.comment == "Mensen"
    assert profile.columns[0].label == "Land van geboorte"
    assert profile.columns[0].value_labels == {"Marokko": "Marokko", "x": "x"}
    assert "name/country" in [hit.table for hit in profile.columns[0].label_hits]


def test_each_kind_of_table_is_listed_once(database):
    database.run(
        "CREATE SCHEMA archief",
        "CREATE TABLE archief.mensen (land text)",
        "INSERT INTO archief.mensen VALUES ('Iran')",
        "CREATE VIEW kijk AS SELECT land FROM archief.mensen",
        "CREATE MATERIALIZED VIEW beeld AS SELECT land FROM archief.mensen",
        "CREATE TABLE delen (land text, jaar int) PARTITION BY LIST (jaar)",
        "CREATE TABLE delen_1 PARTITION OF delen FOR VALUES IN (1)",
        "CREATE TABLE delen_2 PARTITION OF delen FOR VALUES IN (2)",
        "INSERT INTO delen VALUES ('Iran', 1), ('Irak', 2)",
        "CREATE TABLE ouder (land text)",
        "CREATE TABLE kind (extra text) INHERITS (ouder)",
        "INSERT INTO ouder VALUES ('Ghana')",
        "INSERT INTO kind VALUES ('China', 'Peru')",
    )
    kinds = {one.path: one.format for one in database.assets()}
    assert kinds == {
        "archief.mensen": "table",
        "public.beeld": "materialized view",
        "public.delen": "partitioned table",
        "public.kijk": "view",
        "public.kind": "table",
        "public.ouder": "table",
    }
    found = {path: hits(database.profile(path)) for path in kinds}
    assert found["public.delen"] == {"IR": 1, "IQ": 1}
    assert found["public.kijk"] == found["public.beeld"] == found["archief.mensen"] == {"IR": 1}
    assert found["public.ouder"] == {"GH": 1}
    assert found["public.kind"] == {"CN": 1}


def test_the_fingerprint_changes_with_the_rows_and_the_columns(database):
    def mark():
        # The server tells its statistics after a moment.
        return database.assets()[0].fingerprint

    def settled(unlike):
        return any(mark() not in {unlike, None} or threading.Event().wait(0.2) for _ in range(50))

    database.run("CREATE TABLE t (land text)")
    first = mark()
    assert first is not None
    assert mark() == first
    database.run("INSERT INTO t VALUES ('Iran')")
    assert settled(unlike=first)
    second = mark()
    database.run("COMMENT ON COLUMN t.land IS 'land'")
    assert settled(unlike=second)


def test_a_view_has_no_fingerprint(database):
    database.run("CREATE VIEW v AS SELECT 'Iran' AS land")
    assert database.assets()[0].fingerprint is None


class TestRights:
    @pytest.fixture(autouse=True)
    def reader(self, database):
        self.role = f"r_{database.url[-10:]}"
        database.run(
            f"CREATE ROLE {self.role} LOGIN",
            "CREATE TABLE dicht (land text)",
            "CREATE TABLE open (land text, bsn text, geheim text)",
            "INSERT INTO open VALUES ('Iran', '1', 'x'), ('Irak', '2', 'y')",
            f"GRANT SELECT (land, bsn) ON open TO {self.role}",
        )
        yield
        database.seen_by("postgres")
        database.run(f"DROP OWNED BY {self.role}", f"DROP ROLE {self.role}")

    def test_a_table_without_rights_is_a_blind_spot(self, database):
        database.seen_by(self.role)
        assert database.blind("public.dicht") == ["source.denied"]

    def test_a_closed_column_is_told_and_the_others_are_counted(self, database):
        database.seen_by(self.role)
        profile, spot = database.look("public.open")
        assert [one.name for one in profile.columns] == ["land", "bsn"]
        assert hits(profile) == {"IR": 1, "IQ": 1}
        assert spot.code == "database.columns_denied"
        assert spot.details == {"number": 1, "columns": "geheim"}

    def test_rows_that_a_policy_hides_are_told(self, database):
        database.run(
            "ALTER TABLE open ENABLE ROW LEVEL SECURITY",
            f"CREATE POLICY p ON open TO {self.role} USING (bsn = '1')",
        )
        database.seen_by(self.role)
        profile, *spots = database.look("public.open")
        assert profile.rows == 1
        assert "database.rows_hidden" in [spot.code for spot in spots]

    @pytest.mark.parametrize(
        "refusal",
        [
            "REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC",
            "ALTER ROLE {role} SET default_transaction_read_only = on",
        ],
    )
    def test_without_temporary_tables_the_counts_are_the_same(self, database, monkeypatch, refusal):
        monkeypatch.setattr(plans, "SMALL_BYTES", 0)
        database.seen_by(self.role)
        expected = database.profile("public.open")
        database.run(refusal.format(database=database.name, role=self.role))
        database.connector.close()
        assert database.profile("public.open") == expected
        assert hits(expected) == {"IR": 1, "IQ": 1}


def test_a_connection_that_is_ended_costs_one_table(database):
    database.run(
        "CREATE VIEW traag AS SELECT 'Iran' AS land, pg_sleep(30)::text AS x",
        "CREATE TABLE vlug (land text)",
        "INSERT INTO vlug VALUES ('Irak')",
    )
    database.assets()
    found = []
    reading = threading.Thread(target=lambda: found.extend(database.look("public.traag")))
    reading.start()
    with psycopg.connect(database.url, autocommit=True) as killer:
        for _ in range(100):
            ended = killer.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE application_name = 'doorlicht' AND query LIKE '%%traag%%' "
                "AND state = 'active' AND datname = current_database()"
            ).fetchall()
            if ended:
                break
            threading.Event().wait(0.1)
    reading.join(20)
    assert [spot.code for spot in found] == ["database.connection_lost"]
    assert hits(database.profile("public.vlug")) == {"IQ": 1}


def test_a_table_that_takes_too_long_is_a_blind_spot(database):
    database.run("CREATE VIEW traag AS SELECT 'Iran' AS land, pg_sleep(30)::text AS x")
    assert database.blind("public.traag", limits=Limits(asset_seconds=1)) == ["limit.time"]


def test_a_locked_table_is_a_blind_spot(database):
    database.run("CREATE TABLE t (land text)")
    with psycopg.connect(database.url) as holder:
        holder.execute("LOCK TABLE t")
        found = database.blind("public.t", limits=Limits(asset_seconds=2))
    assert found == ["database.locked"]


def test_a_table_that_is_gone_is_a_blind_spot(database):
    database.run("CREATE TABLE t (land text)")
    (asset,) = database.assets()
    database.run("DROP TABLE t")
    (spot,) = database.connector.profiles(database.source, asset, database.request_for())
    assert spot.code == "database.gone"


def test_a_view_that_fails_costs_one_table_and_tells_no_value(database):
    database.run("CREATE VIEW v AS SELECT ('kanarie'::text)::int AS land")
    (spot,) = database.look("public.v")
    assert spot.code == "database.failed"
    assert "kanarie" not in repr(spot)


@pytest.mark.parametrize(
    ("location", "code"),
    [
        pytest.param("postgresql://jo@127.0.0.1:1/none", "source.unreachable", id="no-server"),
        pytest.param("postgresql://jo:geheim@127.0.0.1/x", "database.password", id="password"),
        pytest.param("postgresql://h/x?password=geheim", "database.password", id="parameter"),
        pytest.param("postgresql://${NERGENS}@h/x", "database.no_variable", id="no-variable"),
        pytest.param("postgresql://[h/x", "database.bad_url", id="half-an-address"),
        pytest.param("postgresql://jo:${GEHEIM}@127.0.0.1:1/none", "source.unreachable",
                     id="password-from-the-environment"),
        pytest.param("postgresql://postgres@127.0.0.1:${PORT}/niets", "source.missing",
                     id="no-such-database"),
        pytest.param("postgresql://niemand@127.0.0.1:${PORT}/postgres", "source.denied",
                     id="no-such-role"),
    ],
)  # fmt: skip
def test_a_database_that_cannot_be_opened_says_why(postgresql_url, location, code):
    port = postgresql_url.split(":")[-1].split("/")[0]
    connector = DatabaseConnector(PostgreSQL(), {"PORT": port, "GEHEIM": "geheim"})
    with pytest.raises(SourceError) as caught:
        list(connector.assets(Source("db", "postgresql", location)))
    assert caught.value.code == code
    assert "geheim" not in str(caught.value) + repr(caught.value.details)
    assert caught.value.__cause__ is None


def test_a_sample_of_a_large_table_is_spread_and_repeatable(database):
    database.run(
        "CREATE TABLE t AS SELECT CASE WHEN n < 100000 THEN 'Iran' ELSE 'Irak' END AS land "
        "FROM generate_series(1, 200000) AS g(n)",
        "ANALYZE t",
    )
    profile = database.profile("public.t", sample_rows=1000)
    assert profile.rows == 200_000
    assert 500 < profile.looked_at_rows <= 1000
    assert set(hits(profile)) == {"IR", "IQ"}
    assert database.profile("public.t", sample_rows=1000) == profile
    assert hits(database.profile("public.t")) == {"IR": 99_999, "IQ": 100_001}


def test_progress_is_told_for_a_large_table(database):
    database.run(
        "CREATE TABLE t AS SELECT n, md5(n::text) AS x, md5((n * 2)::text) AS y "
        "FROM generate_series(1, 200000) AS g(n)"
    )
    told = []
    database.profile("public.t", on_progress=lambda rows, share: told.append((rows, share)))
    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert len(shares) > 1
    assert all(0 < share <= 1 for share in shares)


def test_nothing_can_be_written(database):
    database.run("CREATE TABLE t (land text)")
    profile = database.profile("public.t")
    assert isinstance(profile, TableProfile)
    session = database.connector._open.session
    with pytest.raises(Exception, match=r"database\.failed"):
        session._connection.rows("INSERT INTO public.t VALUES ('x')")
