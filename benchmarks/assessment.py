"""How fast a framework reasons, and whether it ever takes back what it said.

``python -m benchmarks.assessment [--quick]``. On random partial facts, the same in every run: an
answer more never turns a verdict into anything but a heavier one (bars: no exception in 100,000
sets, within a minute). Bars of speed: 5 s for assessing 10,000 uses by the Motion 21 test, and 5 s
for finding out which of them another edition judges otherwise.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import replace

from doorlicht.assessment import FactValue, Framework, known_frameworks, load_framework, propose
from doorlicht.assessment.changes import smallest_changes
from doorlicht.assessment.compare import changed_verdicts
from doorlicht.assessment.conditions import Always
from doorlicht.assessment.propose import ANY_TIME, conclude, walk

SETS = 100_000
USES = 10_000
BAR_SECONDS = 5.0


def partial_facts(framework: Framework, count: int, seed: int) -> Iterator[dict[str, FactValue]]:
    """Yield facts of which some share is known, from none to nearly all."""
    drawn = random.Random(seed)  # noqa: S311 (no secret)
    for _ in range(count):
        share = drawn.random()
        yield {
            name: drawn.choice(fact.choices)
            for name, fact in framework.facts.items()
            if drawn.random() < share
        }


def taken_back(framework: Framework, count: int, seed: int) -> int:
    """Return how often an answer more made a verdict into what it may not become."""
    drawn = random.Random(seed + 1)  # noqa: S311 (no secret)
    wrong = 0
    for facts in partial_facts(framework, count, seed):
        unknown = [name for name in framework.facts if name not in facts]
        if not unknown:
            continue
        more = drawn.choice(unknown)
        fuller = {**facts, more: drawn.choice(framework.facts[more].choices)}
        before, after = walk(framework, facts), walk(framework, fuller)
        old, new = conclude(framework, before)[0], conclude(framework, after)[0]
        outcome = framework.outcomes[old]
        is_heavier = framework.outcomes[new].weight > outcome.weight
        if not (outcome.role == "open" or old == new or (outcome.role == "fail" and is_heavier)):
            wrong += 1
        failed = {node.id for node, status in before.statuses if status == "fails"}
        if not failed <= {node.id for node, status in after.statuses if status == "fails"}:
            wrong += 1
    return wrong


def other_edition(framework: Framework) -> Framework:
    """Return a framework in which one question is asked of everybody, and one is not asked."""
    nodes = list(framework.verdict_nodes)
    changed = replace(nodes[-1], when=Always())
    return replace(framework, edition="2099-01-01", nodes=(*nodes[:5], *nodes[6:-1], changed))


def main() -> int:
    """Print the table; the exit code is 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the sets and uses")
    scale = 10 if parser.parse_args().quick else 1
    missed = False

    def tell(what: str, value: str, bar: str = "", *, is_met: bool = True) -> None:
        nonlocal missed
        missed = missed or not is_met
        met = ("yes" if is_met else "NO") if bar else ""
        print(f"| {what} | {value} | {bar} | {met} |", flush=True)

    print("| what | measured | bar | met |\n|---|---|---|---|")
    names = list(known_frameworks())
    each = SETS // scale // len(names)
    start = time.perf_counter()
    wrong = sum(taken_back(load_framework(name), each, seed) for seed, name in enumerate(names))
    seconds = time.perf_counter() - start
    what = f"{each * len(names):,} random partial facts and an answer more, {len(names)} frameworks"
    tell(f"{what}: verdicts taken back", str(wrong), "0", is_met=wrong == 0)
    tell("the same, time", f"{seconds:.1f} s", "60 s", is_met=seconds <= 60)
    count = USES // scale
    for name in names:
        framework = load_framework(name)
        uses = list(partial_facts(framework, count, 21))
        start = time.perf_counter()
        for facts in uses:
            propose(framework, facts)
        seconds = time.perf_counter() - start
        has_bar = name == "motion-21"
        tell(f"{count:,} uses assessed, {name} ({len(framework.nodes)} questions)",
             f"{seconds:.2f} s", f"{BAR_SECONDS:.0f} s" if has_bar else "",
             is_met=not has_bar or seconds <= BAR_SECONDS)  # fmt: skip
    framework = load_framework("motion-21")
    triples = [(str(at), facts, ANY_TIME)
               for at, facts in enumerate(partial_facts(framework, count, 21))]  # fmt: skip
    start = time.perf_counter()
    changed = list(changed_verdicts(framework, other_edition(framework), triples))
    seconds = time.perf_counter() - start
    tell(f"{count:,} uses assessed by both editions and compared ({len(changed):,} differ)",
         f"{seconds:.2f} s", f"{BAR_SECONDS:.0f} s", is_met=seconds <= BAR_SECONDS)  # fmt: skip
    for name in names:
        framework = load_framework(name)
        taken: list[float] = []
        for facts in partial_facts(framework, 200 // scale, 3):
            start = time.perf_counter()
            smallest_changes(framework, facts)
            taken.append(time.perf_counter() - start)
        taken.sort()
        tell(f"smallest changes of a use, {name}: middle and longest of {len(taken)}",
             f"{1000 * taken[len(taken) // 2]:.0f} ms, {taken[-1]:.2f} s")  # fmt: skip
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
