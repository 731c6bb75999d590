"""Checkpoints show one history: who keeps two, cuts one off or borrows a key is found out."""

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from doorlicht.errors import DoorlichtError, InputError, RefusedError
from doorlicht.evidence import (
    KeyInMemory,
    VerifierKey,
    cosign,
    parse_consistency,
    parse_note,
    sign_note,
)
from doorlicht.records import Source
from doorlicht.register import open_register
from doorlicht.runs.checkpoints import (
    add_cosignatures,
    add_timestamp,
    check_checkpoint,
    find_checkpoint,
    make_checkpoint,
    prove_growth,
    witness,
)
from doorlicht.runs.keys import keep_log_key, keep_witness_key, key_of, revoke_key, rotate_key
from doorlicht.testing import EDITIONS, SteppingClock

SIGNER = KeyInMemory.of_seed(bytes(range(32)))
OTHER = KeyInMemory.of_seed(bytes(32))
WITNESS = KeyInMemory.of_seed(bytes(range(1, 33)))
WITNESS_KEY = VerifierKey("witness.example.com/w1", WITNESS.public_key, "witness")
NOW = datetime(2026, 6, 1, tzinfo=UTC)
HR = Source("hr", "files", "/data/hr")


@pytest.fixture
def register(tmp_path):
    with open_register(tmp_path / "inquiry.register", clock=SteppingClock()) as opened:
        yield opened


@pytest.fixture
def key(register):
    return keep_log_key(register, SIGNER.public_key, by="jo")


def act(register, times=1):
    """Let something happen that the log tells."""
    for _ in range(times):
        scan = register.start_scan(by="jo", editions=EDITIONS, settings={}, sources=[HR])
        register.finish_scan(scan.id)


def made(register, signer=SIGNER):
    return make_checkpoint(register, signer, now=NOW, by="jo")


def code_of(act, *arguments, **named):
    with pytest.raises(DoorlichtError) as caught:
        act(*arguments, **named)
    return caught.value.code


def test_a_checkpoint_says_what_the_log_was_and_its_making_is_an_entry(register, key):
    act(register)
    before = register.log.head()
    kept = made(register)
    assert (kept.size, kept.root) == (before.size, before.root)
    assert kept.signed.text.startswith(f"{key.key.name}\n{before.size}\n")
    assert [one.action for one in register.ledger(after=before.size)] == ["checkpoint.made"]
    assert register.log.check().holds


def test_the_name_of_a_log_follows_from_its_first_entry(register, key):
    first = register.ledger()[0]
    assert key.key.name == f"doorlicht/{first.hash[:16]}"
    assert [one.action for one in register.ledger()] == ["log.begun", "key.kept"]


def test_a_checkpoint_that_somebody_holds_is_compared_with_the_log(register, key):
    act(register)
    held = made(register).note
    act(register, 3)
    checked = check_checkpoint(register, parse_note(held.full))
    assert checked.signers == (key,)
    assert checked.grown == register.log.head().size - checked.head.size > 0


def test_two_histories_are_told_apart(register, key, tmp_path):
    act(register)
    made(register)
    copy = tmp_path / "copy.register"
    register.close()
    shutil.copy(tmp_path / "inquiry.register", copy)
    act(register, 2)
    held = made(register).note
    with open_register(copy, clock=SteppingClock()) as other:
        assert code_of(check_checkpoint, other, held) == "checkpoint.cut_off"
        act(other, 1)
        revoke_key(other, key.id, reason="a copy that went its own way", by="jo")
        act(other, 2)
        assert code_of(check_checkpoint, other, held) == "checkpoint.forked"


@pytest.mark.usefixtures("key")
def test_a_log_that_was_cut_off_behind_a_checkpoint_signs_no_other_one(register, tmp_path):
    act(register)
    made(register)
    with closing(sqlite3.connect(tmp_path / "inquiry.register")) as connection:
        for guard in ("ledger_entries_no_delete", "ledger_entries_no_update"):
            connection.execute(f"drop trigger {guard}")
        connection.execute("delete from ledger_entries where number > 3")
        connection.commit()
    assert code_of(made, register) == "checkpoint.cut_off"


def signed_by_another(note):
    return sign_note(note.text, OTHER, note.text.split("\n")[0]).full


@pytest.mark.usefixtures("key")
@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda note: note.full.replace("doorlicht/", "other/", 1), "checkpoint.other_log"),
        (signed_by_another, "checkpoint.unsigned"),
        (lambda note: note.full.replace("\n4\n", "\n3\n"), "proof.false_signature"),
        (lambda note: "text\n\n" + note.full.partition("\n\n")[2], "proof.no_checkpoint"),
    ],
    ids=["other-log", "other-key", "other-size", "no-checkpoint"],
)
def test_a_forged_checkpoint_is_named(register, damage, code):
    act(register)
    note = made(register).note
    assert code_of(check_checkpoint, register, parse_note(damage(note))) == code


@pytest.mark.parametrize("ending", ["revoked", "rotated", "expired", "unknown"])
def test_a_key_that_may_not_be_used_signs_nothing(register, ending):
    until = NOW if ending == "expired" else None
    key = keep_log_key(register, SIGNER.public_key, by="jo", until=until)
    if ending == "revoked":
        revoke_key(register, key.id, reason="lost", by="jo")
    if ending == "rotated":
        rotate_key(register, key.id, OTHER.public_key, now=NOW, by="jo")
    signer = WITNESS if ending == "unknown" else SIGNER
    with pytest.raises(RefusedError) as caught:
        make_checkpoint(register, signer, now=NOW, by="jo")
    if ending != "unknown":
        assert caught.value.details["state"] == ending
    assert register.attested.checkpoints() == []


