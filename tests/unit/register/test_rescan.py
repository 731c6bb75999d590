"""A re-scan updates, never duplicates; what is not seen any more is gone, and stays."""

from dataclasses import replace

import pytest

from doorlicht.records import BlindSpot, Source
from doorlicht.register import LookedAt
from doorlicht.testing import make_asset, make_finding, make_reading

pytestmark = pytest.mark.parametrize(
    "location",
    ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)],
    indirect=True,
)


def columns_found(register, **filters):
    return [one.finding.location.column for one in register.findings(**filters)]


def test_a_second_scan_of_the_same_file_changes_nothing_but_the_time_it_was_seen(register, start):
    first = start()
    register.keep_asset(first, make_reading())
    [before] = register.findings()
    register.keep_asset(start(), make_reading())
    [after] = register.findings()
    assert after.finding == before.finding
    assert after.first_seen_at == before.first_seen_at
    assert after.last_seen_at > before.last_seen_at
    assert register.looked_at() == LookedAt(assets=1, tables=1, columns=2, rows=100, bytes=1000)


def test_a_finding_that_is_not_seen_again_is_gone_and_can_still_be_asked_for(register, start):
    register.keep_asset(start(), make_reading(columns=["land", "taal"], found=["land", "taal"]))
    register.keep_asset(start(), make_reading(columns=["land", "taal"], found=["taal"]))
    assert columns_found(register) == ["taal"]
    assert columns_found(register, include_gone=True) == ["land", "taal"]
    gone = make_finding("land", index=0)
    assert register.finding(gone.id).is_gone


def test_a_finding_that_comes_back_is_the_same_finding(register, start):
    register.keep_asset(start(), make_reading(found=["land"]))
    first_seen = register.findings()[0].first_seen_at
    register.keep_asset(start(), make_reading(found=[]))
    register.keep_asset(start(), make_reading(found=["land"]))
    [back] = register.findings()
    assert (back.is_gone, back.first_seen_at) == (False, first_seen)


def test_a_file_that_is_not_there_any_more_is_gone_with_its_findings(register, start):
    scan = start()
    register.keep_asset(scan, make_reading("a.csv", blind=["reader.crashed"]))
    register.keep_asset(scan, make_reading("b.csv"))
    scan = start()
    register.keep_asset(scan, make_reading("b.csv"))
    gone = register.keep_listing(scan, "hr", is_expected=lambda _: True)
    assert gone == 1
    assert [one.asset.path for one in register.assets()] == ["b.csv"]
    assert {one.asset for one in register.findings()} == {"b.csv"}
    assert register.blind_spots() == []
    assert register.looked_at().assets == 1


def test_nothing_is_gone_from_a_source_that_could_not_be_listed_to_the_end(register, start):
    register.keep_asset(start(), make_reading("a.csv"))
    scan = start()
    spot = BlindSpot("hr", "", "source.failed", {"code": "source.denied"})
    assert register.keep_listing(scan, "hr", blind_spots=[spot], is_expected=None) == 0
    assert columns_found(register) == ["land"]
    assert register.blind_spots() == [spot]


def test_a_blind_spot_that_is_met_again_is_one_blind_spot_and_leaves_when_it_is_mended(
    register, start
):
    for _ in range(2):
        register.keep_asset(start(), make_reading(columns=[], found=[], blind=["reader.crashed"]))
        assert [spot.code for spot in register.blind_spots()] == ["reader.crashed"]
    register.keep_asset(start(), make_reading())
    assert register.blind_spots() == []


def test_an_unreadable_file_does_not_count_as_looked_at(register, start):
    register.keep_asset(start(), make_reading(columns=[], found=[], blind=["reader.crashed"]))
    assert register.looked_at() == LookedAt()
    assert len(register.assets()) == 1


