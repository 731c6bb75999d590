"""Finds facts for which conditions hold, or shows that there are none.

A search through the facts one by one, which stops as soon as what is known already says no
(Davis, Putnam, Logemann and Loveland, 1962, with Kleene's logic in place of unit clauses). Exact;
frameworks that people write need a few hundred steps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from doorlicht.assessment.conditions import (
    And,
    Condition,
    FactValue,
    Test,
    compile_condition,
    facts_in,
    undecided_facts,
)
from doorlicht.assessment.framework import Fact

MAX_STEPS: Final = 200_000
"""A framework that needs more is one that nobody can read either."""


class TooHardError(Exception):
    """The search took more steps than it may."""


def find_facts(
    conditions: Sequence[Condition], facts: Mapping[str, Fact]
) -> dict[str, FactValue] | None:
    """Return facts for which all conditions hold; nothing if there are none.

    Raises
    ------
    TooHardError
        If it cannot be told within ``MAX_STEPS`` steps.

    Examples
    --------
    >>> from doorlicht.assessment.conditions import parse_condition
    >>> known = {name: Fact(name, {}) for name in "ab"}
    >>> find_facts([parse_condition("a and not b")], known)
    {'a': True, 'b': False}
    >>> find_facts([parse_condition("a and not a")], known) is None
    True
    """
    whole = And(tuple(conditions))
    known = [name for name in dict.fromkeys(facts_in(whole)) if name in facts]
    if set(facts_in(whole)) - set(known):
        return None
    return _Search(whole, facts).search({})


class _Search:
    def __init__(self, whole: And, facts: Mapping[str, Fact]) -> None:
        self._whole = whole
        self._facts = facts
        self._test: Test = compile_condition(whole)
        self._steps = 0

    def search(self, found: dict[str, FactValue]) -> dict[str, FactValue] | None:
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise TooHardError
        holds = self._test(found)
        if holds is False:
            return None
        if holds:
            return found
        name = next(undecided_facts(self._whole, found))
        for choice in self._facts[name].choices:
            deeper = self.search({**found, name: choice})
            if deeper is not None:
                return deeper
        return None
