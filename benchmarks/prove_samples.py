"""How often the bounds of an audit sample hold, how near they are to the best, and what they take.

``python -m benchmarks.prove_samples [--quick]``. Bars: over 10,000 drawn audits of each population
the bound holds in at least 95 % (less three standard errors of the draw); it is at most 10 % above
the exact optimum wherever that can be enumerated; no item is drawn more often than another
(chi-square); and the organisation that tries ten thousand checkpoints hits no better than chance.
"""

from __future__ import annotations

import argparse
import random
import secrets
import sys
import time
from collections import Counter
from collections.abc import Sequence
from functools import cache
from itertools import product
from math import comb

import numpy as np
from scipy.special import chdtrc

from doorlicht.evidence.bounds import upper_bound
from doorlicht.evidence.sampling import Item, draw
from doorlicht.evidence.seed import commitment_of, seed_of
from doorlicht.evidence.stratified import Stratum, stratified_bound

AUDITS = 10_000
CONFIDENCE = 0.95
POPULATIONS = (
    # Sizes of the strata, how many are drawn, how many are wrong: mostly just more than the bound
    # of a sample with nothing or one wrong in it, where a bound is wrong most often.
    ((61_300,), (750,), (0,)), ((61_300,), (750,), (243,)), ((61_300,), (750,), (2_000,)),
    ((400,), (60,), (19,)), ((400,), (60,), (29,)),
    ((50_000, 11_300), (604, 137), (246, 0)), ((50_000, 11_300), (604, 137), (200, 46)),
    ((50_000, 11_300), (300, 300), (498, 0)), ((50_000, 11_300), (300, 300), (700, 90)),
    ((2_000, 900, 100), (120, 90, 50), (48, 0, 0)), ((2_000, 900, 100), (120, 90, 50), (60, 16, 1)),
    ((2_000, 900, 100), (60, 60, 60), (96, 0, 0)), ((120, 60, 30), (30, 12, 10), (0, 12, 0)),
    ((800, 700, 600, 500), (60, 60, 60, 60), (38, 0, 0, 0)),
    ((800, 700, 600, 500), (60, 60, 60, 60), (15, 15, 15, 15)),
)  # fmt: skip


def bound_by_enumeration(strata: Sequence[Stratum], confidence: float = CONFIDENCE) -> int:
    """Return the bound of Wendell and Schmee (1996), by going through every spread there is.

    Slow on purpose, and by another road than ours: outcomes are listed one by one.
    """
    weights = [one.size / one.drawn for one in strata]
    seen = sum(weight * one.wrong for weight, one in zip(weights, strata, strict=True))
    outcomes = [
        outcome
        for outcome in product(*(range(min(one.drawn, int(seen / weight + 1e-9)) + 1)
                                 for weight, one in zip(weights, strata, strict=True)))
        if sum(weight * count for weight, count in zip(weights, outcome, strict=True))
        <= seen + 1e-9
    ]  # fmt: skip
    found = sum(one.wrong for one in strata)
    low, high = 0, sum(one.unseen for one in strata)
    while low < high:
        middle = (low + high + 1) // 2
        if _is_possible(strata, middle, outcomes, 1 - confidence):
            low = middle
        else:
            high = middle - 1
    return found + low


@cache
def _chance(size: int, bad: int, drawn: int, wrong: int) -> float:
    return comb(bad, wrong) * comb(size - bad, drawn - wrong) / comb(size, drawn)


def _is_possible(
    strata: Sequence[Stratum], unseen: int, outcomes: Sequence[Sequence[int]], risk: float
) -> bool:
    """Tell whether some spread of wrong items that were not seen makes so few likely enough."""
    for spread in product(*(range(min(one.unseen, unseen) + 1) for one in strata[:-1])):
        last = unseen - sum(spread)
        if not 0 <= last <= strata[-1].unseen:
            continue
        bad = [one.wrong + more for one, more in zip(strata, (*spread, last), strict=True)]
        chance = 0.0
        for outcome in outcomes:
            each = 1.0
            for one, there, count in zip(strata, bad, outcome, strict=True):
                each *= _chance(one.size, there, one.drawn, count)
            chance += each
        if chance > risk + 1e-12:
            return True
    return False


def coverage_of(
    sizes: Sequence[int],
    drawn: Sequence[int],
    bad: Sequence[int],
    *,
    audits: int,
    generator: np.random.Generator,
) -> float:
    """Return in which share of drawn audits the bound holds the truth."""

    @cache
    def bound(*wrong: int) -> int:
        strata = [Stratum(*one) for one in zip(sizes, drawn, wrong, strict=True)]
        return stratified_bound(strata, CONFIDENCE)

    counts = np.column_stack([
        generator.hypergeometric(there, size - there, count, audits)
        for size, count, there in zip(sizes, drawn, bad, strict=True)
    ])  # fmt: skip
    held = sum(bound(*map(int, one)) >= sum(bad) for one in counts)
    return held / audits


