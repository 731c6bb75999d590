"""Opening a register, and saying what is wrong in a way that helps."""

import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from doorlicht.errors import DoorlichtError, InputError, IntegrityError
from doorlicht.language import LANGUAGES, say
from doorlicht.records import Source
from doorlicht.register import open_register
from doorlicht.register.opening import SCHEMA, VERSION_TABLE
from doorlicht.register.tables import metadata
from doorlicht.register.upgrading import newest_step, upgrade
from doorlicht.testing import EDITIONS, SteppingClock, make_finding, make_reading

OLDER = Path(__file__).parents[2] / "data" / "registers"


def opening(location, **options):
    return open_register(location, clock=SteppingClock(), **options)


def refused(location, **options):
    with pytest.raises(DoorlichtError) as raised:
        opening(location, **options)
    error = raised.value
    for language in LANGUAGES:
        for part in ("what", "why", "effect", "remedy"):
            assert say(f"error.{error.code}.{part}", language, **error.details)
    return error


def test_a_new_register_can_be_read_by_its_owner_only(location):
    opening(location).close()
    if os.name == "posix":
        assert stat.S_IMODE(location.stat().st_mode) == 0o600


@pytest.fixture
def migrated():
    """A database of which the tables were made step by step."""
    engine = sa.create_engine("sqlite://")
    with engine.begin() as connection:
        upgrade(connection, VERSION_TABLE)
    yield engine
    engine.dispose()


def test_the_migrations_make_the_tables_that_queries_expect(migrated):
    with migrated.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": VERSION_TABLE, "compare_type": True}
        )
        assert compare_metadata(context, metadata) == []


def test_a_new_register_is_what_the_migrations_make(register, migrated):
    def statements(engine):
        with engine.connect() as connection:
            rows = connection.exec_driver_sql("SELECT type, name, tbl_name, sql FROM sqlite_master")
            return {
                (kind, name): (table, " ".join((sql or "").replace('"', "").split()))
                for kind, name, table, sql in rows
            }

    def version(engine):
        with engine.connect() as connection:
            return connection.execute(
                sa.select(sa.text("*")).select_from(sa.table(VERSION_TABLE))
            ).all()

    assert statements(register._engine) == statements(migrated)
    assert version(register._engine) == version(migrated) == [(SCHEMA,)]


def test_the_newest_migration_is_the_one_that_is_expected():
    assert newest_step() == SCHEMA


@pytest.mark.parametrize("dump", sorted(OLDER.glob("*.sql")), ids=lambda path: path.stem)
def test_a_register_of_every_earlier_version_can_be_gone_on_with(dump, location):
    with closing(sqlite3.connect(location)) as connection:
        connection.executescript(dump.read_text("utf-8"))
    with opening(location) as register:
        [kept] = register.findings()
        assert (kept.finding, kept.triage) == (make_finding("land"), "confirmed")
        assert register.first_broken_entry() is None
        for record in register.scans(status="running"):
            register.finish_scan(record.id, "interrupted")
        scan = register.start_scan(
            by="jo", editions=EDITIONS, settings={}, sources=register.sources()
        )
        register.keep_asset(scan.id, make_reading())
        assert [one.finding.id for one in register.findings()] == [kept.finding.id]


def test_what_was_kept_is_there_when_it_is_opened_again(register, start, location):
    register.keep_asset(start(), make_reading())
    register.close()
    with opening(location) as again:
        assert len(again.findings()) == 1
        assert again.first_broken_entry() is None
    assert not location.with_name(location.name + "-wal").exists()


def test_a_register_can_be_in_memory():
    with opening(":memory:") as register:
        assert register.findings() == []


def test_a_url_of_sqlite_is_a_path(location):
    opening(f"sqlite:///{location}").close()
    assert location.exists()


def test_a_file_of_another_program_is_left_alone(tmp_path):
    text = tmp_path / "notes.txt"
    text.write_text("not a register at all, but long enough to be read as one")
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("create table people (name)")
    for file in (text, other):
        before = file.read_bytes()
        assert refused(file).code == "register.not_a_register"
        assert file.read_bytes() == before


def test_a_register_of_a_newer_doorlicht_is_left_alone(register, location):
    register.close()
    with closing(sqlite3.connect(location)) as connection:
        connection.execute(f"update {VERSION_TABLE} set version_num = '9999'")  # noqa: S608
        connection.commit()
    error = refused(location)
    assert (error.code, error.details["version"]) == ("register.newer", "9999")


