import pytest

from doorlicht.records import Source
from doorlicht.register import open_register
from doorlicht.testing import EDITIONS, SteppingClock

HR = Source("hr", "files", "/data/hr", name="Personnel")


@pytest.fixture
def clock():
    return SteppingClock()


@pytest.fixture
def location(tmp_path):
    return tmp_path / "inquiry.register"


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
