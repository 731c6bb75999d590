"""Features of a model that are made of origin, whatever they are called: as traces showed them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from doorlicht.records import ModelArtefact
from doorlicht.register import open_register
from doorlicht.runs.evidence import stem_of


def _now() -> datetime:
    return datetime.now(UTC)


def derived_features(
    register: str | Path | None,
    artefact: ModelArtefact,
    *,
    clock: Callable[[], datetime] = _now,
) -> Mapping[str, str]:
    """Return the features of which a trace showed that they are made of origin, with the concept.

    A model that a trace saw is this one if code writes it to a file of this name, or if it takes
    every feature that the file names. The last trace of each set of roots counts.
    """
    if register is None or ("://" not in str(register) and not Path(register).exists()):
        return {}
    kept = open_register(register, clock=clock)
    try:
        last = {record.roots: record for record in kept.traces()}.values()
        items = [item for record in last for item in kept.trace_items(record.id)]
    finally:
        kept.close()
    features = {name.casefold() for name in artefact.feature_names}
    ours: set[str] = set()
    for item in items:
        if item.kind != "model":
            continue
        takes = {str(name).casefold() for name in item.content.get("features") or ()}
        written = {stem_of(str(path)) for path in item.content.get("outputs") or ()}
        if stem_of(artefact.name) in written or (features and features <= takes):
            ours.add(item.id)
    return {
        str(item.content["feature"]): str(item.content["concept"])
        for item in items
        if item.kind == "flow"
        and item.content["model"] in ours
        and str(item.content["feature"]).casefold() in features
    }
