"""Why not another verdict: the smallest sets of answers that would change a proposal.

The search is exact up to the size that is asked for, and looks at a small part of all sets. What
becomes of a node hangs on its own facts and on those of the endings before it. So a smallest set
that makes a node fail, end the test or stay open holds such facts alone (all others could be left
out); and one that undoes what a proposal rests on (a fail, an ending, an open node) holds at least
one of the facts of that node. A set is smallest if no part of it changes the proposal to the same
verdict or another. Facts that say *which* use it is are left alone: with another attribute or role
it would be another use.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from doorlicht.assessment.conditions import Facts, FactValue, facts_in
from doorlicht.assessment.framework import Framework
from doorlicht.assessment.propose import ANY_TIME, Period, Walk, conclude, walk
from doorlicht.records import Change

MOST: Final = 3
"""Answers in a set. Three can be told in a sentence; more is no explanation any more."""

MOST_IF_NONE: Final = 8
"""Where a heaviest fail has many grounds, all must go at once; then the sets are larger."""

_Set = frozenset[tuple[str, FactValue]]


def smallest_changes(
    framework: Framework, facts: Facts, period: Period = ANY_TIME, *, most: int = MOST
) -> list[Change]:
    """Return the smallest sets of answers that give another proposal, the smallest first.

    Parameters
    ----------
    most
        Largest number of answers in a set. If none of that size changes the heaviest verdict,
        larger ones are looked for, up to ``MOST_IF_NONE``.

    Examples
    --------
    >>> from doorlicht.assessment import load_framework
    >>> framework = load_framework("motion-21")
    >>> known = {"attr": "nationality", "role": "stored", "personal_data": True, "art6": False}
    >>> [(one.answers, one.verdict) for one in smallest_changes(framework, known, most=1)]
    [({'personal_data': False}, 'buiten_toets'), ({'art6': True}, 'onbepaald')]
    """
    search = _Search(framework, facts, period)
    size = 0
    while size < most or (not search.found and search.is_heaviest and size < MOST_IF_NONE):
        size += 1
        search.look_at(size)
    order = list(framework.facts)
    changes = [
        Change(dict(sorted(answers, key=lambda one: order.index(one[0]))), result, len(answers))
        for answers, result in search.found.items()
    ]
    return sorted(
        changes, key=lambda one: (one.size, [(order.index(name), str(value))
                                             for name, value in one.answers.items()])
    )  # fmt: skip


def what_if(facts: Facts, changed: Mapping[str, FactValue | None]) -> dict[str, FactValue]:
    """Return facts with other answers; nothing for an answer takes it back.

    Examples
    --------
    >>> what_if({"a": True, "b": False}, {"b": True, "a": None})
    {'b': True}
    """
    return {name: value for name, value in {**facts, **changed}.items() if value is not None}


class _Search:
    """Looks for sets of one size after another; ``found`` holds what changes the verdict."""

    def __init__(self, framework: Framework, facts: Facts, period: Period) -> None:
        self._framework = framework
        self._facts = dict(facts)
        self._period = period
        walked = walk(framework, facts, period)
        self._verdict, why, _ = conclude(framework, walked)
        self.is_heaviest = why == "fails" and not _can_be_heavier(framework, self._verdict)
        self.found: dict[_Set, str] = {}
        self._new: dict[_Set, str] = {}
        self._seen: set[_Set] = set()
        self._around = _facts_around(framework)
        weight = framework.outcomes[self._verdict].weight
        # Nodes that could give another verdict by what becomes of them; where something fails,
        # only something heavier counts.
        self._goals = [
            node.id for node in framework.verdict_nodes
            if why != "fails"
            or any(framework.outcomes[one].weight > weight for one in node.leads_to)
        ]  # fmt: skip

    def look_at(self, size: int) -> None:
        """Find every set of exactly this size."""
        self._new = {}
        for goal in (None, *self._goals):
            self._seen = set()
            self._go_on(goal, size, frozenset())
        self.found |= self._new

    def _go_on(self, goal: str | None, left: int, changed: _Set) -> None:
        walked = walk(self._framework, self._facts, self._period)
        taken = {name for name, _ in changed}
        for name in self._candidates(goal, walked):
            fact = self._framework.facts[name]
            if fact.is_identity or name in taken:
                continue
            before = self._facts.get(name)
            for choice in fact.choices:
                answers = changed | {(name, choice)}
                if choice == before or answers in self._seen or self._is_more(answers):
                    continue
                self._seen.add(answers)
                self._facts[name] = choice
                if left > 1:
                    self._go_on(goal, left - 1, answers)
                else:
                    walk_then = walk(self._framework, self._facts, self._period)
                    result, _, _ = conclude(self._framework, walk_then)
                    if result != self._verdict:
                        self._new[answers] = result
            self._facts[name] = before

    def _is_more(self, answers: _Set) -> bool:
        """Whether a part of it is known to change the verdict."""
        return any(one <= answers for one in self.found)

    def _candidates(self, goal: str | None, walked: Walk) -> list[str]:
        """Return the facts of which one must change next."""
        found = [] if goal is None else list(self._around[goal])
        verdict, why, open_nodes = conclude(self._framework, walked)
        if why == "ends" or goal is None:
            found += self._around.get(_holding_up(walked, verdict, why, open_nodes), ())
        return list(dict.fromkeys(found))


def _holding_up(walked: Walk, verdict: str, why: str, open_nodes: list[str]) -> str:
    """Return the node on which a verdict rests; nothing if all has passed."""
    if why == "ends":
        return walked.statuses[-1][0].id
    if why == "open":
        return open_nodes[0]
    for node, status in walked.statuses:
        if status == "fails" and node.fails_to == verdict:
            return node.id
    return ""


def _facts_around(framework: Framework) -> dict[str, tuple[str, ...]]:
    """Return, for each node, its facts and those of the endings before it."""
    around: dict[str, tuple[str, ...]] = {}
    endings: dict[str, None] = {}
    for node in framework.verdict_nodes:
        around[node.id] = tuple(dict.fromkeys([*node.all_facts, *endings]))
        for ending in node.ends:
            endings |= dict.fromkeys([*facts_in(ending.when), *facts_in(node.when)])
    return around


def _can_be_heavier(framework: Framework, verdict: str) -> bool:
    weight = framework.outcomes[verdict].weight
    return any(one.role == "fail" and one.weight > weight for one in framework.outcomes.values())
