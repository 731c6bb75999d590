"""What the machine saw, with its evidence, and what it could not look at."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from doorlicht.language import Text
from doorlicht.records.places import Location

Kind = Literal["direct", "derived", "proxy"]
TriageDecision = Literal["confirm", "reject"]


@dataclass(frozen=True, slots=True)
class Signal:
    """One piece of evidence and what it adds.

    ``weight`` is in log-odds: positive speaks for the concept, negative against it. The sum of
    all weights of a finding, through the logistic function, is its probability.
    """

    name: str
    weight: float
    note: Text


@dataclass(frozen=True, slots=True)
class Finding:
    """A concept of the vocabulary at a location, with a probability (0..1) and its evidence."""

    id: str
    location: Location
    concept: str
    kind: Kind
    probability: float
    signals: tuple[Signal, ...]
    is_free_text: bool = False
    is_sampled: bool = False


@dataclass(frozen=True, slots=True)
class BlindSpot:
    """What could not be looked at, and why; texts are ``blind_spot.<code>.message|remedy``.

    ``details`` holds names and limits that the text needs; never a value of the source.
    ``asset`` is empty when the whole source could not be looked at.
    """

    source: str
    asset: str
    code: str
    details: Mapping[str, str | int | float] = field(default_factory=dict[str, "str | int | float"])

    @property
    def message(self) -> Text:
        """What happened, and why."""
        return Text(f"blind_spot.{self.code}.message", dict(self.details))

    @property
    def remedy(self) -> Text:
        """What a person can do about it."""
        return Text(f"blind_spot.{self.code}.remedy", dict(self.details))


def finding_id(location: Location, concept: str) -> str:
    """Return the id of a finding: the same place and concept give the same id at every scan.

    Examples
    --------
    >>> place = Location("hr", "people.csv", "land", 3)
    >>> finding_id(place, "country_of_birth") == finding_id(place, "country_of_birth")
    True
    """
    parts = (location.source, location.table, location.column, str(location.column_index), concept)
    digest = hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).digest()
    # 50 bits: among a hundred thousand findings, the chance that two have one id is 1 in 200,000.
    return "F-" + base64.b32encode(digest).decode("ascii")[:10]
