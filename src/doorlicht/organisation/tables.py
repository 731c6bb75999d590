"""Units, from a table that an office wrote (CSV).

A row is a unit in one period. The names of the columns are those of :class:`OrganisationUnit`, in
English or Dutch; several ids in one cell are divided by ``|``.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date
from typing import Final, get_args

from doorlicht.errors import InputError, nearest
from doorlicht.records import OrganisationUnit
from doorlicht.records.organisation import OrganisationStatus

MAX_BYTES: Final = 32 << 20
"""Of one file; the whole government has some ten thousand units."""

COLUMNS: Final[Mapping[str, str]] = {
    "id": "id", "name": "name", "naam": "name", "since": "since", "van": "since",
    "until": "until", "tot_en_met": "until", "parent": "parent", "onder": "parent",
    "status": "status", "kind": "kind", "soort": "kind", "ministry": "ministry",
    "ministerie": "ministry", "predecessors": "predecessors", "voorgangers": "predecessors",
    "successors": "successors", "opvolgers": "successors", "identifier": "identifier",
    "tooi": "identifier",
}  # fmt: skip

STATUSES: Final[Mapping[str, OrganisationStatus]] = {
    **{status: status for status in get_args(OrganisationStatus)},
    "in oprichting": "in_formation", "actief": "active", "samengevoegd": "merged",
    "gesplitst": "split", "hernoemd": "renamed", "opgeheven": "abolished", "": "active",
}  # fmt: skip


def read_units_csv(content: bytes, where: str) -> list[OrganisationUnit]:
    r"""Return the units of a table.

    Parameters
    ----------
    where
        Name of the file, for errors.

    Raises
    ------
    InputError
        If it is no such table; it names the row and the column.

    Examples
    --------
    >>> read_units_csv(b"id;naam;van\ndgx;DG X;2024-01-01\n", "units.csv")[0].since
    datetime.date(2024, 1, 1)
    """
    rows = list(_rows(content, where))
    header = [one.strip().casefold().replace(" ", "_") for one in rows[0][1]] if rows else []
    if not header or "id" not in header:
        raise InputError("organisation.no_table", path=where)
    for name in header:
        if name not in COLUMNS:
            raise InputError(
                "organisation.unknown_column", path=where, column=name[:60],
                nearest=nearest(name, COLUMNS),
            )  # fmt: skip
    fields = [COLUMNS[name] for name in header]
    if len(set(fields)) < len(fields):
        raise InputError("organisation.column_twice", path=where)
    return [_unit(dict(zip(fields, cells, strict=True)), line, where) for line, cells in rows[1:]]


def _rows(content: bytes, where: str) -> list[tuple[int, list[str]]]:
    if len(content) > MAX_BYTES:
        raise InputError("organisation.unreadable", path=where)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("organisation.unreadable", path=where) from None
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") >= first.count(",") else ","
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    found: list[tuple[int, list[str]]] = []
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if found and len(cells) != len(found[0][1]):
                raise InputError("organisation.row_length", path=where, line=reader.line_num)
            found.append((reader.line_num, [cell.strip() for cell in cells]))
    except csv.Error:
        raise InputError("organisation.row_length", path=where, line=reader.line_num) from None
    return found


def _unit(cells: Mapping[str, str], line: int, where: str) -> OrganisationUnit:
    status = cells.get("status", "").casefold()
    if status not in STATUSES:
        raise InputError(
            "organisation.unknown_status", path=where, line=line, status=status[:40],
            nearest=nearest(status, STATUSES),
        )  # fmt: skip
    return OrganisationUnit(
        cells["id"],
        cells.get("name", ""),
        _day(cells.get("since", ""), line, where),
        _day(cells.get("until", ""), line, where),
        cells.get("parent") or None,
        STATUSES[status],
        cells.get("kind", ""),
        cells.get("ministry", ""),
        _ids(cells.get("predecessors", "")),
        _ids(cells.get("successors", "")),
        cells.get("identifier", ""),
    )


def _ids(cell: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in cell.split("|") if one.strip())


def _day(cell: str, line: int, where: str) -> date | None:
    try:
        return date.fromisoformat(cell) if cell else None
    except ValueError:
        raise InputError("organisation.no_date", path=where, line=line) from None
