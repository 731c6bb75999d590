"""JSON and JSON lines: records at the top, in an array, or under a key; nested fields are opened.

Records are read in a stream and handed over as text, so that a field that is a number here and a
word there is still counted. Fields are named by their path: ``birth.country``.

The keys of an object are names of fields, or they are data: ``{"123456782": {...}, ...}`` is a list
of persons under their numbers. Data are never taken for names; see :mod:`.json_keys`.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping, Sized
from dataclasses import replace
from functools import partial
from typing import Any, Final, cast

from doorlicht.plugins import Limits
from doorlicht.sources.files.readers.columnar import as_text
from doorlicht.sources.files.readers.json_keys import (
    VALUE,
    KeyCounts,
    entries,
    has_data_keys,
    is_listing,
)
from doorlicht.sources.files.readers.rows import stream_of_rows
from doorlicht.sources.files.sniff import find_encoding
from doorlicht.sources.tables import BatchStream, Blob, OpenTable, UnreadableError

MAX_DOCUMENT: Final = 512 << 20
"""A single JSON document must fit in memory; JSON lines have no such limit."""

MAX_DEPTH: Final = 8
MAX_ITEMS: Final = 20
"""Elements of one list in a record that become columns."""
MAX_LINE: Final = 64 << 20


class Json:
    """Reads JSON documents, JSON lines and GeoJSON."""

    name = "json"
    suffixes = ("json", "jsonl", "ndjson", "geojson", "jsonld")

    def takes(self, head: bytes) -> bool:
        """Whether the text begins as a JSON object or array of objects does."""
        start = head.lstrip(b"\xef\xbb\xbf \r\n\t")[:2].replace(b"\n", b"").strip()
        return start.startswith((b'{"', b"[{", b"{}")) or start in {b"{", b"["}

    def tables(
        self, blob: Blob, options: Mapping[str, object], limits: Limits
    ) -> Iterator[OpenTable | UnreadableError]:
        """Open each list of records in the document."""
        del options
        try:
            with blob.open() as file:
                head = file.read(65_536)
            encoding = find_encoding(head, is_whole=len(head) < 65_536)
            if self._is_lines(head, encoding):
                broken = [0]
                table, cut = _table("", lambda: _lines(blob, encoding, broken), blob, limits)
                reading = cast("BatchStream", table.reading)
                yield replace(table, reading=replace(reading, left_out=lambda: broken[0]))
                yield from _told(cut, "")
                return
            if blob.size > MAX_DOCUMENT:
                raise UnreadableError("limit.document", mebibytes=MAX_DOCUMENT >> 20)
            with blob.open() as file:
                document = json.loads(file.read().decode(encoding, "replace"))
        except UnreadableError as error:
            yield error
            return
        except (ValueError, RecursionError):
            yield UnreadableError("file.broken")
            return
        found = list(_lists(document))
        if not found:
            yield UnreadableError("file.no_table")
        for suffix, records in found:
            try:
                table, cut = _table(suffix, partial(iter, records), blob, limits)
                yield table
                yield from _told(cut, suffix)
            except UnreadableError as error:
                yield error

    @staticmethod
    def _is_lines(head: bytes, encoding: str) -> bool:
        lines = head.decode(encoding, "replace").splitlines()
        whole = lines[:-1] if len(lines) > 1 else lines
        objects = 0
        for line in whole[:20]:
            if not line.strip():
                continue
            try:
                objects += isinstance(json.loads(line), dict)
            except ValueError:
                return False
            except RecursionError:
                continue
        return objects > (0 if len(lines) > 1 else 1)


def _lines(blob: Blob, encoding: str, broken: list[int]) -> Iterator[dict[str, Any]]:
    """Return the records; the lines that are none are counted in ``broken``."""
    broken[0] = 0
    with (
        blob.open() as raw,
        io.TextIOWrapper(raw, encoding=encoding, errors="replace", newline="\n") as lines,
    ):
        for line in lines:
            if not line.strip():
                continue
            if len(line) > MAX_LINE:
                raise UnreadableError("file.long_line", mebibytes=MAX_LINE >> 20)
            try:
                record = json.loads(line)
            except (ValueError, RecursionError):
                broken[0] += 1
                continue
            if isinstance(record, dict):
                yield cast("dict[str, Any]", record)
            else:
                broken[0] += 1


def _told(cut: int, suffix: str) -> Iterator[UnreadableError]:
    if cut:
        yield UnreadableError("list.cut", suffix=suffix, rows=cut, limit=MAX_ITEMS)


def _lists(document: object) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Return each list of records with the suffix of its table."""
    if isinstance(document, list):
        items = cast("list[Any]", document)
        if records := _records(items):
            yield "", records
        elif values := _values(items, VALUE):
            yield "", values
    elif isinstance(document, dict):
        tree = cast("dict[str, Any]", document)
        if tree.get("type") == "FeatureCollection" and isinstance(tree.get("features"), list):
            yield "", [feature.get("properties") or {} for feature in tree["features"]]
            return
        if has_data_keys(tree) or is_listing(tree):
            yield "", entries(tree)
        elif _columns_of_lists(tree):
            names = list(tree)
            yield (
                "",
                [dict(zip(names, row, strict=False)) for row in zip(*tree.values(), strict=False)],
            )
        else:
            tables = dict(_inside(tree, "", 0))
            # The rest is a record too, of a person for instance whose addresses are a list.
            rest = _rest(tree, tables, "")
            if rest and (not tables or any(isinstance(v, str) for v in flat(rest).values())):
                yield "", [rest]
            for path, records in tables.items():
                yield f"#{path}", records


