"""Data dictionaries beside the data: what a column means, and what its codes mean.

Read are, in this order: the file that the estate names (``dictionary``), ``<file>.dictionary.csv``
or ``.yaml`` beside the data, and a Frictionless ``datapackage.json`` in the same folder.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, cast

import yaml

from doorlicht.sources.files.walking import PACKAGE, is_there
from doorlicht.sources.tables import Blob, OpenTable, UnreadableError

_UNUSABLE: Final = (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError,
                    yaml.YAMLError, csv.Error)  # fmt: skip
"""Whatever the wrong kind of thing in the wrong place of a dictionary may raise."""


@dataclass(slots=True)
class _Entry:
    label: str = ""
    meanings: dict[str, str] = field(default_factory=dict[str, str])


def with_dictionary(table: OpenTable, blob: Blob, options: Mapping[str, object]) -> OpenTable:
    """Return a table with the labels of its data dictionary, where there is one.

    Raises
    ------
    UnreadableError
        If the dictionary that the estate names, or the one beside the data, cannot be used.
    """
    found = _find(blob, options)
    if not found:
        return table
    columns = tuple(
        replace(
            column,
            label=column.label or found[column.name.lower()].label,
            value_labels=column.value_labels or found[column.name.lower()].meanings,
        )
        if column.name.lower() in found
        else column
        for column in table.columns
    )
    return replace(table, columns=columns)


def _find(blob: Blob, options: Mapping[str, object]) -> dict[str, _Entry]:
    if blob.path is None:
        return {}
    candidates = [
        blob.path.with_name(blob.path.name + ".dictionary.csv"),
        blob.path.with_name(blob.path.name + ".dictionary.yaml"),
    ]
    named = options.get("dictionary")
    candidates = [path for path in candidates if is_there(path)]
    if isinstance(named, str):
        candidates.insert(0, Path(named))
    if candidates:
        try:
            chosen = candidates[0]
            return _from_csv(chosen) if chosen.suffix == ".csv" else _from_yaml(chosen)
        except _UNUSABLE:
            raise UnreadableError("file.bad_dictionary") from None
    package = blob.path.with_name(PACKAGE)
    try:
        return _from_package(package, blob.path.name) if is_there(package) else {}
    except _UNUSABLE:
        # It may be of another program; nobody said that it describes this file.
        return {}


def _from_csv(path: Path) -> dict[str, _Entry]:
    """Columns ``column, label[, value, meaning]``; one row per column or per value."""
    entries: dict[str, _Entry] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            entry = entries.setdefault((row["column"] or "").lower(), _Entry())
            entry.label = entry.label or (row.get("label") or "")
            if row.get("value"):
                entry.meanings[str(row["value"])] = row.get("meaning") or ""
    return entries


def _from_yaml(path: Path) -> dict[str, _Entry]:
    tree = cast("dict[str, Any]", yaml.safe_load(path.read_text("utf-8")))
    return {
        str(name).lower(): _Entry(
            str(row.get("label", "")),
            {
                str(k): str(v)
                for k, v in cast("dict[object, object]", row.get("values") or {}).items()
            },
        )
        for name, row in tree.items()
    }


def _from_package(path: Path, file_name: str) -> dict[str, _Entry]:
    package = json.loads(path.read_text("utf-8"))
    entries: dict[str, _Entry] = {}
    for resource in package.get("resources", []):
        if Path(str(resource.get("path", ""))).name != file_name:
            continue
        for column in resource.get("schema", {}).get("fields", []):
            text = " ".join(str(column.get(key, "")) for key in ("title", "description")).strip()
            entries[str(column["name"]).lower()] = _Entry(text)
    return entries
