"""What is new in a trace, held against one that was accepted.

A flow is known again by its concept, its column, the name under which the model sees it, its
verdict and its model. A model is known by its file, algorithm and name; if it is gone from there,
its flows may have moved along to a model of the same name elsewhere (a file that was renamed). Of
models that are alike in all of this the flows are counted: a second one that gets what the first
had is new.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from doorlicht.records import Flow, LostPath, TraceResult
from doorlicht.reports.trace_json import REACHING


class _Home(NamedTuple):
    """Where a model is, and what it is called."""

    file: str
    algorithm: str
    name: str


class _Kind(NamedTuple):
    """What a flow is, apart from its model."""

    concept: str
    column: str
    feature: str
    verdict: str
    model: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """The flows into models, and the lost paths, of a trace that somebody accepted."""

    flows: Counter[tuple[_Home, _Kind]]
    lost: Counter[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is new, and how many accepted flows are gone.

    ``lost`` are new lost paths behind which flows into a model may be hidden, ``lost_elsewhere`` is
    the number of the other ones.
    """

    fresh: Sequence[Flow]
    gone: int
    lost: Sequence[LostPath]
    lost_elsewhere: int


def read_accepted(tree: Mapping[str, Any]) -> Accepted:
    """Return what a ``trace.json`` holds for a comparison.

    Raises
    ------
    KeyError, TypeError, AttributeError
        If it is no ``trace.json``.
    """
    homes = {
        model["id"]: _home(model["train"] or model["score"], model) for model in tree["models"]
    }
    flows = Counter(
        (
            homes.get(flow["model"], _Home("", "", "")),
            _kind(flow["concept"], flow["source"]["column"], flow["feature"], flow["verdict"],
                  homes.get(flow["model"], _Home("", "", ""))),
        )
        for flow in tree["flows"]
        if flow["verdict"] in REACHING
    )  # fmt: skip
    lost = Counter((one["file"], one["construct"]) for one in tree["blind_spots"])
    return Accepted(flows, lost)


def _home(places: Sequence[Mapping[str, Any]], model: Mapping[str, Any]) -> _Home:
    return _Home(places[0]["file"] if places else "", model["algorithm"], model["name"])


def _kind(concept: str, column: str, feature: str, verdict: str, home: _Home) -> _Kind:
    return _Kind(concept, column.lower(), feature.lower(), verdict, home.name or home.algorithm)


def compare(result: TraceResult, accepted: Accepted) -> Comparison:
    """Return what a trace has that the accepted one had not."""
    homes: dict[str, _Home] = {}
    for model in result.models:
        places = model.train or model.score
        homes[model.id] = _Home(places[0].file if places else "", model.algorithm, model.name)
    left = accepted.flows.copy()
    moved: list[Flow] = []
    for flow in result.flows:
        if flow.verdict not in REACHING:
            continue
        known = (homes[flow.model], _kind_of(flow, homes))
        if left[known] > 0:
            left[known] -= 1
        else:
            moved.append(flow)
    there = set(homes.values())
    elsewhere: Counter[_Kind] = Counter()
    for (home, kind), times in left.items():
        if home not in there:
            elsewhere[kind] += times
    fresh: list[Flow] = []
    for flow in moved:
        kind = _kind_of(flow, homes)
        if elsewhere[kind] > 0:
            elsewhere[kind] -= 1
        else:
            fresh.append(flow)
    gone = sum(left.values()) - (len(moved) - len(fresh))
    lost = list(_new_lost(result.lost, accepted.lost))
    near = _files_near_models(result)
    hiding = [one for one in lost if one.hidden_flows or one.place.file in near]
    return Comparison(fresh, gone, hiding, len(lost) - len(hiding))


def _kind_of(flow: Flow, homes: Mapping[str, _Home]) -> _Kind:
    return _kind(
        flow.concept, flow.source.column, flow.feature, flow.verdict, homes[flow.model]
    )  # fmt: skip


def _new_lost(found: Iterable[LostPath], accepted: Counter[tuple[str, str]]) -> Iterable[LostPath]:
    left = accepted.copy()
    for one in found:
        known = (one.place.file, one.construct)
        if left[known] > 0:
            left[known] -= 1
        else:
            yield one


def _files_near_models(result: TraceResult) -> set[str]:
    """Return the files in which a model is trained or scored, or through which a flow runs."""
    files = {place.file for model in result.models for place in (*model.train, *model.score)}
    files.update(hop.place.file for flow in result.flows for hop in flow.hops)
    return files
