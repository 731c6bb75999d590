"""Checks a framework before it judges anything: what a person wrote must be able to work.

Looked at: names that do not exist; answers that cannot be; a question that can never be asked, or
whose answer can never be yes or never be no; a verdict that nothing leads to; facts, sources and
terms that nothing uses; conditions that would take a verdict back when an answer comes; worked
cases that come out otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from doorlicht.assessment.answers import StatedCase
from doorlicht.assessment.conditions import (
    Condition,
    IsAnswered,
    IsOneOf,
    IsTrue,
    IsUnanswered,
    Not,
    Or,
    facts_in,
    parts_of,
)
from doorlicht.assessment.framework import Framework, Node
from doorlicht.assessment.propose import propose
from doorlicht.assessment.satisfying import TooHardError, find_facts
from doorlicht.errors import nearest
from doorlicht.language import Text

CASE_KEYS: Final = frozenset(
    {"verdict", "failed_nodes", "open_nodes", "lawyer", "description", "description_nl"}
)
"""What a worked case can state beside its facts, its id and its period."""

_LEAVES: Final = (IsTrue, IsOneOf, IsAnswered, IsUnanswered)


def check_framework(framework: Framework) -> list[Text]:
    """Return what is wrong with a framework, in the order of its parts; nothing if it can be used.

    Examples
    --------
    >>> from doorlicht.assessment import load_framework
    >>> check_framework(load_framework("motion-21"))
    []
    """
    found = find_faults(framework)
    if not found:
        # Only conditions of which all names exist can be followed.
        found = [*_reach(framework), *_unused(framework)]
    return found


def find_faults(framework: Framework) -> list[Text]:
    """Return what makes a framework unusable: names that are not there, answers that cannot be.

    Examples
    --------
    >>> from doorlicht.assessment import load_framework
    >>> find_faults(load_framework("motion-21"))
    []
    """
    return [*_names(framework), *_conditions(framework)]


def check_cases(framework: Framework, cases: Sequence[StatedCase]) -> list[Text]:
    """Return where worked cases come out otherwise than they state, key by key."""
    ids = [case.id for case in cases]
    twice = [_case("case_twice", one) for one in dict.fromkeys(ids) if ids.count(one) > 1]
    return [*twice, *(text for case in cases for text in _check_case(framework, case))]


def _check_case(framework: Framework, case: StatedCase) -> Iterator[Text]:
    stated = case.expected or {}
    for name in case.unknown_names:
        yield _case("case_fact", case.id, fact=name)
    for key in sorted(set(stated) - CASE_KEYS):
        yield _case("case_key", case.id, key=str(key)[:60])
    if "verdict" not in stated:
        yield _case("case_open", case.id)
    made = propose(framework, case.facts, case.period)
    came_out = {
        "verdict": made.verdict,
        "failed_nodes": list(made.failed),
        "open_nodes": list(made.open),
        "lawyer": list(made.lawyer),
    }
    for key, got in came_out.items():
        wanted = stated.get(key, got)
        if wanted != got:
            yield _case("case", case.id, key=key, wanted=_shown(wanted), got=_shown(got))


def _case(problem: str, case: str, **params: str) -> Text:
    return Text(f"framework.problem.{problem}", {"case": case, **params})


def _shown(value: object) -> str:
    return ", ".join(str(one) for one in value) or "-" if isinstance(value, list) else str(value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] (from YAML)


def _problem(key: str, **params: str) -> Text:
    return Text(f"framework.problem.{key}", dict(params))


def _no_such(where: str, kind: str, name: str, known: Iterable[str]) -> Text:
    return _problem("no_such", where=where, kind=kind, name=name, nearest=nearest(name, known))


def _names(framework: Framework) -> Iterator[Text]:
    roles = [one.role for one in framework.outcomes.values()]
    for role in ("pass", "open"):
        if roles.count(role) != 1:
            yield _problem("one_outcome", role=role)
    weights = [one.weight for one in framework.outcomes.values() if one.role == "fail"]
    for weight in sorted({one for one in weights if weights.count(one) > 1}):
        # Which of the two a proposal says would hang on the order of answers.
        yield _problem("same_weight", weight=str(weight))
    for node in framework.nodes:
        named = [
            ("groups", [node.group], framework.groups),
            ("outcomes", [one for one in [node.fails_to] if one], framework.outcomes),
            ("outcomes", [one.outcome for one in node.ends], framework.outcomes),
            ("sources", list(node.sources), framework.sources),
            ("lawyers", [one.code for one in node.lawyer], framework.lawyers),
        ]
        for kind, names, known in named:
            for name in names:
                if name not in known:
                    yield _no_such(f"nodes.{node.id}", kind, name, known)
        if node.fails_to in framework.outcomes and (
            framework.outcomes[node.fails_to].role != "fail"  # type: ignore[index] (in outcomes)
        ):
            yield _problem("fails_to", node=node.id, outcome=str(node.fails_to))
        if node.applies_from and node.applies_until and node.applies_until < node.applies_from:
            yield _problem("dates", node=node.id)
    for one in framework.consequences:
        if one.kind not in framework.kinds:
            yield _no_such(f"consequences.{one.id}", "kinds", one.kind, framework.kinds)
        for name in one.outcomes:
            if name not in framework.outcomes:
                yield _no_such(f"consequences.{one.id}", "outcomes", name, framework.outcomes)


def _all_conditions(framework: Framework) -> Iterator[tuple[str, Condition, bool]]:
    """Yield where each condition stands, and whether a verdict hangs on it."""
    for name, condition in framework.terms.items():
        yield f"terms.{name}", condition, False
    for node in framework.nodes:
        where = f"nodes.{node.id}"
        yield f"{where}.when", node.when, True
        if node.passes is not None:
            yield f"{where}.passes", node.passes, True
        for one in node.ends:
            yield f"{where}.ends.{one.outcome}", one.when, True
        for question in node.lawyer:
            yield f"{where}.lawyer.{question.code}", question.when, False
        if node.answer is not None and not isinstance(node.answer, str):
            yield f"{where}.answer", node.answer, False
    for one in framework.consequences:
        yield f"consequences.{one.id}.when", one.when, False


def _conditions(framework: Framework) -> Iterator[Text]:
    for where, condition, is_bearing in _all_conditions(framework):
        for part in parts_of(condition):
            if is_bearing and isinstance(part, IsUnanswered):
                yield _problem("takes_back", where=where)
            if isinstance(part, _LEAVES) and part.fact not in framework.facts:
                if part.fact in framework.terms:
                    yield _problem("term_later", where=where, name=part.fact)
                else:
                    names = [*framework.facts, *framework.terms]
                    yield _no_such(where, "facts", part.fact, names)
            fact = framework.facts.get(part.fact) if isinstance(part, (IsTrue, IsOneOf)) else None
            if fact is None:
                continue
            if isinstance(part, IsTrue) and fact.values:
                yield _problem("no_yes", where=where, name=fact.id)
            if isinstance(part, IsOneOf):
                choices = [str(one) for one in fact.choices]
                for value in sorted(part.values - set(choices)):
                    yield _no_such(where, f"facts.{fact.id}", value, choices)
                if not fact.values:
                    yield _problem("is_yes", where=where, name=fact.id)


def _reach(framework: Framework) -> Iterator[Text]:
    before: list[Condition] = []
    for node in framework.nodes:
        try:
            yield from _reach_node(framework, node, before)
        except TooHardError:
            yield _problem("too_hard", where=f"nodes.{node.id}")
        if not node.is_duty:
            before.extend(Not(one.when) for one in node.ends)
    for outcome in framework.outcomes.values():
        try:
            is_reached = outcome.role == "open" or _can_be(framework, outcome.id)
        except TooHardError:
            yield _problem("too_hard", where=f"outcomes.{outcome.id}")
            continue
        if not is_reached:
            yield _problem("outcome_unreached", outcome=outcome.id)


def _reach_node(framework: Framework, node: Node, before: list[Condition]) -> Iterator[Text]:
    if find_facts([*before, node.when], framework.facts) is None:
        yield _problem("node_unreached", node=node.id)
        return
    if node.passes is None:
        if node.fails_to is not None:
            yield _problem("fails_without_test", node=node.id)
        return
    asked = [*before, node.when]
    if find_facts([*asked, node.passes], framework.facts) is None:
        yield _problem("never_passes", node=node.id)
    can_fail = find_facts([*asked, Not(node.passes)], framework.facts) is not None
    if can_fail and node.fails_to is None and not node.is_duty:
        yield _problem("no_way_on", node=node.id)
    if not can_fail and node.fails_to is not None:
        yield _problem("never_fails", node=node.id)


def _can_be(framework: Framework, outcome: str) -> bool:
    """Whether some complete answers give the outcome."""
    wanted = framework.outcomes[outcome]
    nodes = framework.verdict_nodes
    good = [Or((Not(node.when), node.passes)) for node in nodes if node.fails_to and node.passes]
    ends = [one for node in nodes for one in node.ends]
    on = [Not(one.when) for one in ends]
    if wanted.role == "pass":
        return find_facts([*on, *good], framework.facts) is not None
    for at, ending in enumerate(ends):
        is_wanted = ending.outcome == outcome
        if is_wanted and find_facts([*on[:at], ending.when], framework.facts) is not None:
            return True
    lighter = [
        Or((Not(node.when), node.passes))
        for node in nodes
        if node.fails_to and node.passes
        and framework.outcomes[node.fails_to].weight > wanted.weight
    ]  # fmt: skip
    return any(
        find_facts([*on, node.when, Not(node.passes), *lighter], framework.facts) is not None
        for node in nodes
        if node.fails_to == outcome and node.passes is not None
    )


def _unused(framework: Framework) -> Iterator[Text]:
    conditions = list(_all_conditions(framework))
    read = {name for where, one, _ in conditions if not where.startswith("terms.")
            for name in facts_in(one)}  # fmt: skip
    read |= {node.answer for node in framework.nodes if isinstance(node.answer, str)}
    for name in framework.facts:
        if name not in read:
            yield _problem("unused", kind="facts", name=name)
    for kind, known, used in (
        ("sources", framework.sources, {one for node in framework.nodes for one in node.sources}),
        ("groups", framework.groups, {node.group for node in framework.nodes}),
        ("kinds", framework.kinds, {one.kind for one in framework.consequences}),
    ):
        for name in known:
            if name not in used:
                yield _problem("unused", kind=kind, name=name)
