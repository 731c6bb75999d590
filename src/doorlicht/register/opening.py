"""Opening a register: finding, making or upgrading its tables, and telling what is wrong.

A register is a SQLite file or a schema of PostgreSQL. Nothing of what a database engine says is
passed on, since its messages may hold what was being written; they become codes of our own.
"""

from __future__ import annotations

import errno
import sqlite3
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa
from sqlalchemy import event, exc
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool

from doorlicht.errors import DoorlichtError, InputError, IntegrityError
from doorlicht.register.ledger import Writing, seal_all
from doorlicht.register.tables import metadata

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from datetime import datetime

    from sqlalchemy.engine.interfaces import DBAPIConnection

SCHEMA: Final = "0012"
"""The newest step of ``migrations``; a test holds it equal to the last file there."""

VERSION_TABLE: Final = "doorlicht_register"
"""Tells which step the tables are at; a database that lacks it is not a register."""

WRITES: Final = "doorlicht_writes"

APPEND_ONLY: Final = (
    "ledger_entries", "ledger_nodes", "ledger_subjects", "triage_decisions", "keys",
    "key_events", "checkpoints", "checkpoint_seals", "samples", "sample_events", "role_events",
    "remarks", "remark_events",
)  # fmt: skip

"""Tables of which the database itself refuses to change or remove a row."""

BEFORE_STATES: Final = frozenset({"0001", "0002", "0003", "0004"})
"""Steps at which entries had no states: what is held is sealed when it is brought up to date."""


def engine_for(location: str | Path, *, busy_seconds: float) -> tuple[sa.Engine, str]:
    """Return an engine for a path or URL, and how to call the register in messages.

    Raises
    ------
    InputError
        If it is no place where a register can be.
    """
    text = str(location)
    if "://" not in text:
        return _sqlite_engine(text, busy_seconds), text
    try:
        url = make_url(text)
    except exc.ArgumentError:
        raise InputError("register.bad_url") from None
    shown = url.render_as_string(hide_password=True)
    backend = url.get_backend_name()
    if backend == "sqlite":
        return _sqlite_engine(url.database or ":memory:", busy_seconds), shown
    if backend in {"postgresql", "postgres"}:
        return _postgresql_engine(url, busy_seconds), shown
    raise InputError("register.unknown_database", kind=backend)


def is_new(location: str | Path) -> bool:
    """Return whether a register would be made at a path; refuse a place where it cannot be made.

    Nothing is made yet: work that fails leaves no empty register behind.

    Raises
    ------
    InputError
        If the folder is not there, or may not be written.
    """
    text = str(location)
    if "://" in text or text == ":memory:" or Path(text).exists():
        return False
    folder = Path(text).parent
    if not folder.is_dir():
        raise InputError("register.no_folder", register=text, folder=str(folder))
    try:
        # Asking for the right to write is not enough: a disk can be read only, or a mount.
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError as error:
        code = _DISK_CODES.get(error.errno or 0, "register.denied")
        raise InputError(code, register=text) from None


def prepare(engine: sa.Engine, shown: str, clock: Callable[[], datetime]) -> None:
    """Make or upgrade the tables where needed; a current register is not touched.

    What an upgrade brings into the ledger for the first time gets its entries in the same
    transaction.

    Raises
    ------
    InputError
        If it is no register, or one that a newer doorlicht made.
    """
    with engine.connect() as connection:
        if _version(connection, shown) == SCHEMA:
            return
    # Only now: it is ours, or empty. Readers and a writer then do not wait for each other.
    if engine.dialect.name == "sqlite":
        _write_ahead(engine)
    with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            # Two processes may open an empty database at once. The number is ours alone.
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(724108165)"))
        version = _version(connection, shown)
        if version is None and connection.dialect.name == "sqlite":
            _make_sqlite(connection)
        elif version != SCHEMA:
            from doorlicht.register.upgrading import upgrade

            upgrade(connection, VERSION_TABLE)
            if version in BEFORE_STATES:
                seal_all(Writing(connection, clock()))


