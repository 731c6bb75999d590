"""What following code showed: references, risk models, flows and where a path was lost."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final, Literal

ReferenceKind = Literal["direct", "proxy"]
Role = Literal["read", "derive", "feature", "filter", "weight", "drop", "bias-test", "comment"]
Verdict = Literal[
    "used", "candidate", "weights-only", "selection-rule", "not-used", "bias-test-only"
]
Visibility = Literal["literal", "derived-name", "data-value", "list"]


@dataclass(frozen=True, slots=True)
class CodePlace:
    """A line of a file (1 is the first); ``file`` is relative to the traced root, with ``/``."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Reference:
    """A place in code that names origin-related data, and what is done with it there."""

    place: CodePlace
    identifier: str
    concept: str
    kind: ReferenceKind
    role: Role


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of a path: where, and what happens there.

    ``what`` is one word of the fixed list in ``docs/reference/trace-json.md`` (``read``,
    ``select``, ``rename``, ``derive``, ``join``, ``write``, ``feature`` ...); ``name`` is the
    column, variable or file that it happens to.
    """

    place: CodePlace
    what: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class FlowSource:
    """Where a flow begins: a column of a data set, and the line that first names or reads it.

    ``system`` is the source of the register if the data set is a scanned table, or else the kind
    of store (``file``, ``database``, ``code``); ``column`` is empty where only the whole table
    is known to travel. ``finding`` is the id of what a scan found in the column, if it did.
    """

    system: str
    dataset: str
    column: str
    place: CodePlace
    finding: str = ""


@dataclass(frozen=True, slots=True)
class RiskModelSeen:
    """A model or rule set that code trains, scores with or carries out.

    ``features`` are the names as far as they are known, in the order of the code;
    ``feature_source`` says what decides them: ``code``, ``list`` (a file that was read),
    ``artefact`` (the saved model), ``data`` (every column of the data), ``selection``
    (data-driven selection), ``unknown``.
    """

    id: str
    name: str
    algorithm: str
    target: str
    train: tuple[CodePlace, ...]
    score: tuple[CodePlace, ...]
    features: tuple[str, ...]
    feature_source: str
    outputs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Flow:
    """A path from origin-related data to a model, a rule or a list; or its end before one.

    ``confidence`` (0..1) falls where the analysis had to approximate.
    """

    id: str
    concept: str
    kind: ReferenceKind
    source: FlowSource
    hops: tuple[Hop, ...]
    feature: str
    model: str
    verdict: Verdict
    visibility: Visibility
    confidence: float


@dataclass(frozen=True, slots=True)
class LostPath:
    """A construct that could not be followed, and how many flows may be hidden behind it."""

    place: CodePlace
    construct: str
    reason: str
    hidden_flows: int = 0


@dataclass(frozen=True, slots=True)
class TraceResult:
    """Everything that following the code of one root showed.

    ``files`` were read, of which ``followed`` were followed: the words of the rest name no origin
    and tie it to nothing that does. ``others`` are files that hold no code that is read, and
    ``skipped`` folders of tools and environments that were not entered.
    """

    references: tuple[Reference, ...]
    models: tuple[RiskModelSeen, ...]
    flows: tuple[Flow, ...]
    lost: tuple[LostPath, ...]
    files: int
    lines: int
    followed: int = 0
    others: int = 0
    skipped: tuple[str, ...] = ()


def trace_id(prefix: str, *parts: str) -> str:
    """Return a stable id (``FL-...``, ``M-...``): the same parts give the same id each time.

    Examples
    --------
    >>> trace_id("FL", "nationality", "model.py") == trace_id("FL", "nationality", "model.py")
    True
    """
    digest = hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).digest()
    bits = int.from_bytes(digest[:7], "big") >> 6
    return (
        f"{prefix}-{_TWO_LETTERS[bits >> 40]}{_TWO_LETTERS[bits >> 30 & 1023]}"
        f"{_TWO_LETTERS[bits >> 20 & 1023]}{_TWO_LETTERS[bits >> 10 & 1023]}"
        f"{_TWO_LETTERS[bits & 1023]}"
    )


_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_TWO_LETTERS: Final = tuple(one + other for one in _LETTERS for other in _LETTERS)
"""Base 32 (RFC 4648, section 6), ten bits at a time: an audit of many groups has ids by the
hundred thousand, and the library encodes the whole of each digest to keep a third of it."""
