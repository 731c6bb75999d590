"""Which paths through a framework its worked cases go, and which ones none of them goes.

A path that no case goes is a rule that nobody has seen at work.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from doorlicht.assessment.answers import StatedCase
from doorlicht.assessment.framework import Framework
from doorlicht.assessment.propose import propose, walk
from doorlicht.records.verdicts import GapStatus, Status

Part = Literal["nodes", "endings", "duties", "outcomes", "lawyers", "consequences"]

REACHED: Final[tuple[Status, ...]] = ("passes", "fails", "open")
"""What cases should show of each node that can come to it."""

OF_DUTIES: Final[tuple[GapStatus, ...]] = ("in_place", "missing", "unknown")
"""The same of duties; those with a date also before that day."""


@dataclass(frozen=True, slots=True)
class Path:
    """Something that can happen in a framework.

    Attributes
    ----------
    what
        For a node or duty, what becomes of it; for an ending, the outcome; otherwise empty.
    """

    part: Part
    id: str
    what: str = ""


def unreached(framework: Framework, cases: Sequence[StatedCase]) -> list[Path]:
    """Return the paths that no case goes, in the order of the framework.

    Examples
    --------
    >>> from doorlicht.assessment import load_framework
    >>> unreached(load_framework("motion-21"), [])[0]
    Path(part='nodes', id='0.1', what='passes')
    """
    gone = {path for case in cases for path in _paths_of(framework, case)}
    return [path for path in _possible(framework) if path not in gone]


def _possible(framework: Framework) -> Iterator[Path]:
    for node in framework.verdict_nodes:
        for status in REACHED:
            is_possible = {
                "passes": True,
                "fails": node.fails_to is not None,
                "open": node.passes is not None or bool(node.ends),
            }
            if is_possible[status]:
                yield Path("nodes", node.id, status)
        for ending in node.ends:
            yield Path("endings", node.id, ending.outcome)
    for node in framework.nodes:
        if node.is_duty:
            for status in (*OF_DUTIES, *(("not_yet",) if node.applies_from else ())):
                yield Path("duties", node.id, status)
    for outcome in framework.outcomes:
        yield Path("outcomes", outcome)
    for code in dict.fromkeys(one.code for node in framework.nodes for one in node.lawyer):
        yield Path("lawyers", code)
    for consequence in framework.consequences:
        yield Path("consequences", consequence.id)


def _paths_of(framework: Framework, case: StatedCase) -> Iterator[Path]:
    walked = walk(framework, case.facts, case.period)
    for node, status in walked.statuses:
        yield Path("nodes", node.id, status)
    if walked.ended is not None:
        yield Path("endings", walked.statuses[-1][0].id, walked.ended)
    made = propose(framework, case.facts, case.period)
    for gap in made.gaps:
        yield Path("duties", gap.node, gap.status)
    yield Path("outcomes", made.verdict)
    for code in made.lawyer:
        yield Path("lawyers", code)
    for name in made.consequences:
        yield Path("consequences", name)
