"""Bundles of any size without a register, for tests and benchmarks, and ways to damage them."""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import BinaryIO, Final

from doorlicht.evidence.bundles import BundleWriter
from doorlicht.evidence.chain import START, next_entry
from doorlicht.evidence.checkpoints import Checkpoint
from doorlicht.evidence.entries import Change, Draft, LedgerEntry, entry_line, read_entry
from doorlicht.evidence.jcs import jcs
from doorlicht.evidence.merkle import Frontier, leaf_hash
from doorlicht.evidence.notes import VerifierKey, sign_note
from doorlicht.evidence.signing import KeyInMemory, Signer

SIGNER: Final = KeyInMemory.of_seed(bytes(range(32)))
ORIGIN: Final = "doorlicht/0123456789abcdef"
KEY: Final = VerifierKey(ORIGIN, SIGNER.public_key)
FIRST_DAY: Final = datetime(2026, 1, 5, 9, tzinfo=UTC)
SAID: Final = {
    "made": {
        "at": "2026-11-27T12:00:00.000000Z", "by": "jo", "doorlicht": "0.1.0", "for": "auditor",
    },
    "withheld": [],
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Log:
    """A log in memory, with the record of each subject after it."""

    lines: list[str]
    records: dict[str, bytes]


def key_said(key: VerifierKey = KEY, **changed: object) -> dict[str, object]:
    """Return the record of a key, as a register has it."""
    events = changed.pop("events", None)
    row = {"at": "2026-01-05T09:00:00.000000Z", "kind": "log", "public": key.text, **changed}
    return {"keys": [row]} if events is None else {"keys": [row], "key_events": events}


def make_log(entries: int, *, keys: Iterable[dict[str, object]] = (key_said(),)) -> Log:
    """Return a log of so many entries: keys, then findings that come, change and go."""
    made = {f"key:K-{number}": jcs(said) for number, said in enumerate(keys)}
    states = dict(made)
    drafts = [Draft("key.created", "jo", [_change(one, None, said)]) for one, said in made.items()]
    for number in range(entries - len(drafts)):
        subject = f"finding:F-{number % (entries // 2 + 1)}"
        before = states.pop(subject, None)
        after = None if number % 17 == 5 else jcs({"n": number, "why": "é", "p": number / 4})
        if after is not None:
            states[subject] = after
        drafts.append(Draft("finding.kept", "jo", [_change(subject, before, after)]))
    lines: list[str] = []
    last: LedgerEntry | None = None
    for number, draft in enumerate(drafts):
        last = next_entry(last, draft, FIRST_DAY + timedelta(seconds=number))
        lines.append(last.line)
    return Log(lines, states)


def files_of(log: Log, *, signer: Signer = SIGNER) -> dict[str, bytes]:
    """Return the files of a bundle, without those that seal it."""
    half = len(log.lines) // 2
    files = {
        "log/entries.jsonl": _joined(line.encode() for line in log.lines),
        "log/checkpoint.txt": checkpoint(log.lines, signer),
        f"log/checkpoints/{half}.txt": checkpoint(log.lines[:half], signer),
        "reports/report.html": b"<!doctype html><title>report</title>",
    }
    kinds = sorted({subject.partition(":")[0] for subject in log.records})
    for kind in kinds:
        files[f"records/{kind}.jsonl"] = _joined(
            b"[" + jcs(subject) + b"," + said + b"]"
            for subject, said in sorted(log.records.items())
            if subject.startswith(f"{kind}:")
        )
    return files


def checkpoint(lines: Iterable[str], signer: Signer = SIGNER) -> bytes:
    """Return the signed checkpoint of a log."""
    edge = Frontier()
    for line in lines:
        edge.add(leaf_hash(line.encode()))
    return sign_note(Checkpoint(ORIGIN, edge.size, edge.root()).text, signer, ORIGIN).full.encode()


def sealed(files: dict[str, bytes], size: int, *, signer: Signer = SIGNER, **said: object) -> bytes:
    """Return a bundle of these files."""
    file = io.BytesIO()
    writer = BundleWriter(file)
    for name, content in files.items():
        writer.add(name, [content])
    writer.seal(Checkpoint(ORIGIN, size, b""), {**SAID, **said}, signer)
    return file.getvalue()


def write_large(file: BinaryIO, entries: int) -> None:
    """Write a bundle of many entries, without holding it in memory.

    Four entries change each subject: registers are scanned again and again.
    """
    writer, edge = BundleWriter(file), Frontier()
    writer.add_lines("log/entries.jsonl", _growing(entries, edge))
    head = Checkpoint(ORIGIN, edge.size, edge.root())
    writer.add("log/checkpoint.txt", [sign_note(head.text, SIGNER, ORIGIN).full.encode()])
    subjects = _subjects(entries)
    # What the last entry about each subject left.
    rounds = (entries - 2) // subjects
    writer.add_records(
        "finding",
        (
            _finding(number, rounds if number + rounds * subjects <= entries - 2 else rounds - 1)
            for number in range(min(subjects, entries - 1))
        ),
    )
    writer.add_records("key", [("key:K-0", jcs(key_said()))])
    writer.seal(head, SAID, SIGNER)


def _growing(entries: int, edge: Frontier) -> Iterator[str]:
    draft = Draft("key.created", "jo", [_change("key:K-0", None, jcs(key_said()))])
    before = START
    for number in range(1, entries + 1):
        line = entry_line(draft, number, FIRST_DAY + timedelta(seconds=number), before)
        leaf = leaf_hash(line.encode())
        before = leaf.hex()
        edge.add(leaf)
        yield line
        turn, place = divmod(number - 1, _subjects(entries))
        subject, said = _finding(place, turn)
        old = _finding(place, turn - 1)[1] if turn else None
        draft = Draft("asset.kept", "jo", [_change(subject, old, said)], ["scan:1"])


def _subjects(entries: int) -> int:
    return max(1, entries // 4)


def _finding(number: int, turn: int) -> tuple[str, bytes]:
    said = {
        "id": f"F-{number:08x}", "table": "toeslagen.csv", "column": "nationaliteit",
        "concept": "nationality", "probability": 0.98, "signals": [["name", 3.2], ["values", 2.5]],
        "turn": turn,
    }  # fmt: skip
    return f"finding:F-{number:08x}", jcs(said)


def _change(subject: str, before: bytes | None, after: bytes | None) -> Change:
    hashes = (None if one is None else sha256(one).hexdigest() for one in (before, after))
    return Change(subject, *hashes)


def _joined(lines: Iterable[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)


# Damage.


def damaged_bytes(bundle: bytes, draw: random.Random) -> bytes:
    """Return the archive with some bytes of it changed, taken away, put in or repeated."""
    at, length = draw.randrange(len(bundle)), draw.choice((1, 1, 1, 2, 40))
    kind = draw.randrange(6)
    if kind < 3:
        changed = bytearray(bundle)
        changed[at] ^= draw.randrange(1, 256)
        return bytes(changed)
    if kind == 3:
        return bundle[:at] + bundle[at + length :]
    if kind == 4:
        return bundle[:at] + draw.randbytes(length) + bundle[at:]
    return bundle[: at + length] + bundle[at:]


def damaged_files(files: dict[str, bytes], draw: random.Random) -> dict[str, bytes]:
    """Return the files with one damage that a new manifest would not show."""
    changed = dict(files)
    act = draw.choice((_entries_damaged, _records_damaged, _checkpoint_damaged, _rechained))
    act(changed, draw)
    return changed


def _entries_damaged(files: dict[str, bytes], draw: random.Random) -> None:
    files["log/entries.jsonl"] = _lines_damaged(files["log/entries.jsonl"], draw)


def _records_damaged(files: dict[str, bytes], draw: random.Random) -> None:
    name = draw.choice([name for name in files if name.startswith("records/")])
    files[name] = _lines_damaged(files[name], draw)


def _checkpoint_damaged(files: dict[str, bytes], draw: random.Random) -> None:
    name = draw.choice([name for name in files if name.startswith("log/checkpoint")])
    content = bytearray(files[name])
    content[draw.randrange(len(content))] ^= draw.randrange(1, 256)
    files[name] = bytes(content)


def _rechained(files: dict[str, bytes], draw: random.Random) -> None:
    """Change an entry, and make every later one anew so that the chain holds again."""
    lines = files["log/entries.jsonl"].decode().splitlines()
    at = draw.randrange(len(lines))
    entries = [read_entry(line) for line in lines]
    before = START if not at else entries[at - 1].hash
    for place in range(at, len(lines)):
        entry = entries[place]
        draft = Draft(entry.action, entry.by, entry.changes, reason="x" if place == at else "")
        lines[place] = entry_line(draft, entry.number, entry.at, before)
        before = leaf_hash(lines[place].encode()).hex()
    files["log/entries.jsonl"] = _joined(line.encode() for line in lines)


def _lines_damaged(content: bytes, draw: random.Random) -> bytes:
    lines = content.splitlines()
    act: Callable[[list[bytes], random.Random], None] = draw.choice(
        (_alter, _drop, _repeat, _swap, _truncate, _insert)
    )
    act(lines, draw)
    return _joined(lines)


def _alter(lines: list[bytes], draw: random.Random) -> None:
    at = draw.randrange(len(lines))
    line = bytearray(lines[at])
    place = draw.randrange(len(line))
    # A line end would be another damage.
    line[place] = draw.choice([one for one in range(32, 127) if one != line[place]])
    lines[at] = bytes(line)


def _drop(lines: list[bytes], draw: random.Random) -> None:
    del lines[draw.randrange(len(lines))]


def _repeat(lines: list[bytes], draw: random.Random) -> None:
    lines.insert(draw.randrange(len(lines) + 1), draw.choice(lines))


def _swap(lines: list[bytes], draw: random.Random) -> None:
    # Records stand in any order: those are left as they are.
    if len(lines) < 2 or lines[0].startswith(b"["):
        _drop(lines, draw)
        return
    one, other = draw.sample(range(len(lines)), 2)
    lines[one], lines[other] = lines[other], lines[one]


def _truncate(lines: list[bytes], draw: random.Random) -> None:
    del lines[draw.randrange(len(lines)) :]


def _insert(lines: list[bytes], draw: random.Random) -> None:
    at = draw.randrange(len(lines))
    if lines[at].startswith(b"["):
        lines.insert(at, jcs([f"finding:X-{draw.randrange(100)}", {"n": 1}]))
        return
    entry = read_entry(lines[at].decode())
    lines.insert(at, replace_reason(entry).encode())


def replace_reason(entry: LedgerEntry) -> str:
    """Return an entry with the same place, that says something else."""
    said = json.loads(entry.line)
    return jcs({**said, "reason": "made up"}).decode()


def unpacked(bundle: bytes) -> dict[str, bytes]:
    """Return the files of a bundle."""
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
