"""What all parts of the tests share: a real PostgreSQL server, and how examples are drawn."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

from benchmarks.server import NoServerError, postgresql_server

# The same examples on every machine: a change is judged by what it changes, not by a new draw.
# `make explore` draws others, many of them, and finds what these miss;
# a few each keep this run quick.
settings.register_profile("steady", max_examples=25, derandomize=True, deadline=None)
settings.register_profile(
    "explore", max_examples=int(os.environ.get("EXAMPLES", "1000")), deadline=None
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


@pytest.fixture(scope="session")
def postgresql_url():
    """Address of a server of our own, as its superuser; it is gone after the tests."""
    try:
        with postgresql_server(["max_connections=60"]) as url:
            yield url
    except NoServerError as error:
        pytest.skip(str(error))
