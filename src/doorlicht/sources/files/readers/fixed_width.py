"""Text in columns of fixed width, by a specification: in the estate, or in a file beside the data.

The specification beside ``people.dat`` is ``people.dat.spec.yaml``::

    encoding: cp850
    columns:
      - {name: bsn, start: 1, length: 9}
      - {name: geb_land, start: 10, length: 4, label: Geboorteland}
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import yaml

from doorlicht.plugins import Limits
from doorlicht.sources.files.readers.rows import stream_of_rows
from doorlicht.sources.files.walking import is_there
from doorlicht.sources.tables import Blob, OpenTable, UnreadableError


class FixedWidth:
    """Reads fixed-width text; options: columns (name, start from 1, length, label), encoding."""

    name = "fixed-width"
    suffixes = ("fwf",)

    def takes(self, head: bytes) -> bool:
        """Such text has no mark; it is read where there is a specification."""
        del head
        return False

    def tables(
        self, blob: Blob, options: Mapping[str, object], limits: Limits
    ) -> Iterator[OpenTable | UnreadableError]:
        """Open the one table of the file."""
        try:
            spec = options if "columns" in options else _beside(blob)
            columns = _columns(spec)
            encoding = _encoding(spec)
        except UnreadableError as error:
            yield error
            return
        if len(columns) > limits.columns:
            yield UnreadableError("limit.columns", columns=len(columns), limit=limits.columns)
            return

        def rows() -> Iterator[Sequence[str | None]]:
            with (
                blob.open() as raw,
                io.TextIOWrapper(raw, encoding=encoding, errors="replace") as lines,
            ):
                for line in lines:
                    text = line.rstrip("\r\n")
                    if text.strip():
                        yield [
                            text[start : start + length].strip() for _, start, length, _ in columns
                        ]

        yield stream_of_rows(
            "",
            [name for name, *_ in columns],
            rows,
            size=blob.size,
            header=True,
            labels={i: label for i, (*_, label) in enumerate(columns) if label},
        )


def is_described(blob: Blob, options: Mapping[str, object]) -> bool:
    """Whether the columns of a text are described: in the estate, or in a file beside it."""
    path = _path_beside(blob)
    return "columns" in options or (path is not None and is_there(path))


def _path_beside(blob: Blob) -> Path | None:
    return blob.path and blob.path.with_name(blob.path.name + ".spec.yaml")


def _beside(blob: Blob) -> Mapping[str, Any]:
    path = _path_beside(blob)
    if path is None or not is_there(path):
        raise UnreadableError("file.no_specification")
    try:
        tree = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError, yaml.YAMLError):
        raise UnreadableError("file.bad_specification") from None
    if not isinstance(tree, dict):
        raise UnreadableError("file.bad_specification")
    return cast("dict[str, Any]", tree)


def _columns(spec: Mapping[str, Any]) -> list[tuple[str, int, int, str]]:
    try:
        columns = [
            (str(c["name"]), int(c["start"]) - 1, int(c["length"]), str(c.get("label", "")))
            for c in spec["columns"]
        ]
    except (AttributeError, KeyError, TypeError, ValueError):
        raise UnreadableError("file.bad_specification") from None
    if not columns or any(start < 0 or length < 1 for _, start, length, _ in columns):
        raise UnreadableError("file.bad_specification")
    return columns


def _encoding(spec: Mapping[str, Any]) -> str:
    try:
        return codecs.lookup(str(spec.get("encoding", "utf-8"))).name
    except LookupError:
        raise UnreadableError("file.bad_specification") from None
