"""Data frames in the parsed tree of an R file: vectors and factors as text, attributes as labels.

The tree is read as it stands. The library's own conversion is not used: it fails on objects of
classes that it does not know, and a data frame beside a model would be lost with the model.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from doorlicht.sources.files.readers.columnar import as_text

_NA_INTEGER: Final = -(2**31)
_MAX_DEPTH: Final = 6


@dataclass(frozen=True, slots=True)
class RColumn:
    """A column of a data frame, its cells as text."""

    name: str
    cells: list[str | None]
    label: str = ""


def data_frames(node: Any, name: str = "", depth: int = 0) -> Iterator[tuple[str, list[RColumn]]]:
    """Return each data frame in a tree with the suffix of its table (empty for the root)."""
    if node is None or depth > _MAX_DEPTH:
        return
    kind = node.info.type.name
    attributes = _attributes(node)
    if kind == "VEC" and "data.frame" in _texts(attributes.get("class")):
        yield name, _columns(node, attributes)
    elif kind == "VEC":
        names = _texts(attributes.get("names"))
        for index, child in enumerate(node.value):
            part = names[index] if index < len(names) and names[index] else str(index + 1)
            yield from data_frames(child, f"{name}.{part}" if name else f"#{part}", depth + 1)
    elif kind == "LIST":
        for tag, child in _pairs(node):
            yield from data_frames(child, f"{name}.{tag}" if name else f"#{tag}", depth + 1)


def _columns(node: Any, attributes: dict[str, Any]) -> list[RColumn]:
    names = _texts(attributes.get("names"))
    return [
        RColumn(
            names[index] if index < len(names) else f"column{index + 1}",
            _cells(child),
            next(iter(_texts(_attributes(child).get("label"))), ""),
        )
        for index, child in enumerate(node.value)
    ]


def _cells(node: Any) -> list[str | None]:
    kind = node.info.type.name
    levels = _texts(_attributes(node).get("levels"))
    if kind == "INT" and levels:
        return [levels[v - 1] if 0 < v <= len(levels) else None for v in _numbers(node)]
    if kind == "INT":
        return [None if v == _NA_INTEGER else str(v) for v in _numbers(node)]
    if kind == "LGL":
        return [None if v == _NA_INTEGER else ("true" if v else "false") for v in _numbers(node)]
    if kind == "REAL":
        return [None if v != v else as_text(float(v)) for v in node.value]
    if kind == "STR":
        return _strings(node)
    return []


def _numbers(node: Any) -> list[int]:
    values = node.value
    if hasattr(values, "mask"):
        return [
            _NA_INTEGER if hidden else int(v)
            for v, hidden in zip(values.data, _mask(values), strict=True)
        ]
    return [int(v) for v in values]


def _mask(values: Any) -> list[bool]:
    import numpy as np

    return [bool(flag) for flag in np.ma.getmaskarray(values)]


def _strings(node: Any) -> list[str | None]:
    return [
        None if item.value is None else item.value.decode("utf-8", "replace") for item in node.value
    ]


def _texts(node: Any) -> list[str]:
    if node is None or node.info.type.name != "STR":
        return []
    return [text or "" for text in _strings(node)]


def _attributes(node: Any) -> dict[str, Any]:
    return dict(_pairs(node.attributes)) if node.attributes is not None else {}


def _pairs(node: Any) -> Iterator[tuple[str, Any]]:
    """Return the pairs of an R pairlist."""
    while node is not None and node.info.type.name == "LIST":
        tag = node.tag
        if tag is not None and tag.info.type.name == "REF":
            tag = tag.referenced_object
        name = tag.value.value.decode("utf-8", "replace") if tag is not None else ""
        yield name, node.value[0]
        node = node.value[1]
