"""What differs between two editions of a framework, and which verdicts that changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final, Literal

from doorlicht.assessment.conditions import Facts
from doorlicht.assessment.framework import Framework
from doorlicht.assessment.propose import ANY_TIME, Period, propose
from doorlicht.records import Proposal

Part = Literal["facts", "nodes", "outcomes", "consequences", "sources", "lawyers"]

_PARTS: Final[tuple[Part, ...]] = (
    "facts", "nodes", "outcomes", "consequences", "sources", "lawyers",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is in one edition and not in the other, or is not the same in both.

    Attributes
    ----------
    changed
        The properties that differ; empty for what was added or taken away.
    """

    part: Part
    id: str
    kind: Literal["added", "removed", "changed"]
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangedVerdict:
    """A use for which the newer edition proposes something else, and the nodes that make it so."""

    use: str
    old: Proposal
    new: Proposal
    nodes: tuple[str, ...]


def compare_frameworks(old: Framework, new: Framework) -> list[Difference]:
    """Return what differs, part by part.

    Examples
    --------
    >>> from doorlicht.assessment import load_framework
    >>> compare_frameworks(load_framework("motion-21"), load_framework("motion-21"))
    []
    """
    return [
        difference
        for part in _PARTS
        for difference in _differences(part, _by_id(getattr(old, part)), _by_id(getattr(new, part)))
    ]


def changed_verdicts(
    old: Framework, new: Framework, uses: Iterable[tuple[str, Facts, Period]]
) -> Iterator[ChangedVerdict]:
    """Yield the uses of which the proposal differs between two editions, and by which nodes.

    Facts that an edition does not know say nothing in it.
    """
    for use, facts, period in uses:
        before = propose(old, _known(old, facts), period or ANY_TIME)
        after = propose(new, _known(new, facts), period or ANY_TIME)
        if before.verdict == after.verdict:
            continue
        became = {step.node: step.status for step in before.path}
        becomes = {step.node: step.status for step in after.path}
        nodes = [
            node for node in dict.fromkeys([*becomes, *became])
            if became.get(node) != becomes.get(node)
        ]  # fmt: skip
        yield ChangedVerdict(use, before, after, tuple(nodes))


def _known(framework: Framework, facts: Facts) -> Facts:
    kept: dict[str, Any] = {}
    for name, value in facts.items():
        fact = framework.facts.get(name)
        if fact is not None and (value is None or value in fact.choices):
            kept[name] = value
    return kept


def _by_id(items: Any) -> dict[str, Any]:
    if isinstance(items, Mapping):
        return dict(items)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType] (parts are of several types)
    return {item.id: item for item in items}


def _differences(
    part: Part, old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterator[Difference]:
    for name, item in old.items():
        if name not in new:
            yield Difference(part, name, "removed")
        elif item != new[name]:
            yield Difference(part, name, "changed", _changed(item, new[name]))
    for name in new:
        if name not in old:
            yield Difference(part, name, "added")


def _changed(old: Any, new: Any) -> tuple[str, ...]:
    if not hasattr(old, "__dataclass_fields__"):
        return ("text",)
    return tuple(
        one.name for one in fields(old) if getattr(old, one.name) != getattr(new, one.name)
    )
