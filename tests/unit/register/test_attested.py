"""Keys and checkpoints in a register: kept once, never changed, and sealed like everything else."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest

from doorlicht.errors import InputError, IntegrityError
from doorlicht.evidence import (
    Checkpoint,
    KeyInMemory,
    VerifierKey,
    cosign,
    sign_note,
    signers_of,
)
from doorlicht.register import open_register
from doorlicht.testing import SteppingClock

LOG = KeyInMemory.of_seed(bytes(32))
WITNESS = KeyInMemory.of_seed(bytes(range(32)))
WITNESS_KEY = VerifierKey("witness.example.com", WITNESS.public_key, "witness")
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
EVERYWHERE = pytest.mark.parametrize(
    "location",
    ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)],
    indirect=True,
)


def sign(register):
    """Sign a checkpoint that a witness co-signs, with a key that is revoked afterwards."""
    signed = register.attested
    signed.begin(by="jo")
    key = VerifierKey(signed.origin(), LOG.public_key)
    key_id = signed.keep_key(key, "log", by="jo", until=MOMENT)
    watching = signed.keep_key(WITNESS_KEY, "witness", by="jo")
    there = register.log.head()
    head = Checkpoint(key.name, there.size, there.root)
    signed.keep_checkpoint(head, sign_note(head.text, LOG, key.name), key_id, by="jo")
    (kept,) = signed.checkpoints()
    line = cosign(kept.note, WITNESS, WITNESS_KEY.name, seconds=1_700_000_000)
    signed.keep_cosignature(kept, line, watching, by="jo")
    signed.keep_timestamp(kept, b"\x30answer", MOMENT, by="jo")
    signed.end_key(key_id, "revoked", reason="lost", by="jo")
    return key_id


@EVERYWHERE
def test_what_was_signed_is_read_back_and_each_act_is_an_entry(register):
    key_id = sign(register)
    log_key, witness = register.attested.known_keys()
    assert (log_key.id, log_key.until, log_key.events[0].reason) == (key_id, MOMENT, "lost")
    assert register.attested.known_keys(use="witness") == [witness]
    (kept,) = register.attested.checkpoints()
    both = signers_of(kept.note, [log_key.key, witness.key])
    assert [key for key, _ in both] == [log_key.key, WITNESS_KEY]
    assert [seal.kind for seal in kept.seals] == ["cosignature", "timestamp"]
    assert kept.seals[0].seen_at == datetime.fromtimestamp(1_700_000_000, UTC)
    assert (kept.seals[1].answer, kept.seals[1].seen_at) == (b"\x30answer", MOMENT)
    assert [entry.action for entry in register.ledger()] == [
        "log.begun", "key.kept", "key.kept", "checkpoint.made", "checkpoint.cosigned",
        "checkpoint.timestamped", "key.revoked",
    ]  # fmt: skip
    assert register.ledger()[-1].subjects == (f"key:{key_id}",)
    assert register.log.check().holds


def test_a_key_is_kept_once(register):
    sign(register)
    with pytest.raises(InputError) as caught:
        register.attested.keep_key(WITNESS_KEY, "witness", by="jo")
    assert caught.value.code == "key.known"


@EVERYWHERE
@pytest.mark.parametrize("table", ["keys", "key_events", "checkpoints", "checkpoint_seals"])
def test_the_database_itself_refuses_to_change_what_was_signed(register, table):
    sign(register)
    for statement in (f"update {table} set \"by\" = 'eve'", f"delete from {table}"):  # noqa: S608
        with pytest.raises(IntegrityError), register._writing() as writing:
            writing.connection.exec_driver_sql(statement)
    assert register.log.check().holds


@pytest.mark.parametrize(
    ("statement", "about"),
    [
        ("update keys set public = 'x' where kind = 'log'", "key:{key}"),
        ("update keys set until = null where kind = 'log'", "key:{key}"),
        ("delete from key_events", "key:{key}"),
        ("update checkpoints set key_id = 'K-1'", "checkpoint:1"),
        ("update checkpoints set note = 'x'", "checkpoint:1"),
        ("delete from checkpoint_seals where kind = 'cosignature'", "checkpoint:1"),
        ("update checkpoint_seals set seen_at = '2020-01-01 00:00:00.000000'", "checkpoint:1"),
    ],
)
def test_what_was_signed_and_edited_behind_the_log_is_named(tmp_path, statement, about):
    path = tmp_path / "inquiry.register"
    with open_register(path, clock=SteppingClock()) as register:
        key = sign(register)
    with closing(sqlite3.connect(path)) as connection:
        triggers = connection.execute("select name from sqlite_master where type = 'trigger'")
        for (name,) in triggers.fetchall():
            connection.execute(f"drop trigger {name}")
        connection.execute(statement)
        connection.commit()
    with open_register(path, clock=SteppingClock()) as register:
        first = register.log.check().problems[0]
    assert (first.kind, first.subject) == ("edited", about.format(key=key))


def test_a_log_that_was_made_anew_behind_a_checkpoint_of_its_own_is_seen(tmp_path):
    path = tmp_path / "inquiry.register"
    with open_register(path, clock=SteppingClock()) as register:
        sign(register)
    with closing(sqlite3.connect(path)) as connection:
        for guard in ("no_update", "no_delete"):
            connection.execute(f"drop trigger checkpoints_{guard}")
        connection.execute("update checkpoints set root = '" + "0" * 64 + "'")
        connection.commit()
    with open_register(path, clock=SteppingClock()) as register:
        checkup = register.log.check()
    assert [one.kind for one in checkup.problems] == ["forked", "edited"]
    assert checkup.heads == 1


@EVERYWHERE
def test_a_snapshot_stays_what_it_was_while_others_write(register):
    sign(register)
    with register.log.snapshot() as log:
        before = log.head()
        register.attested.keep_key(VerifierKey("x", bytes(32), "witness"), "witness", by="jo")
        assert log.head() == before
        assert len(list(log.lines())) == before.size
        assert len(list(log.records("key"))) == 2
    assert register.log.head().size == before.size + 1
