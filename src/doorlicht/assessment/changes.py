"""Why not another verdict: the smallest sets of answers that would change a proposal.

The search is exact up to the size that is asked for. A verdict that rests on a fail, or on an
ending, stays the same as long as none of the facts that hold it up changes; so at every step only
those are tried. Otherwise every fact is. A set is smallest if no part of it changes the proposal
to the same verdict or another. Facts that say *which* use it is are left alone: with another
attribute or role it would be another use.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
    verdict, why, _ = conclude(framework, walk(framework, facts, period))
    is_heaviest = why == "fails" and not _can_be_heavier(framework, verdict)
    found: dict[_Set, str] = {}
    size = 0
    while size < most or (not found and is_heaviest and size < MOST_IF_NONE):
        size += 1
        new: dict[_Set, str] = {}
        seen: set[_Set] = set()
        _search(framework, dict(facts), period, verdict, size, frozenset(), found, new, seen)
        found |= new
    order = list(framework.facts)
    changes = [
        Change(dict(sorted(answers, key=lambda one: order.index(one[0]))), result, len(answers))
        for answers, result in found.items()
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


def _search(
    framework: Framework,
    facts: dict[str, FactValue | None],
    period: Period,
    verdict: str,
    left: int,
    changed: _Set,
    found: Mapping[_Set, str],
    new: dict[_Set, str],
    seen: set[_Set],
) -> None:
    """Try every set of exactly ``left`` answers more that could change the verdict."""
    walked = walk(framework, facts, period)
    taken = {name for name, _ in changed}
    for name in _holding_up(framework, walked):
        fact = framework.facts[name]
        if fact.is_identity or name in taken:
            continue
        before = facts.get(name)
        for choice in fact.choices:
            answers = changed | {(name, choice)}
            if choice == before or answers in seen or any(one <= answers for one in found):
                continue
            seen.add(answers)
            facts[name] = choice
            if left > 1:
                _search(framework, facts, period, verdict, left - 1, answers, found, new, seen)
            else:
                result, _, _ = conclude(framework, walk(framework, facts, period))
                if result != verdict:
                    new[answers] = result
        facts[name] = before


def _holding_up(framework: Framework, walked: Walk) -> Iterator[str]:
    """Yield the facts of which at least one must change for the outcome to change."""
    verdict, why, _ = conclude(framework, walked)
    if why == "fails" and not _can_be_heavier(framework, verdict):
        for at, (node, status) in enumerate(walked.statuses):
            if status == "fails" and node.fails_to == verdict:
                earlier = [
                    fact
                    for one, _ in walked.statuses[:at]
                    for ending in one.ends
                    for fact in (*facts_in(ending.when), *facts_in(one.when))
                ]
                yield from dict.fromkeys([*node.all_facts, *earlier])
                return
    nodes = framework.verdict_nodes
    if why == "ends":
        nodes = tuple(node for node, _ in walked.statuses)
    yield from dict.fromkeys(fact for node in nodes for fact in node.all_facts)


def _can_be_heavier(framework: Framework, verdict: str) -> bool:
    weight = framework.outcomes[verdict].weight
    return any(one.role == "fail" and one.weight > weight for one in framework.outcomes.values())
