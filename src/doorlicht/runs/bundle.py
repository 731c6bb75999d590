"""A bundle for an auditor: the log, what the register holds, and reports, at one moment.

Everything comes from one snapshot of the register, so that the records are those that the log
ends with. That a bundle was made is an entry itself, with the hash of the file.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from typing import BinaryIO, Final

from doorlicht import __version__
from doorlicht.errors import InputError, nearest
from doorlicht.evidence import Checkpoint, Note, Signer, moment, sign_note
from doorlicht.evidence.bundles import ENTRIES, NEWEST, BundleWriter
from doorlicht.register import Register
from doorlicht.register.attested import KeptKey
from doorlicht.register.proving import Log
from doorlicht.runs.checkpoints import refuse_fork
from doorlicht.runs.keys import key_of

VERIFIER: Final = "verify_bundle.py"


@dataclass(frozen=True, slots=True)
class Contents:
    """What a bundle holds, for the pages and the metadata that describe it.

    Attributes
    ----------
    records
        How many there are of each kind that has any.
    withheld
        Kinds of which there are records that were left out.
    older
        Sizes of the older checkpoints.
    reports
        Names of the reports.
    """

    head: Checkpoint
    note: Note
    key: KeptKey
    at: datetime
    by: str
    audience: str
    records: Mapping[str, int]
    withheld: tuple[str, ...]
    older: tuple[int, ...]
    timestamps: tuple[int, ...]
    reports: tuple[str, ...]


Describe = Callable[[Contents], Mapping[str, str]]
"""Makes the files that describe a bundle, by their names."""


def make_bundle(
    register: Register,
    file: BinaryIO,
    signer: Signer,
    *,
    now: datetime,
    by: str,
    audience: str,
    reports: Mapping[str, str],
    describe: Describe,
    without: Collection[str] = (),
) -> Contents:
    """Write a bundle, keep its checkpoint, and make the entry that says so.

    Parameters
    ----------
    file
        Empty, to be written, read and moved in.
    audience
        For whom it is.
    reports
        Texts by the name of their file.
    without
        Kinds of records that are left out.

    Raises
    ------
    InputError
        If there is no such kind of records, or the bundle is too large.
    RefusedError
        If the signer has no valid key of this log.
    IntegrityError
        If the log is no longer the one that was signed before.
    """
    key = key_of(register, signer, now)
    for kind in without:
        if kind not in register.log.kinds or kind == "key":
            known = [one for one in register.log.kinds if one != "key"]
            raise InputError("bundle.no_such_kind", kind=kind, nearest=nearest(kind, known))
    refuse_fork(register)
    writer = BundleWriter(file)
    try:
        contents = _fill(
            writer, register, signer, key, now=now, by=by, audience=audience, reports=reports,
            without=without,
        )  # fmt: skip
        for name, text in describe(contents).items():
            writer.add(name, [text.encode()])
        manifest = writer.seal(contents.head, _said(contents), signer)
    except BaseException:
        writer.abandon()
        raise
    register.attested.keep_checkpoint(contents.head, contents.note, key.id, by=by)
    register.attested.record_bundle(
        audience=audience, by=by, evidence={"bundle": writer.digest(), "manifest": manifest}
    )  # fmt: skip
    return contents


def _fill(
    writer: BundleWriter,
    register: Register,
    signer: Signer,
    key: KeptKey,
    *,
    now: datetime,
    by: str,
    audience: str,
    reports: Mapping[str, str],
    without: Collection[str],
) -> Contents:
    """Add everything but the pages that describe it, and return what it is."""
    with register.log.snapshot() as log:
        found = log.head()
        head = Checkpoint(key.key.name, found.size, found.root)
        note = sign_note(head.text, signer, head.origin)
        writer.add_lines(ENTRIES, (placed.line for placed in log.lines()))
        records = {
            kind: count
            for kind in log.kinds
            if (count := _add_records(writer, log, kind, is_counted=kind in without))
        }
    writer.add(NEWEST, [note.full.encode()])
    older, timestamps = _add_older(writer, register, head.size)
    for name, text in sorted(reports.items()):
        writer.add(f"reports/{name}", [text.encode()])
    withheld = tuple(sorted(set(without) & set(records)))
    contents = Contents(
        head,
        note,
        key,
        now,
        by,
        audience,
        records,
        withheld,
        older,
        timestamps,
        tuple(sorted(reports)),
    )
    writer.add(VERIFIER, [_verifier()])
    return contents


def _add_records(writer: BundleWriter, log: Log, kind: str, *, is_counted: bool) -> int:
    """Add the records of a kind, or only count them; return how many there are."""
    count = 0

    def counted() -> Iterator[tuple[str, bytes]]:
        nonlocal count
        for one in log.records(kind):
            count += 1
            yield one.subject, one.record

    if is_counted:
        for _ in counted():
            pass
        return count
    records = counted()
    first = next(records, None)
    if first is not None:
        writer.add_records(kind, _with(first, records))
    return count


def _with(
    first: tuple[str, bytes], rest: Iterator[tuple[str, bytes]]
) -> Iterator[tuple[str, bytes]]:
    yield first
    yield from rest


def _add_older(
    writer: BundleWriter, register: Register, size: int
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Add the checkpoints of up to this size, the last one of each, with their seals."""
    # Others may have made one meanwhile, of entries that are not in the bundle.
    kept = {one.size: one for one in register.attested.checkpoints() if one.size <= size}
    timed: list[int] = []
    for entries, one in sorted(kept.items()):
        writer.add(f"log/checkpoints/{entries}.txt", [one.note.full.encode()])
        answers = [seal.answer for seal in one.seals if seal.kind == "timestamp"]
        if answers:
            writer.add(f"log/timestamps/{entries}.tsr", [answers[-1]])
            timed.append(entries)
    return tuple(sorted(kept)), tuple(timed)


def _said(contents: Contents) -> dict[str, object]:
    return {
        "made": {
            "at": moment(contents.at), "by": contents.by, "doorlicht": __version__,
            "for": contents.audience,
        },
        "withheld": list(contents.withheld),
    }  # fmt: skip


def _verifier() -> bytes:
    return (resources.files("doorlicht.evidence") / VERIFIER).read_bytes()
