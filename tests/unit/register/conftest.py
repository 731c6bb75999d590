import os

import psycopg
import pytest

from doorlicht.records import Source
from doorlicht.register import open_register
from doorlicht.testing import EDITIONS, SteppingClock

HR = Source("hr", "files", "/data/hr", name="Personnel")


@pytest.fixture
def clock():
    return SteppingClock()


@pytest.fixture
def location(request, tmp_path):
    """A place for a register; a schema of its own in PostgreSQL for tests that ask for one."""
    if getattr(request, "param", "sqlite") == "sqlite":
        yield tmp_path / "inquiry.register"
        return
    try:
        url = request.getfixturevalue("postgresql_url")
    except pytest.FixtureLookupError:
        pytest.skip("no PostgreSQL server to try it on")
    schema = f"register_{os.urandom(6).hex()}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"create schema {schema}")
    yield f"{url}?options=-csearch_path%3D{schema}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"drop schema {schema} cascade")


@pytest.fixture
def register(location, clock):
    with open_register(location, clock=clock) as opened:
        yield opened


@pytest.fixture
def start(register):
    """Start a scan, and finish the one before it."""

    def started(*sources, **settings):
        for running in register.scans(status="running"):
            register.finish_scan(running.id)
        scan = register.start_scan(
            by="jo", editions=EDITIONS, settings=settings, sources=sources or (HR,)
        )
        return scan.id

    return started
