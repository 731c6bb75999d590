"""Samples, roles and remarks in the register: sealed by the log, and held at the one door."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest

from doorlicht.errors import InputError, RefusedError
from doorlicht.records import Source
from doorlicht.records.auditors import AuditSample, Remark
from doorlicht.register import open_register
from doorlicht.testing import EDITIONS, SteppingClock

AT = datetime(2026, 1, 5, tzinfo=UTC)
HR = Source("hr", "files", "/data/hr")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "inquiry.register"


@pytest.fixture
def register(path):
    with open_register(path, clock=SteppingClock()) as opened:
        yield opened


def accept(_):
    return None


def fill(register):
    auditing = register.auditing
    plan = {"population_sha256": "ab" * 32, "strata": {}}
    auditing.keep_sample(
        AuditSample("SA-1", "clean-columns", "", plan, "ann", AT), population_sha256="ab" * 32
    )
    auditing.add_step("SA-1", "committed", {"commitment": "x"}, by="ann", check=accept)
    auditing.keep_remark(Remark("AF-1", "finding", "SA-1", "Too few were drawn.", "ann", AT))
    auditing.add_to_remark("AF-1", "answered", "We draw again.", by="jo", check=accept)
    auditing.change_role("Ann", "auditor", "given", reason="appointed", by="jo")


def test_everything_reads_back_and_is_sealed(register):
    fill(register)
    sample, remark = register.auditing.sample("SA-1"), register.auditing.remark("AF-1")
    assert (sample.state, sample.events[0].content) == ("committed", {"commitment": "x"})
    assert (remark.state, remark.events[0].text) == ("answered", "We draw again.")
    assert register.auditing.holders("auditor") == ["Ann"]
    assert register.log.check().holds
    assert [entry.action for entry in register.ledger()] == [
        "sample.frozen", "sample.committed", "remark.made", "remark.answered", "role.given"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("statement", "subject"),
    [
        ("update samples set population = '[]'", "sample:SA-1"),
        ("delete from sample_events", "sample:SA-1"),
        ("update remarks set text = 'all is well'", "remark:AF-1"),
        ("delete from remark_events", "remark:AF-1"),
        ("delete from role_events", "role:ann"),
    ],
)
def test_who_changes_them_with_sql_is_found_out(register, path, statement, subject):
    fill(register)
    register.close()
    with closing(sqlite3.connect(path)) as connection:
        with pytest.raises(sqlite3.DatabaseError, match="append-only"):
            connection.execute(statement)
        for (name,) in connection.execute(
            "select name from sqlite_master where type = 'trigger'"
        ).fetchall():
            connection.execute(f"drop trigger {name}")
        connection.execute(statement)
        connection.commit()
    with open_register(path, clock=SteppingClock()) as opened:
        checkup = opened.log.check()
    assert not checkup.holds
    assert subject in str(checkup.problems)


@pytest.mark.parametrize("name", ["ann", "Ann", "  ANN ", "\u0410nn"])
def test_an_auditor_changes_nothing_whatever_way_the_name_is_spelled(register, name):
    fill(register)
    before = register.ledger()
    with pytest.raises(RefusedError) as refused:
        register.start_scan(by=name, editions=EDITIONS, settings={}, sources=[HR])
    assert refused.value.code == "role.auditor_reads"
    with pytest.raises(RefusedError):
        register.auditing.change_role("Ann", "auditor", "taken", reason="no more", by=name)
    with pytest.raises(RefusedError):
        register.auditing.add_to_remark("AF-1", "answered", "It is fine.", by=name, check=accept)
    assert register.ledger() == before
    assert register.scans() == []


def test_an_auditor_writes_samples_and_remarks_and_others_go_on_as_before(register):
    fill(register)
    register.auditing.add_step("SA-1", "drawn", {"items": []}, by="ann", check=accept)
    register.auditing.add_to_remark("AF-1", "closed", "Done.", by="ann", check=accept)
    register.start_scan(by="jo", editions=EDITIONS, settings={}, sources=[HR])
    register.auditing.change_role("ANN", "auditor", "taken", reason="left", by="jo")
    assert register.auditing.holders("auditor") == []
    register.start_scan(by="ann", editions=EDITIONS, settings={"x": 1}, sources=[HR])


@pytest.mark.parametrize("text", ["The applicant is Moroccan.", "Zie 999990019."])
def test_remarks_and_notes_that_say_the_origin_of_a_person_are_refused(register, text):
    fill(register)
    before = register.ledger()
    with pytest.raises(RefusedError):
        register.auditing.keep_remark(Remark("AF-2", "question", "", text, "ann", AT))
    with pytest.raises(RefusedError):
        register.auditing.add_step(
            "SA-1", "drawn", {"notes": text}, by="ann", notes=[text], check=accept
        )
    assert register.ledger() == before
    assert len(register.auditing.remarks()) == 1


def test_what_is_not_there_is_told(register):
    with pytest.raises(InputError, match=r"sample\.unknown"):
        register.auditing.sample("SA-9")
    with pytest.raises(InputError, match=r"remark\.unknown"):
        register.auditing.remark("AF-9")
