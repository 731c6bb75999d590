"""A database for each test, and what a scan asks of a connector."""

from __future__ import annotations

import os

import psycopg
import pytest

from doorlicht.plugins import ProfileRequest
from doorlicht.records import BlindSpot, Source, TableProfile
from doorlicht.sources.databases.connector import DatabaseConnector
from doorlicht.sources.databases.postgresql.session import PostgreSQL
from doorlicht.vocabulary import load_vocabulary


@pytest.fixture(scope="session")
def request_for():
    """Make a request with the whole vocabulary."""
    vocabulary = load_vocabulary()

    def made(**settings):
        return ProfileRequest(vocabulary.lexicon, vocabulary.terms, **settings)

    return made


class Database:
    """An empty database on the server, and a way to look at it as a scan does."""

    def __init__(self, url, name, request_for):
        self.name = name
        self.url = url.rpartition("/")[0] + "/" + name
        self.request_for = request_for
        self.connector = DatabaseConnector(PostgreSQL(), {"PORT": url.split(":")[-1].split("/")[0]})
        self.source = Source("db", "postgresql", self.url)

    def run(self, *statements):
        with psycopg.connect(self.url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def copy(self, table, rows):
        with (
            psycopg.connect(self.url) as connection,
            connection.cursor() as cursor,
            cursor.copy(f"COPY {table} FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(row)

    def seen_by(self, role):
        """Look at it with the account of somebody else."""
        source = Source("db", "postgresql", self.url.replace("postgres@", f"{role}@"))
        if source != self.source:
            self.connector.close()
        self.source = source

    def assets(self):
        return list(self.connector.assets(self.source))

    def look(self, path, **settings):
        """Return what reading one table gives."""
        asset = next(one for one in self.assets() if one.path == path)
        return list(self.connector.profiles(self.source, asset, self.request_for(**settings)))

    def profile(self, path, **settings):
        """Return the profile of a table that must be readable."""
        found = self.look(path, **settings)
        assert isinstance(found[0], TableProfile), found
        return found[0]

    def blind(self, path, **settings):
        """Return the codes of the blind spots that reading a table gives."""
        return [one.code for one in self.look(path, **settings) if isinstance(one, BlindSpot)]


@pytest.fixture(scope="session")
def server_database(postgresql_url, request_for):
    """One database for all tests: bringing the vocabulary to it takes longer than a test."""
    name = f"test_{os.urandom(5).hex()}"
    with psycopg.connect(postgresql_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    made = Database(postgresql_url, name, request_for)
    yield made
    made.connector.close()


@pytest.fixture
def database(server_database):
    """The database, empty."""
    server_database.seen_by("postgres")
    with psycopg.connect(server_database.url, autocommit=True) as connection:
        schemas = connection.execute(
            "SELECT quote_ident(nspname) FROM pg_namespace "
            "WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'"
        ).fetchall()
        for (schema,) in schemas:
            connection.execute(f"DROP SCHEMA {schema} CASCADE")
        connection.execute("CREATE SCHEMA public")
        connection.execute("GRANT USAGE ON SCHEMA public TO PUBLIC")
        connection.execute(f"GRANT TEMPORARY ON DATABASE {server_database.name} TO PUBLIC")
    return server_database


def rows_per_table(column):
    """Return the hits of a column as plain numbers."""
    return {hit.table: dict(hit.rows_per_entry) for hit in column.hits}
