"""Repeating a scan of a bundle with its settings, on the same or a fresh copy of its sources.

What was recorded and what comes out now are compared as they are sealed: tables, columns, counts,
findings with their probabilities and signals, blind spots. A difference has a cause where one can
be seen: the data is another, the program or an edition is another. Where neither is, the scan is
not deterministic, and that is told as such.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final

from doorlicht.errors import InputError
from doorlicht.evidence import unescape
from doorlicht.evidence.bundles import read_records
from doorlicht.plugins import Limits
from doorlicht.records import Source
from doorlicht.runs.rerun_compare import (
    Cause,
    Comparing,
    Difference,
    Rerun,
    need_vocabulary,
    records_of,
    versions_of,
)
from doorlicht.runs.scan import ScanRequest, scan
from doorlicht.runs.scope import Scope
from doorlicht.runs.tempfolder import temporary_folder

_MOMENTARY: Final = frozenset(
    {
        "id", "key", "asset_id", "fingerprint", "reading_key", "first_seen_scan", "first_seen_at",
        "last_read_scan", "last_read_at", "gone_since_scan", "source_id",
    }
)  # fmt: skip
"""What says when and under which number something was seen, and not what was seen."""

_ON_DISK: Final = frozenset({"bytes", "size_bytes"})
"""The room that a database takes for a table tells what happened to it, not what is in it."""

_NAMED_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "assets": (), "tables": ("path",), "columns": ("table_position", "name"), "findings": ("id",),
    "blind_spots": ("path", "code"),
}  # fmt: skip
"""By which of its columns a row is found again."""


def rerun_scan(
    bundle: BinaryIO,
    subject: str,
    record: Mapping[str, Any],
    places: Mapping[str, str],
    *,
    by: str,
    vocabulary: Sequence[Path] = (),
    workers: int | None = None,
) -> Rerun:
    """Repeat a scan of a bundle, and compare with what the register knew last.

    Parameters
    ----------
    places
        Where each source is now, by its id.
    vocabulary
        The files of the user's own vocabulary, where the scan had some.

    Raises
    ------
    InputError
        If nothing is given, or vocabulary is missing.
    """
    ids = [str(one["source_id"]) for one in record["scan_sources"]]
    if not places:
        raise InputError("rerun.nothing", what=subject)
    settings = record["settings_used"][0]["content"]
    need_vocabulary(settings["vocabulary_files"], vocabulary)
    scope = Scope(tuple(settings["only"]), tuple(settings["exclude"]))
    recorded = {
        name: said for name, said in read_records(bundle, "asset")
        if said["assets"][0]["source_id"] in places and "gone_since_scan" not in said["assets"][0]
        # What only an earlier scan was about, this one left as it was.
        and scope.takes(unescape(said["assets"][0]["path"]))
    }  # fmt: skip
    listed = {
        name: said for name, said in read_records(bundle, "source")
        if name.partition(":")[2] in places
    }  # fmt: skip
    sources = [
        Source(name, str(listed[f"source:{name}"]["sources"][0]["kind"]), place, name=name)
        for name, place in places.items()
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
    comparing = Comparing()
    databases = {one.id for one in sources if one.kind != "files"}
    before, after = (
        {name: _without_room(one, databases) for name, one in side.items()}
        for side in ({**recorded, **listed}, found)
    )
    differences = tuple(_compare(comparing, before, after, is_newer=bool(versions)))
    skipped = tuple(name for name in ids if name not in places)
    return Rerun(subject, len(recorded), differences, versions, skipped, rounded=comparing.rounded)


def _found(
    register: Path, editions: Mapping[str, Any]
) -> tuple[dict[str, Mapping[str, Any]], dict[str, tuple[str, str]]]:
    """Return the assets of the repeated scan, and which editions are others than before."""
    assets = records_of(register, "asset", "source")
    (made,) = records_of(register, "scan").values()
    now = made["editions"][0]
    names = ("doorlicht", "vocabulary", "weights", "detection")
    return assets, versions_of(editions, {name: now[name] for name in names})


def _without_room(record: Mapping[str, Any], databases: Collection[str]) -> Mapping[str, Any]:
    """Return the record of an asset without the room that a database takes for it."""
    if "assets" not in record or record["assets"][0]["source_id"] not in databases:
        return record
    return {
        part: [{name: value for name, value in row.items() if name not in _ON_DISK} for row in rows]
        for part, rows in record.items()
    }


def _compare(
    comparing: Comparing,
    before: Mapping[str, Mapping[str, Any]],
    after: Mapping[str, Mapping[str, Any]],
    *,
    is_newer: bool,
) -> Iterator[Difference]:
    unread = _unread(before, after)
    for subject in sorted(set(before) | set(after)):
        asset = subject.partition(":")[2]
        if subject not in after:
            source = before[subject]["assets"][0]["source_id"]
            yield Difference(asset, "assets", "", "missing", (), unread.get(source, ("data",)))
        elif subject not in before:
            yield Difference(asset, "assets", "", "new", (), ("data",))
        else:
            old, new = before[subject], after[subject]
            causes = _causes(_mark(old), _mark(new), is_newer=is_newer)
            if _new_blind_spots(old, new):
                # Whether the data is another cannot be known then.
                causes = ("unread",)
            for part, names in _NAMED_BY.items():
                rows, others = (_rows(side, part, names) for side in (old, new))
                yield from comparing.rows(asset, part, rows, others, causes)


def _unread(
    before: Mapping[str, Mapping[str, Any]], after: Mapping[str, Mapping[str, Any]]
) -> dict[str, tuple[Cause, ...]]:
    """Return the sources that something of could not be listed this time, and could be then."""
    return {
        subject.partition(":")[2]: ("unread",)
        for subject, new in after.items()
        if "sources" in new and _new_blind_spots(before.get(subject, {}), new)
    }


def _new_blind_spots(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    spots, others = (set(_rows(one, "blind_spots", ("path", "code"))) for one in (old, new))
    return bool(others - spots)


def _mark(record: Mapping[str, Any]) -> str | None:
    """Return what tells whether an asset changed; nothing for the listing of a source."""
    return record["assets"][0].get("fingerprint") if "assets" in record else None


def _causes(old: str | None, new: str | None, *, is_newer: bool) -> tuple[Cause, ...]:
    causes: list[Cause] = []
    # Of what has no mark, such as the listing of a source, it is not known whether it changed.
    if old is None or old != new:
        causes.append("data")
    if is_newer:
        causes.append("version")
    return tuple(causes) or ("chance",)


def _rows(
    record: Mapping[str, Any], part: str, names: Sequence[str]
) -> dict[tuple[str, ...], Mapping[str, Any]]:
    """Return the rows of a part under what names each, without what says when it was seen."""
    return {
        tuple(str(row[name]) for name in names): {
            field: value for field, value in row.items() if field not in _MOMENTARY
        }
        for row in record.get(part, ())
        if _is_there(part, row)
    }


def _is_there(part: str, row: Mapping[str, Any]) -> bool:
    return part == "assets" or "gone_since_scan" not in row
