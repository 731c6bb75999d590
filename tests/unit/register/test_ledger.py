"""Nothing is stored without a ledger entry, and the ledger shows what was done to it."""

import inspect
import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest

from doorlicht.errors import IntegrityError
from doorlicht.records import BlindSpot, Fault, Source, StepRun
from doorlicht.register import Register
from doorlicht.testing import EDITIONS, make_asset, make_finding, make_reading

HR = Source("hr", "files", "/data/hr", name="Personnel")


def keep_trace(register):
    return register.keep_trace(
        by="jo",
        started_at=datetime(2026, 1, 1, tzinfo=UTC),
        roots=["/code"],
        vocabulary="2026",
        doorlicht="0",
        files=1,
        lines=2,
        items=[("model", "M-1", {"name": "risk"}), ("flow", "FL-1", {"model": "M-1"})],
    )


def keep_audit(register):
    return register.keep_audit(
        by="jo",
        started_at=datetime(2026, 1, 1, tzinfo=UTC),
        doorlicht="0",
        audit="AU-1",
        kind="decisions",
        subject="decisions.csv",
        content={"measures": [{"id": "AU-2", "value": 0.5}]},
    )


WRITES = {
    "start_scan": lambda register, _: register.start_scan(
        by="jo", editions=EDITIONS, settings={"new": 1}, sources=[HR]
    ),
    "keep_asset": lambda register, scan: register.keep_asset(scan, make_reading("new.csv")),
    "keep_unchanged": lambda register, scan: register.keep_unchanged(scan, [make_asset()]),
    "keep_listing": lambda register, scan: register.keep_listing(
        scan, "hr", blind_spots=[BlindSpot("hr", "x", "reader.crashed", {})], is_expected=None
    ),
    "triage": lambda register, _: register.triage(
        make_finding("land").id, "confirm", reason="yes", by="jo"
    ),
    "finish_scan": lambda register, scan: register.finish_scan(scan),
    "keep_trace": lambda register, _: keep_trace(register),
    "keep_audit": lambda register, _: keep_audit(register),
    "keep_step": lambda register, _: register.keep_step(
        "inquiry", StepRun("scan", "scan", "failed", fault=Fault("scan.no_worker")), by="jo"
    ),
}

READS = {
    "assets",
    "audit",
    "audits",
    "blind_spots",
    "close",
    "dossier",
    "finding",
    "findings",
    "flows_from",
    "first_broken_entry",
    "gone_findings",
    "inquiry_steps",
    "is_unchanged",
    "auditing",
    "judging",
    "attested",
    "ledger",
    "location",
    "log",
    "looked_at",
    "new_blind_spots",
    "new_uses",
    "scan",
    "scans",
    "scanned_tables",
    "signed",
    "sources",
    "tables",
    "trace_item",
    "trace_items",
    "traces",
    "triage_of",
    "units",
}


def dump(location):
    """Everything in the register but the ledger."""
    with closing(sqlite3.connect(location)) as connection:
        names = connection.execute("select name from sqlite_master where type = 'table'")
        tables = sorted(name for (name,) in names if not name.startswith("ledger_"))
        return {name: connection.execute(f'select * from "{name}"').fetchall() for name in tables}  # noqa: S608


def test_every_method_either_reads_or_is_tried_as_a_write_below():
    public = {name for name, _ in inspect.getmembers(Register) if not name.startswith("_")}
    assert public == READS | set(WRITES)


@pytest.mark.parametrize("name", WRITES)
def test_every_write_leaves_one_entry_that_says_who_and_when(register, start, location, name):
    scan = start()
    register.keep_asset(scan, make_reading())
    before, entries = dump(location), register.ledger()
    WRITES[name](register, scan)
    fresh = register.ledger(after=len(entries))
    assert len(fresh) == 1
    assert fresh[0].by == "jo"
    assert fresh[0].at > entries[-1].at
    assert fresh[0].subjects
    assert name == "keep_unchanged" or dump(location) != before
    assert register.first_broken_entry() is None


