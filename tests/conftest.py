"""A real PostgreSQL server for all parts of the tests, started when a test asks for it."""

from __future__ import annotations

import pytest

from benchmarks.server import NoServerError, postgresql_server


@pytest.fixture(scope="session")
def postgresql_url():
    """Address of a server of our own, as its superuser; it is gone after the tests."""
    try:
        with postgresql_server(["max_connections=60"]) as url:
            yield url
    except NoServerError as error:
        pytest.skip(str(error))
