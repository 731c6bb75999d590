"""How often the intervals of an audit hold the truth, and how often it finds what is not there.

``python -m benchmarks.coverage``. For groups of known size and rate each possible outcome has a
known chance; the coverage is the sum of the chances of those whose interval holds the truth: it
is calculated, and not drawn by lot. False discoveries are counted over a thousand drawn audits.
The bar: at least the level minus one percent, in each cell of the grid. The score intervals by
themselves are shown beside it, also where they fall short: they are why small counts get another.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Final

import numpy as np
from scipy.special import gammaln, xlog1py, xlogy

from doorlicht.audit import intervals
from doorlicht.audit.multiplicity import benjamini_hochberg, holm
from doorlicht.records import ALL_OTHERS

LEVEL: Final = 0.95
ALLOWED: Final = LEVEL - 0.01
SIZES: Final = (5, 10, 20, 41, 60, 100, 150, 300, 1000, 2000, 5000)
RATES: Final = np.concatenate([np.geomspace(1e-4, 0.5, 200), 1 - np.geomspace(1e-4, 0.5, 200)])
PAIRS: Final = ((10, 10), (20, 200), (41, 300), (41, 2000), (100, 100), (100, 2000), (300, 300))
GROUP_RATES: Final = (0.003, 0.005, 0.01, 0.03, 0.1, 0.3, 0.5, 0.8)
REFERENCE_RATES: Final = (0.003, 0.01, 0.03, 0.1, 0.3)

Pair = Callable[[np.ndarray, int, np.ndarray, int], intervals.Interval]


def chances(n: int, p: float) -> np.ndarray:
    """Return the chance of each number of people, from none to all."""
    k = np.arange(n + 1)
    ways = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    return np.exp(ways + xlogy(k, p) + xlog1py(n - k, -p))


def of_rates(method: Callable[..., intervals.Interval]) -> Iterator[tuple[float, str]]:
    """Give the coverage of an interval of a rate in each cell of the grid."""
    for n in SIZES:
        low, high = method(np.arange(n + 1), n, LEVEL)
        for p in RATES:
            held = chances(n, p)[(low <= p) & (p <= high)].sum()
            yield float(held), f"rate {p:.4f}, {n} people"


def of_pairs(method: Callable[..., intervals.Interval], truth: str) -> Iterator[tuple[float, str]]:
    """Give the coverage of an interval of a difference or ratio in each cell of the grid."""
    for n1, n0 in PAIRS:
        for p1 in GROUP_RATES:
            for p0 in REFERENCE_RATES:
                weight1, weight0 = chances(n1, p1), chances(n0, p0)
                some1, some0 = np.flatnonzero(weight1 > 1e-9), np.flatnonzero(weight0 > 1e-9)
                k1, k0 = (grid.ravel() for grid in np.meshgrid(some1, some0, indexing="ij"))
                weight = np.outer(weight1[some1], weight0[some0]).ravel()
                low, high = method(k1, n1, k0, n0, LEVEL)
                value = p1 - p0 if truth == "difference" else p1 / p0
                held = (low <= value + 1e-12) & (value - 1e-12 <= high)
                cell = f"{p1} of {n1} against {p0} of {n0}"
                yield float(weight[held].sum() / weight.sum()), cell


TABLE: Final = (
    ("rate (used)", True, lambda: of_rates(intervals.rate)),
    ("rate: Clopper-Pearson", True, lambda: of_rates(intervals.clopper_pearson)),
    ("rate: Wilson alone", False, lambda: of_rates(intervals.wilson)),
    ("difference (used)", True, lambda: of_pairs(intervals.difference, "difference")),
    (
        "difference: Miettinen-Nurminen alone",
        False,
        lambda: of_pairs(intervals.miettinen_nurminen_difference, "difference"),
    ),
    (
        "difference: Newcombe alone",
        False,
        lambda: of_pairs(intervals.newcombe_difference, "difference"),
    ),
    ("ratio (used)", True, lambda: of_pairs(intervals.ratio, "ratio")),
    (
        "ratio: Miettinen-Nurminen alone",
        False,
        lambda: of_pairs(intervals.miettinen_nurminen_ratio, "ratio"),
    ),
)


AUDITS: Final = 1000
GROUPS: Final = 50
MOST_FALSE: Final = 0.05


def false_discoveries(correct: Callable[[np.ndarray], np.ndarray], reference: str) -> float:
    """Return in which part of the audits a difference was found where there is none."""
    numbers = np.random.default_rng(20_261)
    false = 0
    for at in range(AUDITS):
        # From a handful of people to some thousands, as groups of origin are in real data.
        n = np.maximum(numbers.lognormal(5, 1.5, GROUPS).astype(int), 1)
        k = numbers.binomial(n, (0.01, 0.05, 0.2)[at % 3])
        if reference == ALL_OTHERS:
            p_values = intervals.difference_p_value(k, n, k.sum() - k, n.sum() - n)
        else:
            largest = int(np.argmax(n))
            others = np.arange(GROUPS) != largest
            p_values = intervals.difference_p_value(k[others], n[others], k[largest], n[largest])
        false += bool((correct(p_values) < MOST_FALSE).any())
    return false / AUDITS


def print_false_discoveries() -> bool:
    """Print how often something is found among groups that are all alike; true where too often."""
    print(f"\n| of {AUDITS} audits of {GROUPS} groups without differences | something found in |")
    print("|---|---|")
    missed = False
    for reference in ("largest group", ALL_OTHERS):
        for correct in (holm, benjamini_hochberg):
            found = false_discoveries(correct, reference)
            missed |= found > MOST_FALSE
            print(f"| {correct.__name__}, against {reference} | {found:.1%} |", flush=True)
    return missed


def main() -> int:
    """Print the coverage of each interval, and false discoveries; 1 where a bar is missed."""
    print("| interval, level 95 % | mean coverage | lowest coverage | where |")
    print("|---|---|---|---|")
    missed = False
    for name, is_used, cells in TABLE:
        found = sorted(cells())
        lowest, where = found[0]
        mean = sum(held for held, _ in found) / len(found)
        print(f"| {name} | {mean:.3f} | {lowest:.4f} | {where} |", flush=True)
        missed |= is_used and lowest < ALLOWED
    missed |= print_false_discoveries()
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
