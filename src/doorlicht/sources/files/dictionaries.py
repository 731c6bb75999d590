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
from typing import Any, cast

import yaml

from doorlicht.sources.tables import Blob, OpenTable


@dataclass(slots=True)
class _Entry:
    label: str = ""
    meanings: dict[str, str] = field(default_factory=dict[str, str])


def with_dictionary(table: OpenTable, blob: Blob, options: Mapping[str, object]) -> OpenTable:
    """Return a table with the labels of its data dictionary, where there is one."""
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
    if isinstance(named, str):
        candidates.insert(0, Path(named))
    try:
        for path in candidates:
            if path.is_file():
                return _from_csv(path) if path.suffix == ".csv" else _from_yaml(path)
        package = blob.path.with_name("datapackage.json")
        if package.is_file():
            return _from_package(package, blob.path.name)
    except (OSError, ValueError, KeyError, TypeError, yaml.YAMLError, csv.Error):
        # A dictionary that cannot be read takes no evidence away from the data themselves.
        return {}
    return {}


def _from_csv(path: Path) -> dict[str, _Entry]:
    """Columns ``column, label[, value, meaning]``; one row per column or per value."""
    entries: dict[str, _Entry] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            entry = entries.setdefault(row["column"].lower(), _Entry())
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
