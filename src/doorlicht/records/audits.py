"""Groups of people, and measures of how a selection falls among them, with how sure that is.

Everything an audit says is made from counts of groups; no record here knows a person. Names of
groups are codes or labels as the data has them: country of birth, nationality and descent are
different things, and a group is called by what the data registers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from doorlicht.language import Text

UNKNOWN_GROUP: Final = "unknown"
"""Where people are counted whose group is missing; they are never dropped."""

ALL_OTHERS: Final = "all others"
"""The reference that is made of everybody outside the group itself."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A line of a contingency table: how many people have the same marks.

    Attributes
    ----------
    group
        One value for each attribute that people are told apart by; nothing where it is missing.
    selected, outcome
        Nothing where it is not known.
    is_sampled
        Whether these people were looked at because they were drawn at random.
    weight, weight_squared
        Sums of the weights and of their squares; nothing where all people count the same.
    """

    group: tuple[str | None, ...]
    selected: bool | None
    n: int
    outcome: bool | None = None
    is_sampled: bool = False
    weight: float | None = None
    weight_squared: float | None = None


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What came out for people, by whether they were selected.

    Attributes
    ----------
    selected_positive, selected_negative
        Selected, and the outcome that was looked for was there, or was not.
    unselected_positive, unselected_negative
        The same for people who were not selected.
    selected_unknown, unselected_unknown
        Of a random sample: drawn, and nothing is known of what came out. Nought elsewhere, where
        :class:`Group` tells them from all there are.
    """

    selected_positive: float = 0
    selected_negative: float = 0
    unselected_positive: float = 0
    unselected_negative: float = 0
    selected_unknown: float = 0
    unselected_unknown: float = 0

    @property
    def known(self) -> float:
        """Number of people whose outcome is known."""
        return (
            self.selected_positive
            + self.selected_negative
            + self.unselected_positive
            + self.unselected_negative
        )


@dataclass(frozen=True, slots=True)
class Group:
    """How many people of a group there are, and how many of them were selected.

    Attributes
    ----------
    n, selected
        People; sums of weights where people have weights.
    outcomes
        What came out for those of whom it is known; nothing where no outcome is known at all.
    sample
        The same for those who were looked at because they were drawn at random, whatever the
        selection said. They are counted in ``outcomes`` as well.
    effective_n
        Number of people with equal weights that would tell as much as these do.
    undecided
        People of whom it is not known whether they were selected; in no other number here.
    """

    name: str
    n: float
    selected: float
    outcomes: Outcomes | None = None
    sample: Outcomes | None = None
    effective_n: float | None = None
    undecided: float = 0

    def has_fewer_than(self, limit: int) -> bool:
        """Whether a count of it, of all or of those selected, is under a limit and not nought.

        A count that a published table leaves out is no number, and is not known to be either.
        """
        # Rounded to the nearest whole number it is under the limit; what is no number is not.
        return 0.5 < self.n <= limit - 0.5 or 0.5 < self.selected <= limit - 0.5

    def has_few_outcomes(self, limit: int) -> bool:
        """Whether a count of what came out is under a limit and not nought.

        With those of the others and the rates any one of them can be worked out.
        """
        seen = [one for one in (self.outcomes, self.sample) if one is not None]
        cells = [
            cell
            for one in seen
            for cell in (
                one.selected_positive, one.selected_negative,
                one.unselected_positive, one.unselected_negative,
            )
        ]  # fmt: skip
        return any(0.5 < cell <= limit - 0.5 for cell in cells)

    @property
    def information(self) -> float:
        """How much one person tells here: 1, or less where weights differ."""
        return 1.0 if self.effective_n is None or not self.n else self.effective_n / self.n

    @property
    def selected_unknown(self) -> float:
        """People who were selected, and of whom it is not known what came out."""
        seen = self.outcomes or Outcomes()
        return max(self.selected - seen.selected_positive - seen.selected_negative, 0)

    @property
    def unselected_unknown(self) -> float:
        """People who were not selected, and of whom it is not known what would have come out."""
        seen = self.outcomes or Outcomes()
        rest = self.n - self.selected - seen.unselected_positive - seen.unselected_negative
        return max(rest, 0)


OF_OUTCOMES: Final = frozenset({"precision", "fdr", "fpr", "fnr", "npv", "for"})
"""Rates that are made of what came out; their comparisons begin with these words."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One number about a group, and how sure it is.

    Attributes
    ----------
    measure
        ``selection_rate``, ``fpr_ratio`` and the like.
    group, reference
        Whom it is about, and with whom they are compared; no reference for a rate by itself.
    value
        Nothing where it cannot be told, as with the ratio to a group of which nobody was
        selected, or where only bounds are known.
    low, high
        The interval at ``level``; with method ``bounds`` all that is possible, whatever chance
        did.
    method
        ``wilson``, ``clopper-pearson``, ``miettinen-nurminen``, ``newcombe``, ``bounds`` ...
    p_value
        How often chance alone gives a difference as large as this; before and after correcting
        for all that was tried.
    note
        What must be known beside the number.
    """

    measure: str
    group: str
    reference: str | None
    value: float | None
    low: float
    high: float
    level: float
    method: str
    note: Text | None = None
    p_value: float | None = None
    adjusted_p_value: float | None = None

    @property
    def is_known(self) -> bool:
        """Whether there is a number, and not only bounds or nothing."""
        return self.value is not None and not math.isnan(self.value)

    def corrected(self, adjusted_p_value: float) -> Measure:
        """Return it with the p-value that is corrected for all that was tried."""
        return Measure(
            self.measure, self.group, self.reference, self.value, self.low, self.high, self.level,
            self.method, self.note, self.p_value, adjusted_p_value,
        )  # fmt: skip

    @property
    def is_of_outcomes(self) -> bool:
        """Whether it is made of what came out: precision, a false positive rate and the like."""
        return self.measure.partition("_")[0] in OF_OUTCOMES

    @property
    def stands_out(self) -> bool:
        """Whether it is more than chance explains, after correcting for all that was tried."""
        return self.adjusted_p_value is not None and self.adjusted_p_value <= 1 - self.level


