"""Repeating a scan gives the same, or says of each difference what can have made it."""

import io
import shutil
from datetime import UTC, datetime

import pytest

from doorlicht.errors import InputError
from doorlicht.evidence import KeyInMemory
from doorlicht.records import Source
from doorlicht.register import open_register
from doorlicht.runs.bundle import make_bundle
from doorlicht.runs.keys import keep_log_key
from doorlicht.runs.rerun import choose, places_of, repeatables
from doorlicht.runs.rerun import rerun as repeat
from doorlicht.runs.rerun_compare import Comparing
from doorlicht.runs.rerun_scan import _causes, _compare, _without_room
from doorlicht.runs.scan import ScanRequest, scan

SIGNER = KeyInMemory.of_seed(bytes(range(32)))


def describe_nothing(contents):
    assert contents.records["asset"] == 2
    return {}


def bundle_of(register, **named):
    file = io.BytesIO()
    make_bundle(
        register, file, SIGNER, now=datetime.now(UTC), by="jo", audience="auditor", reports={},
        describe=describe_nothing, **named,
    )  # fmt: skip
    return file


@pytest.fixture(scope="module")
def scanned(tmp_path_factory):
    """A scanned folder of two files, and the bundle of it."""
    folder = tmp_path_factory.mktemp("scanned")
    data = folder / "data"
    data.mkdir()
    rows = "".join(f"{number},0{number % 3 + 5}2\n" for number in range(60))
    (data / "people.csv").write_text(f"id,nationaliteit\n{rows}")
    (data / "other.csv").write_text("id,bedrag\n" + "".join(f"{n},{n * 3}\n" for n in range(60)))
    scan(
        ScanRequest(
            sources=[Source("hr", "files", str(data))], by="jo", register=folder / "r", workers=1,
            sample_rows=50, exclude=["*.tmp"],
        )
    )  # fmt: skip
    with open_register(folder / "r", clock=lambda: datetime.now(UTC)) as register:
        keep_log_key(register, SIGNER.public_key, by="jo")
        return data, bundle_of(register), bundle_of(register, without=["scan"])


@pytest.fixture
def copy(scanned, tmp_path):
    shutil.copytree(scanned[0], tmp_path / "copy")
    return tmp_path / "copy"


def again(file, what, *given, **named):
    chosen = choose(list(repeatables(file)), what)
    return repeat(file, chosen, places_of(chosen, given), by="sam", workers=1, **named)


def rerun(scanned, place, **named):
    return again(scanned[1], "scan", f"hr={place}", **named)


def test_a_fresh_copy_with_another_date_gives_the_same(scanned, copy):
    (copy / "people.csv").touch()
    (copy / "left.tmp").write_text("as the scan left out")
    found = rerun(scanned, copy)
    assert (found.differences, found.versions, found.skipped) == ((), {}, ())
    assert (found.what, found.compared) == ("scan:1", 2)


def test_what_changed_in_the_data_is_told_with_its_place_and_no_value(scanned, copy):
    text = (copy / "people.csv").read_text()
    text = text.replace("nationaliteit", "geboorteland").replace(",052", ",canary")
    (copy / "people.csv").write_text(text)
    (copy / "other.csv").unlink()
    (copy / "more.csv").write_text("id\n1\n")
    found = rerun(scanned, copy).differences
    assert "canary" not in repr(found)
    by_file = {(one.where, one.change) for one in found if one.part == "assets"}
    assert {("hr:other.csv", "missing"), ("hr:more.csv", "new")} <= by_file
    columns = {(one.name, one.change) for one in found if one.part == "columns"}
    assert columns == {("0 nationaliteit", "missing"), ("0 geboorteland", "new")}
    assert {one.causes for one in found} == {("data",)}


