"""Whatever is done to a bundle, two verifiers without common code see it, in the same check."""

import ast
import io
import json
import random
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from benchmarks.make_bundle import (
    KEY,
    ORIGIN,
    SIGNER,
    checkpoint,
    damaged_bytes,
    damaged_files,
    files_of,
    key_said,
    make_log,
    sealed,
    unpacked,
)
from doorlicht.errors import IntegrityError
from doorlicht.evidence import verify_bundle as independent
from doorlicht.evidence.bundle_archive import ArchiveWriter
from doorlicht.evidence.bundle_checks import CHECKS, verify_bundle
from doorlicht.evidence.chain import START, next_entry
from doorlicht.evidence.entries import Draft, form_1_line, read_entry
from doorlicht.evidence.jcs import jcs
from doorlicht.evidence.notes import VerifierKey, cosign, parse_note, sign_note
from doorlicht.evidence.signing import KeyInMemory

SIZE = 40
LOG = make_log(SIZE)
FILES = files_of(LOG)
BUNDLE = sealed(FILES, SIZE)
OTHER = KeyInMemory.of_seed(bytes(32))
OTHER_KEY = VerifierKey(ORIGIN, OTHER.public_key)
WITNESS = KeyInMemory.of_seed(bytes(range(1, 33)))
WITNESS_KEY = VerifierKey("witness.example.com/w1", WITNESS.public_key, "witness")
ITSELF = Path(independent.__file__)


def verdicts(bundle, trusted=(KEY,), held=None):
    """What each verifier says: the first check that does not hold, or ``holds``."""
    return ours(bundle, trusted, held or {}), theirs(bundle, trusted, held or {})


def ours(bundle, trusted, held):
    try:
        verify_bundle(io.BytesIO(bundle), trusted=trusted, held=held)
    except IntegrityError as error:
        return error.code.removeprefix("bundle.")
    return "holds"


def theirs(bundle, trusted, held):
    keys = [independent.parse_key(key.text) for key in trusted]
    try:
        independent.verify(io.BytesIO(bundle), keys, list(held.items()))
    except independent.BrokenError as error:
        return error.args[0]
    return "holds"


def place_of(bundle):
    with pytest.raises(IntegrityError) as caught:
        verify_bundle(io.BytesIO(bundle), trusted=[KEY])
    return caught.value.details["place"]


def test_a_bundle_holds_and_any_program_opens_it():
    told = []
    found = verify_bundle(io.BytesIO(BUNDLE), trusted=[KEY], tell=told.append)
    assert (found.entries, found.checkpoints, found.is_vouched) == (SIZE, 2, True)
    assert found.records == {"finding": len(LOG.records) - 1, "key": 1}
    assert tuple(told) == CHECKS
    assert verdicts(BUNDLE) == ("holds", "holds")
    assert {name: unpacked(BUNDLE)[name] for name in FILES} == FILES


def test_without_a_key_from_elsewhere_nobody_vouches_for_a_bundle():
    assert not verify_bundle(io.BytesIO(BUNDLE)).is_vouched
    assert verdicts(BUNDLE, trusted=()) == ("holds", "holds")


def test_no_damage_to_the_bytes_goes_unseen():
    draw = random.Random(20261127)  # noqa: S311 (the same damage each time)
    for _ in range(600):
        bundle = damaged_bytes(BUNDLE, draw)
        if bundle != BUNDLE:
            one, other = verdicts(bundle)
            assert one == other != "holds"


def test_no_damage_that_is_sealed_again_goes_unseen():
    """Somebody who holds the key of the log, but not the checkpoints that others have."""
    draw = random.Random(20261127)  # noqa: S311 (the same damage each time)
    for _ in range(250):
        files = damaged_files(FILES, draw)
        if files != FILES:
            one, other = verdicts(sealed(files, SIZE))
            assert one == other != "holds"


