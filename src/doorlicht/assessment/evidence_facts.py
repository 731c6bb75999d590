"""Which facts evidence answers by itself, and what it does not prove.

Each rule is explicit: what must have been seen, which answer it gives, and two sentences in the
catalogue, ``evidence_fact.<id>.proves`` and ``.does_not_prove``, that stand beside the answer on
every screen. Where two rules give different answers, none counts and both are told. A rule only
speaks of facts that the framework has, and of values that it knows.

What follows from *not* having seen something is nothing: a scan that finds no flow does not prove
that there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from doorlicht.assessment.conditions import FactValue
from doorlicht.assessment.framework import Framework
from doorlicht.records import Evidence, Use

Given = tuple[str, FactValue]
"""A fact and its answer."""


@dataclass(frozen=True, slots=True)
class EvidenceRule:
    """What evidence of one kind says of a fact."""

    id: str
    kind: str
    answers: Callable[[Evidence, Use, Framework], Iterable[Given]]


@dataclass(frozen=True, slots=True)
class EvidenceAnswer:
    """An answer that evidence gives.

    Attributes
    ----------
    rule
        Id of the rule; its two sentences say what is proved and what is not.
    """

    fact: str
    value: FactValue
    rule: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Evidence that gives different answers to one fact; none of them counts."""

    fact: str
    answers: tuple[EvidenceAnswer, ...]


def _matching(framework: Framework, fact: str, name: str) -> Iterable[Given]:
    """Yield the value of a fact that evidence calls by a name."""
    if fact in framework.facts:
        for value in framework.facts[fact].values:
            if name in value.matches or name == value.id:
                yield fact, value.id


def _concept(one: Evidence, use: Use, framework: Framework) -> Iterable[Given]:
    if one.concept == use.concept:
        yield from _matching(framework, "attr", one.concept)


def _role(one: Evidence, use: Use, framework: Framework) -> Iterable[Given]:
    del one
    yield from _matching(framework, "role", use.observed_role)


def _decides(one: Evidence, use: Use, framework: Framework) -> Iterable[Given]:
    del use, framework
    if one.what == "selection-rule":
        yield "targeted_control", True


_DIRECT: Final[Mapping[str, str]] = {"race": "direct_race", "nationality": "direct_nationality"}
_DIFFERENT: Final = frozenset({"used", "selection-rule"})


def _direct(one: Evidence, use: Use, framework: Framework) -> Iterable[Given]:
    if one.what not in _DIFFERENT or one.concept != use.concept:
        return
    for _, attribute in _matching(framework, "attr", one.concept):
        if attribute in _DIRECT:
            yield "distinction", _DIRECT[str(attribute)]


def _indirect(one: Evidence, use: Use, framework: Framework) -> Iterable[Given]:
    own = {value for _, value in _matching(framework, "attr", use.concept)}
    if own & set(_DIRECT):
        # The use itself names race or nationality: then the distinction is direct.
        return
    grounds = _grounds(one, framework)
    if grounds:
        yield "distinction", "indirect"
    if len(grounds) == 1:
        yield "indirect_ground", next(iter(grounds))


def _grounds(one: Evidence, framework: Framework) -> set[str]:
    grounds: set[str] = set()
    for each in cast("Sequence[Mapping[str, Any]]", one.details.get("disparities", ())):
        if not each["differs"]:
            continue
        for _, attribute in _matching(framework, "attr", str(each["concept"])):
            is_nationality = attribute == "nationality"
            grounds.add("nationality" if is_nationality else "race")
    return grounds


RULES: Final = (
    EvidenceRule("concept", "finding", _concept),
    EvidenceRule("concept", "flow", _concept),
    EvidenceRule("observed_role", "finding", _role),
    EvidenceRule("observed_role", "flow", _role),
    EvidenceRule("selection_rule", "flow", _decides),
    EvidenceRule("direct_feature", "flow", _direct),
    EvidenceRule("measured_disparity", "audit", _indirect),
)
"""In this order they are told."""


def facts_from_evidence(
    framework: Framework, use: Use, evidence: Sequence[Evidence]
) -> tuple[list[EvidenceAnswer], list[Conflict]]:
    """Return the answers that evidence gives to the facts of a use, and where it disagrees.

    Examples
    --------
    >>> from doorlicht.assessment import load_framework
    >>> use = Use("U-1", "nationality", "fraud model", "M-1", "score", evidence=("FL-1",))
    >>> flow = Evidence("FL-1", "flow", "nationality", "used", "fraud model", "M-1")
    >>> answers, _ = facts_from_evidence(load_framework("motion-21"), use, [flow])
    >>> {one.fact: one.value for one in answers}
    {'attr': 'nationality', 'role': 'score', 'distinction': 'direct_nationality'}
    """
    found: dict[tuple[str, FactValue], EvidenceAnswer] = {}
    for rule in RULES:
        for one in evidence:
            if one.kind != rule.kind:
                continue
            for fact, value in rule.answers(one, use, framework):
                known = framework.facts.get(fact)
                if known is None or value not in known.choices:
                    continue
                before = found.get((fact, value))
                ids = (*before.evidence, one.id) if before else (one.id,)
                name = before.rule if before else rule.id
                found[fact, value] = EvidenceAnswer(fact, value, name, tuple(dict.fromkeys(ids)))
    by_fact: dict[str, list[EvidenceAnswer]] = {}
    for answer in found.values():
        by_fact.setdefault(answer.fact, []).append(answer)
    agreed = [answers[0] for answers in by_fact.values() if len(answers) == 1]
    conflicts = [
        Conflict(fact, tuple(answers)) for fact, answers in by_fact.items() if len(answers) > 1
    ]
    return agreed, conflicts
