"""A scan from sources to register, with assets that behave and assets that do not."""

import pytest

from doorlicht.errors import IntegrityError
from doorlicht.language import LANGUAGES
from doorlicht.plugins import Limits
from doorlicht.records import AssetDone, AssetStarted, Progress, Source, SourceStarted
from doorlicht.register import LookedAt, open_register
from doorlicht.runs import crew
from doorlicht.runs.scan import Outcome
from doorlicht.testing import SteppingClock


def codes(result):
    return {(spot.source, spot.asset): spot.code for spot in result.blind_spots}


def test_a_scan_finds_counts_and_tells_what_it_does_in_order(odd):
    odd.put(people="slow table", empty="")
    events = []
    result = odd.scan(events=events)
    assert [one.finding.concept for one in result.found] == ["country_of_birth"]
    assert result.found[0].finding.location.column == "geboorteland"
    assert result.looked_at == LookedAt(assets=1, tables=1, columns=2, rows=100, bytes=2)
    assert (result.counts.read, result.blind_spots) == (2, ())
    assert result.outcome == Outcome.FOUND
    assert events[0] == SourceStarted("odd", 0, 0)
    assert SourceStarted("odd", 2, 2) in events
    of_people = [event for event in events if getattr(event, "asset", "") == "people.odd"]
    assert of_people[0] == AssetStarted("odd", "people.odd", 2)
    assert of_people[-1] == AssetDone("odd", "people.odd", 1, 2, 100, 1, 0, 2)
    progress = [event.rows for event in of_people if isinstance(event, Progress)]
    assert progress == sorted(progress)
    assert len(progress) >= 2


def test_what_goes_wrong_with_one_asset_is_a_line_of_the_report_and_the_rest_goes_on(odd):
    odd.put(
        before="table",
        crash="table crash",
        crash_later="crash-after-others table",
        error="error",
        fat="fat",
        hang="hang",
        memory="memory-error",
        lost="source-error",
        blind="blind",
        z_after="print table",
        z_large="large table",
    )
    closed = Source("closed", "odd", str(odd.folder / "not-there"))
    broken = Source("broken", "broken", "/")
    unknown = Source("unknown", "teletype", "/")
    result = odd.scan(
        closed, broken, unknown, limits=Limits(asset_seconds=4, memory_bytes=100 * 2**20)
    )
    assert codes(result) == {
        ("odd", "crash.odd"): "reader.crashed",
        ("odd", "error.odd"): "plugin.failed",
        ("odd", "fat.odd"): "limit.memory",
        ("odd", "hang.odd"): "limit.time",
        ("odd", "memory.odd"): "limit.memory",
        ("odd", "lost.odd"): "source.failed",
        ("odd", "blind.odd"): "reader.crashed",
        ("closed", ""): "source.failed",
        ("broken", ""): "plugin.missing",
        ("unknown", ""): "plugin.missing",
    }
    for spot in result.blind_spots:
        for language in LANGUAGES:
            assert spot.message.in_language(language)
            assert spot.remedy.in_language(language)
    found = {one.asset for one in result.found}
    # What was counted before a crash is kept; what only crashed because of another is read again.
    assert found == {
        "before.odd",
        "crash.odd",
        "crash_later.odd",
        "z_after.odd",
        "z_large.odd",
    }
    assert result.outcome == Outcome.FOUND | Outcome.NOT_ALL_READ
    assert int(result.outcome) == 3
    assert {threads for _, threads, _ in odd.reads("z_large")} == {"2"}
    assert {threads for _, threads, _ in odd.reads("before")} == {"1"}
    assert list(odd.temp.iterdir()) == []
    with open_register(odd.register, clock=SteppingClock()) as register:
        assert register.first_broken_entry() is None
        assert [scan.status for scan in register.scans()] == ["finished"]


def test_a_second_scan_reads_only_what_is_new_changed_or_went_wrong(odd):
    odd.put(
        same="table", changed="table", gone="table", wrong="error", untold="table no-fingerprint"
    )
    first = odd.scan()
    assert (first.counts.read, first.counts.unchanged) == (5, 0)
    odd.put(changed="", new="table")
    odd.remove("gone")
    events = []
    second = odd.scan(events=events)
    skipped = {event.asset for event in events if isinstance(event, AssetDone) and event.is_skipped}
    assert skipped == {"same.odd"}
    assert (second.counts.read, second.counts.unchanged, second.counts.gone) == (4, 1, 1)
    assert {one.asset for one in second.found} == {"same.odd", "new.odd", "untold.odd"}
    reads = {name: len(odd.reads(name)) for name in ("same", "changed", "wrong", "untold", "new")}
    assert reads == {"same": 1, "changed": 2, "wrong": 2, "untold": 2, "new": 1}
    with open_register(odd.register, clock=SteppingClock()) as register:
        gone = [one.asset for one in register.findings(include_gone=True) if one.is_gone]
        assert gone == ["changed.odd", "gone.odd"]
        ids = [one.finding.id for one in register.findings(include_gone=True)]
        assert len(ids) == len(set(ids))


