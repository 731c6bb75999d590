"""Rows of a small file of names that a comparison keeps: ``list[list$in_model == 1, "name"]``.

What stands in such a file is known, so a comparison with it has a known answer for each row. Of
data sets nothing is known, and they have no answers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import eq, ge, gt, le, lt, ne
from typing import Any, Final

from doorlicht.lineage.graph import NOTHING
from doorlicht.lineage.values import Column, Frame, Literal_, Text, Value, Vector

_COMPARE: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "==": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge,
}  # fmt: skip
_TRUTHS: Final = {"true": True, "false": False, "t": True, "f": False}
Known = str | int | float | bool | None


def answers(op: str, values: list[Value]) -> Vector | None:
    """Return the truth of a comparison, or of several joined, row by row; ``None`` if unknown."""
    if len(values) == 1 and op in ("!", "~", "not"):
        rows = mask_of(values[0])
        return None if rows is None else _vector([not row for row in rows])
    if len(values) != 2:
        return None
    if op in ("&", "|", "and", "or", "&&", "||"):
        first, second = mask_of(values[0]), mask_of(values[1])
        if first is None or second is None or len(first) != len(second):
            return None
        is_both = op in ("&", "and", "&&")
        return _vector([
            (a and b) if is_both else (a or b) for a, b in zip(first, second, strict=True)
        ])  # fmt: skip
    content = _content(values[0])
    if content is None:
        return None
    if op in ("in", "%in%"):
        other = _known(values[1])
        return None if other is None else _vector([_like(cell) in other for cell in content])
    compare = _COMPARE.get(op)
    single = _known(values[1])
    if compare is None or single is None or len(single) != 1:
        return None
    wanted = next(iter(single))
    return _vector([_holds(compare, _like(cell), wanted) for cell in content])


def mask_of(value: Value | None) -> list[bool] | None:
    """Return which rows a value keeps, if it is known for each."""
    content = value.content if isinstance(value, Column) else value
    if not isinstance(content, Vector) or not content.items or content.rests or content.is_open:
        return None
    rows: list[bool] = []
    for _, cell in content.items:
        if isinstance(cell, Literal_) and isinstance(cell.value, bool):
            rows.append(cell.value)
        elif isinstance(cell, Text) and cell.text.lower() in _TRUTHS:
            rows.append(_TRUTHS[cell.text.lower()])
        else:
            return None
    return rows


def keep_known_rows(vector: Vector, mask: list[bool] | None) -> Vector:
    """Return the values of the rows that a mask keeps; all of them if it does not fit."""
    if mask is None or len(mask) != len(vector.items):
        return vector
    kept = [item for item, is_kept in zip(vector.items, mask, strict=True) if is_kept]
    return Vector(vector.deps, kept, vector.rests, vector.is_open, vector.by_data)


def keep_listed(frame: Frame, mask: list[bool] | None) -> None:
    """Leave in the known contents of a table only the rows that a mask keeps."""
    if mask is not None:
        frame.lists = {name: keep_known_rows(each, mask) for name, each in frame.lists.items()}


def _vector(rows: list[bool]) -> Vector:
    return Vector(NOTHING, [(None, Literal_(NOTHING, row)) for row in rows])


def _content(value: Value) -> list[Known] | None:
    content = value.content if isinstance(value, Column) else None
    if content is None or content.rests or content.is_open or not content.items:
        return None
    return [_scalar(cell) for _, cell in content.items]


def _scalar(value: Value) -> Known:
    if isinstance(value, Text):
        return value.text
    return value.value if isinstance(value, Literal_) else None


def _known(value: Value) -> set[Known] | None:
    if isinstance(value, Vector):
        if value.rests or value.is_open:
            return None
        cells = [cell for _, cell in value.items]
    else:
        cells = [value]
    if not all(isinstance(c, Text) or (isinstance(c, Literal_) and not c.deps) for c in cells):
        return None
    return {_like(_scalar(cell)) for cell in cells}


def _like(value: Known) -> Known:
    """Return a value as files have it: ``"1"`` is ``1``, and ``"TRUE"`` is true."""
    if isinstance(value, str):
        low = value.strip()
        if low.lower() in ("true", "false"):
            return low.lower() == "true"
        try:
            return float(low)
        except ValueError:
            return low
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _holds(compare: Callable[[Any, Any], bool], cell: Known, wanted: Known) -> bool:
    try:
        return bool(compare(cell, wanted))
    except TypeError:
        return False
