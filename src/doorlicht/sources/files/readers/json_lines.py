"""JSON and JSON lines: records at the top, in an array, or under a key; nested fields are opened.

Records are read in a stream and handed over as text, so that a field that is a number here and a
word there is still counted. Fields are named by their path: ``birth.country``.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final, cast

from doorlicht.plugins import Limits
from doorlicht.sources.files.readers.columnar import as_text
from doorlicht.sources.files.readers.rows import stream_of_rows
from doorlicht.sources.files.sniff import find_encoding
from doorlicht.sources.tables import BatchStream, Blob, OpenTable, UnreadableError

MAX_DOCUMENT: Final = 512 << 20
"""A single JSON document must fit in memory; JSON lines have no such limit."""

SCHEMA_RECORDS: Final = 2_000
MAX_DEPTH: Final = 8
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
                table = _table("", lambda: _lines(blob, encoding, broken), blob, limits)
                reading = cast("BatchStream", table.reading)
                yield replace(table, reading=replace(reading, left_out=lambda: broken[0]))
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
                yield _table(suffix, partial(iter, records), blob, limits)
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
        return objects > (0 if len(lines) > 1 else 1)


def _lines(blob: Blob, encoding: str, broken: list[int]) -> Iterator[dict[str, Any]]:
    """Return the records; the lines that are none are counted in ``broken``."""
    broken[0] = 0
    with blob.open() as raw:
        for line in io.TextIOWrapper(raw, encoding=encoding, errors="replace", newline="\n"):
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


def _lists(document: object) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Return each list of records with the suffix of its table."""
    if isinstance(document, list):
        records = _records(cast("list[Any]", document))
        if records:
            yield "", records
    elif isinstance(document, dict):
        tree = cast("dict[str, Any]", document)
        if tree.get("type") == "FeatureCollection" and isinstance(tree.get("features"), list):
            yield "", [feature.get("properties") or {} for feature in tree["features"]]
            return
        lists = {
            key: _records(cast("list[Any]", value))
            for key, value in tree.items()
            if isinstance(value, list)
        }
        tables = {key: records for key, records in lists.items() if records}
        if tables:
            for key, records in tables.items():
                yield f"#{key}", records
        elif _columns_of_lists(tree):
            names = list(tree)
            yield (
                "",
                [dict(zip(names, row, strict=False)) for row in zip(*tree.values(), strict=False)],
            )
        elif tree:
            yield "", [tree]


def _records(items: list[Any]) -> list[dict[str, Any]]:
    return [cast("dict[str, Any]", item) for item in items if isinstance(item, dict)]


def _columns_of_lists(tree: dict[str, Any]) -> bool:
    if len(tree) < 2 or not all(isinstance(value, list) for value in tree.values()):
        return False
    values = cast("list[list[Any]]", list(tree.values()))
    return all(len(value) == len(values[0]) for value in values)


def _table(suffix: str, records: Any, blob: Blob, limits: Limits) -> OpenTable:
    names: dict[str, None] = {}
    try:
        for number, record in enumerate(records()):
            for name in flat(record):
                names.setdefault(name)
            if number >= SCHEMA_RECORDS:
                break
    except UnreadableError:
        if not names:
            raise
    if len(names) > limits.columns:
        raise UnreadableError("limit.columns", columns=len(names), limit=limits.columns)
    order = list(names)

    def rows() -> Iterator[list[str | None]]:
        for record in records():
            cells = flat(record)
            yield [as_text(cells.get(name)) for name in order]

    return stream_of_rows(suffix, order, rows, size=blob.size, header=True)


def flat(record: Mapping[str, Any], prefix: str = "", depth: int = 0) -> dict[str, Any]:
    """Return the fields of a record by path; elements of a list get their number.

    Examples
    --------
    >>> flat({"birth": {"country": "x"}, "codes": [{"c": 1}, {"c": 2}]})
    {'birth.country': 'x', 'codes.0.c': 1, 'codes.1.c': 2}
    """
    cells: dict[str, Any] = {}
    for key, value in record.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict) and value and depth < MAX_DEPTH:
            cells.update(flat(cast("dict[str, Any]", value), f"{name}.", depth + 1))
        elif isinstance(value, list) and depth < MAX_DEPTH:
            items = cast("list[Any]", value)
            if any(isinstance(item, dict) for item in items):
                for number, item in enumerate(items[:20]):
                    if isinstance(item, dict):
                        inner = cast("dict[str, Any]", item)
                        cells.update(flat(inner, f"{name}.{number}.", depth + 1))
            else:
                cells.update({f"{name}.{number}": item for number, item in enumerate(items[:20])})
        else:
            cells[name] = value
    return cells
