"""Builders for tests, ours and those of who writes a plugin: records with sensible contents.

Each builder takes what the test is about and fills in the rest. The people are invented.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from doorlicht.language import Text
from doorlicht.records import (
    Asset,
    BlindSpot,
    ColumnProfile,
    Finding,
    Kind,
    Location,
    Signal,
    TableProfile,
    ValueHits,
    finding_id,
)
from doorlicht.register import Editions, Reading, kept_table

EDITIONS: Final = Editions(vocabulary="2026-01", weights="2026-01", detection="1", doorlicht="0.0")


@dataclass(slots=True)
class SteppingClock:
    """A clock that goes on by one second each time it is read.

    Examples
    --------
    >>> clock = SteppingClock()
    >>> (clock() - clock()).total_seconds()
    -1.0
    """

    now: datetime = field(default_factory=lambda: datetime(2026, 1, 5, 9, 0, tzinfo=UTC))

    def __call__(self) -> datetime:
        """Return the moment, and step."""
        moment = self.now
        self.now += timedelta(seconds=1)
        return moment


def make_asset(
    path: str = "people.csv", *, source: str = "hr", fingerprint: str | None = "v1"
) -> Asset:
    """Return a file of a source.

    Examples
    --------
    >>> make_asset("a/b.csv").path
    'a/b.csv'
    """
    return Asset(source, path, "csv", size_bytes=1000, fingerprint=fingerprint)


def make_profile(
    columns: Mapping[str, Mapping[str, int]],
    *,
    source: str = "hr",
    table: str = "people.csv",
    rows: int = 100,
) -> TableProfile:
    """Return a table as counted, with for each column the rows per entry of ``name/country``.

    Examples
    --------
    >>> profile = make_profile({"id": {}, "land": {"NL": 60, "BE": 30}})
    >>> [hit.rows for hit in profile.columns[1].hits]
    [90]
    """
    return TableProfile(
        source=source,
        table=table,
        rows=rows,
        looked_at_rows=rows,
        columns=tuple(
            ColumnProfile(
                name=name,
                index=index,
                kind="text",
                filled_rows=rows,
                hits=(ValueHits("name/country", dict(counts)),) if counts else (),
            )
            for index, (name, counts) in enumerate(columns.items())
        ),
        bytes=rows * 10,
    )


def make_finding(
    column: str = "land",
    *,
    concept: str = "country_of_birth",
    kind: Kind = "direct",
    probability: float = 0.9,
    source: str = "hr",
    table: str = "people.csv",
    index: int = 1,
) -> Finding:
    """Return a finding in a column, with one signal.

    Examples
    --------
    >>> make_finding("land").location.column
    'land'
    """
    location = Location(source, table, column, index)
    signal = Signal("name", 2.0, Text("signal.name_strong", {"words": column}))
    return Finding(finding_id(location, concept), location, concept, kind, probability, (signal,))


def make_reading(
    path: str = "people.csv",
    *,
    source: str = "hr",
    fingerprint: str | None = "v1",
    columns: Iterable[str] = ("id", "land"),
    found: Iterable[str] = ("land",),
    blind: Iterable[str] = (),
) -> Reading:
    """Return what reading a file gave: a table, and a finding or blind spot for each name given.

    Examples
    --------
    >>> [finding.concept for finding in make_reading(found=["land"]).findings]
    ['country_of_birth']
    """
    names = list(columns)
    profile = make_profile({name: {} for name in names}, source=source, table=path)
    return Reading(
        asset=make_asset(path, source=source, fingerprint=fingerprint),
        reading_key="key",
        tables=(kept_table(profile),) if names else (),
        findings=tuple(
            make_finding(name, source=source, table=path, index=names.index(name)) for name in found
        ),
        blind_spots=tuple(BlindSpot(source, path, code, {"exit": "-9"}) for code in blind),
    )
