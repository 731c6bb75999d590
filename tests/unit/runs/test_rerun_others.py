"""Traces and audits are repeated from a bundle, and each difference has its cause."""

import io
import shutil
from datetime import UTC, datetime

import pytest

from doorlicht.errors import InputError
from doorlicht.evidence import KeyInMemory
from doorlicht.records import Source
from doorlicht.register import open_register
from doorlicht.runs import rerun_audit
from doorlicht.runs.audit import AuditRequest, audit
from doorlicht.runs.bundle import make_bundle
from doorlicht.runs.keys import keep_log_key
from doorlicht.runs.notebook import audit_decisions
from doorlicht.runs.recorded import are_settings
from doorlicht.runs.rerun import choose, places_of, repeatables, rerun
from doorlicht.runs.rerun_trace import scanned_in
from doorlicht.runs.trace import trace
from doorlicht.runs.trace_request import TraceRequest
from doorlicht.testing import EDITIONS, make_reading

SIGNER = KeyInMemory.of_seed(bytes(range(32)))
MODEL = """
import pandas as pd
from sklearn.linear_model import LogisticRegression
people = pd.read_csv("people.csv")
model = LogisticRegression().fit(people[["nationaliteit", "bedrag"]], people["fraude"])
"""
OTHER = """
import pandas as pd
homes = pd.read_csv("homes.csv")
print(homes["geboorteland"])
"""


def clock():
    return datetime.now(UTC)