def test_other_settings_read_an_unchanged_asset_again(odd):
    odd.put(people="table")
    odd.scan()
    assert odd.scan(sample_rows=10).counts.read == 1
    assert odd.scan(sample_rows=10).counts.read == 0


def test_only_what_was_asked_for_is_read_and_the_rest_is_not_said_to_be_gone(odd):
    odd.put(a="table", b="table", c="table")
    odd.scan()
    result = odd.scan(only=["[ab].odd"], exclude=["b.odd"])
    assert (result.counts.unchanged, result.counts.left_out, result.counts.gone) == (1, 2, 0)
    assert [one.asset for one in result.found] == ["a.odd"]
    with open_register(odd.register, clock=SteppingClock()) as register:
        assert len(register.findings()) == 3


@pytest.mark.parametrize(
    ("word", "code"),
    [
        pytest.param("listing-crash", "reader.crashed", id="crash"),
        pytest.param("listing-error", "plugin.failed", id="fault"),
    ],
)
def test_a_source_that_breaks_down_while_it_is_listed_loses_nothing(odd, word, code):
    odd.put(a="table", c="table")
    odd.scan()
    odd.put(b=word)
    other = odd.folder.parent / "other"
    other.mkdir()
    (other / "x.odd").write_text("table")
    result = odd.scan(Source("other", "odd", str(other)))
    assert codes(result) == {("odd", ""): code}
    assert result.counts.gone == 0
    assert ("other", "x.odd") in {(one.finding.location.source, one.asset) for one in result.found}
    with open_register(odd.register, clock=SteppingClock()) as register:
        assert {one.asset for one in register.findings(sources=["odd"])} == {"a.odd", "c.odd"}


def test_what_could_not_be_listed_is_a_blind_spot_and_not_gone(odd):
    odd.put(a="table")
    odd.scan()
    odd.put(a="listing-blind")
    result = odd.scan()
    assert codes(result) == {("odd", "a.odd"): "reader.crashed"}
    assert result.counts.gone == 0


def test_a_worker_that_cannot_start_ends_the_scan_with_an_explanation(odd, monkeypatch):
    odd.put(a="table")
    monkeypatch.setattr(crew, "BOOTSTRAP", "raise SystemExit(3)")
    with pytest.raises(IntegrityError) as raised:
        odd.scan()
    assert (raised.value.code, raised.value.details["exit"]) == ("scan.no_worker", 3)
    with open_register(odd.register, clock=SteppingClock()) as register:
        assert [scan.status for scan in register.scans()] == ["failed"]


@pytest.mark.long
def test_a_worker_that_is_slow_to_start_is_waited_for_while_it_works(odd, monkeypatch):
    odd.put(a="table")
    monkeypatch.setattr(crew, "START_SECONDS", 1.0)
    busy = "import time\nwhile time.process_time() < 3: pass\n"
    monkeypatch.setattr(crew, "BOOTSTRAP", busy + crew.BOOTSTRAP)
    assert odd.scan().counts.read == 1


@pytest.mark.parametrize(
    ("begin", "most"),
    [
        pytest.param("import time; time.sleep(1000)", 1000.0, id="still"),
        pytest.param("while True: pass", 2.0, id="busy without end"),
    ],
)
def test_a_worker_that_never_gets_ready_is_ended(odd, monkeypatch, begin, most):
    odd.put(a="table")
    monkeypatch.setattr(crew, "START_SECONDS", 1.0)
    monkeypatch.setattr(crew, "MOST_START_SECONDS", most)
    monkeypatch.setattr(crew, "BOOTSTRAP", begin)
    with pytest.raises(IntegrityError) as raised:
        odd.scan()
    assert raised.value.code == "scan.no_worker"


def test_many_small_assets_share_their_workers(odd):
    odd.put(**{f"a{number:03}": "table" for number in range(300)})
    result = odd.scan(workers=2)
    assert result.counts.read == 300
    assert len(result.found) == 300
    processes = {odd.reads(f"a{number:03}")[0][0] for number in range(300)}
    assert len(processes) <= 2
