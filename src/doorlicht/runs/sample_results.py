"""What an audit sample shows, from what was drawn and judged.

By itself, for every report of a scan asks for it, and freezing and drawing need much more.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from doorlicht.errors import IntegrityError, RefusedError
from doorlicht.evidence.sampling import Item, read_population
from doorlicht.evidence.stratified import Stratum, stratified_bound
from doorlicht.records.auditors import AuditSample, Judgment, SampleStep
from doorlicht.register import Register


@dataclass(frozen=True, slots=True)
class StratumResult:
    """What was found in a stratum: right, wrong, not to be judged, and not answered."""

    name: str
    size: int
    drawn: int
    right: int
    wrong: int
    unknown: int
    unanswered: int

    @property
    def counted(self) -> int:
        """How many count as wrong: also those of which nobody could or did say."""
        return self.wrong + self.unknown + self.unanswered


@dataclass(frozen=True, slots=True)
class SampleResult:
    """What a sample shows.

    Attributes
    ----------
    at_most
        How many items of the population are wrong at most, at this confidence.
    if_right
        The same if all that nobody judged were right.
    others, unfinished
        Other samples of the same kind, begun before or after it, and how many have no result.
    corrected
        Items that an earlier form did not call right, and the last one does.
    """

    sample: AuditSample
    strata: tuple[StratumResult, ...]
    confidence: float
    at_most: int
    if_right: int
    others: int
    unfinished: int
    corrected: int = 0

    @property
    def population(self) -> int:
        """How many items there are."""
        return sum(one.size for one in self.strata)

    @property
    def drawn(self) -> int:
        """How many were drawn."""
        return sum(one.drawn for one in self.strata)


def frozen_items(kept: AuditSample) -> list[Item]:
    """Return the items of a population that was frozen.

    Raises
    ------
    IntegrityError
        If they are not those that were frozen.
    """
    content = kept.population.encode()
    if hashlib.sha256(content).hexdigest() != kept.plan["population_sha256"]:
        raise IntegrityError("sample.population_changed", sample=kept.id)
    return read_population(content)


def drawn_items(kept: AuditSample) -> list[Item]:
    """Return the items that were drawn, in the order of the draw."""
    items = {one.id: one for one in frozen_items(kept)}
    return [items[str(one)] for one in step_of(kept, "drawn")["items"]]


def result(register: Register, sample_id: str) -> SampleResult:
    """Return what a sample shows: an upper bound that counts what nobody judged as wrong.

    Raises
    ------
    RefusedError
        If it was not judged yet.
    """
    kept = register.auditing.sample(sample_id)
    needs("judged")(kept)
    said = cast("dict[str, Judgment]", step_of(kept, "judged")["judgments"])
    drawn = drawn_items(kept)
    counts = Counter((one.stratum, said.get(one.id, "")) for one in drawn)
    strata = tuple(
        StratumResult(
            name, int(one["size"]), int(one["drawn"]), counts[name, "right"],
            counts[name, "wrong"], counts[name, "unknown"], counts[name, ""],
        )
        for name, one in sorted(kept.plan["strata"].items())
    )  # fmt: skip
    confidence = float(kept.plan["confidence"])
    others = [
        one for one in register.auditing.samples() if one.kind == kept.kind and one.id != kept.id
    ]
    return SampleResult(
        kept, strata, confidence,
        stratified_bound([Stratum(s.size, s.drawn, s.counted) for s in strata], confidence),
        stratified_bound([Stratum(s.size, s.drawn, s.wrong) for s in strata], confidence),
        len(others), sum(one.state != "judged" for one in others),
        _corrected(kept, said),
    )  # fmt: skip


def _corrected(kept: AuditSample, said: Mapping[str, Judgment]) -> int:
    forms = [one.content["judgments"] for one in kept.events if one.kind == "judged"]
    doubted = {
        item
        for form in forms[:-1]
        for item, judgment in form.items()
        if judgment != "right" and said.get(item) == "right"
    }
    return len(doubted)


def judged_samples(register: Register) -> list[SampleResult]:
    """Return the result of every sample that was judged, oldest first."""
    return [
        result(register, one.id) for one in register.auditing.samples() if one.state == "judged"
    ]


def step_of(kept: AuditSample, kind: SampleStep) -> Mapping[str, Any]:
    """Return what came of a step that was taken."""
    step = kept.last(kind)
    if step is None:
        raise RefusedError("sample.wrong_step", id=kept.id, state=kept.state, needed=kind)
    return step.content


def needs(*states: str) -> Callable[[AuditSample], None]:
    def check(sample: AuditSample) -> None:
        if sample.state not in states:
            raise RefusedError("sample.wrong_step", id=sample.id, state=sample.state,
                               needed=states[0])  # fmt: skip

    return check