@pytest.mark.parametrize(
    ("change", "check", "place"),
    [
        pytest.param({"log/entries.jsonl": b""}, "fork", "log/checkpoint.txt", id="no-entries"),
        pytest.param(
            {"log/checkpoint.txt": None}, "checkpoint", "log/checkpoint.txt", id="no-head"
        ),
        pytest.param({"records/finding.jsonl": None}, "record", "finding:F-0", id="no-records"),
        pytest.param({"records/key.jsonl": None}, "file", "records/key.jsonl", id="no-keys"),
        pytest.param(
            {"log/checkpoint.txt": b"x"}, "checkpoint", "log/checkpoint.txt", id="no-note"
        ),
        pytest.param(
            {"records/other.jsonl": b'["other:1",{}]\n'}, "record", "records/other.jsonl:1",
            id="record-too-many",
        ),
        pytest.param(
            {"log/checkpoints/20.txt": checkpoint(LOG.lines[:20], OTHER)}, "checkpoint",
            "log/checkpoints/20.txt", id="checkpoint-of-another-key",
        ),
        pytest.param(
            {"log/checkpoints/20.txt": checkpoint(LOG.lines[1:21])}, "fork",
            "log/checkpoints/20.txt", id="checkpoint-of-another-log",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_sealed_bundle_is_named_with_its_place(change, check, place):
    files = {name: content for name, content in (FILES | change).items() if content is not None}
    bundle = sealed(files, SIZE)
    assert verdicts(bundle) == (check, check)
    assert place_of(bundle) == place


@pytest.mark.parametrize("act", ["drop", "rename", "add"])
def test_files_that_differ_from_the_manifest_are_named(act):
    """The manifest is that of other files, and true of every byte before it."""
    files = dict(FILES)
    if act != "add":
        content = files.pop("reports/report.html")
    if act != "drop":
        files["reports/other.html"] = content if act == "rename" else b"more"
    file = io.BytesIO()
    writer = ArchiveWriter(file)
    for name, content in files.items():
        writer.add(name, [content])
    bundle = resealed(writer, file)
    assert verdicts(bundle) == ("file", "file")


def resealed(writer, file):
    """End an archive with the manifest of the whole bundle, made true of what stands before it."""
    import json

    from doorlicht.evidence.statements import Statement, sign_statement

    manifest = json.loads(unpacked(BUNDLE)["manifest.json"])
    size, digest = writer.so_far()
    manifest["archive"] = {"bytes": size, "sha256": digest}
    _, digest = writer.add("manifest.json", [jcs(manifest)], is_packed=False)
    said = Statement({"manifest.json": digest}, "urn:doorlicht:bundle:1", {})
    envelope = sign_statement(said, SIGNER, ORIGIN).encode()
    writer.add("manifest.dsse.json", [envelope], is_packed=False)
    writer.close()
    return file.getvalue()


def test_the_helper_that_seals_again_makes_a_bundle_that_holds():
    file = io.BytesIO()
    writer = ArchiveWriter(file)
    for name, content in FILES.items():
        writer.add(name, [content])
    assert verdicts(resealed(writer, file)) == ("holds", "holds")


def archive_with(name="extra.txt", *, attributes=0o100644 << 16, content=b"x", **more):
    """A ZIP with one odd file before the two that end a bundle."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
        info.create_system, info.external_attr = 3, attributes
        for key, value in more.items():
            setattr(info, key, value)
        archive.writestr(info, content)
        for last in ("manifest.json", "manifest.dsse.json"):
            archive.writestr(zipfile.ZipInfo(last, (1980, 1, 1, 0, 0, 0)), unpacked(BUNDLE)[last])
    return file.getvalue()


@pytest.mark.parametrize(
    "bundle",
    [
        pytest.param(archive_with("../../etc/cron.d/job"), id="path-traversal"),
        pytest.param(archive_with("/etc/passwd"), id="absolute"),
        pytest.param(archive_with("C:/windows/x"), id="drive"),
        pytest.param(archive_with("a\\b"), id="backslash"),
        pytest.param(archive_with("reports/.hidden"), id="hidden"),
        pytest.param(archive_with("reports/"), id="folder"),
        pytest.param(archive_with("é.txt"), id="letter-that-systems-write-differently"),
        pytest.param(archive_with("a/b/c/d/e"), id="deep"),
        pytest.param(archive_with("x" * 101), id="long"),
        pytest.param(archive_with(attributes=0o120777 << 16), id="link"),
        pytest.param(archive_with(attributes=0o104755 << 16), id="runs-as-its-owner"),
        pytest.param(archive_with(comment=b"more"), id="comment-of-a-file"),
        pytest.param(archive_with(extra=b"\x01\x00\x04\x00abcd"), id="extra-field"),
        pytest.param(archive_with(date_time=(2026, 1, 1, 0, 0, 0)), id="date"),
        pytest.param(archive_with(compress_type=zipfile.ZIP_BZIP2), id="other-packing"),
        pytest.param(b"#!/bin/sh\n" + BUNDLE, id="program-before-it"),
        pytest.param(BUNDLE + b"more", id="bytes-behind-it"),
        pytest.param(BUNDLE[:-2] + b"\x04\x00more", id="comment"),
        pytest.param(b"", id="empty"),
        pytest.param(b"PK\5\6" + bytes(18), id="no-files"),
        pytest.param(BUNDLE[: len(BUNDLE) // 2], id="half"),
    ],
)
def test_a_file_that_could_harm_who_opens_it_is_no_bundle(bundle):
    assert verdicts(bundle) == ("archive", "archive")


def test_a_file_that_stands_twice_is_told():
    with pytest.warns(UserWarning, match="Duplicate name"):
        bundle = archive_with("manifest.json")
    assert verdicts(bundle) == ("archive", "archive")


def test_bits_behind_the_end_of_a_packed_file_are_sealed_too():
    """No program sees them; `records/key.jsonl` is read before the seal is looked at."""
    end = BUNDLE.index(b"PK\x03\x04", BUNDLE.index(b"records/key.jsonl"))
    for bits in range(8):
        changed = bytearray(BUNDLE)
        changed[end - 1] ^= 1 << bits
        one, other = verdicts(bytes(changed))
        assert one == other != "holds"


@pytest.mark.parametrize("said", [1 << 10, (1 << 32) - 1])
def test_a_bomb_does_not_go_off(said):
    """A file of 4 MB says that it is small, or that it is larger than a disk."""
    file = io.BytesIO()
    writer = ArchiveWriter(file)
    for name, content in FILES.items():
        writer.add(name, [content])
    writer.add("reports/bomb.html", [bytes(1 << 22)])
    bundle = resealed(writer, file).replace(
        (1 << 22).to_bytes(4, "little"), said.to_bytes(4, "little")
    )
    one, other = verdicts(bundle)
    assert one == other == "manifest"


def test_more_than_a_disk_can_hold_is_refused_before_anything_is_unpacked():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        names = [f"a{number}" for number in range(3)]
        for name in (*names, "manifest.json", "manifest.dsse.json"):
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.create_system, info.external_attr = 3, 0o100644 << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, b"x" * 77_777)
    large = (0xFFFF_FFFE).to_bytes(4, "little")
    bundle = file.getvalue().replace((77_777).to_bytes(4, "little"), large)
    assert verdicts(bundle) == ("archive", "archive")


@pytest.mark.parametrize(
    ("said", "check"),
    [
        pytest.param({}, "holds", id="valid"),
        pytest.param({"until": "2026-12-01T00:00:00.000000Z"}, "holds", id="not-yet-expired"),
        pytest.param({"until": "2026-11-27T12:00:00.000000Z"}, "key", id="expired"),
        pytest.param({"at": "2026-11-27T12:00:00.000001Z"}, "key", id="made-later"),
        pytest.param(
            {"events": [{"at": "2026-11-27T11:00:00.000000Z", "kind": "revoked"}]}, "key",
            id="revoked",
        ),
        pytest.param(
            {"events": [{"at": "2026-11-28T11:00:00.000000Z", "kind": "rotated"}]}, "holds",
            id="replaced-afterwards",
        ),
        pytest.param({"until": 5}, "key", id="no-moment"),
    ],
)  # fmt: skip
def test_a_key_that_was_not_valid_when_the_bundle_was_made_is_told(said, check):
    files = files_of(make_log(SIZE, keys=[key_said(**said)]))
    assert verdicts(sealed(files, SIZE)) == (check, check)


@pytest.mark.parametrize(
    ("ended", "check"),
    [
        # The log of SIZE entries goes on until 09:00:39 on the day on which it begins.
        pytest.param("2026-01-05T09:00:38.000000Z", "key", id="ended-within-the-log"),
        pytest.param("2026-01-05T09:00:39.000000Z", "key", id="ended-at-its-last-entry"),
        pytest.param("2026-01-05T09:00:39.000001Z", "holds", id="ended-behind-it"),
    ],
)
def test_who_puts_the_clock_back_to_sign_with_a_key_that_ended_is_told(ended, check):
    files = files_of(make_log(SIZE, keys=[key_said(events=[{"at": ended, "kind": "revoked"}])]))
    made = {"at": "2026-01-05T09:00:01.000000Z", "by": "jo", "doorlicht": "0", "for": "ann"}
    assert verdicts(sealed(files, SIZE, made=made)) == (check, check)


def test_a_clock_that_ran_backwards_is_named_by_both(capsys):
    first = datetime(2026, 1, 5, 9, tzinfo=UTC)
    log, last = make_log(SIZE), None
    for number, line in enumerate(log.lines):
        entry = read_entry(line)
        draft = Draft(entry.action, entry.by, entry.changes, (), "", {}, entry.versions)
        last = next_entry(last, draft, first + timedelta(seconds=number - 9 * (number == 7)))
        log.lines[number] = last.line
    bundle = sealed(files_of(log), SIZE)
    assert verify_bundle(io.BytesIO(bundle), trusted=[KEY]).clock_went_back == 8
    assert verdicts(bundle) == ("holds", "holds")
    assert capsys.readouterr().out == "note: the clock ran backwards at entry 8\n"


def test_keys_that_are_none_are_told():
    for damage in (KEY.text.encode()[:-1], b"x", b""):
        keys = FILES["records/key.jsonl"].replace(KEY.text.encode(), damage)
        assert verdicts(sealed(FILES | {"records/key.jsonl": keys}, SIZE)) == ("key", "key")


def test_a_bundle_that_somebody_else_made_is_told_by_who_has_the_key():
    """A whole bundle by a forger, with a key of their own under the name of the log."""
    log = make_log(SIZE, keys=[key_said(OTHER_KEY)])
    forged = sealed(files_of(log, signer=OTHER), SIZE, signer=OTHER)
    assert verdicts(forged, trusted=()) == ("holds", "holds")
    assert verdicts(forged) == ("key", "key")


def test_a_bundle_that_an_unknown_key_signed_is_told():
    assert verdicts(sealed(FILES, SIZE, signer=OTHER)) == ("manifest", "manifest")


@pytest.mark.parametrize(
    ("lines", "signer", "check"),
    [
        pytest.param(LOG.lines[:7], SIGNER, "holds", id="same-log"),
        pytest.param(LOG.lines, SIGNER, "holds", id="same-size"),
        pytest.param(LOG.lines[1:8], SIGNER, "fork", id="two-histories"),
        pytest.param([*LOG.lines, LOG.lines[0]], SIGNER, "fork", id="log-was-cut-off"),
        pytest.param(LOG.lines[:7], OTHER, "checkpoint", id="forged-checkpoint"),
    ],
)
def test_a_checkpoint_from_before_shows_whether_it_is_the_same_history(lines, signer, check):
    held = {"mine.txt": checkpoint(lines, signer)}
    assert verdicts(BUNDLE, held=held) == (check, check)


def test_a_witness_that_the_log_knows_is_checked():
    log = make_log(SIZE, keys=[key_said(), key_said(WITNESS_KEY)])
    files = files_of(log)
    note = parse_note(files["log/checkpoint.txt"])
    signature = cosign(note, WITNESS, WITNESS_KEY.name, seconds=1_790_000_000)
    files["log/checkpoint.txt"] = note.with_signatures([signature]).full.encode()
    assert verdicts(sealed(files, SIZE)) == ("holds", "holds")
    false = replace(signature, raw=bytes(8) + signature.raw[8:])
    files["log/checkpoint.txt"] = note.with_signatures([false]).full.encode()
    assert verdicts(sealed(files, SIZE)) == ("checkpoint", "checkpoint")
    files["log/checkpoint.txt"] = f"{note.text}\n{signature.line}\n".encode()
    assert verdicts(sealed(files, SIZE)) == ("checkpoint", "checkpoint")


def test_another_way_to_write_the_same_signature_is_told():
    """Bits of base64 that mean nothing: whoever seals the bundle again could change them."""
    note = FILES["log/checkpoint.txt"]
    assert note.endswith(b"M=\n")
    files = FILES | {"log/checkpoint.txt": note[:-3] + b"N=\n"}
    assert verdicts(sealed(files, SIZE)) == ("checkpoint", "checkpoint")


def in_arabic(digits):
    return digits.translate({ord("0") + one: 0x660 + one for one in range(10)})


@pytest.mark.parametrize(
    ("change", "check"),
    [
        pytest.param(lambda origin, size, root: [origin, size, root, "more"], "holds", id="more"),
        pytest.param(
            lambda origin, size, root: [origin, in_arabic(size), root], "checkpoint", id="digits"
        ),
        pytest.param(
            lambda origin, size, root: [origin, f"0{size}", root], "checkpoint", id="nought"
        ),
        pytest.param(
            lambda origin, size, root: [origin, f"+{size}", root], "checkpoint", id="sign"
        ),
        pytest.param(
            lambda origin, size, root: [origin, size, root, "", "x"], "checkpoint", id="blank"
        ),
        pytest.param(
            lambda origin, size, root: [origin, size, root.rstrip("=")], "checkpoint", id="short"
        ),
    ],
)
def test_a_checkpoint_of_another_form_is_told_though_the_log_signed_it(change, check):
    lines = parse_note(FILES["log/checkpoint.txt"]).text.splitlines()
    text = "".join(f"{line}\n" for line in change(*lines))
    files = FILES | {"log/checkpoint.txt": sign_note(text, SIGNER, ORIGIN).full.encode()}
    assert verdicts(sealed(files, SIZE)) == (check, check)


@pytest.mark.parametrize(
    "said",
    [
        pytest.param({"log": "other"}, id="log-is-text"),
        pytest.param({"log": {"size": SIZE}}, id="log-without-origin"),
        pytest.param({"log": {"origin": ORIGIN, "size": True}}, id="size-is-no-number"),
        pytest.param({"made": {"at": 2026}}, id="moment-is-a-number"),
        pytest.param({"made": []}, id="made-is-a-list"),
        pytest.param({"withheld": [{}]}, id="withheld-is-no-text"),
        pytest.param({"withheld": 1}, id="withheld-is-a-number"),
        pytest.param({"more": 1.5}, id="fraction"),
    ],
)
def test_a_manifest_of_another_form_is_told_though_the_log_signed_it(said):
    assert verdicts(sealed(FILES, SIZE, **said)) == ("manifest", "manifest")


@pytest.mark.parametrize(
    "evidence",
    [
        pytest.param('{"a":1.5}', id="fraction"),
        pytest.param('{"a":NaN}', id="no-number"),
        pytest.param('{"a":9007199254740993}', id="beyond-53-bits"),
    ],
)
def test_numbers_that_not_every_program_reads_alike_are_no_entry(evidence):
    last = LOG.lines[-1]
    assert last.count('"evidence":{') == 1
    start, end = last.split('"evidence":{')
    lines = [
        *LOG.lines[:-1],
        start + '"evidence":' + evidence + end[end.index("}") + 1 :],
    ]
    files = FILES | {
        "log/entries.jsonl": "".join(f"{line}\n" for line in lines).encode(),
        "log/checkpoint.txt": checkpoint(lines),
    }
    assert verdicts(sealed(files, SIZE)) == ("entries", "entries")


def test_records_can_be_withheld_and_that_is_told():
    files = {name: FILES[name] for name in FILES if name != "records/finding.jsonl"}
    bundle = sealed(files, SIZE, withheld=["finding"])
    assert verdicts(bundle) == ("holds", "holds")
    assert verify_bundle(io.BytesIO(bundle)).manifest["withheld"] == ["finding"]
    assert verdicts(sealed(FILES, SIZE, withheld=["finding"])) == ("record", "record")


def test_entries_of_the_first_form_are_checked_as_well():
    from hashlib import sha256

    from benchmarks.make_bundle import FIRST_DAY, Log
    from doorlicht.evidence.chain import next_entry
    from doorlicht.evidence.entries import Change, Draft, read_entry

    line = form_1_line(1, FIRST_DAY, "Zoë", "scan.started", ["scan:1"], "0" * 64, START)
    digest = sha256(jcs(key_said())).hexdigest()
    draft = Draft("key.created", "jo", [Change("key:K-0", None, digest)])
    second = next_entry(read_entry(line), draft, FIRST_DAY)
    log = Log([line, second.line], {"key:K-0": jcs(key_said())})
    files = files_of(log)
    assert verdicts(sealed(files, 2)) == ("holds", "holds")
    for damage in (b'"number": 1', b'"number":2'):
        changed = files["log/entries.jsonl"].replace(b'"number":1', damage, 1)
        bundle = sealed(files | {"log/entries.jsonl": changed}, 2)
        assert verdicts(bundle) == ("entries", "entries")


def test_the_independent_verifier_can_be_read_in_one_sitting_and_shares_no_code():
    source = ITSELF.read_text("utf-8")
    assert len(source.splitlines()) <= 300
    modules = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            modules |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            modules.add(node.module.partition(".")[0])
    assert modules - set(sys.stdlib_module_names) == {"cryptography"}


def run(tmp_path, *arguments):
    """Run the independent verifier as an auditor does: by itself, in another folder."""
    itself = tmp_path / "verify_bundle.py"
    itself.write_bytes(ITSELF.read_bytes())
    done = subprocess.run(
        [sys.executable, "-I", itself, *arguments], capture_output=True, text=True, cwd=tmp_path,
        check=False,
    )  # fmt: skip
    return done.returncode, done.stdout


def test_the_independent_verifier_runs_by_itself(tmp_path):
    (tmp_path / "whole.zip").write_bytes(BUNDLE)
    (tmp_path / "held.txt").write_bytes(checkpoint(LOG.lines[1:8]))
    assert run(tmp_path, "whole.zip", "--key", KEY.text)[0] == 0
    assert run(tmp_path, "whole.zip")[0] == 2
    code, told = run(tmp_path, "whole.zip", "--checkpoint", "held.txt")
    assert (code, told) == (1, "does not hold: fork held.txt\n")
    for arguments in ([], ["whole.zip", "--key", "x"], ["none.zip"], ["whole.zip", "--keys", "x"]):
        assert run(tmp_path, *arguments)[0] == 64


@pytest.mark.parametrize(
    ("member", "value"), [("subjects", "über"), ("reason", ["é"]), ("evidence", ["ø"]), ("by", 1)]
)
def test_an_entry_of_which_a_member_is_of_another_kind_is_told(member, value):
    entry = json.loads(LOG.lines[-1]) | {member: value}
    lines = [*LOG.lines[:-1], jcs(entry).decode()]
    files = FILES | {
        "log/entries.jsonl": "".join(f"{line}\n" for line in lines).encode(),
        "log/checkpoint.txt": checkpoint(lines),
    }
    assert verdicts(sealed(files, SIZE)) == ("entries", "entries")
