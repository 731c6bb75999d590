"""From signals to findings: candidates, their evidence, and a probability for each.

A candidate is a concept that the name, the values, the label or the text of a column point at.
Each detector says which signals fire for it; the weights of the signals are added up as
log-odds. The sum is the probability that the column holds the concept, of natural persons.

Source: a logistic model with weights of evidence (I.J. Good, "Probability and the Weighing of
Evidence", 1950), learned with a prior that keeps every weight on its side of zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from doorlicht.detection.coverage import coverage
from doorlicht.detection.evidence import Candidate, Detector, Evidence, Scene
from doorlicht.detection.subject import read_subject
from doorlicht.detection.tables import load_table_strengths
from doorlicht.detection.weights import Weights, load_weights, probability
from doorlicht.errors import PluginError
from doorlicht.language import Text
from doorlicht.plugins import find_plugins
from doorlicht.records import (
    ColumnProfile,
    Finding,
    Location,
    Signal,
    TableProfile,
    finding_id,
)
from doorlicht.vocabulary.names import NameReading, NameTerms

if TYPE_CHECKING:
    from doorlicht.vocabulary import Vocabulary

MIN_PROBABILITY: Final = 0.02
"""Less sure candidates are not kept: a register full of noise hides what matters."""

MIN_VALUE_SHARE: Final = 0.35
"""Part of the meaningful rows that a value table must cover to bring in a concept by itself."""

MIN_TEXT_ROWS: Final = 2


@dataclass(frozen=True, slots=True)
class Weighed:
    """A candidate with its evidence, as the learning script sees it."""

    candidate: Candidate
    evidence: tuple[Evidence, ...]


def detect(table: TableProfile, vocabulary: Vocabulary) -> tuple[Finding, ...]:
    """Return what a table holds of origin-related data, the surest concept of each column.

    Proxies (names, neighbourhood, country of residence) are found beside it: a column
    gives at most one finding that is direct or derived, and at most one proxy.

    Raises
    ------
    PluginError
        If a detector names a signal without a weight.
    """
    weights = load_weights()
    findings: list[Finding] = []
    scene = make_scene(table, vocabulary)
    for column in table.columns:
        best: dict[bool, Finding] = {}
        for weighed in weigh_column(column, scene):
            finding = _finding(weighed, scene, weights)
            is_proxy = finding.kind == "proxy"
            if finding.probability < MIN_PROBABILITY:
                continue
            if is_proxy not in best or finding.probability > best[is_proxy].probability:
                best[is_proxy] = finding
        findings.extend(best[is_proxy] for is_proxy in sorted(best))
    return tuple(findings)


def make_scene(table: TableProfile, vocabulary: Vocabulary) -> Scene:
    """Return a table with everything that its names and labels say."""
    terms: NameTerms = vocabulary.names
    readings = terms.read_row([column.name for column in table.columns])
    labels = tuple(
        terms.read_name(column.label) if column.label else _NOTHING for column in table.columns
    )
    stem = table.table.replace("\\", "/").rsplit("/", 1)[-1]
    return Scene(
        table=table,
        subject=read_subject(
            table, readings, [column.label for column in table.columns if column.label]
        ),
        readings=readings,
        labels=labels,
        table_reading=terms.read_name(stem.split(".", 1)[0] + " " + stem.partition("#")[2]),
        strengths=load_table_strengths(_own_tables(vocabulary)),
        concept_kinds={concept.id: concept.kind for concept in vocabulary.concepts.values()},
    )


_NOTHING: Final = NameReading()


def _own_tables(vocabulary: Vocabulary) -> Mapping[str, tuple[str, ...]]:
    return {table.id: tuple(table.concepts) for table in vocabulary.tables.values()}


def weigh_column(column: ColumnProfile, scene: Scene) -> list[Weighed]:
    """Return every candidate of a column with the evidence for and against it."""
    return [
        Weighed(
            candidate,
            tuple(
                piece
                for detector in detectors().values()
                for piece in detector.evidence(candidate, scene)
            ),
        )
        for candidate in _candidates(column, scene)
    ]


@cache
def detectors() -> Mapping[str, Detector]:
    """Return the detectors by name: ours and those of plugins.

    Raises
    ------
    PluginError
        If an entry point is no detector. One that cannot be loaded at all is reported by the
        run, which looks for it with ``find_plugins``.
    """
    found, _ = find_plugins("doorlicht.detectors")
    made: dict[str, Detector] = {}
    for name, make in found.items():
        detector = make()
        if not isinstance(detector, Detector):
            raise PluginError("plugin.no_detector", name=name)
        made[name] = detector
    return made


def _candidates(column: ColumnProfile, scene: Scene) -> Iterable[Candidate]:
    by_name = [match.concept for match in scene.readings[column.index].matches]
    by_label = [match.concept for match in scene.labels[column.index].matches]
    named = list(dict.fromkeys([*by_name, *by_label]))
    for concept in named:
        yield Candidate(column, concept, is_by_name=concept in by_name)
    told = {c for c in named if scene.concept_kinds.get(c) != "proxy"}
    if column.is_free_text:
        for hit in column.text_hits:
            if hit.rows >= MIN_TEXT_ROWS and hit.concept not in named:
                yield Candidate(column, hit.concept, is_by_name=False)
        return
    for concept in _from_values(column, scene, named, told):
        yield Candidate(column, concept, is_by_name=False)


def _from_values(
    column: ColumnProfile, scene: Scene, named: Sequence[str], told: set[str]
) -> list[str]:
    """Return concepts that the values point at and that fit what the name says.

    Where the name tells a concept that the same values support (a country, and the name says
    *birth*), the values add nothing new.
    """
    shares: dict[str, float] = {}
    # *English* and *French* in a column named language are no nationalities.
    told_share = max(
        (coverage(column, scene.strengths.tables_for(c, column)).share for c in told), default=0.0
    )
    for hit in (*column.hits, *column.loose_hits):
        strength = scene.strengths.by_table.get(hit.table)
        if strength is None or not strength.default or strength.concepts & told:
            continue
        if not strength.fits(column):
            continue
        share = coverage(column, [hit.table]).share
        if share <= told_share or (
            strength.together and not strength.are_together(hit.rows_per_entry)
        ):
            continue
        if share >= MIN_VALUE_SHARE and strength.default not in named:
            shares[strength.default] = max(share, shares.get(strength.default, 0.0))
    for hit in column.label_hits:
        strength = scene.strengths.by_table.get(hit.table)
        if strength is not None and strength.default and strength.default not in named:
            shares.setdefault(strength.default, 0.0)
    return sorted(shares)


def _finding(weighed: Weighed, scene: Scene, weights: Weights) -> Finding:
    column, concept = weighed.candidate.column, weighed.candidate.concept
    signals = [Signal("base", weights.base, Text("signal.base"))]
    for piece in weighed.evidence:
        weight = weights.signals.get(piece.signal, piece.weight)
        if weight is None:
            raise PluginError("plugin.no_weight", signal=piece.signal)
        signals.append(Signal(piece.signal, weight, piece.note))
    location = Location(scene.table.source, scene.table.table, column.name, column.index)
    kind = scene.concept_kinds.get(concept, "direct")
    return Finding(
        id=finding_id(location, concept),
        location=location,
        concept=concept,
        kind=kind if kind in {"derived", "proxy"} else "direct",  # type: ignore[arg-type]
        probability=round(probability(sum(signal.weight for signal in signals)), 4),
        signals=tuple(signals),
        is_free_text=column.is_free_text,
        is_sampled=scene.table.is_sampled,
    )
