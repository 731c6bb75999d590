"""A connection to PostgreSQL that reads only, and tells errors by code and not by their words."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any, Final, LiteralString, cast

import psycopg
from psycopg.conninfo import conninfo_to_dict

from doorlicht.plugins import Limits
from doorlicht.sources.databases.dialect import DatabaseProblem

CONNECT_SECONDS: Final = 10
LOCK_SECONDS: Final = 30
"""We never wait long for a lock: whoever holds it is at work."""

OLDEST_VERSION: Final = 13

_SETTINGS: Final = {
    "client_encoding": "UTF8",
    # Nothing of the database's own making is found by a short name.
    "search_path": "",
    "standard_conforming_strings": "on",
    "datestyle": "ISO",
    "intervalstyle": "postgres",
    "extra_float_digits": "1",
    "bytea_output": "hex",
    # The same sample each time: without this a scan may begin in the middle of a table.
    "synchronize_seqscans": "off",
    # Grouping in memory and not in files; a worker takes this at most a few times.
    "work_mem": "64MB",
    # The server ends our query soon after we are gone.
    "client_connection_check_interval": "5s",
}

_CODES: Final = {
    "42501": "source.denied",
    "55P03": "database.locked",
    "42P01": "database.gone",
    "42703": "database.gone",
    "3F000": "database.gone",
    "53100": "database.no_resources",
    "53200": "database.no_resources",
    "53300": "database.no_resources",
    "53400": "database.no_resources",
    "54000": "database.no_resources",
}
_LOST: Final = ("08", "57P")


class Connection:
    """Runs queries in one session with the server."""

    def __init__(self, location: str, limits: Limits) -> None:
        self._seconds = limits.asset_seconds
        self._psycopg = _connect(location)
        self.version = self._psycopg.info.server_version // 10_000
        if self.version < OLDEST_VERSION:
            self.close()
            raise DatabaseProblem("database.too_old", version=self.version, oldest=OLDEST_VERSION)
        with self._problems():
            self._set_up()

    def _set_up(self) -> None:
        settings = {
            **_SETTINGS,
            "statement_timeout": f"{self._seconds}s",
            "lock_timeout": f"{min(LOCK_SECONDS * 1000, self._seconds * 500)}ms",
            "idle_in_transaction_session_timeout": f"{self._seconds}s",
        }
        # What this version does not know is left out. The list is from our own file.
        self._psycopg.execute(
            "SELECT set_config(name, wanted, false) FROM pg_catalog.pg_settings "
            "JOIN unnest(%s::text[], %s::text[]) AS s(setting, wanted) ON name = s.setting",
            (list(settings), list(settings.values())),
        )

    def read_only(self) -> None:
        """Refuse to write from now on; the dictionary is there by then."""
        self.rows("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")

    @property
    def encoding(self) -> str:
        """Encoding of the texts on the server, as PostgreSQL calls it."""
        return self._psycopg.info.parameter_status("server_encoding") or "UTF8"

    def rows(self, sql: str, params: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """Return what a query gives; a percent sign in it is written twice."""
        with self._problems():
            cursor = self._psycopg.execute(cast("LiteralString", sql), params or {})
            return cursor.fetchall() if cursor.description is not None else []

    def load(self, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Copy rows of the vocabulary to a temporary table."""
        with self._problems(), self._psycopg.cursor() as cursor:
            with cursor.copy(cast("LiteralString", f"COPY {table} FROM STDIN")) as copy:
                for row in rows:
                    copy.write_row(row)
            cursor.execute(cast("LiteralString", f"ANALYZE {table}"))

    @contextmanager
    def at_one_moment(self) -> Generator[None]:
        """Keep what is read within it as it was at one moment."""
        self.rows("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try:
            yield
        finally:
            if not self._psycopg.closed:
                self.rows("ROLLBACK")

    @contextmanager
    def _problems(self) -> Generator[None]:
        """Turn errors of PostgreSQL into codes: their words quote values."""
        try:
            yield
        except psycopg.Error as error:
            raise self._problem(error) from None

    def _problem(self, error: psycopg.Error) -> DatabaseProblem:
        state = error.sqlstate or ""
        if self._psycopg.closed or state.startswith(_LOST):
            return DatabaseProblem("database.connection_lost", is_lost=True)
        if state == "57014":
            return DatabaseProblem("limit.time", seconds=self._seconds)
        code = _CODES.get(state)
        if code is not None:
            return DatabaseProblem(code)
        return DatabaseProblem("database.failed", state=state or type(error).__name__)

    def close(self) -> None:
        """End the session."""
        self._psycopg.close()


def _connect(location: str) -> psycopg.Connection[tuple[Any, ...]]:
    """Open a connection; passwords come from where libpq looks for them."""
    try:
        settings = conninfo_to_dict(location)
    except psycopg.Error:
        raise DatabaseProblem("database.bad_url") from None
    settings.setdefault("connect_timeout", CONNECT_SECONDS)
    settings["application_name"] = "doorlicht"
    try:
        return psycopg.connect(
            **cast("dict[str, Any]", settings), autocommit=True, prepare_threshold=None
        )
    except psycopg.Error as error:
        raise DatabaseProblem(_refusal(error)) from None


def _refusal(error: psycopg.Error) -> str:
    """Return why we were not let in.

    While connecting psycopg hands over no state code, so that the words of the server have to
    do; what is not understood is called unreachable.
    """
    words = str(error).lower()
    signs = ("password", "authentication", "no pg_hba.conf entry", "permission denied for database",
             "is not permitted to log in", "role ")  # fmt: skip
    if (error.sqlstate or "").startswith("28") or any(sign in words for sign in signs):
        return "source.denied"
    if error.sqlstate == "3D000" or ("database" in words and "does not exist" in words):
        return "source.missing"
    return "source.unreachable"
