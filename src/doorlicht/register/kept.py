"""The records of the register: what is kept of a scan, and what is asked back.

What a profile holds and a register may not is left behind here, before anything is written:
shapes, ranges, value labels, and counts under the small-number limit.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Literal

from doorlicht.evidence import content_hash

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from doorlicht.records import (
        Asset,
        BlindSpot,
        ColumnKind,
        ColumnProfile,
        Finding,
        TableProfile,
        TriageDecision,
    )

SMALL_NUMBER: Final = 5
"""Counts of rows from 1 up to this are not kept: they say too much of single persons."""

ScanStatus = Literal["running", "finished", "interrupted", "failed"]

Triage = Literal["open", "confirmed", "rejected"]
TRIAGE_OF: Final[Mapping[TriageDecision, Triage]] = {"confirm": "confirmed", "reject": "rejected"}


@dataclass(frozen=True, slots=True)
class Editions:
    """Which knowledge and which program a scan was made with."""

    vocabulary: str
    weights: str
    detection: str
    doorlicht: str


def reading_key(editions: Editions, settings: Mapping[str, object]) -> str:
    """Return what must be the same for an unchanged asset to give the same findings.

    The version of doorlicht as a whole does not count, only that of its detection.

    Examples
    --------
    >>> old = Editions("2026-11-01", "2026-11-01", "1", "0.1.0")
    >>> new = Editions("2026-11-01", "2026-11-01", "1", "0.2.0")
    >>> reading_key(old, {"sample_rows": None}) == reading_key(new, {"sample_rows": None})
    True
    >>> reading_key(old, {"sample_rows": None}) == reading_key(old, {"sample_rows": 1000})
    False
    """
    return content_hash(
        {
            "vocabulary": editions.vocabulary,
            "weights": editions.weights,
            "detection": editions.detection,
            "settings": dict(settings),
        }
    )


@dataclass(frozen=True, slots=True)
class KeptHits:
    """Rows that match a value table, or that mention a concept in free text.

    ``rows`` is ``None`` where it is under the small-number limit and not zero.
    """

    what: str
    where: Literal["values", "text", "labels"]
    rows: int | None


@dataclass(frozen=True, slots=True)
class KeptColumn:
    """A column as the register has it; ``filled_rows`` is ``None`` under the limit."""

    name: str
    index: int
    kind: ColumnKind
    filled_rows: int | None
    is_free_text: bool = False
    hits: tuple[KeptHits, ...] = ()


@dataclass(frozen=True, slots=True)
class KeptTable:
    """A table as the register has it."""

    path: str
    rows: int
    looked_at_rows: int
    columns: tuple[KeptColumn, ...]
    bytes: int = 0
    header: bool = True


def kept_table(profile: TableProfile) -> KeptTable:
    """Return what may be kept of a profile.

    Examples
    --------
    >>> from doorlicht.records import ColumnProfile, TableProfile
    >>> column = ColumnProfile("land", 0, "text", filled_rows=3, value_labels={"1": "Jan"})
    >>> kept_table(TableProfile("hr", "people.csv", 9, 9, (column,))).columns[0].filled_rows
    """
    return KeptTable(
        path=profile.table,
        rows=profile.rows,
        looked_at_rows=profile.looked_at_rows,
        columns=tuple(_kept_column(column) for column in profile.columns),
        bytes=profile.bytes,
        header=profile.header,
    )


def kept_blind_spot(spot: BlindSpot) -> BlindSpot:
    """Return what may be kept of a blind spot: a small number of rows is not told.

    Examples
    --------
    >>> from doorlicht.records import BlindSpot
    >>> kept_blind_spot(BlindSpot("hr", "people.csv", "rows.unreadable", {"rows": 2})).details
    {'rows': '< 5'}
    """
    rows = spot.details.get("rows")
    if not isinstance(rows, int) or _kept_count(rows) is not None:
        return spot
    return replace(spot, details={**spot.details, "rows": f"< {SMALL_NUMBER}"})


def _kept_column(column: ColumnProfile) -> KeptColumn:
    hits = [KeptHits(hit.table, "values", _kept_count(hit.rows)) for hit in column.hits]
    hits += [KeptHits(hit.concept, "text", _kept_count(hit.rows)) for hit in column.text_hits]
    # These count labels of a data dictionary, not persons; the limit does no harm there.
    hits += [KeptHits(hit.table, "labels", _kept_count(hit.rows)) for hit in column.label_hits]
    return KeptColumn(
        name=column.name,
        index=column.index,
        kind=column.kind,
        filled_rows=_kept_count(column.filled_rows),
        is_free_text=column.is_free_text,
        hits=tuple(hits),
    )


def _kept_count(rows: int) -> int | None:
    return None if 0 < rows < SMALL_NUMBER else rows


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that reading one asset gave, to be kept in one transaction.

    Attributes
    ----------
    is_complete
        Whether the same content would give the same result again. ``False`` after a crash, a
        time-out or a lost connection: then the next scan reads the asset again.
    """

    asset: Asset
    reading_key: str
    tables: tuple[KeptTable, ...] = ()
    findings: tuple[Finding, ...] = ()
    blind_spots: tuple[BlindSpot, ...] = ()
    is_complete: bool = True


@dataclass(frozen=True, slots=True)
class ScanRecord:
    """A scan: by whom, when, with what, and how it ended.

    Attributes
    ----------
    organisation
        Name of what was scanned as a whole; empty where only paths were given.
    """

    id: int
    by: str
    status: ScanStatus
    started_at: datetime
    resumed_at: datetime | None
    ended_at: datetime | None
    process: str
    editions: Editions
    settings: Mapping[str, object]
    sources: tuple[str, ...]
    organisation: str = ""

    @property
    def is_resumed(self) -> bool:
        """Whether it went on with the work of a scan that was broken off."""
        return self.resumed_at is not None


@dataclass(frozen=True, slots=True)
class LookedAt:
    """How much was looked at; rows are those counted, fewer than there are under a sample."""

    assets: int = 0
    tables: int = 0
    columns: int = 0
    rows: int = 0
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class KeptAsset:
    """An asset with what its last reading gave."""

    asset: Asset
    tables: int
    columns: int
    rows: int
    looked_at_rows: int
    bytes: int
    last_read_at: datetime
    last_seen_at: datetime
    is_gone: bool


@dataclass(frozen=True, slots=True)
class TriageRecord:
    """What a person decided on a finding, and why."""

    finding: str
    decision: TriageDecision
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class KeptFinding:
    """A finding with its history: when it was seen, and what people said of it.

    ``asset`` is the path of the asset; the finding's location has the table inside it.
    """

    finding: Finding
    asset: str
    first_seen_at: datetime
    last_seen_at: datetime
    is_gone: bool
    decisions: tuple[TriageRecord, ...] = field(default=())

    @property
    def triage(self) -> Triage:
        """What the last decision made of it."""
        return TRIAGE_OF[self.decisions[-1].decision] if self.decisions else "open"


def totals(tables: Iterable[KeptTable], size_bytes: int | None) -> LookedAt:
    """Return what the tables of one asset add up to; bytes are those of the asset if known.

    A database lists a table that it has no statistics of yet as one of 0 bytes.
    """
    kept = list(tables)
    if not kept:
        return LookedAt()
    return LookedAt(
        assets=1,
        tables=len(kept),
        columns=sum(len(table.columns) for table in kept),
        rows=sum(table.looked_at_rows for table in kept),
        bytes=size_bytes or sum(table.bytes for table in kept),
    )