@pytest.mark.parametrize(
    ("asset", "key", "unchanged"),
    [
        pytest.param(make_asset(fingerprint="v1"), "key", True, id="same"),
        pytest.param(make_asset(fingerprint="v2"), "key", False, id="content-changed"),
        pytest.param(make_asset(fingerprint=None), "key", False, id="source-cannot-tell"),
        pytest.param(make_asset(fingerprint="v1"), "other", False, id="editions-changed"),
        pytest.param(make_asset("other.csv"), "key", False, id="never-read"),
        pytest.param(make_asset(source="crm"), "key", False, id="same-path-elsewhere"),
    ],
)
def test_only_what_would_give_the_same_again_is_skipped(register, start, asset, key, unchanged):
    register.keep_asset(start(), make_reading(fingerprint="v1"))
    assert register.is_unchanged(asset, reading_key=key, scan=start()) is unchanged


def test_what_was_gone_is_read_again_when_it_comes_back(register, start):
    register.keep_asset(start(), make_reading())
    register.keep_listing(start(), "hr", is_expected=lambda _: True)
    assert not register.is_unchanged(make_asset(), reading_key="key", scan=start())


def test_findings_in_an_unchanged_file_are_of_the_scan_that_skipped_it(register, start):
    register.keep_asset(start(), make_reading())
    scan = start()
    assert columns_found(register, scan=scan) == []
    register.keep_unchanged(scan, [make_asset()])
    assert columns_found(register, scan=scan) == ["land"]
    assert register.looked_at(scan=scan).assets == 1
    assert register.keep_listing(scan, "hr", is_expected=lambda _: True) == 0


def test_a_scan_that_began_later_and_ran_at_the_same_time_takes_nothing_away(register):
    crm = Source("crm", "files", "/data/crm")
    from doorlicht.testing import EDITIONS

    def begin(source):
        return register.start_scan(
            by="jo", editions=EDITIONS, settings={}, sources=[source], process="other|1|1"
        ).id

    early, late = begin(Source("hr", "files", "/data/hr")), begin(crm)
    overlap = begin(Source("hr", "files", "/data/hr"))
    register.keep_asset(overlap, make_reading())
    register.keep_asset(early, make_reading())
    register.keep_asset(late, make_reading(source="crm"))
    for scan, source in ((early, "hr"), (overlap, "hr"), (late, "crm")):
        assert register.keep_listing(scan, source, is_expected=lambda _: True) == 0
    assert {one.finding.location.source for one in register.findings(scan=early)} == {"hr"}
    assert len(register.findings()) == 2


def test_two_tables_with_the_same_path_give_one_finding_the_surest(register, start):
    reading = make_reading()
    surer = make_finding("land", probability=0.99)
    doubled = type(reading)(reading.asset, "key", reading.tables * 2, (surer, *reading.findings))
    register.keep_asset(start(), doubled)
    assert [one.finding.probability for one in register.findings()] == [0.99]
    assert register.looked_at().tables == 2


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("'; DROP TABLE findings; --", id="sql"),
        pytest.param("caf\udce9.csv", id="not-utf-8"),
        pytest.param("a\x00b", id="nul"),
        pytest.param("\ue000looks-escaped", id="our-own-mark"),
        pytest.param("x" * 5000, id="long"),
        pytest.param("", id="empty"),
        pytest.param("naïve \U0001f600 \u202e", id="unicode"),
    ],
)
def test_any_name_of_a_file_or_column_comes_back_as_it_was(register, start, name):
    register.keep_asset(start(), make_reading(f"{name}.csv", columns=[name], found=[name]))
    [kept] = register.findings()
    assert kept.asset == f"{name}.csv"
    assert kept.finding.location.column == name
    assert register.tables("hr", f"{name}.csv")[0].columns[0].name == name
    assert register.first_broken_entry() is None


def test_bytes_are_those_that_were_read_where_the_list_knew_of_none(register, start):
    reading = make_reading()
    tables = tuple(replace(table, bytes=700) for table in reading.tables)
    unknown = replace(make_asset(), size_bytes=0)
    register.keep_asset(start(), replace(reading, asset=unknown, tables=tables))
    assert register.looked_at().bytes == 700
