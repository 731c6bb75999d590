"""Many organisations make one overview in which each use counts once, and nothing looks whole that
is not."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorlicht.errors import InputError, IntegrityError
from doorlicht.evidence import KeyInMemory, VerifierKey
from doorlicht.language import LANGUAGES
from doorlicht.organisation.rollup import roll_up, uses_by
from doorlicht.records import Export, ExportedUnit, ExportedUse, Received
from doorlicht.reports.rollup import render_rollup_json, rollup_document, say_remark
from doorlicht.runs.coordinator import read_export, write_export

DAY = date(2026, 11, 27)
SIGNER = KeyInMemory.of_seed(bytes(32))
KEY = VerifierKey("doorlicht/log", SIGNER.public_key)


def use(number, unit="dg", verdict="", status="confirmed"):
    return ExportedUse(f"U-{number}", "nationality", "score", unit, status, "unlawful", verdict)


def export(name="Ministerie A", uses=(), units=(), log="log-a", entries=10, root="aa", **more):
    return Export(
        name, log, entries, root, datetime(2026, 11, 27, tzinfo=UTC), DAY,
        {"vocabulary": "2026-11"}, tuple(units), tuple(uses), {"columns": 5}, **more,
    )  # fmt: skip


def received(one, signed_by=("key",)):
    return Received(f"{one.log}.export", one, signed_by)


def kinds(made):
    return sorted({one.kind for one in made.remarks})


UNIT = ExportedUnit("dg", "DG", is_covered=True, identifier="https://example.org/dg")


def test_uses_of_all_organisations_are_added_up_by_verdict():
    made = roll_up([
        received(export(uses=[use(1), use(2, verdict="unlawful")], units=[UNIT])),
        received(export("Ministerie B", [use(1), use(3, status="rejected")],
                        [replace(UNIT, identifier="https://example.org/other")], log="log-b")),
    ])  # fmt: skip
    assert [(one.organisation, one.uses, one.decided) for one in made.lines] == [
        ("Ministerie A", 2, 1), ("Ministerie B", 1, 0),
    ]  # fmt: skip
    assert uses_by(made, 2) == {"": 2, "unlawful": 1}
    assert made.looked_at == {"columns": 10}
    assert made.remarks == ()


def test_a_unit_of_two_organisations_counts_once_and_is_told():
    first = export(uses=[use(1)], units=[UNIT])
    second = export("Ministerie B", [use(2), use(3, "eigen")],
                    [replace(UNIT, id="dg"), ExportedUnit("eigen", "Eigen", is_covered=True)],
                    log="log-b")  # fmt: skip
    made = roll_up([received(second), received(first)])
    assert [(one.organisation, one.uses) for one in made.lines] == [
        ("Ministerie A", 1), ("Ministerie B", 1),
    ]  # fmt: skip
    assert kinds(made) == ["unit_twice"]


def test_a_unit_of_the_same_name_counts_for_both_and_is_told():
    unit = ExportedUnit("fez", "Directie Financiën", is_covered=True)
    made = roll_up([
        received(export(uses=[use(1, "fez")], units=[unit])),
        received(export("B", [use(2, "fez")], [replace(unit, name="directie  financiën")], "b")),
    ])  # fmt: skip
    assert sum(made.totals.values()) == 2
    assert kinds(made) == ["unit_alike"]


@pytest.mark.parametrize(
    ("other", "kind", "uses"),
    [
        (export(entries=11, root="bb"), "replaced", 0),
        (export(root="bb"), "forked", 1),
        (export(log="log-b", uses=[use(9)]), "same_name", 2),
        (export("B", log="log-b", units=[ExportedUnit("x", "X")]), "not_covered", 1),
        (export("B", log="log-b"), "no_units", 1),
    ],
)
def test_what_does_not_fit_is_told(other, kind, uses):
    one = export(uses=[use(1)], units=[UNIT])
    made = roll_up([received(one), received(other)])
    assert kind in kinds(made)
    assert sum(made.totals.values()) in ({0, 1} if kind == "forked" else {uses})


def test_editions_that_differ_missing_organisations_and_signatures_are_told():
    one, other = export(units=[UNIT]), export("B", log="log-b", units=[])
    other = replace(other, editions={"vocabulary": "2025-01"})
    made = roll_up([received(one), received(other, ())], ["ministerie  a", "Ministerie C"])
    assert kinds(made) == ["edition_differs", "no_units", "not_received", "unsigned"]
    for language in LANGUAGES:
        assert all(say_remark(remark, language) for remark in made.remarks)
        names = {"concept": {}, "role": {}, "verdict": {}}
        page = rollup_document(made, language, day=DAY, version="0", names=names)
        assert len(page.sections) == 3
        tree = render_rollup_json(made, language)
        assert tree["organisations"][0]["day"] == "2026-11-27"


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.lists(st.integers(0, 3), max_size=3, unique=True)),
        max_size=5,
    )
)
def test_no_use_of_a_shared_unit_is_lost_or_counted_twice(drawn):
    exports = [
        received(
            export(
                f"O{number}", [use(f"{number}-{unit}", str(unit)) for unit in units],
                [ExportedUnit(str(unit), f"unit {unit}", "active", True, f"id:{unit}")
                 for unit in units],
                log=f"log-{number}",
            )
        )
        for number, units in dict(drawn).items()
    ]  # fmt: skip
    made = roll_up(exports)
    assert sum(made.totals.values()) == len({unit for _, units in dict(drawn).items()
                                             for unit in units})  # fmt: skip
    assert sum(one.uses for one in made.lines) == sum(made.totals.values())


def test_what_was_written_is_read_again_with_who_signed():
    one = export("Ministerie Ü", [use(1)], [UNIT])
    content = write_export(one, SIGNER, KEY.name)
    assert read_export(content, "a.export", [KEY]) == Received("a.export", one, (KEY.name,))
    other = VerifierKey("doorlicht/other", KeyInMemory.of_seed(bytes([1]) * 32).public_key)
    assert read_export(content, "a.export", [other]).signed_by == ()


@pytest.mark.parametrize(
    ("change", "error", "code"),
    [
        (lambda text: text.replace(b'"U-1"', b'"U-2"'), IntegrityError, "coordinator.changed"),
        (lambda text: text.split(b"\n")[0], InputError, "proof.no_statement"),
        (lambda _: b"\x00\xff", InputError, "coordinator.no_export"),
        (lambda _: b"[1]", InputError, "coordinator.no_export"),
        (lambda text: text.replace(b'"form":"1"', b'"form":"2"'), InputError, "coordinator.newer"),
        (lambda text: text.replace(b'"form":"1",', b""), InputError, "coordinator.no_export"),
    ],
)
def test_what_was_changed_or_is_no_export_is_refused(change, error, code):
    content = change(write_export(export(uses=[use(1)]), SIGNER, KEY.name))
    with pytest.raises(error) as found:
        read_export(content, "a.export", [KEY])
    assert found.value.code == code
