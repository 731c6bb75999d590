"""A register that was changed in another way than through its ledger: seen, named, and where."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing, suppress
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from doorlicht.errors import InputError, IntegrityError
from doorlicht.evidence import verify_consistency, verify_inclusion
from doorlicht.records import (
    Answer,
    Assessment,
    BlindSpot,
    MeasureTaken,
    Review,
    ScopeDecision,
    Source,
    StepRun,
    Use,
)
from doorlicht.records.auditors import AuditSample, Remark
from doorlicht.records.figures import Figure
from doorlicht.register import TreeHead, open_register
from doorlicht.register.ledger import Act
from doorlicht.register.log import StoredTree, read_one
from doorlicht.register.states import SEALED, subject
from doorlicht.register.tables import metadata
from doorlicht.register.verifying import verify_register
from doorlicht.testing import EDITIONS, SteppingClock, make_finding, make_reading

OLD = Path(__file__).parents[2] / "data" / "registers" / "v0001.sql"
LAND = make_finding("land").id
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
DIGEST = hashlib.sha256(b"framework").hexdigest()


ENTRIES = 23
"""Entries of the register that is filled below; the next one has the number after it."""


def fill(register):
    """Write something of every kind there is."""
    scan = register.start_scan(
        by="jo", editions=EDITIONS, settings={"sample_rows": None},
        sources=[Source("hr", "files", "/data/hr", name="Personnel")],
    ).id  # fmt: skip
    register.keep_asset(scan, make_reading(blind=["reader.crashed"]))
    register.keep_asset(scan, make_reading("other.csv", columns=["a", "caf\udce9"], found=["a"]))
    register.keep_listing(
        scan, "hr", blind_spots=[BlindSpot("hr", "x", "folder.denied", {})], is_expected=None
    )
    register.triage(LAND, "confirm", reason="country of birth of employees", by="jo")
    register.finish_scan(scan, outcome={"assets": 2})
    register.keep_trace(
        by="jo", started_at=MOMENT, roots=["/code"], vocabulary="2026", doorlicht="0", files=1,
        lines=2, items=[("model", "M-1", {"name": "risk\ud800", "bytes": 2**60})],
    )  # fmt: skip
    register.keep_audit(
        by="jo", started_at=MOMENT, doorlicht="0", audit="AU-1", kind="decisions",
        subject="decisions.csv", content={"measures": [{"id": "AU-2", "value": 1e-7}]},
    )  # fmt: skip
    judging = register.judging
    use = Use("U-1", "nationality", "m", "M-1", "score", since=date(2020, 1, 1))
    judging.keep_proposed([use], by="jo")
    judging.keep_answers("U-1", [Answer("has_basis", True, "jo", MOMENT, "person")], by="jo")
    judging.keep_hold("U-1", reason="inquiry", by="jo")
    judging.keep_assessment(
        Assessment(
            "A-1", "U-1", "bzk", "2026", DIGEST, "jo", MOMENT, None, None, {"has_basis": True},
            "unlawful", {"path": ["q1"]}, (),
        )
    )  # fmt: skip
    review = Review("decision", "sam", MOMENT, "unlawful", "no law allows it", "")
    judging.keep_review("A-1", review, check=lambda _: None)
    judging.keep_measures(
        [MeasureTaken("ME-1", "U-1", "A-1", "erase", "erase", False, "", None, "", "", "proposed")],
        by="jo",
    )
    register.keep_step("inquiry", StepRun("scan", "scan", "done", outcome={"read": 3}), by="jo")
    decision = ScopeDecision("S-1", "dgx", "out", "not ours", "jo", date(2026, 1, 1))
    register.dossier.keep([decision], action="scope_decided", by="jo", reason="not ours")
    figure = Figure("FIG-1", "units", 1, "count", date(2026, 1, 1), "0" * 64, rows=("dgx",))
    register.signed.sign(
        kind="final", title="Report", language="en", day=date(2026, 1, 1), sha256="0" * 64,
        figures=[figure], by="jo", doorlicht="0.1.0",
    )  # fmt: skip
    fill_auditing(register.auditing)
    judging.change_uses("confirmed", changed=[use], reason="it is so", by="sam")


def fill_auditing(auditing):
    """Write a sample, a remark and a role."""
    plan = {"population_sha256": DIGEST, "strata": {}}
    sample = AuditSample("SA-1", "clean-columns", "", plan, "ann", MOMENT)
    auditing.keep_sample(sample, population_sha256=DIGEST)
    auditing.add_step("SA-1", "committed", {"commitment": "x"}, by="ann", check=lambda _: None)
    auditing.keep_remark(Remark("AF-1", "finding", "SA-1", "Few were drawn.", "ann", MOMENT))
    auditing.add_to_remark("AF-1", "answered", "We go on.", by="jo", check=lambda _: None)
    auditing.change_role("Ann", "auditor", "given", reason="appointed", by="jo")


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """The file of a register with something of everything, which nobody touched."""
    path = tmp_path_factory.mktemp("filled") / "inquiry.register"
    with open_register(path, clock=SteppingClock()) as register:
        fill(register)
    return path


@pytest.fixture
def copy(filled, tmp_path):
    path = tmp_path / "copy.register"
    path.write_bytes(filled.read_bytes())
    return path


@pytest.fixture(scope="module")
def unguarded(filled, tmp_path_factory):
    """A connection to a copy of which nothing refuses a change."""
    path = tmp_path_factory.mktemp("unguarded") / "copy.register"
    path.write_bytes(filled.read_bytes())
    changed(path)
    with (
        open_register(path, clock=SteppingClock()) as register,
        register._engine.connect() as connection,
    ):
        yield connection


def problems_after(connection, *statements):
    """What does not hold after these statements, which are taken back then."""
    with connection.begin() as transaction:
        connection.exec_driver_sql("pragma defer_foreign_keys = on")
        try:
            for statement in statements:
                connection.exec_driver_sql(statement)
            return verify_register(connection).problems
        finally:
            transaction.rollback()


def changed(path, *statements):
    """Change a register as somebody with SQL would, guards and all."""
    with closing(sqlite3.connect(path)) as connection:
        triggers = connection.execute("select name from sqlite_master where type = 'trigger'")
        for (name,) in triggers.fetchall():
            connection.execute(f"drop trigger {name}")
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def checked(path, heads=()):
    with open_register(path, clock=SteppingClock()) as register:
        return register.log.check(heads)


@pytest.mark.parametrize(
    "location",
    ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)],
    indirect=True,
)
def test_a_register_that_nobody_touched_holds(register):
    fill(register)
    checkup = register.log.check([register.log.head(), register.log.head(3), register.log.head(0)])
    assert (checkup.problems, checkup.holds, checkup.heads) == ([], True, 3)
    assert checkup.size == len(register.ledger()) == ENTRIES
    assert TreeHead(checkup.size, checkup.root) == register.log.head()
    # One of each kind at least; keys and checkpoints: see test_attested.
    kinds = register.log.kinds
    assert [kind for kind in kinds if not list(register.log.records(kind))] == [
        "unit",
        "key",
        "checkpoint",
    ]


@pytest.mark.parametrize(
    "location",
    ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)],
    indirect=True,
)
def test_what_others_write_meanwhile_does_not_look_like_an_edit(register, start, location):
    scan = start()
    register.keep_asset(scan, make_reading())
    with register.log._steady() as connection:
        size = StoredTree(connection).size()
        with open_register(location, clock=SteppingClock()) as other:
            other.keep_asset(scan, make_reading(columns=["land", "id"]))
            other.triage(LAND, "confirm", reason="it is so", by="sam")
        assert verify_register(connection).problems == []
        assert StoredTree(connection).size() == size
    assert register.log.check().size == size + 2


def test_the_record_of_a_subject_has_the_hash_that_its_last_entry_says(filled):
    with open_register(filled, clock=SteppingClock()) as register:
        last = {one.subject: one.after for entry in register.ledger() for one in entry.changes}
        told = {
            one.subject: hashlib.sha256(one.record).hexdigest()
            for kind in register.log.kinds
            for one in register.log.records(kind)
        }
    assert told == last


def test_every_table_belongs_to_a_subject():
    sealed = {one.key.table.name for one in SEALED if one.has_root}
    sealed |= {part.table.name for one in SEALED for part in one.parts}
    of_the_log = {"ledger_entries", "ledger_nodes", "ledger_states", "ledger_subjects"}
    assert sealed | of_the_log == set(metadata.tables)


NOT_FILLED = {
    "units", "ledger_nodes", "keys", "key_events", "checkpoints", "checkpoint_seals"
}  # fmt: skip
"""Tables without a row in the register that is filled above."""


@pytest.mark.long
def test_a_change_of_any_column_is_seen(unguarded):
    kinds = set()
    # By what entries are found has no rowid; see EDITS.
    for table in sorted(set(metadata.tables) - NOT_FILLED - {"ledger_subjects"}):
        row = f'where rowid = (select min(rowid) from "{table}")'  # noqa: S608
        for column in metadata.tables[table].columns:
            name = f'"{column.name}"'
            # Another number, another text, something where nothing was.
            values = [
                f"case when {name} in (0, 1) then 1 - {name} "
                f"when typeof({name}) = 'integer' then {name} + 40 "
                f"when {name} like '2026-__-__ %' then '1999' || substr({name}, 5) "
                f"else ifnull({name}, 1) || '9' end"
            ]
            if type(column.type) not in kinds:
                values += ["'no such thing'", "9.5", "x'ff'"]
            kinds.add(type(column.type))
            for value in values:
                statement = f'update "{table}" set {name} = {value} {row}'  # noqa: S608
                # A number of a row that is no number is refused by the database itself.
                with suppress(sa.exc.IntegrityError):
                    assert problems_after(unguarded, statement), statement


EDITS = [
    pytest.param("update findings set gone_since_scan = 1 where id = '{land}'",
                 "edited", "asset:hr:people.csv", id="finding-hidden-as-gone"),
    pytest.param("delete from findings where id = '{land}'", "edited", "asset:hr:people.csv",
                 id="finding-deleted"),
    pytest.param("update findings set probability = 0.1", "edited", "asset:hr:people.csv",
                 id="probability"),
    pytest.param("delete from triage_decisions", "removed", "finding:{land}",
                 id="decision-deleted"),
    pytest.param("update triage_decisions set decision = 'reject'", "edited", "finding:{land}",
                 id="decision-turned"),
    pytest.param("insert into triage_decisions values (9, '{land}', 'reject', 'x', 'eve', "
                 "'2026-01-05 09:00:00.000000')", "edited", "finding:{land}", id="decision-added"),
    pytest.param("update assessments set verdict = 'lawful'", "edited", "assessment:A-1",
                 id="verdict"),
    pytest.param("update assessment_reviews set \"by\" = 'eve'", "edited", "assessment:A-1",
                 id="who-decided"),
    pytest.param("update measures set state = 'verified'", "edited", "measure:ME-1", id="measure"),
    pytest.param("delete from measure_events", "edited", "measure:ME-1", id="event-of-a-measure"),
    pytest.param("update uses set purpose = 'other'", "edited", "use:U-1", id="use"),
    pytest.param("update uses set since = null", "edited", "use:U-1", id="date-emptied"),
    pytest.param("update use_answers set value = 'false'", "edited", "use:U-1", id="answer"),
    pytest.param("delete from holds", "edited", "use:U-1", id="hold"),
    pytest.param("update trace_items set content = '{{}}'", "edited", "trace:1", id="trace"),
    pytest.param("update audits set content = '{{}}'", "edited", "audit:1", id="audit"),
    pytest.param("update audit_numbers set number_id = 'AU-9'", "edited", "audit:1",
                 id="number-of-an-audit"),
    pytest.param("update sources set location = '/elsewhere'", "edited", "source:hr", id="source"),
    pytest.param("delete from blind_spots where asset_id is null", "edited", "source:hr",
                 id="blind-spot-of-a-list"),
    pytest.param("delete from blind_spots where asset_id = 1", "edited", "asset:hr:people.csv",
                 id="blind-spot-of-an-asset"),
    pytest.param("update scans set status = 'failed'", "edited", "scan:1", id="scan"),
    pytest.param("update editions set vocabulary = '1999'", "edited", "scan:1", id="edition"),
    pytest.param("update settings_used set content = '{{\"sample_rows\":1}}'", "edited", "scan:1",
                 id="settings"),
    pytest.param("insert into units values ('x', 'X', null, 'exists', null, null)", "unknown",
                 "unit:x", id="row-that-nobody-entered"),
    pytest.param("insert into editions values (9, 'a', 'b', 'c', 'd')", "stray", "editions",
                 id="row-of-nobody"),
    pytest.param("insert into columns values (9, 0, 0, 'x', 'text', 0, 1, '[]')", "stray",
                 "columns", id="column-of-nobody"),
    pytest.param("update findings set last_seen_scan = 0 where id = '{land}'", "seen", "source:hr",
                 id="finding-left-out-of-the-last-scan"),
    pytest.param("update ledger_states set hash = 'ab' where subject = 'use:U-1'", "state",
                 "use:U-1", id="kept-state"),
    pytest.param("delete from ledger_states where subject = 'use:U-1'", "state", "use:U-1",
                 id="kept-state-deleted"),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "kind", "about"), EDITS)
def test_a_table_that_was_edited_behind_the_log_is_named(unguarded, statement, kind, about):
    first = problems_after(unguarded, statement.format(land=LAND))[0]
    assert (first.kind, first.subject) == (kind, about.format(land=LAND))
    if kind in ("edited", "removed"):
        with unguarded.begin():
            assert first.subject in read_one(unguarded, first.number).subjects


def test_a_state_that_was_made_to_fit_is_seen_at_the_next_entry_too(copy):
    changed(copy, "update uses set purpose = 'other'", "update ledger_states set hash = 'ab'")
    with open_register(copy, clock=SteppingClock()) as register:
        register.judging.keep_hold("U-1", reason="inquiry", by="jo")
        [problem, *_] = register.log.check().problems
    assert (problem.kind, problem.number) == ("contradicting", ENTRIES + 1)


COPY_OF_9 = (
    f'insert into ledger_entries select {ENTRIES + 1}, at, "by", action, subjects, '  # noqa: S608
    "content_sha256, previous_hash, hash, line from ledger_entries where number = 9"
)
LOG_DAMAGE = [
    pytest.param("update ledger_entries set line = replace(line, '\"jo\"', '\"ev\"') "
                 "where number = 4", ("altered", 4), id="altered"),
    pytest.param("update ledger_entries set hash = 'ab' where number = 4", ("altered", 4),
                 id="hash-altered"),
    pytest.param("update ledger_entries set \"by\" = 'eve' where number = 4", ("column", 4),
                 id="column-to-look-up-by"),
    pytest.param("update ledger_entries set subjects = '[]' where number = 4", ("column", 4),
                 id="column-that-is-not-used"),
    pytest.param("delete from ledger_entries where number = 4", ("dropped", 4), id="dropped"),
    pytest.param("delete from ledger_entries where number > 9", ("truncated", 10), id="truncated"),
    pytest.param("delete from ledger_entries", ("truncated", 1), id="emptied"),
    pytest.param(COPY_OF_9, ("duplicated", ENTRIES + 1), id="duplicated"),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "expected"), LOG_DAMAGE)
def test_a_log_that_was_damaged_is_named(unguarded, statement, expected):
    first = problems_after(unguarded, statement)[0]
    assert (first.kind, first.number) == expected


def test_who_cuts_off_everything_behind_a_moment_is_betrayed_by_a_head_that_others_hold(copy):
    with open_register(copy, clock=SteppingClock()) as register:
        early, late = register.log.head(8), register.log.head()
    changed(
        copy, "delete from ledger_entries where number > 8",
        "delete from ledger_states where number > 8",
        "delete from ledger_subjects where number > 8",
        "delete from measure_events", "delete from measures",
        "delete from assessment_reviews", "delete from assessments", "delete from holds",
        "delete from use_answers", "delete from use_events", "delete from uses",
        "delete from inquiry_steps",
        "delete from dossier_events", "delete from dossier_records",
        "delete from signed_figures", "delete from signed_reports",
        "delete from sample_events", "delete from samples", "delete from role_events",
        "delete from remark_events", "delete from remarks",
    )  # fmt: skip
    assert checked(copy, [early]).holds
    [problem] = checked(copy, [early, late]).problems
    assert (problem.kind, problem.number) == ("truncated", 9)


def test_another_history_of_the_same_length_is_a_fork(copy, tmp_path):
    with open_register(copy, clock=SteppingClock()) as register:
        head = register.log.head(3)
    with open_register(tmp_path / "other.register", clock=SteppingClock(MOMENT)) as other:
        fill(other)
        [problem] = other.log.check([head]).problems
    assert (problem.kind, problem.number) == ("forked", 3)


def test_a_clock_that_ran_backwards_is_told_and_is_no_damage(copy):
    with open_register(copy, clock=SteppingClock(MOMENT)) as register:
        register.triage(LAND, "reject", reason="cars", by="jo")
        checkup = register.log.check()
    assert (checkup.holds, checkup.clock_went_back) == (True, ENTRIES + 1)


@pytest.fixture(scope="module")
def grown(tmp_path_factory):
    """A register with some more than 2 * 256 entries, so that nodes of the tree are kept."""
    path = tmp_path_factory.mktemp("grown") / "inquiry.register"
    with open_register(path, clock=SteppingClock()) as register:
        for count in (1, 254, 1, 1, 273):
            with register._writing() as writing:
                writing.record_all([Act("scan.tried", "jo", reason="a test")] * count)
    return path


@pytest.mark.parametrize("number", [1, 256, 257, 512, 513, 530])
def test_an_entry_is_proven_to_be_in_the_log(grown, number):
    with open_register(grown, clock=SteppingClock()) as register:
        for size in (None, number):
            entry, head, proof = register.log.inclusion(number, size)
            leaf = bytes.fromhex(entry.hash)
            assert entry.number == number
            assert verify_inclusion(head.size, number - 1, leaf, proof, head.root)


@pytest.mark.parametrize("old", [0, 1, 255, 256, 300, 512, 529, 530])
def test_a_log_is_proven_to_have_only_grown(grown, old):
    with open_register(grown, clock=SteppingClock()) as register:
        growth = register.log.growth(old)
        assert register.log.check([growth.old, growth.new]).problems == []
    assert growth.new.size == 530
    assert verify_consistency(old, growth.old.root, growth.new.size, growth.new.root, growth.proof)


def test_what_the_log_does_not_have_cannot_be_proven(grown):
    with open_register(grown, clock=SteppingClock()) as register:
        for ask in (
            lambda log: log.inclusion(531), lambda log: log.inclusion(0),
            lambda log: log.inclusion(3, 2), lambda log: log.growth(531), lambda log: log.head(-1),
        ):  # fmt: skip
            with pytest.raises(InputError) as raised:
                ask(register.log)
            assert raised.value.code == "log.no_such_entry"


@pytest.mark.parametrize(
    ("statement", "kind", "number"),
    [
        pytest.param(
            "update ledger_nodes set hash = 'ab' where position = 1", "node", 512, id="altered"
        ),
        pytest.param("delete from ledger_nodes where position = 0", "node", 256, id="deleted"),
        pytest.param("insert into ledger_nodes values (1, 2, 'ab')", "truncated", 531, id="added"),
    ],
)
def test_a_kept_node_of_the_tree_that_was_edited_is_named(grown, copy, statement, kind, number):
    copy.write_bytes(grown.read_bytes())
    changed(copy, statement)
    first = checked(copy).problems[0]
    assert (first.kind, first.number) == (kind, number)


def test_a_tree_with_a_part_missing_proves_nothing(grown, copy):
    copy.write_bytes(grown.read_bytes())
    changed(copy, "delete from ledger_nodes where position = 0")
    with (
        open_register(copy, clock=SteppingClock()) as register,
        pytest.raises(IntegrityError) as raised,
    ):
        register.log.inclusion(520)
    assert raised.value.code == "log.broken_tree"


def test_an_old_register_is_sealed_when_it_is_brought_up_to_date(location):
    with closing(sqlite3.connect(location)) as connection:
        connection.executescript(OLD.read_text("utf-8"))
    with open_register(location, clock=SteppingClock()) as register:
        assert {entry.form for entry in register.ledger()} == {1, 2}
        sealed = [one for one in register.ledger() if one.action == "register.sealed"]
        assert {one.subject.partition(":")[0] for entry in sealed for one in entry.changes} == {
            "source", "scan", "asset", "finding"
        }  # fmt: skip
        assert register.log.check([register.log.head(2)]).problems == []
        growth = register.log.growth(2)
    assert verify_consistency(2, growth.old.root, growth.new.size, growth.new.root, growth.proof)
    changed(location, "update findings set probability = 0.1")
    assert checked(location).problems[0].kind == "edited"


def test_a_change_to_an_old_entry_is_named(location):
    with closing(sqlite3.connect(location)) as connection:
        connection.executescript(OLD.read_text("utf-8"))
    open_register(location, clock=SteppingClock()).close()
    changed(location, "update ledger_entries set \"by\" = 'eve' where number = 2")
    first = checked(location).problems[0]
    assert (first.kind, first.number) == ("altered", 2)


def test_two_changes_of_one_subject_in_one_go_are_refused(register, start):
    scan = start()
    twice = [Act("scan.x", "jo", [subject("scan", scan)]) for _ in range(2)]
    with pytest.raises(ValueError, match="twice"), register._writing() as writing:
        writing.record_all(twice)