def random_design(drawn: random.Random, strata: int) -> list[Stratum]:
    """Return small strata with a sample of each and few wrong items."""
    result: list[Stratum] = []
    for _ in range(strata):
        size = drawn.randint(20, {2: 150, 3: 55}[strata])
        sample = drawn.randint(5, max(6, size // 2))
        result.append(Stratum(size, sample, min(drawn.choice((0, 0, 0, 1, 1, 2)), sample)))
    return result


def uniformity(items: int, taken: int, draws: int) -> float:
    """Return the p-value of the chi-square of how often each item is drawn.

    Drawn without putting back, the counts vary less than independent ones, which is allowed for.
    """
    population = [Item(f"column:{number}") for number in range(items)]
    counts = Counter[str]()
    for number in range(draws):
        seed = number.to_bytes(32, "big")
        counts.update(item.id for item in draw(seed, population, {"": taken}))
    expected = draws * taken / items
    value = sum((counts[item.id] - expected) ** 2 / expected for item in population)
    return float(chdtrc(items - 1, value * (items - 1) / (items - taken)))


def steered(tries: int, taken: int, items: int) -> int:
    """Return how often an organisation that tries many checkpoints keeps one item out of the draw.

    It knows the commitment and writes what it likes; all it can do is draw with secrets of its own.
    """
    population = [Item(f"column:{number}") for number in range(items)]
    real = secrets.token_hex(32)
    kept_out = 0
    for number in range(tries):
        guess = secrets.token_hex(32)
        best = next(
            text for text in (f"log\n7\n{number}.{attempt}\n" for attempt in range(1000))
            if not _holds(population, guess, text, taken)
        )  # fmt: skip
        kept_out += not _holds(population, real, best, taken)
    return kept_out


def _holds(population: Sequence[Item], secret: str, checkpoint: str, taken: int) -> bool:
    seed = seed_of(secret, commitment=commitment_of(secret), commitment_entry=7, sample="SA-1",
                   plan_sha256="", checkpoint=checkpoint, checkpoint_size=7)  # fmt: skip
    return population[0] in draw(seed, population, {"": taken})


def main() -> int:
    """Print the table; the exit code is 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the audits and designs")
    scale = 10 if parser.parse_args().quick else 1
    missed = False

    def tell(what: str, value: str, bar: str = "", *, is_met: bool = True) -> None:
        nonlocal missed
        missed = missed or not is_met
        print(f"| {what} | {value} | {bar} | {('yes' if is_met else 'NO') if bar else ''} |",
              flush=True)  # fmt: skip

    print("| audit samples | measured | bar | met |\n|---|---|---|---|")
    audits = AUDITS // scale
    least = CONFIDENCE - 3 * (CONFIDENCE * (1 - CONFIDENCE) / audits) ** 0.5
    generator = np.random.default_rng(2026)
    for sizes, drawn, bad in POPULATIONS:
        held = coverage_of(sizes, drawn, bad, audits=audits, generator=generator)
        population, sample, wrong = ("+".join(map(str, one)) for one in (sizes, drawn, bad))
        tell(f"{audits:,} audits of {population}, {sample} drawn, {wrong} wrong: the bound holds",
             f"{held:.4f}", f"{least:.4f}", is_met=held >= least)  # fmt: skip
    drawn_by = random.Random(6)  # noqa: S311 (no secret)
    for strata, count in ((2, 300 // scale), (3, 100 // scale)):
        ratios = [
            stratified_bound(design) / bound_by_enumeration(design)
            for design in (random_design(drawn_by, strata) for _ in range(count))
        ]
        exact = sum(ratio == 1 for ratio in ratios)
        is_met = min(ratios) >= 1 and max(ratios) <= 1.1
        middle = sorted(ratios)[count // 2]
        tell(f"{count} designs of {strata} strata ({exact} exact): bound over the exact optimum, "
             "middle and largest", f"{middle:.3f}, {max(ratios):.3f}", "1.10",
             is_met=is_met)  # fmt: skip
    chance = uniformity(50, 10, 20_000 // scale)
    tell(f"{20_000 // scale:,} draws of 10 of 50: chi-square, p", f"{chance:.3f}", "0.001",
         is_met=chance >= 0.001)  # fmt: skip
    tries = AUDITS // scale
    kept, expected = steered(tries, 5, 10), tries / 2
    tell(f"{tries:,} searched checkpoints that should keep an item out of a draw of half: did",
         f"{kept:,}", f"{expected:,.0f} ± {3 * (tries / 4) ** 0.5:.0f}",
         is_met=abs(kept - expected) <= 3 * (tries / 4) ** 0.5)  # fmt: skip
    for name, strata in (
        ("6 strata, 66,600 items", ((20000, 300, 0), (30000, 250, 1), (11300, 200, 0),
                                    (5000, 100, 0), (900, 90, 1), (400, 200, 3))),
        ("4 strata, 194 wrong", ((6000, 1000, 30), (9000, 1000, 60), (3000, 1000, 100),
                                 (2000, 100, 4))),
        ("20 strata, 19 wrong", tuple((6000 + 100 * at, 100, at % 3) for at in range(20))),
    ):  # fmt: skip
        start = time.process_time()
        bound = stratified_bound([Stratum(*one) for one in strata], CONFIDENCE)
        tell(f"{name}: bound {bound:,}", f"{time.process_time() - start:.1f} s")
    start = time.process_time()
    bound = upper_bound(10_000_000, 30_000, 400)
    tell(f"400 wrong of 30,000 drawn of 10 million: bound {bound:,}",
         f"{time.process_time() - start:.1f} s")  # fmt: skip
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
