"""What a run says while it works, for a progress bar, a log or a web page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SourceStarted:
    """A source is being listed; ``assets`` and ``bytes`` grow as more of it is known."""

    source: str
    assets: int
    bytes: int


@dataclass(frozen=True, slots=True)
class AssetStarted:
    """Reading of an asset has begun."""

    source: str
    asset: str
    size_bytes: int | None


@dataclass(frozen=True, slots=True)
class Progress:
    """Rows read so far of the asset, and the share (0..1) of it where that is known."""

    source: str
    asset: str
    rows: int
    share: float | None


@dataclass(frozen=True, slots=True)
class AssetDone:
    """An asset is finished and kept; ``is_skipped`` where it had not changed."""

    source: str
    asset: str
    tables: int
    columns: int
    rows: int
    findings: int
    blind_spots: int
    size_bytes: int
    is_skipped: bool = False


Event = SourceStarted | AssetStarted | Progress | AssetDone