@dataclass(frozen=True, slots=True)
class Detectable:
    """The smallest disparity that would have been found in a group of this size.

    Attributes
    ----------
    ratio_above, ratio_below
        Over and under 1; nothing where no ratio at all would have been found.
    difference
        That goes with ``ratio_above``.
    power
        Chance of finding it, 0..1.
    """

    group: str
    reference: str
    ratio_above: float | None
    ratio_below: float | None
    difference: float | None
    level: float
    power: float


@dataclass(frozen=True, slots=True)
class ProxyFeature:
    """How much one feature tells of origin.

    Attributes
    ----------
    cramers_v
        0 to 1, corrected for bias.
    bits
        Mutual information; beside it what is left among people who are alike, if that was asked.
    """

    name: str
    cramers_v: float
    bits: float
    bits_among_alike: float | None


@dataclass(frozen=True, slots=True)
class ProxyPower:
    """How well all features together tell a group from everybody else.

    Attributes
    ----------
    area
        Area under the curve, in people that were not learned from: 0.5 is chance.
    shuffled_area, p_value
        The same with the groups shuffled, on average, and how often that was as large.
    """

    group: str
    people: int
    area: float
    low: float
    high: float
    level: float
    shuffled_area: float | None
    p_value: float | None


@dataclass(frozen=True, slots=True)
class SettingFlip:
    """Who changes sides if a feature, in one column or more, and nothing else is set to a value.

    Attributes
    ----------
    group
        Of whom it is told; nothing for everybody.
    without_score
        People whose score is no number before or after; in none of the other numbers.
    moved
        People whose score changes at all.
    """

    value: str
    group: str | None
    people: int
    without_score: int
    newly_selected: int
    no_longer_selected: int
    moved: int
    mean_shift: float
    largest_shift: float


@dataclass(frozen=True, slots=True)
class Dependence:
    """The mean score if everybody had a value of a feature."""

    value: str
    mean_score: float | None
    people: int


@dataclass(frozen=True, slots=True)
class Ablation:
    """What is lost if a feature says nothing any more; means over some shufflings.

    Attributes
    ----------
    changed_sides
        People who are selected and were not, or the other way round.
    same_selected
        People who are selected both times, as part of those selected at any time.
    area, area_without
        Area under the curve for the outcome, with the feature and without it.
    """

    columns: tuple[str, ...]
    people: int
    changed_sides: float
    same_selected: float
    area: float | None
    area_without: float | None


FigureVerdict = Literal["holds", "possible", "impossible", "unknown"]
"""``possible``: the counts do not give it, but counts that are rounded to them do."""


@dataclass(frozen=True, slots=True)
class FigureCheck:
    """A figure that somebody published, recomputed.

    Attributes
    ----------
    recomputed
        From the counts as they were published.
    low, high
        What is possible if those counts were rounded.
    meant
        Another measure of the same counts that gives the figure.
    """

    figure: str
    measure: str
    printed: str
    recomputed: float | None
    low: float
    high: float
    verdict: FigureVerdict
    meant: str | None
    note: Text | None


@dataclass(frozen=True, slots=True)
class Disclosed:
    """A small cell that can be known from what is published, and how."""

    row: str
    column: str
    low: float
    high: float
    how: Literal["printed", "totals", "differencing"]


@dataclass(frozen=True, slots=True)
class Band:
    """What came out for people of a group whose score lies in one band.

    Attributes
    ----------
    top
        The highest score of the band.
    people, checked
        How many there are, and of how many the outcome is known.
    mean_score, outcome_rate
        Nothing where there is nobody, or a score without end.
    low, high
        The interval of the outcome rate, at ``level``.
    """

    group: str
    top: float
    people: float
    mean_score: float | None
    checked: float
    outcome_rate: float | None
    low: float
    high: float
    level: float


@dataclass(frozen=True, slots=True)
class AuditResult:
    """All that was measured of one selection.

    Attributes
    ----------
    limits
        What cannot be known from these data, and what to do about it.
    """

    groups: tuple[Group, ...]
    measures: tuple[Measure, ...]
    bands: tuple[Band, ...] = ()
    limits: tuple[Text, ...] = ()
    details: Mapping[str, str | int | float] = field(default_factory=dict[str, "str | int | float"])