def _inside(
    tree: Mapping[str, Any], prefix: str, depth: int
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Return the lists of records in an object and in the objects in it, with their path."""
    for key, value in tree.items():
        path = f"{prefix}{key}"
        if isinstance(value, list):
            items = cast("list[Any]", value)
            if records := _records(items) or _values(items, key):
                yield path, records
        elif isinstance(value, dict):
            inner = cast("dict[str, Any]", value)
            if has_data_keys(inner) or is_listing(inner):
                yield path, entries(inner)
            elif depth < MAX_DEPTH:
                yield from _inside(inner, f"{path}.", depth + 1)


def _values(items: list[Any], name: str) -> list[dict[str, Any]]:
    """Return single values as records of one column; of few there may be a column each."""
    if len(items) <= MAX_ITEMS or not all(isinstance(item, (str, int, float)) for item in items):
        return []
    return [{name: item} for item in items]


def _rest(tree: Mapping[str, Any], tables: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """Return what is left of an object without what is a table by itself."""
    rest: dict[str, Any] = {}
    for key, value in tree.items():
        path = f"{prefix}{key}"
        if path in tables:
            continue
        if isinstance(value, dict):
            inner = cast("dict[str, Any]", value)
            if kept := _rest(inner, tables, f"{path}."):
                rest[key] = kept
        else:
            rest[key] = value
    return rest


def _records(items: list[Any]) -> list[dict[str, Any]]:
    return [cast("dict[str, Any]", item) for item in items if isinstance(item, dict)]


def _columns_of_lists(tree: dict[str, Any]) -> bool:
    if len(tree) < 2 or not all(isinstance(value, list) for value in tree.values()):
        return False
    values = cast("list[list[Any]]", list(tree.values()))
    return all(len(value) == len(values[0]) for value in values)


def _table(suffix: str, records: Any, blob: Blob, limits: Limits) -> tuple[OpenTable, int]:
    """Return the table, and how many lists in it are not read to their end."""
    names, maps, cut = _fields(records, limits)
    order = list(names)

    def rows() -> Iterator[list[str | None]]:
        for record in records():
            cells = flat(record, maps)
            yield [as_text(cells.get(name)) for name in order]

    return stream_of_rows(suffix, order, rows, size=blob.size, header=True), cut


def _fields(records: Any, limits: Limits) -> tuple[Mapping[str, None], frozenset[str], int]:
    """Return the names of all fields, the paths of objects whose keys are data, and lists cut off.

    Every record is looked at: a field that only the last of a million has is a column too. Where
    the records together show that keys are data, they are gone through once more.
    """
    maps: frozenset[str] = frozenset()
    while True:
        names: dict[str, None] = {}
        counts = KeyCounts()
        for record in records():
            for name in flat(record, maps, counts=counts):
                names.setdefault(name)
            if len(names) > limits.columns:
                break
        found = counts.with_data_keys() - maps
        if not found:
            break
        maps |= found
    if len(names) > limits.columns:
        raise UnreadableError("limit.columns", columns=len(names), limit=limits.columns)
    return names, maps, counts.cut


def flat(
    record: Mapping[str, Any],
    maps: frozenset[str] = frozenset(),
    prefix: str = "",
    depth: int = 0,
    counts: KeyCounts | None = None,
) -> dict[str, Any]:
    """Return the fields of a record by path; elements of a list get their number.

    Parameters
    ----------
    maps
        Paths of objects whose keys are known to be data; such an object is a list of its entries.
    counts
        Where to count which keys the objects of each path have.

    Examples
    --------
    >>> flat({"birth": {"country": "x"}, "codes": [{"c": 1}, {"c": 2}]})
    {'birth.country': 'x', 'codes.0.c': 1, 'codes.1.c': 2}
    >>> flat({"visits": {"2024-01-31": {"land": "x"}}})
    {'visits.0.key': '2024-01-31', 'visits.0.land': 'x'}
    """
    cells: dict[str, Any] = {}
    items: Any = record.items()
    path = prefix[:-1]
    if path in maps or has_data_keys(record):
        _note_length(record, counts)
        items = ((str(number), entry) for number, entry in enumerate(entries(record)[:MAX_ITEMS]))
    elif counts is not None:
        counts.add(path, record)
    for key, value in items:
        name = f"{prefix}{key}"
        if isinstance(value, dict) and value and depth < MAX_DEPTH:
            inner = cast("dict[str, Any]", value)
            cells.update(flat(inner, maps, f"{name}.", depth + 1, counts))
        elif isinstance(value, list) and depth < MAX_DEPTH:
            _note_length(cast("list[Any]", value), counts)
            parts = cast("list[Any]", value)[:MAX_ITEMS]
            objects = any(isinstance(part, dict) for part in parts)
            for number, part in enumerate(parts):
                if isinstance(part, dict):
                    inner = cast("dict[str, Any]", part)
                    cells.update(flat(inner, maps, f"{name}.{number}.", depth + 1, counts))
                elif not objects:
                    cells[f"{name}.{number}"] = part
        else:
            cells[name] = value
    return cells


def _note_length(items: Sized, counts: KeyCounts | None) -> None:
    if counts is not None and len(items) > MAX_ITEMS:
        counts.cut += 1