ROOMS = {"attested", "auditing", "close", "dossier", "judging", "location", "log", "signed"}


@pytest.mark.parametrize("name", sorted(READS - ROOMS))
def test_reading_leaves_no_trace(register, start, location, name):
    scan = start()
    register.keep_asset(scan, make_reading())
    kept = keep_trace(register)
    keep_audit(register)
    before, entries = dump(location), register.ledger()
    arguments = {
        "finding": (make_finding("land").id,),
        "triage_of": (make_finding("land").id,),
        "scan": (scan,),
        "audit": ("AU-2",),
        "tables": ("hr", "people.csv"),
        "flows_from": ("F-1",),
        "trace_item": ("FL-1",),
        "trace_items": (kept.id,),
        "inquiry_steps": ("inquiry",),
        "gone_findings": (datetime(2026, 1, 1, tzinfo=UTC), 0.5),
        "new_blind_spots": (None,),
        "new_uses": (None,),
    }
    if name == "is_unchanged":
        register.is_unchanged(make_asset(), reading_key="key", scan=scan)
    else:
        getattr(register, name)(*arguments.get(name, ()))
    assert (dump(location), register.ledger()) == (before, entries)


def test_a_change_without_an_entry_is_not_kept(register, start, location):
    start()
    before = dump(location)
    with pytest.raises(IntegrityError) as raised, register._writing() as writing:
        writing.connection.exec_driver_sql("update sources set name = 'changed'")
    assert raised.value.code == "register.no_entry"
    assert dump(location) == before


def test_a_write_that_fails_halfway_keeps_nothing_and_leaves_no_entry(register, start, location):
    scan = start()
    before, entries = dump(location), register.ledger()
    reading = make_reading()
    broken = type(reading)(reading.asset, "key", reading.tables, (object(),))
    with pytest.raises(AttributeError):
        register.keep_asset(scan, broken)
    assert (dump(location), register.ledger()) == (before, entries)


@pytest.mark.parametrize(
    ("change", "first"),
    [
        pytest.param("update ledger_entries set by = 'eve' where number = 2", 2, id="altered"),
        pytest.param("delete from ledger_entries where number = 2", 2, id="dropped"),
        pytest.param("delete from ledger_entries where number = 1", 1, id="first-dropped"),
        pytest.param(
            "update ledger_entries set number = case number when 2 then 30 else number end; "
            "update ledger_entries set number = 2 where number = 3; "
            "update ledger_entries set number = 3 where number = 30",
            2,
            id="swapped",
        ),
        pytest.param(
            "insert into ledger_entries select 5, at, by, action, subjects, content_sha256, "
            "previous_hash, hash, line from ledger_entries where number = 4",
            5,
            id="duplicated",
        ),
    ],
)
def test_who_changes_the_ledger_behind_our_back_is_seen(register, start, location, change, first):
    scan = start()
    for name in ("a.csv", "b.csv", "c.csv"):
        register.keep_asset(scan, make_reading(name))
    with closing(sqlite3.connect(location)) as connection:
        connection.execute("drop trigger ledger_entries_no_update")
        connection.execute("drop trigger ledger_entries_no_delete")
        connection.executescript(change)
    assert register.first_broken_entry() == first


@pytest.mark.parametrize("table", ["ledger_entries", "triage_decisions"])
@pytest.mark.parametrize("change", ["update {} set by = 'eve'", "delete from {}"])
def test_the_database_itself_refuses_to_change_what_only_grows(
    register, start, location, table, change
):
    register.keep_asset(start(), make_reading())
    register.triage(make_finding("land").id, "confirm", reason="yes", by="jo")
    with (
        closing(sqlite3.connect(location)) as connection,
        pytest.raises(sqlite3.IntegrityError, match="append-only"),
    ):
        connection.execute(change.format(table))
