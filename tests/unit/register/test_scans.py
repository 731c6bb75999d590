"""Scans that end well, are broken off, and are gone on with."""

from datetime import timedelta

import pytest

from doorlicht.errors import InputError
from doorlicht.records import Source, Unit
from doorlicht.register import Editions
from doorlicht.register.scans import RESUMED_WITHIN
from doorlicht.testing import EDITIONS, make_asset, make_reading

HR = Source("hr", "files", "/data/hr", name="Personnel")

pytestmark = pytest.mark.parametrize(
    "location",
    ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)],
    indirect=True,
)


def begin(register, *sources, editions=EDITIONS, **settings):
    return register.start_scan(
        by="jo", editions=editions, settings=settings, sources=sources or [HR]
    )


@pytest.mark.parametrize("status", ["interrupted", "failed"])
def test_a_scan_that_was_broken_off_is_gone_on_with(register, status):
    first = begin(register)
    register.keep_asset(first.id, make_reading(fingerprint=None))
    register.finish_scan(first.id, status)
    again = begin(register)
    assert again.id == first.id
    assert again.is_resumed
    # It has no fingerprint, but this very scan has read it.
    assert register.is_unchanged(make_asset(fingerprint=None), reading_key="key", scan=again.id)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"sample_rows": 10}, id="other-settings"),
        pytest.param({"editions": Editions("2026-02", "1", "1", "1")}, id="other-editions"),
    ],
)
def test_a_scan_that_is_asked_for_otherwise_begins_anew(register, other):
    first = begin(register)
    register.finish_scan(first.id, "interrupted")
    assert begin(register, **other).id != first.id


def test_a_scan_of_other_sources_begins_anew(register):
    first = begin(register)
    register.finish_scan(first.id, "interrupted")
    assert begin(register, HR, Source("crm", "files", "/data/crm")).id != first.id


@pytest.mark.parametrize(
    ("later", "is_resumed"),
    [
        pytest.param(RESUMED_WITHIN - timedelta(minutes=1), True, id="in-time"),
        pytest.param(RESUMED_WITHIN + timedelta(minutes=1), False, id="too-late"),
    ],
)
def test_a_scan_that_was_broken_off_long_ago_begins_anew(register, clock, later, is_resumed):
    first = begin(register)
    register.finish_scan(first.id, "interrupted")
    clock.now = first.started_at + later
    assert begin(register).is_resumed is is_resumed


def test_a_scan_that_ended_well_is_followed_by_a_new_one(register):
    first = begin(register)
    register.finish_scan(first.id)
    second = begin(register)
    assert [one.status for one in register.scans()] == ["finished", "running"]
    assert register.scans(status="running") == [second]


def test_sources_and_units_are_known_by_their_id(register):
    register.finish_scan(begin(register).id)
    moved = Source("hr", "files", "/elsewhere", name="HR", unit="dg")
    units = [Unit("dg", "DG", status="being_founded"), Unit("x", "X", parent="dg")]
    register.start_scan(by="jo", editions=EDITIONS, settings={}, sources=[moved], units=units)
    assert register.sources() == [moved]
    assert register.units() == units


def test_the_name_of_the_organisation_is_kept_with_the_scan(register):
    start = {"by": "jo", "editions": EDITIONS, "settings": {}, "sources": [HR]}
    first = register.start_scan(**start, organisation="Old name")
    register.finish_scan(first.id, "interrupted")
    again = register.start_scan(**start, organisation="Ministry")
    assert (again.id, again.organisation) == (first.id, "Ministry")


def test_an_unknown_scan_is_said_to_be_unknown(register):
    with pytest.raises(InputError) as raised:
        register.scan(1234)
    assert raised.value.code == "register.no_such_scan"
