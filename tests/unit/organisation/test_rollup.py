"""Many organisations make one overview in which each use counts once, and nothing looks whole that
is not."""

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorlicht.errors import InputError, IntegrityError
from doorlicht.evidence import KeyInMemory, VerifierKey, consistency_proof, leaf_hash, root_of
from doorlicht.language import LANGUAGES
from doorlicht.organisation.rollup import roll_up, uses_by
from doorlicht.records import (
    Coverage,
    CoverageCell,
    CoverageRow,
    Export,
    ExportedCoverage,
    ExportedTerm,
    ExportedUnit,
    ExportedUse,
    GrownFrom,
    OrganisationUnit,
    Received,
)
from doorlicht.reports.documents.content import words_of
from doorlicht.reports.rollup import rollup_document, say_remark
from doorlicht.reports.rollup_json import render_rollup_json
from doorlicht.runs.coordinator import _looked_at, is_proven, read_export, write_export

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
        (export(log="log-b", uses=[use(9)]), "same_name", 2),
        (export("B", log="log-b", units=[ExportedUnit("x", "X")]), "not_covered", 1),
        (export("B", log="log-b"), "no_units", 1),
    ],
)
def test_what_does_not_fit_is_told(other, kind, uses):
    one = export(uses=[use(1)], units=[UNIT])
    made = roll_up([received(one), received(other)])
    assert kind in kinds(made)
    assert sum(made.totals.values()) == uses


def test_editions_that_differ_missing_organisations_and_signatures_are_told():
    one, other = export(units=[UNIT]), export("B", log="log-b", units=[])
    other = replace(other, editions={"vocabulary": "2025-01"})
    made = roll_up([received(one), received(other, ())], ["ministerie  a", "Ministerie C"])
    assert kinds(made) == ["edition_differs", "no_units", "not_received", "unsigned"]
    for language in LANGUAGES:
        assert all(say_remark(remark, language) for remark in made.remarks)
        names = {"concept": {}, "role": {}, "verdict": {}}
        page = rollup_document(made, language, day=DAY, version="0", names=names)
        assert "Ministerie C" in "\n".join(words_of(page))
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
    sha256 = hashlib.sha256(content).hexdigest()
    assert read_export(content, "a.export", [KEY]) == Received("a.export", one, (KEY.name,), sha256)
    other = VerifierKey("doorlicht/other", KeyInMemory.of_seed(bytes([1]) * 32).public_key)
    assert read_export(content, "a.export", [other]).signed_by == ()


@pytest.mark.parametrize(
    ("change", "error", "code"),
    [
        (lambda text: text.replace(b'"U-1"', b'"U-2"'), IntegrityError, "coordinator.changed"),
        (lambda text: text.split(b"\n")[0], InputError, "proof.no_statement"),
        (lambda _: b"\x00\xff", InputError, "coordinator.no_export"),
        (lambda _: b"[1]", InputError, "coordinator.no_export"),
        (lambda _: b"PK\x03\x04", InputError, "coordinator.is_packed"),
        (lambda text: text.replace(b'"form":"1"', b'"form":"2"'), InputError, "coordinator.newer"),
        (lambda text: text.replace(b'"form":"1",', b""), InputError, "coordinator.no_export"),
    ],
)
def test_what_was_changed_or_is_no_export_is_refused(change, error, code):
    content = change(write_export(export(uses=[use(1)]), SIGNER, KEY.name))
    with pytest.raises(error) as found:
        read_export(content, "a.export", [KEY])
    assert found.value.code == code


LEAVES = [leaf_hash(bytes([number])) for number in range(12)]
ROOTS = {size: root_of(LEAVES[:size]).hex() for size in (3, 7, 10, 12)}


def grown(entries, since=None, *, proof=None, days=0, **more):
    """An export of one log at a size, with the proof that it continues another."""
    if since is not None and proof is None:
        hash_at = lambda level, at: root_of(LEAVES[at << level : (at + 1) << level])  # noqa: E731
        proof = [one.hex() for one in consistency_proof(since, entries, hash_at)]
    grown_from = None if since is None else GrownFrom(since, ROOTS[since], tuple(proof))
    one = export(entries=entries, root=ROOTS[entries], units=[UNIT], grown_from=grown_from, **more)
    made_at = one.made_at + timedelta(days=days or entries)
    return Received(f"{entries}.export", replace(one, made_at=made_at), ("key",))


def test_growth_of_a_log_is_proven_also_over_exports_between():
    made = roll_up(
        [grown(12, 10, uses=[use(1), use(2, verdict="lawful")]), grown(3, uses=[use(1)]),
         grown(10, 3)],
        proves=is_proven,
    )  # fmt: skip
    assert [(one.entries, one.is_proven) for one in made.growths] == [(3, True), (10, True)]
    first = made.growths[0]
    assert (first.uses, first.uses_now, first.decided_now) == (1, 2, 1)
    assert made.remarks == ()
    # One without a proof cuts the chain.
    made = roll_up([grown(12, 10), grown(3), grown(10)], proves=is_proven)
    assert [one.is_proven for one in made.growths] == [False, True]
    assert kinds(made) == ["replaced"]