def _make_sqlite(connection: sa.Connection) -> None:
    """Make all tables as they are after the last step; a test holds every statement equal.

    Alembic, which takes the steps one by one, takes longer to import than all of this.
    """
    metadata.create_all(connection)
    steps = sa.Table(
        VERSION_TABLE,
        sa.MetaData(),
        sa.Column("version_num", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("version_num", name=f"{VERSION_TABLE}_pkc"),
    )
    steps.create(connection)
    connection.execute(steps.insert().values(version_num=SCHEMA))
    for table in APPEND_ONLY:
        for change in ("UPDATE", "DELETE"):
            connection.exec_driver_sql(
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def _write_ahead(engine: sa.Engine) -> None:
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError as error:
        # Another process is making the same register, and sets the same.
        if error.sqlite_errorname != "SQLITE_BUSY":
            raise
    finally:
        connection.close()


@contextmanager
def told_errors(shown: str) -> Generator[None]:
    """Turn what the database raises into an error of ours that names the register."""
    try:
        yield
    except exc.DBAPIError as error:
        raise _told(error, shown) from None
    except sqlite3.DatabaseError as error:
        raise _told_sqlite(error, shown) from None


def _sqlite_engine(path: str, busy_seconds: float) -> sa.Engine:
    is_memory = path == ":memory:"
    if not is_memory:
        _check_file(Path(path))
    engine = sa.create_engine(
        URL.create("sqlite", database=path),
        hide_parameters=True,
        poolclass=StaticPool if is_memory else None,
        connect_args={"timeout": busy_seconds, "check_same_thread": False},
    )

    def set_up(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
        del record
        # Transactions are begun by us below: the driver would begin them too late.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA foreign_keys = ON")
        # In WAL mode this loses nothing when a process dies; after a loss of power the last
        # transactions may be missing, whole, and the next scan reads those assets again.
        cursor.execute("PRAGMA synchronous = NORMAL")
        cursor.execute("PRAGMA secure_delete = ON")
        cursor.close()

    def begin(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get(WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    event.listen(engine, "connect", set_up)
    event.listen(engine, "begin", begin)
    return engine


def _postgresql_engine(url: URL, busy_seconds: float) -> sa.Engine:
    engine = sa.create_engine(
        url.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        connect_args={"connect_timeout": max(2, round(busy_seconds))},
    )

    def set_up(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
        del record
        cursor = connection.cursor()
        cursor.execute(f"SET lock_timeout = {round(busy_seconds * 1000)}")
        cursor.close()
        # Otherwise the setting is undone with the first transaction that is rolled back.
        connection.commit()

    event.listen(engine, "connect", set_up)
    return engine


_DISK_CODES: Final = {
    errno.EROFS: "register.read_only",
    errno.ENOSPC: "register.full",
    errno.EDQUOT: "register.full",
}


def _check_file(path: Path) -> None:
    """Refuse what cannot be a register; make a new file that only its owner can read.

    A file that is there is not opened: closing it would drop the locks that SQLite has on it in
    this process (POSIX, ``fcntl``), and what is no database SQLite tells by itself.
    """
    shown = str(path)
    if path.is_dir():
        raise InputError("register.is_folder", register=shown)
    try:
        if path.exists():
            return
        if not path.parent.is_dir():
            raise InputError("register.no_folder", register=shown, folder=str(path.parent))
        path.touch(mode=0o600)
    except PermissionError:
        raise InputError("register.denied", register=shown) from None
    except OSError as error:
        if error.errno in _DISK_CODES:
            raise InputError(_DISK_CODES[error.errno], register=shown) from None
        kind = type(error).__name__
        raise InputError("register.failed", register=shown, kind=kind) from None


def _version(connection: sa.Connection, shown: str) -> str | None:
    """Return the step that the tables are at, ``None`` for an empty database."""
    tables = sa.inspect(connection).get_table_names()
    if VERSION_TABLE not in tables:
        if tables:
            raise InputError("register.not_a_register", register=shown)
        return None
    found = connection.execute(sa.text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608 (our own constant)
    if found is not None and not _is_known(found):
        raise InputError("register.newer", register=shown, version=str(found))
    return found


def _is_known(version: str) -> bool:
    if version == SCHEMA:
        return True
    # Alembic takes longer to import than a register to open, and is hardly ever needed.
    from doorlicht.register.upgrading import known_steps

    return version in known_steps()


def _told(error: exc.DBAPIError, shown: str) -> DoorlichtError:
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        return _told_sqlite(cause, shown)
    state = str(getattr(cause, "sqlstate", None) or "")
    if state in {"55P03", "40P01", "40001"}:
        return InputError("register.locked", register=shown)
    if state in {"42501", "25006"}:
        return InputError("register.read_only", register=shown)
    if state.startswith("53"):
        return InputError("register.full", register=shown)
    if state.startswith(("08", "28", "57", "3D")) or not state:
        return InputError("register.unreachable", register=shown, state=state or "-")
    return IntegrityError("register.failed", register=shown, kind=state)


_SQLITE_CODES: Final = {
    "SQLITE_BUSY": "register.locked",
    "SQLITE_LOCKED": "register.locked",
    "SQLITE_PROTOCOL": "register.locked",
    "SQLITE_READONLY": "register.read_only",
    "SQLITE_PERM": "register.denied",
    "SQLITE_AUTH": "register.denied",
    "SQLITE_CANTOPEN": "register.denied",
    "SQLITE_FULL": "register.full",
    "SQLITE_NOTADB": "register.not_a_register",
}


def _told_sqlite(error: sqlite3.Error, shown: str) -> DoorlichtError:
    name = str(getattr(error, "sqlite_errorname", "") or type(error).__name__)
    # An extended name says more than we need: SQLITE_READONLY_DIRECTORY.
    plain = "_".join(name.split("_")[:2])
    if plain == "SQLITE_CORRUPT":
        return IntegrityError("register.corrupt", register=shown)
    if plain in _SQLITE_CODES:
        return InputError(_SQLITE_CODES[plain], register=shown)
    return IntegrityError("register.failed", register=shown, kind=name)
