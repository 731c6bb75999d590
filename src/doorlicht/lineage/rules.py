"""Rule sets: functions that score or decide, and columns that hold a score no model made.

A function of the code's own whose name says that it scores or decides (``risk_score``,
``needs_check``), and whose answer depends on origin, is a rule set, unless what it answers is
already part of one: the column of a table it is put in, the score of a model that it fits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from doorlicht.lineage.graph import NOTHING, Deps, Place
from doorlicht.lineage.state import Analysis, Decision, RuleFunction, Scoring, Training
from doorlicht.lineage.values import (
    Choices,
    Column,
    Frame,
    FunctionValue,
    Literal_,
    Text,
    Unknown,
    Value,
    deps_of,
)

if TYPE_CHECKING:
    from doorlicht.lineage.interpreter import Interpreter

NAMED: Final = frozenset({"read", "derive", "load", "rename", "param", "one-hot"})
"""Steps that give a column its name, in the graph."""


def see_rule_function(run: Interpreter, function: FunctionValue, value: Value) -> Value:
    """Remember a function that scores or decides; its answer becomes a step of its own."""
    if not is_answer(value):
        return value
    name = function.name
    if not run.project.decides(name):
        # ``RiskProfile.evaluate()``: the class tells, and the answer is a number or yes or no.
        owner = function.owner.node if function.owner is not None else None
        if owner is None or not counts(value) or not run.project.decides(owner.name):
            return value
        name = owner.name
    deps = run.gathered(deps_of(value), function.line)
    state = run.state
    if not deps or run.project.is_about_fairness(run) or not state.is_about_origin(deps):
        return value
    if _has_score(state, deps):
        return value
    place = Place(function.file, function.line)
    node = state.graph.add("derive", name, place, deps)
    known = state.rule_functions.setdefault(place, RuleFunction(name, place))
    known.nodes.add(node)
    known.is_gated = run.at.gated
    return Column(frozenset({node}))


def see_overrule(run: Interpreter, name: str, deps: Deps, control: Deps, line: int) -> None:
    """Remember that a score, or what was made of it, is overruled where a test about origin holds.

    ``deps`` is what the score was made of, ``control`` what the test was.
    """
    state = run.state
    if not deps or not control or not _has_score(state, deps):
        return
    if state.is_about_origin(control):
        place = run.place(line)
        state.decisions[place, name] = Decision(place, control, deps, name, "override")


def is_answer(value: Value) -> bool:
    """Return whether a value can be a score or a decision about one person."""
    if isinstance(value, Choices):
        return all(is_answer(option) for option in value.options)
    return isinstance(value, (Column, Literal_, Text)) or (
        isinstance(value, Unknown) and value.frame is None
    )


def counts(value: Value) -> bool:
    """Return whether an answer is, in some case, a number or a truth value of the code's own."""
    if isinstance(value, Choices):
        return any(counts(option) for option in value.options)
    return isinstance(value, Literal_)


def _has_score(state: Analysis, deps: Deps) -> bool:
    graph = state.graph
    return any(graph[number].what == "score" for number in graph.ancestors(deps))


def features_of(state: Analysis, parents: Deps, place: Place) -> Frame:
    """Return the named columns among the parents of a score, as a table."""
    features = Frame()
    for parent in sorted(parents):
        step = state.graph[parent]
        if step.name and step.what in NAMED:
            features.columns[step.name] = features.columns.get(step.name, NOTHING) | {parent}
            features.named[step.name] = frozenset({place})
    return features


def rules_of_functions(state: Analysis) -> None:
    """Make a rule set of each function that decides, if nothing else that is told does it."""
    told: set[int] = set()
    for scoring in state.scorings.values():
        told |= state.graph.ancestors(frozenset({scoring.node}))
    for training in state.trainings.values():
        told |= state.graph.ancestors(training.frame.all_deps | training.weights)
    functions = list(state.rule_functions.values())
    inner: set[int] = set()
    for each in functions:
        own = frozenset(each.nodes)
        inner |= state.graph.ancestors(own) - own
    for each in functions:
        if each.nodes & told or each.nodes <= inner:
            continue
        if each.is_sql and each.name.lower() in state.asked_with_origin:
            # What it answers is told where it is asked for.
            continue
        seen = state.model(Place(each.place.file, 0), f"rules:{each.name}()")
        seen.is_rules, seen.algorithm, seen.name = True, "rules", each.name
        seen.place = each.place
        parents = NOTHING.union(*(state.graph[number].parents for number in each.nodes))
        features = features_of(state, parents, each.place)
        if not features.columns:
            features.deps = parents
        state.trainings[seen.key, each.place] = Training(
            seen.key, each.place, features, each.name, is_gated=each.is_gated
        )
        state.scorings[seen.key, each.place] = Scoring(seen.key, each.place, None, min(each.nodes))