@pytest.mark.parametrize(
    ("several", "code"),
    [
        pytest.param([export(), export(root="bb")], "forked", id="two-of-one-size"),
        pytest.param([grown(3).export, grown(12, 3, proof=["00" * 32]).export], "forked",
                     id="false-proof"),
        pytest.param([grown(3).export, grown(12, 3, proof=["no hash"]).export], "forked",
                     id="no-proof-at-all"),
        pytest.param([replace(grown(3).export, root="00" * 32), grown(12, 3).export], "forked",
                     id="other-beginning"),
        pytest.param([grown(12).export, grown(10, days=30).export], "shorter", id="cut-off"),
    ],
)  # fmt: skip
def test_a_log_that_did_not_only_grow_is_refused(several, code):
    with pytest.raises(IntegrityError) as found:
        roll_up([Received("x", one) for one in several], proves=is_proven)
    assert found.value.code == f"coordinator.{code}"


def test_a_unit_that_another_organisation_looked_at_is_not_told_as_not_looked_at():
    unseen = replace(UNIT, is_covered=False)
    made = roll_up([
        received(export(units=[unseen])), received(export("B", units=[UNIT], log="b")),
    ])  # fmt: skip
    assert kinds(made) == ["unit_twice"]
    made = roll_up([
        received(export(units=[unseen])), received(export("B", units=[unseen], log="b")),
    ])  # fmt: skip
    assert [one.kind for one in made.remarks].count("not_covered") == 1


@pytest.mark.parametrize(
    ("unit", "kind"),
    [
        (replace(UNIT, is_covered=False, scope="out_for_now"), "left_out"),
        (replace(UNIT, is_covered=False, scope="out_for_now", is_overdue=True), "unit_overdue"),
        (replace(UNIT, is_covered=False, scope="undecided"), "undecided"),
        (replace(UNIT, is_overdue=True), "unit_overdue"),
    ],
)
def test_a_unit_says_why_nobody_looked_at_it(unit, kind):
    assert kinds(roll_up([received(export(units=[unit]))])) == [kind]


def test_units_of_the_public_register_that_nobody_names_are_told():
    known = [OrganisationUnit("1", "DG", identifier=UNIT.identifier),
             OrganisationUnit("2", "DG Vergeten", identifier="https://example.org/2")]  # fmt: skip
    made = roll_up([received(export(units=[UNIT]))], known_units=known)
    assert [(one.kind, one.what) for one in made.remarks] == [("unit_nowhere", "DG Vergeten")]


def test_what_is_overdue_is_told_and_no_campaign_is_no_nought():
    late = ExportedTerm("2026Z1", "questions", "overdue", date(2026, 6, 1), 179)
    terms = (late, ExportedTerm("T-1", "commitment", "running", date(2027, 1, 1)))
    made = roll_up([
        received(export(units=[UNIT], terms=terms, coverage=ExportedCoverage(8, 5, 2))),
        received(export("B", units=[replace(UNIT, identifier="b")], log="b")),
    ])  # fmt: skip
    second, first = made.lines
    assert (first.questions, first.questions_late, first.commitments_late) == (1, 1, 0)
    assert second.questions is None
    assert made.terms == (("Ministerie A", late),)
    names = {"concept": {}, "role": {}, "verdict": {}}
    page = rollup_document(made, "nl", day=DAY, version="0", names=names)
    words = list(words_of(page))
    assert words.count("onbekend: geen campagne") == 3 + 4
    assert "179" in words
    tree = render_rollup_json(made, "nl")
    assert tree["organisations"][0]["questions"] is None
    assert tree["overdue"][0]["due"] == "2026-06-01"


def test_findings_of_which_nobody_proposed_a_use_are_not_told_as_no_use():
    one = replace(export(units=[UNIT]), findings={"nationality": 7})
    made = roll_up([received(one)])
    assert [(one.kind, one.what) for one in made.remarks] == [("uses_unknown", "7")]
    names = {"concept": {}, "role": {}, "verdict": {}}
    words = list(words_of(rollup_document(made, "en", day=DAY, version="0", names=names)))
    assert words.count("unknown: no uses proposed") == 5
    assert roll_up([received(replace(one, uses=(use(1),)))]).remarks == ()


def test_a_unit_was_looked_at_where_any_step_of_it_was_done() -> None:
    def row(unit, *states):
        cells = (CoverageCell(unit, "interview", "", state) for state in states)
        return CoverageRow(unit, unit, 0, tuple(cells))

    rows = (
        row("no-data-of-its-own", "not_applicable", "done"),
        row("nothing-but-excuses", "not_applicable", "never"),
        row("by-the-unit-above", "covered", "never"),
        row("begun", "started"),
    )
    assert _looked_at(Coverage(DAY, rows)) == {"no-data-of-its-own", "by-the-unit-above"}
