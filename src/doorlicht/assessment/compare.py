"""What differs between two editions of a framework, and which verdicts that changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final, Literal

from doorlicht.assessment.conditions import Facts
from doorlicht.assessment.framework import Consequence, Fact, Framework, Node, Outcome, Source
from doorlicht.assessment.propose import ANY_TIME, Period, propose
from doorlicht.records import Proposal

Part = Literal[
    "framework", "facts", "terms", "nodes", "outcomes", "consequences", "sources", "lawyers"
]

Triple = tuple[str, Facts, Period]
"""A use to be assessed: its id, what is known of it, and when it was used."""

_PARTS: Final[tuple[Part, ...]] = (
    "facts", "terms", "nodes", "outcomes", "consequences", "sources", "lawyers",
)  # fmt: skip

_WITH_PROPERTIES: Final = (Fact, Node, Outcome, Consequence, Source)
"""Parts of which is told what differs in them; terms and questions for lawyers are one text."""

_OWN: Final = ("title", "about", "applies_from", "applies_until", "checked_by")
"""Properties of a framework as a whole."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is in one edition and not in the other, or is not the same in both.

    Attributes
    ----------
    id
        Of the part; of the framework as a whole, the property that differs.
    changed
        The properties that differ; empty for what was added or taken away. ``order`` for a node
        that is asked at another place.
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


@dataclass(frozen=True, slots=True)
class Compared:
    """What differs between two editions, and which of some uses come out otherwise by it."""

    old: Framework
    new: Framework
    differences: tuple[Difference, ...]
    looked_at: int
    changed: tuple[ChangedVerdict, ...]


def compare(old: Framework, new: Framework, uses: Iterable[Triple] = ()) -> Compared:
    """Return what differs between two editions, and which of some uses come out otherwise.

    Examples
    --------
    >>> from doorlicht.assessment import load_framework
    >>> one = load_framework("motion-21")
    >>> compare(one, one, [("U-1", {"attr": "none"}, ANY_TIME)]).changed
    ()
    """
    listed = list(uses)
    return Compared(
        old, new, tuple(compare_frameworks(old, new)), len(listed),
        tuple(changed_verdicts(old, new, listed)),
    )  # fmt: skip


def compare_frameworks(old: Framework, new: Framework) -> list[Difference]:
    """Return what differs, part by part.

    Examples
    --------
    >>> from doorlicht.assessment import load_framework
    >>> compare_frameworks(load_framework("motion-21"), load_framework("motion-21"))
    []
    """
    own = [
        Difference("framework", name, "changed")
        for name in _OWN if getattr(old, name) != getattr(new, name)
    ]  # fmt: skip
    parts = [
        difference
        for part in _PARTS
        for difference in _differences(part, _by_id(getattr(old, part)), _by_id(getattr(new, part)))
    ]
    return [*own, *parts, *_moved(old, new)]


def changed_verdicts(
    old: Framework, new: Framework, uses: Iterable[Triple]
) -> Iterator[ChangedVerdict]:
    """Yield the uses of which the proposal differs between two editions, and by which nodes.

    Facts that an edition does not know say nothing in it. Where every node does the same and only
    the outcomes weigh differently, the nodes are those on which the newer proposal rests.
    """
    for use, facts, period in uses:
        before = propose(old, _known(old, facts), period or ANY_TIME)
        after = propose(new, _known(new, facts), period or ANY_TIME)
        if before.verdict == after.verdict:
            continue
        became, becomes = _doing(old, before), _doing(new, after)
        nodes = [
            node for node in dict.fromkeys([*becomes, *became])
            if became.get(node) != becomes.get(node)
        ]  # fmt: skip
        yield ChangedVerdict(use, before, after, tuple(nodes) or after.failed)


def _doing(framework: Framework, made: Proposal) -> dict[str, tuple[str, str]]:
    """Return what became of each node, and the outcome that it gave, if it did."""
    doing: dict[str, tuple[str, str]] = {}
    for step in made.path:
        outcome = framework.node_by_id[step.node].fails_to if step.status == "fails" else None
        doing[step.node] = (step.status, outcome or "")
    if made.why == "ends":
        last = made.path[-1]
        doing[last.node] = (last.status, made.verdict)
    return doing


def _moved(old: Framework, new: Framework) -> Iterator[Difference]:
    """Yield the nodes that are asked at another place among those that both have."""
    before = [node.id for node in old.nodes if node.id in new.node_by_id]
    after = [node.id for node in new.nodes if node.id in old.node_by_id]
    for one, other in zip(before, after, strict=True):
        if one != other:
            yield Difference("nodes", other, "changed", ("order",))


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
    if not isinstance(old, _WITH_PROPERTIES):
        return ("text",)
    return tuple(
        one.name for one in fields(old) if getattr(old, one.name) != getattr(new, one.name)
    )
