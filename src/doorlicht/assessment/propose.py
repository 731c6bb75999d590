"""From facts to a proposal: pure functions, the same for every framework.

There are no defaults: a fact that is not stated is unknown, and unknown never means yes. What is
certain about a node (it passes, it fails, it is not asked) is certain whatever else becomes known,
because conditions follow Kleene's logic. Hence the property that a test holds to on random facts:
an answer more never turns "lawful", "unlawful" or "outside" into anything else, and "improper" only
into something heavier.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from doorlicht.assessment.conditions import Facts, Truth, undecided_facts
from doorlicht.assessment.framework import Framework, Node
from doorlicht.records import Gap, PathStep, Proposal
from doorlicht.records.verdicts import OPEN, GapStatus, Status, WhyEnded


@dataclass(frozen=True, slots=True)
class Period:
    """The days in which something was used; nothing: not known, or not ended."""

    since: date | None = None
    until: date | None = None


ANY_TIME = Period()

_TOLD: Final[dict[Status, str]] = {
    "passes": "yes", "fails": "no", "provisional": "no", "open": "unknown",
}  # fmt: skip

_NOT_ASKED: frozenset[Status] = frozenset({"skipped", "not_in_force", "waits"})


def propose(framework: Framework, facts: Facts, period: Period = ANY_TIME) -> Proposal:
    """Return what a framework says of a use.

    Parameters
    ----------
    facts
        Checked by :func:`doorlicht.assessment.answers.check_facts`.
    period
        Law that did not apply then is left out; without a period all of it is looked at.

    Examples
    --------
    >>> from doorlicht.assessment import load_framework
    >>> one = propose(load_framework("motion-21"), {"attr": "none"})
    >>> one.verdict, one.path[0].answer
    ('buiten_toets', 'none')
    """
    walked = walk(framework, facts, period)
    verdict, why, open_nodes = conclude(framework, walked)
    weights = framework.outcomes
    failed = [node for node, status in walked.statuses if status == "fails"]
    undecided = [node for node, status in walked.statuses if status in OPEN or status == "waits"]
    is_at_least = weights[verdict].role == "fail" and any(
        node.fails_to is not None and weights[node.fails_to].weight > weights[verdict].weight
        for node in undecided
    )
    asked = [node for node, status in walked.statuses if status not in _NOT_ASKED]
    lawyer = {code for node in asked for test, code in node.lawyer_tests if test(facts)}
    is_outside = weights[verdict].role == "outside"
    return Proposal(
        framework.name,
        framework.edition,
        verdict,
        tuple(node.id for node in failed),
        tuple(open_nodes),
        tuple(code for code in framework.lawyers if code in lawyer),
        tuple(_missing(walked, facts, open_nodes)),
        tuple(
            one.id for one in framework.consequences
            if verdict in one.outcomes and one.applies(facts)
        ),
        () if is_outside else tuple(
            gap for node in framework.nodes if node.is_duty for gap in _gaps(node, facts, period)
        ),
        tuple(
            PathStep(node.id, status, _answer(node, status, facts), node.facts)
            for node, status in walked.statuses
        ),
        is_at_least,
        why,
        tuple(_unused(framework, facts, asked)),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Walk:
    """What became of each node, in order, and the outcome with which the test ended early."""

    statuses: list[tuple[Node, Status]]
    ended: str | None = None


def walk(framework: Framework, facts: Facts, period: Period = ANY_TIME) -> Walk:
    """Go through the nodes in order, until one ends the test."""
    statuses: list[tuple[Node, Status]] = []
    is_certain = True
    for node in framework.verdict_nodes:
        status = _status(node, facts, period, is_certain=is_certain)
        statuses.append((node, status))
        if not node.ends or status in ("skipped", "not_in_force"):
            continue
        is_asked = node.applies(facts)
        for test, outcome in node.endings:
            found = test(facts)
            if found and is_asked and is_certain:
                return Walk(statuses, outcome)
            if found is not False:
                # It may still end here, and then nothing that comes after it counts.
                is_certain = False
    return Walk(statuses)


def conclude(framework: Framework, walked: Walk) -> tuple[str, WhyEnded, list[str]]:
    """Return the outcome, why it is that, and the nodes that are open."""
    outcomes = framework.outcomes
    open_nodes = [node.id for node, status in walked.statuses if status in OPEN]
    if not open_nodes:
        # What waits is asked once what it waits for is known; where nothing else is open, it
        # would be lost, so it is open itself.
        open_nodes = [node.id for node, status in walked.statuses if status == "waits"]
    failed = [
        node.fails_to for node, status in walked.statuses
        if status == "fails" and node.fails_to is not None
    ]  # fmt: skip
    ended = None if walked.ended is None else outcomes[walked.ended]
    heaviest = max(failed, key=lambda one: outcomes[one].weight, default=None)
    if heaviest is not None and not (
        ended and ended.role == "fail" and ended.weight > outcomes[heaviest].weight
    ):
        return heaviest, "fails", open_nodes
    if ended and (ended.role == "fail" or not _may_fail(walked)):
        return ended.id, "ends", [] if ended.role == "outside" else open_nodes
    if open_nodes:
        return framework.by_role["open"], "open", open_nodes
    return framework.by_role["pass"], "passes", open_nodes


def _may_end(holds: Truth, is_asked: Truth) -> bool:
    """Whether it is not known yet that an ending ends the test, or that it does not."""
    return holds is None or (holds and is_asked is None)


def _may_fail(walked: Walk) -> bool:
    """Whether a node of which it is not known yet can still fail: before where the test ended."""
    return any(
        (status in OPEN or status == "waits") and node.fails_to is not None
        for node, status in walked.statuses
    )


def _status(node: Node, facts: Facts, period: Period, *, is_certain: bool) -> Status:
    """Return what becomes of a node; ``is_certain``: no ending before it is still possible."""
    if not is_in_force(node, period):
        return "not_in_force"
    applies = node.applies(facts)
    if applies is False:
        return "skipped"
    if applies is None and not node.is_asked_when_unsure:
        return "waits"
    passes = True if node.test is None else node.test(facts)
    if passes and any(_may_end(test(facts), applies) for test, _ in node.endings):
        # It is no obstacle, but the test may still end here.
        passes = None
    if passes is None:
        return "open"
    if passes:
        return "passes"
    return "fails" if applies and is_certain else "provisional"


def is_in_force(node: Node, period: Period) -> bool:
    """Whether the law of a node applied on some day of a period.

    Examples
    --------
    >>> from doorlicht.assessment import load_framework
    >>> ban = load_framework("motion-21").node_by_id["1.1"]
    >>> is_in_force(ban, Period(until=date(2020, 1, 1))), is_in_force(ban, Period())
    (False, True)
    """
    if node.applies_from and period.until and period.until < node.applies_from:
        return False
    return not (node.applies_until and period.since and period.since > node.applies_until)


def _answer(node: Node, status: Status, facts: Facts) -> str:
    if node.answer is None and node.passes is not None and status in _TOLD:
        # What became of the node is its answer: no need to look again.
        return _TOLD[status]
    if isinstance(node.answer, str):
        value = facts.get(node.answer)
        return word_of(value) if isinstance(value, bool) or value is None else value
    test = node.answer_test
    return word_of(None if test is None else test(facts))


def word_of(truth: Truth) -> str:
    """Return yes, no or unknown."""
    return {True: "yes", False: "no", None: "unknown"}[truth]


def _gaps(node: Node, facts: Facts, period: Period) -> Iterable[Gap]:
    """Return whether a duty is met; nothing where it is none, or is one no more."""
    applies = node.applies(facts)
    is_past = node.applies_until and period.since and period.since > node.applies_until
    if applies is False or is_past:
        return ()
    if node.applies_from and period.until and period.until < node.applies_from:
        return (Gap(node.id, "not_yet", node.applies_from),)
    met = None if node.test is None else node.test(facts)
    named: dict[Truth, GapStatus] = {True: "in_place", False: "missing", None: "unknown"}
    return (Gap(node.id, named[met] if applies else "unknown", node.applies_from),)


def _missing(walked: Walk, facts: Facts, open_nodes: Iterable[str]) -> Iterable[str]:
    """Return the facts without which nodes stay open, in the order in which they are asked.

    A fact is left out where it makes no difference any more: of ``a or b`` with ``b`` known to be
    yes, ``a`` is not missing. Where a node would fail but the test may have ended before it, what
    that ending hangs on is missing too.
    """
    wanted = set(open_nodes)
    last = max(
        (at for at, (_, status) in enumerate(walked.statuses) if status == "provisional"),
        default=-1,
    )
    found: dict[str, None] = {}
    for at, (node, status) in enumerate(walked.statuses):
        if node.id in wanted:
            conditions = node.conditions
        elif at < last and node.ends and status not in ("skipped", "not_in_force"):
            conditions = (node.when, *(one.when for one in node.ends))
        else:
            continue
        for condition in conditions:
            for fact in undecided_facts(condition, facts):
                found[fact] = None
    return found


def _unused(framework: Framework, facts: Facts, asked: Iterable[Node]) -> Iterable[str]:
    looked_at = framework.facts_beside_verdict | {fact for node in asked for fact in node.all_facts}
    return [name for name, value in facts.items() if value is not None and name not in looked_at]
