"""Whom a model or a rule selects: how often, per group, and compared with a reference.

Source: the ratio is that of Feldman et al. (2015), "Certifying and Removing Disparate Impact",
section 1. There it is tested against a border of 0.8; doorlicht applies no border.

Limits: a rate says nothing of why people were selected. ``conditional.py`` compares people who
are alike in what may lawfully count.
"""

from __future__ import annotations

from collections.abc import Sequence

from doorlicht.audit.comparing import choose_reference, measure_rates, rates_of
from doorlicht.records import Group, Measure


def measure_selection(
    groups: Sequence[Group], *, reference: str | None = None, level: float = 0.95
) -> tuple[Measure, ...]:
    """Return ``selection_rate``, ``selection_ratio`` and ``selection_difference`` per group.

    Parameters
    ----------
    reference
        A group, or ``ALL_OTHERS``; the largest group if it is not given. It is named in each
        measure.

    Raises
    ------
    InputError
        If the group that is named as the reference is not there.

    Examples
    --------
    >>> for one in measure_selection([Group("a", 200, 50), Group("b", 1000, 100)]):
    ...     print(one.measure, one.group, one.value, round(one.low, 3), round(one.high, 3))
    selection_rate a 0.25 0.195 0.314
    selection_rate b 0.1 0.083 0.12
    selection_ratio a 2.5 1.838 3.366
    selection_difference a 0.15 0.092 0.217
    """
    rates = rates_of(groups, [g.selected for g in groups], [g.n for g in groups])
    return measure_rates(
        "selection_rate",
        rates,
        reference=choose_reference(groups, reference),
        level=level,
        stem="selection",
    )