@pytest.mark.parametrize(
    ("old", "new", "is_newer", "causes"),
    [
        ("a", "b", False, ("data",)),
        ("a", "a", True, ("version",)),
        ("a", "b", True, ("data", "version")),
        ("a", "a", False, ("chance",)),
        # Of a source without a mark it is not known whether it changed.
        (None, None, False, ("data",)),
    ],
)
def test_a_difference_is_explained_by_what_changed(old, new, is_newer, causes):
    assert _causes(old, new, is_newer=is_newer) == causes


def test_a_result_that_moves_by_itself_is_told_as_such():
    def asset(probability):
        return {
            "assets": [{"fingerprint": "a", "last_read_scan": probability}],
            "findings": [{"id": "F-1", "probability": probability, "first_seen_scan": 3}],
        }

    pair = {"asset:x": asset(0.5)}, {"asset:x": asset(0.6)}
    (found,) = _compare(Comparing(), *pair, is_newer=False)
    assert (found.part, found.name, found.fields) == ("findings", "F-1", ("probability",))
    assert found.causes == ("chance",)


def test_what_cannot_be_read_now_is_not_taken_for_other_data():
    def source(*codes):
        return {"sources": [{}], "blind_spots": [{"path": "", "code": one} for one in codes]}

    def asset(*codes, mark="a"):
        spots = [{"path": "x", "code": one} for one in codes]
        row = {"fingerprint": mark, "source_id": "hr"}
        return {"assets": [row], "blind_spots": spots, "tables": [] if codes else [{"path": "x"}]}

    before = {"source:hr": source("old"), "asset:hr:x": asset(), "asset:hr:y": asset()}
    after = {"source:hr": source("old", "unreachable"), "asset:hr:x": asset("denied", mark="b")}
    found = list(_compare(Comparing(), before, after, is_newer=False))
    causes = {(one.where, one.part): one.causes for one in found}
    assert causes == {
        ("hr", "blind_spots"): ("unread",), ("hr:y", "assets"): ("unread",),
        ("hr:x", "blind_spots"): ("unread",), ("hr:x", "tables"): ("unread",),
    }  # fmt: skip


def test_the_room_that_a_database_takes_is_no_difference():
    record = {"assets": [{"source_id": "db", "bytes": 5, "rows": 3}], "tables": [{"bytes": 5}]}
    assert _without_room(record, {"db"}) == {
        "assets": [{"source_id": "db", "rows": 3}], "tables": [{}],
    }  # fmt: skip
    assert _without_room(record, {"files"}) == record


def test_what_cannot_be_repeated_is_told(scanned, tmp_path):
    _, bundle, without_scans = scanned
    codes = []
    for file, what, given, named in (
        (without_scans, "scan", [], {}),
        (bundle, "trace", [], {}),
        (bundle, "audit:1", [], {}),
        (bundle, "scan", [], {}),
        (bundle, "scan", [f"rh={tmp_path}"], {}),
        (bundle, "scan", ["hr=nowhere"], {}),
        (bundle, "scan:1", ["hr=postgresql://host/db"], {}),
        (bundle, "scan", [str(tmp_path)], {"vocabulary": [tmp_path / "own.yaml"]}),
    ):
        with pytest.raises(InputError) as caught:
            again(file, what, *given, **named)
        codes.append(caught.value.code.removeprefix("rerun."))
    assert codes == [
        "no_scan", "no_trace", "no_such", "nothing", "no_source", "no_place", "other_kind",
        "vocabulary",
    ]  # fmt: skip


def test_numbers_that_differ_in_their_last_digits_are_counted_and_not_told():
    comparing = Comparing()
    before, after = {("a",): {"x": [0.1, 3]}}, {("a",): {"x": [0.1 + 1e-17 * 8, 3]}}
    assert before != after
    assert list(comparing.rows("", "measures", before, after, ("chance",))) == []
    assert comparing.rounded == 1
    other = {("a",): {"x": [0.1001, 3]}}
    (found,) = comparing.rows("", "measures", before, other, ("chance",))
    assert (found.name, found.fields) == ("a", ("x",))
