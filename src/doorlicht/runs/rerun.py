"""Repeating a scan of a bundle with its settings, on the same or a fresh copy of the source.

What was recorded and what comes out now are compared as they are sealed: tables, columns, counts,
findings with their probabilities and signals, blind spots. A difference has a cause where one can
be seen: the data is another, the program or an edition is another. Where neither is, the scan is
not deterministic, and that is told as such.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final, Literal

from doorlicht.errors import InputError, nearest
from doorlicht.evidence.bundles import read_records
from doorlicht.plugins import Limits
from doorlicht.records import Source
from doorlicht.register import open_register
from doorlicht.runs.scan import ScanRequest, scan
from doorlicht.runs.tempfolder import temporary_folder

Cause = Literal["data", "version", "chance"]
Change = Literal["missing", "new", "changed"]

_MOMENTARY: Final = frozenset(
    {
        "id", "key", "asset_id", "fingerprint", "reading_key", "first_seen_scan", "first_seen_at",
        "last_read_scan", "last_read_at", "gone_since_scan", "source_id",
    }
)  # fmt: skip
"""What says when and under which number something was seen, and not what was seen."""

_NAMED_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "assets": (), "tables": ("path",), "columns": ("table_position", "name"), "findings": ("id",),
    "blind_spots": ("path", "code"),
}  # fmt: skip
"""By which of its columns a row is found again."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is otherwise than it was recorded.

    Attributes
    ----------
    asset
        Source and path.
    part
        Of what kind it is: ``assets`` (the file itself), ``tables``, ``columns``, ``findings``,
        ``blind_spots``.
    name
        Which one, in words of its own; empty for the file itself.
    fields
        What of it is otherwise.
    causes
        What can have made the difference; ``chance`` alone where nothing else can.
    """

    asset: str
    part: str
    name: str
    change: Change
    fields: tuple[str, ...]
    causes: tuple[Cause, ...]


@dataclass(frozen=True, slots=True)
class Rerun:
    """What came of repeating a scan.

    Attributes
    ----------
    versions
        What was used then and now, where that differs.
    skipped
        Sources of the scan that were not repeated.
    """

    scan: str
    assets: int
    differences: tuple[Difference, ...]
    versions: Mapping[str, tuple[str, str]]
    skipped: tuple[str, ...]


def rerun_scan(
    bundle: BinaryIO,
    places: Mapping[str, Path],
    *,
    by: str,
    vocabulary: Sequence[Path] = (),
    workers: int | None = None,
) -> Rerun:
    """Repeat the last finished scan of a bundle, and compare.

    Parameters
    ----------
    bundle
        One that was verified.
    places
        Where each source is now, by its id.
    vocabulary
        The files of the user's own vocabulary, where the scan had some.

    Raises
    ------
    InputError
        If the bundle has no finished scan, a source is not one of it, or vocabulary is missing.
    """
    number, record = _last_scan(bundle)
    ids = [str(one["source_id"]) for one in record["scan_sources"]]
    for name in places:
        if name not in ids:
            raise InputError("rerun.no_source", name=name, nearest=nearest(name, ids))
    settings = record["settings_used"][0]["content"]
    if sorted(settings["vocabulary_files"]) != sorted(path.name for path in vocabulary):
        wanted = ", ".join(settings["vocabulary_files"]) or "-"
        raise InputError("rerun.vocabulary", files=wanted)
    recorded = {
        subject: said for subject, said in read_records(bundle, "asset")
        if said["assets"][0]["source_id"] in places and "gone_since_scan" not in said["assets"][0]
    }  # fmt: skip
    kinds = {subject: said["sources"][0] for subject, said in read_records(bundle, "source")}
    sources = [
        Source(name, str(kinds[f"source:{name}"]["kind"]), str(path), name=name)
        for name, path in places.items()
    ]
    with temporary_folder() as folder:
        register = folder / "rerun.register"
        scan(
            ScanRequest(
                sources=sources, by=by, register=register, vocabulary_files=tuple(vocabulary),
                sample_rows=settings["sample_rows"], limits=Limits(**settings["limits"]),
                only=tuple(settings["only"]), exclude=tuple(settings["exclude"]), workers=workers,
            )
        )  # fmt: skip
        found, versions = _found(register, record["editions"][0])
    differences = tuple(_compare(recorded, found, is_newer=bool(versions)))
    skipped = tuple(name for name in ids if name not in places)
    return Rerun(number, len(recorded), differences, versions, skipped)


def _last_scan(bundle: BinaryIO) -> tuple[str, Mapping[str, Any]]:
    finished = [
        (subject.partition(":")[2], said)
        for subject, said in read_records(bundle, "scan")
        if said["scans"][0]["status"] == "finished"
    ]
    if not finished:
        raise InputError("rerun.no_scan")
    return max(finished, key=lambda one: int(one[0]))


def _found(
    register: Path, editions: Mapping[str, Any]
) -> tuple[dict[str, Mapping[str, Any]], dict[str, tuple[str, str]]]:
    """Return the assets of the repeated scan, and which editions are others than before."""
    with open_register(register, clock=lambda: datetime.now(UTC)) as opened:
        assets = {one.subject: json.loads(one.record) for one in opened.log.records("asset")}
        (made,) = [json.loads(one.record) for one in opened.log.records("scan")]
    now = made["editions"][0]
    versions = {
        name: (str(editions.get(name)), str(now[name]))
        for name in ("doorlicht", "vocabulary", "weights", "detection")
        if editions.get(name) != now[name]
    }
    return assets, versions


def _compare(
    before: Mapping[str, Mapping[str, Any]],
    after: Mapping[str, Mapping[str, Any]],
    *,
    is_newer: bool,
) -> Iterator[Difference]:
    for subject in sorted(set(before) | set(after)):
        asset = subject.partition(":")[2]
        if subject not in after:
            yield Difference(asset, "assets", "", "missing", (), ("data",))
        elif subject not in before:
            yield Difference(asset, "assets", "", "new", (), ("data",))
        else:
            old, new = before[subject], after[subject]
            causes = _causes(old["assets"][0], new["assets"][0], is_newer=is_newer)
            yield from _compare_asset(asset, old, new, causes)


def _causes(old: Mapping[str, Any], new: Mapping[str, Any], *, is_newer: bool) -> tuple[Cause, ...]:
    causes: list[Cause] = []
    if old.get("fingerprint") is None or old.get("fingerprint") != new.get("fingerprint"):
        causes.append("data")
    if is_newer:
        causes.append("version")
    return tuple(causes) or ("chance",)


def _compare_asset(
    asset: str, old: Mapping[str, Any], new: Mapping[str, Any], causes: tuple[Cause, ...]
) -> Iterator[Difference]:
    for part, names in _NAMED_BY.items():
        before, after = _rows(old, part, names), _rows(new, part, names)
        for key in sorted(set(before) | set(after)):
            name = " ".join(key)
            if key not in after:
                yield Difference(asset, part, name, "missing", (), causes)
            elif key not in before:
                yield Difference(asset, part, name, "new", (), causes)
            elif before[key] != after[key]:
                row, other = before[key], after[key]
                fields = sorted(
                    field for field in {*row, *other} if row.get(field) != other.get(field)
                )
                yield Difference(asset, part, name, "changed", tuple(fields), causes)


def _rows(
    record: Mapping[str, Any], part: str, names: Sequence[str]
) -> dict[tuple[str, ...], Mapping[str, Any]]:
    return {
        tuple(str(row[name]) for name in names): {
            field: value for field, value in row.items() if field not in _MOMENTARY
        }
        for row in record.get(part, ())
    }
