"""What is new in a trace, held against one that was accepted.

A flow is known again by its concept, its column, the name under which the model sees it, its
verdict and its model. A model is known by its file, algorithm and name; if it is gone from there,
the only new one in the file with its name or its algorithm is the same one, changed, and else its
flows may have moved along to a model of the same name elsewhere (a file that was renamed). Of
models that are alike in all of this the flows are counted: a second one that gets what the first
had is new. A flow that differs from one that is gone in the name of its feature alone is that one:
somebody renamed a variable.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from doorlicht.records import Flow, LostPath, RiskModelSeen, TraceResult
from doorlicht.reports.trace_json import REACHING, SCHEMA_VERSION


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
    homes: frozenset[_Home] = frozenset()
    """Where its models are."""


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
    swapped: Sequence[tuple[str, RiskModelSeen]] = ()
    """Models of another algorithm than was accepted, with the algorithm that was."""
    renamed: int = 0
    """Accepted flows of which only the name of the feature is another."""


class VersionError(ValueError):
    """A ``trace.json`` is of another version of its form; ``found`` is which."""

    def __init__(self, found: str) -> None:
        super().__init__(found)
        self.found = found


def read_accepted(tree: Mapping[str, Any]) -> Accepted:
    """Return what a ``trace.json`` holds for a comparison.

    Raises
    ------
    KeyError, TypeError, AttributeError
        If it is no ``trace.json``.
    VersionError
        If it is one of another version than this program writes.
    """
    version = tree["schema_version"]
    if not isinstance(version, str) or "looked_at" not in tree:
        raise TypeError("no trace")
    if version.split(".")[0] != SCHEMA_VERSION.split(".")[0]:
        raise VersionError(version)
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
    return Accepted(flows, lost, frozenset(homes.values()))


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
    same = _changed(frozenset(homes.values()), accepted.homes)
    swapped = [
        (same[homes[model.id]].algorithm, model)
        for model in result.models
        if homes[model.id] in same and same[homes[model.id]].algorithm != homes[model.id].algorithm
    ]
    homes = {key: same.get(home, home) for key, home in homes.items()}
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
    fresh, renamed = _renamed(fresh, left, homes)
    lost = list(_new_lost(result.lost, accepted.lost))
    near = _files_near_models(result)
    hiding = [one for one in lost if one.hidden_flows or one.place.file in near]
    return Comparison(fresh, gone - renamed, hiding, len(lost) - len(hiding), swapped, renamed)


def _changed(now: frozenset[_Home], accepted: frozenset[_Home]) -> dict[_Home, _Home]:
    """Return the models of which the name or the algorithm changed, with what they were."""
    found: dict[_Home, _Home] = {}
    gone, fresh = accepted - now, now - accepted
    for part in ("name", "algorithm"):
        before, after = _by(gone, part), _by(fresh, part)
        for key, homes in after.items():
            known = before.get(key, [])
            if len(homes) == 1 and len(known) == 1 and key[1]:
                found[homes[0]] = known[0]
        gone -= frozenset(found.values())
        fresh -= found.keys()
    return found


def _by(homes: Iterable[_Home], part: str) -> dict[tuple[str, str], list[_Home]]:
    found: dict[tuple[str, str], list[_Home]] = {}
    for home in homes:
        found.setdefault((home.file, getattr(home, part)), []).append(home)
    return found


def _renamed(
    fresh: Sequence[Flow], left: Counter[tuple[_Home, _Kind]], homes: Mapping[str, _Home]
) -> tuple[list[Flow], int]:
    """Return the flows that are new, and how many are a flow that is gone but for its feature."""
    gone: Counter[tuple[_Home, _Kind]] = Counter()
    for (home, kind), times in left.items():
        gone[home, kind._replace(feature="")] += times
    rest: list[Flow] = []
    for flow in fresh:
        key = (homes[flow.model], _kind_of(flow, homes)._replace(feature=""))
        if gone[key] > 0:
            gone[key] -= 1
        else:
            rest.append(flow)
    return rest, len(fresh) - len(rest)


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