def test_a_new_key_signs_on_and_old_checkpoints_stay_what_they_were(register, key):
    held = made(register).note
    fresh = rotate_key(register, key.id, OTHER.public_key, now=NOW, by="jo")
    assert key_of(register, OTHER, NOW) == fresh
    assert made(register, OTHER).key == fresh.id
    assert check_checkpoint(register, held).signers[0].state(NOW) == "rotated"
    assert register.log.check().holds


def revoke(register, key_id, reason="lost"):
    revoke_key(register, key_id, reason=reason, by="jo")


def rotate(register, key_id, fresh=OTHER):
    rotate_key(register, key_id, fresh.public_key, now=NOW, by="jo")


@pytest.mark.parametrize(
    ("act_on", "code"),
    [
        (lambda r, k: keep_log_key(r, k.key.public, by="jo"), "key.known"),
        (lambda r, k: rotate(r, k.id.lower()), "key.unknown"),
        (lambda r, k: revoke(r, k.id, "  "), "key.no_reason"),
        (lambda r, k: keep_witness_key(r, k.key.text, by="jo"), "key.no_witness"),
        (lambda r, k: [rotate(r, k.id, one) for one in (OTHER, WITNESS)], "key.ended"),
        (lambda r, k: [revoke(r, k.id) for _ in range(2)], "key.ended"),
    ],
    ids=["twice", "unknown", "no-reason", "no-witness", "replaced-twice", "revoked-twice"],
)
def test_what_makes_no_sense_for_a_key_is_refused(register, key, act_on, code):
    assert code_of(act_on, register, key) == code


def test_a_witness_signs_what_continues_what_it_saw(register, key):
    keep_witness_key(register, WITNESS_KEY.text, by="jo")
    seen = None
    for round_ in range(3):
        act(register, round_ + 1)
        newest = made(register)
        old = 0 if seen is None else int(seen.text.split("\n")[1])
        asked = parse_consistency(prove_growth(register, old, None).text)
        line = witness(asked, seen, key.key, WITNESS, WITNESS_KEY.name, seconds=1_790_000_000)
        seen = newest.signed.with_signatures([line])
        added = add_cosignatures(register, seen, by="jo")
        assert [one.key for one in added] == [WITNESS_KEY]
        assert add_cosignatures(register, seen, by="jo") == []
        checked = check_checkpoint(register, find_checkpoint(register, None).note)
        assert [one.use for one in checked.signers] == ["log", "witness"]
    assert register.log.check().holds


def test_a_witness_signs_no_second_history(register, key):
    act(register)
    seen = made(register).note
    act(register, 3)
    made(register)
    asked = prove_growth(register, int(seen.text.split("\n")[1]), None)
    ask = {"signer": WITNESS, "name": WITNESS_KEY.name, "seconds": 1}
    assert witness(asked, seen, key.key, **ask)

    def refused(asked=asked, seen=seen, log=key.key):
        return code_of(witness, asked, seen, log, **ask)

    root = seen.text.split("\n")[2]
    other = parse_note(seen.full.replace(root, "A" * 43 + "="))
    assert refused(seen=other) == "checkpoint.forked"
    assert refused(seen=None) == "checkpoint.other_proof"
    assert refused(log=VerifierKey(key.key.name, OTHER.public_key)) == "checkpoint.unsigned"
    for proof in (asked.proof[1:], (*asked.proof, bytes(32)), (bytes(32), *asked.proof[1:])):
        changed = parse_consistency(type(asked)(asked.old_size, proof, asked.note).text)
        assert refused(asked=changed) == "checkpoint.forked"


def test_only_known_witnesses_and_our_own_checkpoints_are_added(register, key):
    note = made(register).note
    signature = cosign(note, WITNESS, WITNESS_KEY.name, seconds=1)
    cosigned = note.with_signatures([signature])
    assert code_of(add_cosignatures, register, cosigned, by="jo") == "checkpoint.no_witness"
    keep_witness_key(register, WITNESS_KEY.text, by="jo")
    later = cosign(note, WITNESS, WITNESS_KEY.name, seconds=2)
    false = type(later)(later.name, later.key_id, bytes(8) + later.raw[8:])
    assert code_of(add_cosignatures, register, note.with_signatures([false]), by="jo") == (
        "proof.false_signature"
    )
    other = sign_note(f"{key.key.name}\n1\n{'A' * 43}=\n", SIGNER, key.key.name)
    assert code_of(add_cosignatures, register, other, by="jo") == "checkpoint.none"


@pytest.mark.usefixtures("key")
def test_a_proof_between_sizes_that_were_not_is_refused(register):
    assert code_of(prove_growth, register, 1, None) == "checkpoint.none"
    made(register)
    assert code_of(prove_growth, register, 1, 77) == "checkpoint.none"
    assert code_of(prove_growth, register, 77, None) == "log.no_such_entry"


@pytest.mark.usefixtures("key")
def test_no_time_stamp_is_kept_that_does_not_hold(register):
    made(register)
    with pytest.raises(InputError):
        add_timestamp(register, None, b"", b"", by="jo")
    assert find_checkpoint(register, None).seals == ()


def test_a_key_is_valid_until_it_is_not():
    with open_register(":memory:", clock=SteppingClock()) as register:
        key = keep_log_key(register, SIGNER.public_key, by="jo", until=NOW)
        assert key.state(NOW - timedelta(microseconds=1)) == "valid"
        assert key.state(NOW) == "expired"