def decisions(people=60):
    rows = ["land,gekozen"]
    rows += [f"{'NL' if n % 2 else 'TR'},{int(n % 3 == 0 or n % 8 == 0)}" for n in range(people)]
    return "\n".join(rows) + "\n"


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A scan, a trace of two folders, audits of all kinds, and the bundle of it."""
    folder = tmp_path_factory.mktemp("kept")
    for name, text in (("scoring/model.py", MODEL), ("lists/other.py", OTHER)):
        (folder / name).parent.mkdir()
        (folder / name).write_text(text)
    (folder / "decisions.csv").write_text(decisions())
    register = folder / "r"
    with open_register(register, clock=clock) as opened:
        number = opened.start_scan(
            by="jo", editions=EDITIONS, settings={}, sources=[Source("hr", "files", "/data")]
        ).id
        opened.keep_asset(number, make_reading("people.csv", columns=["id", "v07"], found=["v07"]))
        opened.finish_scan(number)
    trace(TraceRequest([folder / "scoring", folder / "lists"], "jo", register))
    audit(
        AuditRequest(
            str(folder / "decisions.csv"), "jo", groups=["land"], selected="gekozen",
            register=register,
        )
    )  # fmt: skip
    audit(
        AuditRequest(
            str(folder / "decisions.csv"), "jo", selected="gekozen", without_groups=True,
            register=register,
        )
    )  # fmt: skip
    people = {"land": ["NL"] * 60 + ["TR"] * 40, "checked": [1, 0, 0] * 20 + [1, 0] * 20}
    audit_decisions(people, group="land", selected="checked", register=register, by="jo")
    with open_register(register, clock=clock) as opened:
        keep_log_key(opened, SIGNER.public_key, by="jo")
        # As doorlicht kept it before it kept settings.
        opened.keep_trace(by="jo", started_at=clock(), roots=["/old"], vocabulary="2026",
                          doorlicht="0", files=1, lines=2, items=[])  # fmt: skip
        assert len(opened.scanned_tables()) == 1
        file = io.BytesIO()
        make_bundle(
            opened, file, SIGNER, now=clock(), by="jo", audience="auditor", reports={},
            describe=lambda _: {},
        )  # fmt: skip
        return folder, file, opened.scanned_tables()


@pytest.fixture
def copy(kept, tmp_path):
    for name in ("scoring", "lists"):
        shutil.copytree(kept[0] / name, tmp_path / name)
    shutil.copy(kept[0] / "decisions.csv", tmp_path / "fresh.csv")
    return tmp_path


def again(kept, what, *given, **named):
    chosen = choose(list(repeatables(kept[1])), what)
    return rerun(kept[1], chosen, places_of(chosen, given), by="sam", **named)


def traced(kept, copy, *names):
    return again(kept, "trace:1", *(f"{name}={copy / name}" for name in names))


def test_a_bundle_tells_a_trace_the_same_of_scanned_tables_as_its_register(kept):
    assert scanned_in(kept[1], 0.5) == kept[2]


def test_what_can_be_repeated_is_known_with_what_it_needs(kept):
    found = {one.subject: one for one in repeatables(kept[1])}
    assert {name: one.hindrance for name, one in found.items()} == {
        "scan:1": "newer", "trace:1": "", "trace:2": "older", "audit:1": "", "audit:2": "",
        "audit:3": "in_memory",
    }  # fmt: skip
    assert [one.key for one in found["trace:1"].inputs] == ["scoring", "lists"]
    assert [(one.key, one.name) for one in found["audit:1"].inputs] == [
        ("decisions", "decisions.csv")
    ]


@pytest.mark.parametrize(
    ("what", "code"), [("trace:2", "rerun.older"), ("audit:3", "rerun.in_memory")]
)
def test_what_lacks_its_settings_is_refused_with_the_reason(kept, what, code):
    with pytest.raises(InputError) as caught:
        choose(list(repeatables(kept[1])), what)
    assert caught.value.code == code


def test_the_last_trace_that_can_be_repeated_is_taken(kept):
    assert choose(list(repeatables(kept[1])), "trace").subject == "trace:1"


def test_a_trace_of_a_fresh_copy_is_the_same(kept, copy):
    found = traced(kept, copy, "scoring", "lists")
    assert (found.differences, found.versions, found.inputs) == ((), {}, {})
    assert found.compared > 3


def test_other_code_is_told_where_it_is_and_where_it_is_not(kept, copy):
    text = MODEL.replace("nationaliteit", "postcode") + "more = 1\n"
    (copy / "scoring" / "model.py").write_text(text)
    found = traced(kept, copy, "scoring", "lists")
    assert found.inputs == {"scoring/model.py": "changed"}
    parts = {(one.where, one.part, one.change) for one in found.differences}
    assert ("scoring/model.py", "flow", "missing") in parts
    assert ("", "looked", "changed") in parts
    assert {one.causes for one in found.differences} == {("code",)}


def test_folders_that_were_not_given_are_told_and_not_taken_for_gone(kept, copy):
    found = traced(kept, copy, "scoring")
    assert (found.differences, found.skipped) == ((), ("lists/",))
    with pytest.raises(InputError, match="nothing"):
        traced(kept, copy)


def test_what_scans_know_otherwise_now_is_a_cause(kept, copy):
    file = kept[1]
    chosen = choose(list(repeatables(file)), "trace:1")
    settings = chosen.record["traces"][0]["settings"]
    before = settings["scanned"]
    settings["scanned"] = "0" * 64
    (copy / "lists" / "other.py").unlink()
    found = rerun(file, chosen, places_of(chosen, [f"{name}={copy / name}" for name in
                  ("scoring", "lists")]), by="sam")  # fmt: skip
    settings["scanned"] = before
    assert found.inputs == {"lists/other.py": "missing"}
    assert {one.causes for one in found.differences} == {("code", "scan")}


@pytest.mark.parametrize("what", ["audit:1", "audit:2"])
def test_an_audit_of_a_fresh_copy_under_another_name_is_the_same(kept, copy, what):
    found = again(kept, what, str(copy / "fresh.csv"))
    assert (found.differences, found.versions, found.inputs) == ((), {}, {})
    assert found.compared > 3


def test_other_data_are_told_as_such_and_no_number_of_them_is(kept, copy):
    (copy / "fresh.csv").write_text(decisions(66))
    found = again(kept, "audit:1", f"decisions={copy / 'fresh.csv'}")
    assert found.inputs == {"decisions": "changed"}
    assert {one.causes for one in found.differences} == {("data",)}
    parts = {(one.part, one.change) for one in found.differences}
    assert {("groups", "changed"), ("measures", "changed"), ("people", "changed")} <= parts
    assert "66" not in repr(found)


def test_an_audit_needs_its_file(kept):
    with pytest.raises(InputError, match="no_file"):
        again(kept, "audit:1")


def test_what_was_allowed_then_must_be_allowed_again(kept):
    chosen = choose(list(repeatables(kept[1])), "audit:1")
    for scores, named, code in (
        ("library", {}, "rerun.scores_library"),
        ("pickle", {"may_score": True}, "rerun.scores_pickle"),
        ("pickle", {"may_score": True, "may_run_pickle": True}, "rerun.no_file"),
        ("library", {"may_score": True}, "rerun.no_file"),
    ):
        asked = type(chosen)(
            chosen.kind, chosen.subject, chosen.at, chosen.by, chosen.about, chosen.inputs, "",
            chosen.record, scores,
        )  # fmt: skip
        with pytest.raises(InputError) as caught:
            rerun(kept[1], asked, {}, by="sam", **named)
        assert caught.value.code == code


@pytest.mark.parametrize(
    ("inputs", "is_newer", "causes"),
    [
        ({"decisions": "changed"}, False, ("data",)),
        ({"model": "changed"}, False, ("code",)),
        ({"model": "changed", "data": "changed"}, True, ("data", "code", "version")),
        ({"spec": "changed"}, False, ("settings",)),
        ({}, False, ("chance",)),
    ],
)
def test_a_difference_of_an_audit_has_the_causes_that_can_be_seen(inputs, is_newer, causes):
    assert rerun_audit._causes(inputs, is_newer=is_newer) == causes


@pytest.mark.parametrize(
    "change",
    [
        {"form": 2}, {"options": {}}, {"more": 1}, {"limits": {"memory_bytes": "much"}},
        {"inputs": {"decisions": {"name": "x"}}}, {"derived": None},
    ],
)  # fmt: skip
def test_settings_that_say_something_else_are_not_guessed_at(kept, change):
    found = {one.subject: one for one in repeatables(kept[1])}
    settings = found["audit:1"].record["audits"][0]["settings"]
    assert are_settings("audit", settings)
    assert are_settings("trace", found["trace:1"].record["traces"][0]["settings"])
    assert not are_settings("audit", {**settings, **change})