@pytest.mark.parametrize(
    ("location", "code"),
    [
        pytest.param("{folder}", "register.is_folder", id="folder"),
        pytest.param("{folder}/none/x.register", "register.no_folder", id="no-such-folder"),
        pytest.param("mysql://host/db", "register.unknown_database", id="mysql"),
        pytest.param("://", "register.bad_url", id="no-url"),
        pytest.param(
            "postgresql://jo:secret-word@127.0.0.1:1/none", "register.unreachable", id="no-server"
        ),
    ],
)
def test_a_place_that_cannot_hold_a_register_is_named(tmp_path, location, code):
    error = refused(location.format(folder=tmp_path), busy_seconds=1)
    assert error.code == code
    assert "secret-word" not in str(error)


def test_a_damaged_register_is_said_to_be_damaged(register, start, location):
    scan = start()
    for number in range(40):
        register.keep_asset(scan, make_reading(f"{number}.csv"))
    register.close()
    content = bytearray(location.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    location.write_bytes(content)
    with pytest.raises(IntegrityError) as raised, opening(location) as damaged:
        damaged.findings()
    assert raised.value.code == "register.corrupt"


def test_a_register_that_another_program_is_writing_to_is_said_to_be_in_use(
    register, start, location
):
    scan = start()
    with (
        closing(sqlite3.connect(location, isolation_level=None)) as other,
        opening(location, busy_seconds=0.05) as impatient,
    ):
        other.execute("begin immediate")
        assert impatient.scans()
        with pytest.raises(InputError) as raised:
            impatient.keep_asset(scan, make_reading())
        other.execute("rollback")
        assert raised.value.code == "register.locked"
        impatient.keep_asset(scan, make_reading())
    assert len(register.findings()) == 1


def test_a_full_disk_keeps_what_was_there(register, start):
    scan = start()
    register.keep_asset(scan, make_reading("a.csv"))
    with register._engine.connect() as connection:
        pages = connection.exec_driver_sql("pragma page_count").scalar()
        connection.exec_driver_sql(f"pragma max_page_count = {pages}")
    columns = [f"column-{number}" for number in range(5000)]
    with pytest.raises(InputError) as raised:
        register.keep_asset(scan, make_reading("b.csv", columns=columns, found=[]))
    assert raised.value.code == "register.full"
    assert register.first_broken_entry() is None
    assert [one.asset.path for one in register.assets()] == ["a.csv"]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_register_without_rights_is_said_to_be_so(location):
    opening(location).close()
    location.chmod(0o000)
    assert refused(location).code == "register.denied"


def test_a_register_that_may_not_be_written_is_said_to_be_so(start, location):
    scan = start()
    with opening(location) as read_only:
        with read_only._engine.connect() as connection:
            connection.exec_driver_sql("pragma query_only = on")
        with pytest.raises(InputError) as raised:
            read_only.keep_asset(scan, make_reading())
    assert raised.value.code == "register.read_only"


def test_options_of_a_source_are_not_kept(register, start, location):
    start(Source("db", "postgresql", "x", options={"token": "secret-word"}))
    register.close()
    assert b"secret-word" not in location.read_bytes()


def test_an_error_of_the_database_does_not_pass_on_what_was_being_written(register):
    with pytest.raises(DoorlichtError) as raised, register._writing() as writing:
        writing.connection.exec_driver_sql("insert into sources values ('canary', 1, 2, 3, 4, 5)")
    assert raised.value.code == "register.failed"
    assert "canary" not in str(raised.value)
    assert raised.value.__cause__ is None


def test_several_processes_may_make_the_same_register_at_once(location):
    program = (
        "import sys; from datetime import datetime, UTC; "
        "from doorlicht.register import open_register; "
        "open_register(sys.argv[1], clock=lambda: datetime.now(UTC)).close()"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", program, str(location)], stderr=subprocess.PIPE)
        for _ in range(4)
    ]
    told = [process.communicate()[1] for process in started]
    assert [process.returncode for process in started] == [0] * 4, told
    with opening(location) as register:
        assert register.findings() == []


def test_opening_a_register_twice_does_not_let_another_process_take_its_log_away(location):
    # Closing any file handle on a database drops the locks that SQLite has on it in a process; who
    # closes it last elsewhere would then remove the log in which this process still writes.
    with opening(location) as first:
        opening(location).close()
        elsewhere = (
            "import contextlib, sqlite3, sys\n"
            "with contextlib.closing(sqlite3.connect(sys.argv[1])) as found:\n"
            "    found.execute('SELECT count(*) FROM sqlite_master').fetchone()"
        )
        subprocess.run([sys.executable, "-c", elsewhere, str(location)], check=True, timeout=60)
        assert Path(f"{location}-wal").exists()
        assert first.scans() == []
