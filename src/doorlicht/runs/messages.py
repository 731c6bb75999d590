"""What a scan and its worker processes say to each other, through the pipes between them."""

from __future__ import annotations

import pickle
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Final, Literal, cast

if TYPE_CHECKING:
    from doorlicht.plugins import Limits
    from doorlicht.records import Asset, BlindSpot, Finding, Source, TableProfile

_LENGTH: Final = struct.Struct("<Q")


@dataclass(frozen=True, slots=True)
class Begin:
    """First message to a worker.

    ``vocabulary`` is the pickle of a vocabulary; a worker that lists has none. ``kinds`` are those
    of the sources that it will read.
    """

    vocabulary: bytes | None
    temp_folder: str
    data_bytes: int
    limits: Limits
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListSource:
    """List the assets of a source, a batch at a time; wait for :class:`More` between batches."""

    source: Source


@dataclass(frozen=True, slots=True)
class More:
    """Go on with the next batch of the list."""


@dataclass(frozen=True, slots=True)
class ReadAsset:
    """Count the tables of an asset and find what they hold."""

    source: Source
    asset: Asset
    sample_rows: int | None
    limits: Limits


Order = Begin | ListSource | More | ReadAsset


@dataclass(frozen=True, slots=True)
class Ready:
    """The worker has loaded what it needs."""


@dataclass(frozen=True, slots=True)
class Found:
    """A batch of a list.

    ``is_side_by_side`` says that the source bears being read by several workers at once.
    """

    items: tuple[Asset | BlindSpot, ...]
    is_side_by_side: bool = False


@dataclass(frozen=True, slots=True)
class TableRead:
    """One table as it was counted, and what was found in it."""

    profile: TableProfile
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Met:
    """Something that could not be looked at."""

    blind_spot: BlindSpot


@dataclass(frozen=True, slots=True)
class Advanced:
    """Rows read so far, and the share (0..1) where that is known."""

    rows: int
    share: float | None


@dataclass(frozen=True, slots=True)
class Done:
    """The order was carried out to the end."""


Failure = Literal["source", "plugin", "no_plugin", "memory"]


@dataclass(frozen=True, slots=True)
class Failed:
    """The order could not be carried out to the end.

    ``code`` is that of a ``SourceError``, or the name of the kind of exception; its message stays
    behind, since it can hold a value of the source.
    """

    failure: Failure
    code: str
    details: Mapping[str, str | int | float] = field(default_factory=dict[str, "str | int | float"])


Answer = Ready | Found | TableRead | Met | Advanced | Done | Failed


def send(pipe: IO[bytes], message: Order | Answer) -> None:
    """Write one message, whole."""
    content = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    pipe.write(_LENGTH.pack(len(content)))
    pipe.write(content)
    pipe.flush()


def receive(pipe: IO[bytes]) -> Order | Answer | None:
    """Read one message; ``None`` when the other side is gone.

    The other side is always a process that we started or were started by, so that unpickling is
    no more trust than sharing the code.
    """
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = cast("tuple[int]", _LENGTH.unpack(head))
    content = pipe.read(length)
    if len(content) < length:
        return None
    return cast("Order | Answer", pickle.loads(content))  # noqa: S301 (our own process)
