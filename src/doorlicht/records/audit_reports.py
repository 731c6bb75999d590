"""What one audit says: of what, by which settings, and everything that was measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from doorlicht.language import Text
from doorlicht.records.audits import (
    Ablation,
    Band,
    Detectable,
    Disclosed,
    FigureCheck,
    Group,
    Measure,
    ProxyFeature,
    ProxyPower,
)
from doorlicht.records.findings import BlindSpot
from doorlicht.records.flows import trace_id
from doorlicht.records.models import ModelArtefact, ModelTerm

AuditKind = Literal["decisions", "model", "aggregates", "without-groups", "published"]
Setting = str | float | int | bool | None


@dataclass(frozen=True, slots=True)
class Audited:
    """Groups by one attribute, or by several at once, and how the selection falls among them.

    Attributes
    ----------
    attribute
        Name of the column, or of the columns with `` x `` between them.
    """

    attribute: str
    groups: tuple[Group, ...]
    measures: tuple[Measure, ...]
    detectable: tuple[Detectable, ...] = ()
    bands: tuple[Band, ...] = ()

    @property
    def rate(self) -> str:
        """The rate that is shown of each group: whom a selection picks, or what was published."""
        rates = [one.measure for one in self.measures if one.reference is None]
        return "selection_rate" if "selection_rate" in rates or not rates else rates[0]

    @property
    def ratio(self) -> str:
        """The comparison that goes with :attr:`rate`."""
        return "selection_ratio" if self.rate == "selection_rate" else f"{self.rate}_ratio"

    def small_groups(self, limit: int) -> frozenset[str]:
        """Return the groups of which a count is under a limit and not nought.

        What is compared with one of them gives its count away as much as its own rate does.
        """
        return frozenset(one.name for one in self.groups if one.has_fewer_than(limit))

    def groups_of_few_outcomes(self, limit: int) -> frozenset[str]:
        """Return the groups of which what came out is told by a count under a limit."""
        return frozenset(one.name for one in self.groups if one.has_few_outcomes(limit))

    def shown_measures(self, limit: int) -> tuple[Measure, ...]:
        """Return the measures that give no count under a limit away."""
        small, few = self.small_groups(limit), self.groups_of_few_outcomes(limit)
        return tuple(
            one
            for one in self.measures
            if (small | few if one.is_of_outcomes else small).isdisjoint((one.group, one.reference))
        )

    def id_of(self, measure: Measure, subject: str) -> str:
        """Return the id of a number (``AU-...``), the same each time the same thing is measured."""
        parts = (measure.measure, measure.group, measure.reference or "", measure.method)
        return trace_id("AU", subject, self.attribute, *parts)


@dataclass(frozen=True, slots=True)
class OriginFeature:
    """A feature of a model that is about origin or stands for it.

    Attributes
    ----------
    kind
        ``direct`` by its name; ``derived`` if a trace of the code showed that it is made of
        origin; ``proxy`` if by its name it is something that stands for origin; ``words`` if it
        is text, of which the model weighs words that speak of origin.
    terms
        What the model makes of it before it weighs: one for each category, or a combination.
    """

    name: str
    concept: str
    kind: Literal["direct", "derived", "proxy", "words"]
    importance: float | None = None
    coefficient: float | None = None
    terms: tuple[ModelTerm, ...] = ()


@dataclass(frozen=True, slots=True)
class Flip:
    """What changes if only one feature of everybody changes to one value.

    Attributes
    ----------
    to
        The value; a category that the model knows.
    people
        For how many people it is a change.
    to_selected, to_unselected
        How many change sides.
    mean_change, largest_change
        Of the score, in its own unit.
    mean_score
        Of everybody, if all had the value (partial dependence).
    """

    feature: str
    to: str
    people: int
    to_selected: int
    to_unselected: int
    mean_change: float
    largest_change: float
    mean_score: float | None = None


@dataclass(frozen=True, slots=True)
class ModelUse:
    """What a model makes of what it knows.

    Attributes
    ----------
    ablations
        What is lost if features of origin say nothing any more.
    proxy_power, proxy_features
        How well the other features tell of what group people are, together and each by itself.
    threshold
        The score from which on people are selected; ``None`` where that is not known.
    scored_by
        What gave the scores: ``doorlicht`` from what was read, or a library with its version;
        empty where there are none.
    """

    artefact: ModelArtefact
    origin: tuple[OriginFeature, ...] = ()
    flips: tuple[Flip, ...] = ()
    ablations: tuple[Ablation, ...] = ()
    proxy_power: tuple[ProxyPower, ...] = ()
    proxy_features: tuple[ProxyFeature, ...] = ()
    scored: int = 0
    threshold: float | None = None
    scored_by: str = ""


@dataclass(frozen=True, slots=True)
class AuditReport:
    """One audit, whole.

    Attributes
    ----------
    subject
        What was audited: the path of the file.
    settings
        By which options, so that it can be done again.
    people
        How many people, or rows; ``None`` where only aggregates were given.
    figures
        What somebody published, recomputed.
    disclosed
        Small cells of a published table that can be worked out.
    conclusions
        What the numbers say, in words; ``limits`` what they do not.
    """

    kind: AuditKind
    subject: str
    settings: Mapping[str, Setting]
    people: int | None
    audited: tuple[Audited, ...]
    conclusions: tuple[Text, ...] = ()
    limits: tuple[Text, ...] = ()
    blind_spots: tuple[BlindSpot, ...] = ()
    model: ModelUse | None = None
    figures: tuple[FigureCheck, ...] = ()
    disclosed: tuple[Disclosed, ...] = ()
    details: Mapping[str, Setting] = field(default_factory=dict[str, Setting])

    @property
    def id(self) -> str:
        """The same each time the same thing is audited with the same settings."""
        parts = [f"{name}={value}" for name, value in sorted(self.settings.items())]
        return trace_id("AU", self.kind, self.subject, *parts)

    @property
    def stands_out(self) -> bool:
        """Whether a difference is larger than chance, or published numbers tell something.

        They do if one of them cannot be right, or if a measure is larger than the border that was
        asked about under every table that gives them.
        """
        measures = (one for each in self.audited for one in each.measures)
        told = {one.key for one in (*self.conclusions, *self.limits)}
        return (
            any(one.stands_out for one in measures)
            or any(one.verdict == "impossible" for one in self.figures)
            or not told.isdisjoint({"audit_verdict.larger", "audit_limit.contradicts"})
        )
