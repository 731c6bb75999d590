"""What a plugin of each kind must do, and how plugins are found and checked.

Our own connectors, readers and detectors are declared as entry points, in the same way as those
of others. A plugin that cannot be loaded is not passed over: :func:`find_plugins` returns it
as a failure, and a scan turns that into a blind spot.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import metadata
from typing import Any, Final, Protocol, runtime_checkable

from doorlicht.records import (
    Asset,
    BlindSpot,
    Definition,
    ModelArtefact,
    Source,
    TableColumns,
    TableProfile,
)
from doorlicht.records.code import CodeUnit
from doorlicht.vocabulary import Lexicon, TermFinder

MEBIBYTE: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one asset may cost; beyond it the asset becomes a blind spot.

    Attributes
    ----------
    memory_bytes
        For the engine; the whole process stays under about twice this.
    threads
        Processors that the engine may use.
    asset_seconds
        Longest time without any progress.
    columns
        Most columns of one table that are looked at.
    unpacked_bytes, unpacked_ratio
        Most bytes that come out of one archive, and most times its packed size.
    nested_archives
        How deep archives within archives are opened.
    """

    memory_bytes: int = 512 * MEBIBYTE
    threads: int = 2
    asset_seconds: int = 600
    columns: int = 20_000
    unpacked_bytes: int = 64 * 1024 * MEBIBYTE
    unpacked_ratio: int = 200
    nested_archives: int = 3


def _no_progress(rows: int, share: float | None) -> None:
    del rows, share


@dataclass(frozen=True, slots=True)
class ProfileRequest:
    """What a scan wants to know of each table: the dictionary to count, and within what limits.

    ``sample_rows`` of ``None`` means every row. ``on_progress`` takes the rows read so far and the
    share (0..1) of the asset where that is known.
    """

    lexicon: Lexicon
    terms: TermFinder
    sample_rows: int | None = None
    limits: Limits = field(default_factory=Limits)
    temp_folder: str | None = None
    on_progress: Callable[[int, float | None], None] = _no_progress


@runtime_checkable
class Connector(Protocol):
    """Opens one kind of source: lists its assets, and has each of them counted where it lies.

    A connector that has an attribute ``side_by_side`` which is true lets several processes read
    its small assets at once; without it they are read one after another. One that has a method
    ``prepare(request)`` can load what every reading needs, while assets are still being listed.
    One that is a :class:`SchemaTeller` too can be traced.
    """

    name: str

    def assets(self, source: Source) -> Iterator[Asset | BlindSpot]:
        """List what is there, without reading it; what cannot be listed is a blind spot.

        Raises
        ------
        SourceError
            If the source as a whole cannot be opened.
        """
        ...

    def profiles(
        self, source: Source, asset: Asset, request: ProfileRequest
    ) -> Iterator[TableProfile | BlindSpot]:
        """Count the tables in one asset. Never raises for what the asset holds."""
        ...


@runtime_checkable
class SchemaTeller(Protocol):
    """A connector that tells which SQL its source holds, so that the source can be traced."""

    def schema(self, source: Source) -> Iterator[TableColumns | Definition | BlindSpot]:
        """Return tables with their columns, and the definitions of views, routines and triggers.

        Only the catalogue is read, never a row. What cannot be read is a blind spot with the path
        of the definition, or with an empty path where it is the source as a whole.
        """
        ...


@runtime_checkable
class CodeReader(Protocol):
    """Turns one kind of code, or of files that code reads, into the nodes of ``records/code.py``.

    ``suffixes`` are lower-case, with a dot (``.py``).
    """

    name: str
    suffixes: frozenset[str]

    def read(self, path: str, content: bytes) -> tuple[CodeUnit, ...]:
        """Return what the file holds: one unit, or one per language of a notebook.

        Never raises for what the file holds: what cannot be read is in ``CodeUnit.hidden``.
        Nothing is executed.
        """
        ...


@runtime_checkable
class ReaderOfMany(Protocol):
    """A reader of code in which one file defines what another uses before it can be read."""

    def read_among(
        self, path: str, content: bytes, others: Mapping[str, bytes]
    ) -> tuple[CodeUnit, ...]:
        """Read a file as :meth:`CodeReader.read` does, knowing the files that it is tied to."""
        ...


@dataclass(frozen=True, slots=True)
class ModelLimits:
    """What opening one model may cost; beyond it the model becomes a blind spot.

    Attributes
    ----------
    file_bytes, unpacked_bytes, unpacked_ratio
        Size of the file, of what comes out of its packing, and times its packed size.
    operations, depth
        Instructions of a pickle that are followed, and how deep they lie in each other.
    memory_bytes
        What is made of them.
    """

    file_bytes: int = 2048 * MEBIBYTE
    unpacked_bytes: int = 4096 * MEBIBYTE
    unpacked_ratio: int = 1_000
    operations: int = 20_000_000
    depth: int = 2_000
    memory_bytes: int = 2048 * MEBIBYTE


@runtime_checkable
class ModelLoader(Protocol):
    """Opens one format of models, and reads what is in it without running any of it.

    A loader is made anew for each file. One that has an attribute ``rank`` above 0 is asked later
    than others whether it recognises a file.
    """

    name: str

    def recognises(self, name: str, content: bytes) -> bool:
        """Return whether the file is of this format, by its first bytes before its name."""
        ...

    def open(self, name: str, content: bytes, limits: ModelLimits) -> ModelArtefact:
        """Return the model. Never raises for what the file holds: that is in ``blind_spots``."""
        ...


@dataclass(frozen=True, slots=True)
class PluginFailure:
    """An entry point that could not be used; ``reason`` names the kind of error only."""

    group: str
    name: str
    reason: str


def find_plugin(group: str, name: str) -> Any | PluginFailure:
    """Return one plugin, without loading the others of its group; or why it cannot be used.

    Examples
    --------
    >>> find_plugin("doorlicht.sources", "teletype").reason
    'absent'
    """
    failure = PluginFailure(group, name, "absent")
    for point in _entry_points(group, tuple(sys.path)).select(name=name):
        try:
            return point.load()
        # A plugin is foreign code: whatever it raises is told as a failure.
        except Exception as error:  # noqa: BLE001
            failure = PluginFailure(group, name, type(error).__name__)
    return failure


@cache
def _entry_points(group: str, places: tuple[str, ...]) -> metadata.EntryPoints:
    """Return what every package that can be imported from some places declares of a group.

    Reading that of all packages takes longer than most commands do, so it is done once.
    """
    del places
    return metadata.entry_points(group=group)


def find_plugins(group: str) -> tuple[dict[str, Any], list[PluginFailure]]:
    """Return the plugins of a group by name, and those that failed to load.

    Parameters
    ----------
    group
        For instance ``doorlicht.sources``.
    """
    found: dict[str, Any] = {}
    failed: list[PluginFailure] = []
    for point in sorted(_entry_points(group, tuple(sys.path)), key=lambda item: item.name):
        try:
            found[point.name] = point.load()
        # A plugin is foreign code: whatever it raises is recorded, and the run goes on without it.
        except Exception as error:  # noqa: BLE001
            failed.append(PluginFailure(group, point.name, type(error).__name__))
    return found, failed
