"""Repeating a trace of a bundle with its settings, on the same or a fresh copy of the code.

What scans knew of tables is taken from the bundle too. It holds what they knew last; where that is
no longer what the trace was made with, it is told as a cause.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

from doorlicht.errors import InputError
from doorlicht.evidence import unescape
from doorlicht.evidence.bundles import read_records
from doorlicht.records import ScannedColumn, ScannedFinding, ScannedTable, Source
from doorlicht.register.kept import TRIAGE_OF
from doorlicht.runs.recorded import scanned_hash
from doorlicht.runs.rerun_compare import (
    Cause,
    Change,
    Comparing,
    Difference,
    Rerun,
    Row,
    changes,
    need_vocabulary,
    records_of,
    versions_of,
)
from doorlicht.runs.tempfolder import temporary_folder
from doorlicht.runs.trace import trace
from doorlicht.runs.trace_request import TraceRequest

_PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "model": ("id",), "flow": ("id",),
    "reference": ("identifier", "concept", "kind", "role"), "lost": ("construct",),
}  # fmt: skip
"""By which of its fields, beside its place, an item is found again."""


def rerun_trace(
    bundle: BinaryIO,
    subject: str,
    record: Mapping[str, Any],
    places: Mapping[str, str],
    *,
    by: str,
    vocabulary: Sequence[Path] = (),
) -> Rerun:
    """Repeat a trace, and compare.

    Parameters
    ----------
    record
        What the bundle has of it, with its settings.
    places
        Where each folder and database is now, by :func:`parts_of`.

    Raises
    ------
    InputError
        If a folder is not there, nothing is given, or vocabulary is missing.
    """
    row = record["traces"][0]
    settings = row["settings"]
    need_vocabulary(settings["vocabulary_files"], vocabulary)
    roots = [one for one in settings["roots"] if root_key(one) in places]
    databases = [one for one in settings["databases"] if one["id"] in places]
    if not roots and not databases:
        raise InputError("rerun.nothing", what=subject)
    scanned = scanned_in(bundle, settings["threshold"])
    with temporary_folder() as folder:
        register = folder / "rerun.register"
        trace(
            TraceRequest(
                [Path(places[root_key(one)]) for one in roots], by, register, tuple(vocabulary),
                databases=[
                    Source(one["id"], one["kind"], places[one["id"]], one["id"])
                    for one in databases
                ],
                threshold=settings["threshold"], scanned=scanned,
                labels=[one["label"] for one in (*roots, *databases)],
            )
        )  # fmt: skip
        (found,) = records_of(register, "trace").values()
    left_out = [one["label"] for one in settings["roots"] if root_key(one) not in places]
    left_out += [one["label"] for one in settings["databases"] if one["id"] not in places]
    return _compare(subject, record, found, left_out, scanned_hash(scanned), settings)


def root_key(root: Mapping[str, Any]) -> str:
    """Return what a folder of a trace is called: with what its paths begin, or its name."""
    return str(root["label"]).rstrip("/") or str(root["name"])


def _compare(
    subject: str,
    record: Mapping[str, Any],
    found: Mapping[str, Any],
    left_out: Sequence[str],
    scanned: str,
    settings: Mapping[str, Any],
) -> Rerun:
    old, new = record["traces"][0], found["traces"][0]
    versions = versions_of(
        {**_versions(old), "readers": ", ".join(settings["readers"])},
        {**_versions(new), "readers": ", ".join(new["settings"]["readers"])},
    )
    files = {
        path: digest for path, digest in settings["files"].items() if not _is_under(path, left_out)
    }
    inputs = changes(files, new["settings"]["files"])
    why = _Why(inputs, settings["scanned"] != scanned, bool(left_out), bool(versions))
    before, after = _items(record, left_out), _items(found, left_out)
    comparing = Comparing()
    differences = [
        one
        for where, part in sorted({*before, *after})
        for one in _of_a_place(
            comparing, where, part, before.get((where, part), {}), after.get((where, part), {}), why
        )
    ]
    if not left_out:
        counts = [
            {(): {name: one.get(name, 0) for name in ("files", "lines")}} for one in (old, new)
        ]
        differences += comparing.rows("", "looked", counts[0], counts[1], why.of(inputs))
    return Rerun(
        subject, sum(map(len, before.values())), tuple(differences), versions, tuple(left_out),
        inputs, comparing.rounded,
    )  # fmt: skip


def _versions(row: Row) -> dict[str, object]:
    return {"doorlicht": row["doorlicht"], "vocabulary": row["vocabulary"]}


@dataclass(frozen=True, slots=True)
class _Why:
    """What can have made a difference."""

    files: Mapping[str, Change]
    is_scanned_otherwise: bool
    is_in_part: bool
    is_newer: bool

    def of(self, touched: Iterable[str]) -> tuple[Cause, ...]:
        """Return the causes of a difference in something whose path goes through these files."""
        causes: list[Cause] = []
        if self.files:
            causes.append("code" if self.files.keys() & set(touched) else "code_elsewhere")
        if self.is_scanned_otherwise:
            causes.append("scan")
        if self.is_in_part:
            causes.append("left_out")
        if self.is_newer:
            causes.append("version")
        return tuple(causes) or ("chance",)


_Items = dict[tuple[str, str], dict[tuple[str, ...], Row]]


def _items(record: Mapping[str, Any], left_out: Sequence[str]) -> _Items:
    """Return the items by their file and kind, and there by what tells one from another."""
    found: _Items = {}
    for item in record.get("trace_items", ()):
        content, kind = item["content"], item["kind"]
        where, line = _place(content, kind)
        if _is_under(where, left_out):
            continue
        rows = found.setdefault((where, kind), {})
        named = tuple(str(content[name]) for name in _PARTS[kind])
        key = named if "id" in _PARTS[kind] else (str(line), *named)
        # Twice the same on one line: each is a row.
        while key in rows:
            key = (*key, "+")
        rows[key] = content
    return found


def _place(content: Row, kind: str) -> tuple[str, int]:
    places = (
        [content["source"]["place"]]
        if kind == "flow"
        else [*content["train"], *content["score"]]
        if kind == "model"
        else [content["place"]]
    )
    return (places[0]["file"], places[0]["line"]) if places else ("", 0)


def _of_a_place(
    comparing: Comparing,
    where: str,
    part: str,
    before: Mapping[tuple[str, ...], Row],
    after: Mapping[tuple[str, ...], Row],
    why: _Why,
) -> Iterator[Difference]:
    for key in sorted({*before, *after}):
        rows = [{key: side[key]} if key in side else {} for side in (before, after)]
        touched = {file for side in rows for row in side.values() for file in _files_in(row)}
        yield from comparing.rows(where, part, rows[0], rows[1], why.of(touched))


def _files_in(content: object) -> Iterator[str]:
    """Yield every file that an item goes through."""
    if isinstance(content, dict):
        said = cast("dict[str, object]", content)
        if isinstance(said.get("file"), str):
            yield str(said["file"])
        for one in said.values():
            yield from _files_in(one)
    elif isinstance(content, list):
        for one in cast("list[object]", content):
            yield from _files_in(one)


def _is_under(path: str, labels: Sequence[str]) -> bool:
    return any(label and path.startswith(label) for label in labels)


def scanned_in(bundle: BinaryIO, threshold: float) -> list[ScannedTable]:
    """Return what a bundle knows of scanned tables, as a register gives it to a trace."""
    locations = {
        subject.partition(":")[2]: unescape(said["sources"][0]["location"])
        for subject, said in read_records(bundle, "source")
    }
    decided = {
        subject.partition(":")[2]: TRIAGE_OF[said["triage_decisions"][-1]["decision"]]
        for subject, said in read_records(bundle, "finding")
    }
    found: list[tuple[tuple[str, str, int], ScannedTable]] = []
    for _, said in read_records(bundle, "asset"):
        asset = said["assets"][0]
        if "gone_since_scan" in asset or asset["source_id"] not in locations:
            continue
        findings = _findings(said.get("findings", ()), decided, threshold)
        for table in said.get("tables", ()):
            columns = [
                ScannedColumn(
                    unescape(one["name"]),
                    tuple(findings.get((table["path"], one["column_index"]), ())),
                )
                for one in said.get("columns", ())
                if one["table_position"] == table["position"]
            ]
            source = asset["source_id"]
            made = ScannedTable(
                unescape(source), locations[source], unescape(table["path"]), tuple(columns)
            )
            found.append(((source, table["path"], table["position"]), made))
    return [table for _, table in sorted(found, key=lambda one: one[0])]


def _findings(
    rows: Iterable[Row], decided: Mapping[str, str], threshold: float
) -> dict[tuple[str, int], list[ScannedFinding]]:
    """Return the findings of an asset by table and column, the surest first."""
    by_column: dict[tuple[str, int], list[ScannedFinding]] = {}
    for row in sorted(rows, key=lambda one: (-one["probability"], one["id"])):
        triage = decided.get(row["id"], "open")
        is_enough = row["probability"] >= threshold or triage == "confirmed"
        if "gone_since_scan" not in row and is_enough and triage != "rejected":
            by_column.setdefault((row["table"], row["column_index"]), []).append(
                ScannedFinding(row["id"], row["concept"], row["kind"], float(row["probability"]))
            )
    return by_column
