"""``trace.json``: everything that following code showed, for machines.

Its form is published as ``schemas/trace-1.schema.json``. Within a major version fields are added
and never renamed or removed.
"""

from __future__ import annotations

import json
import posixpath
from collections import Counter
from importlib import resources
from typing import Any, Final, cast

from doorlicht.language import Language, say
from doorlicht.records import CodePlace, Flow, LostPath, Reference, RiskModelSeen, TraceResult

SCHEMA_VERSION: Final = "1.0"
MAX_NAMES: Final = 20
"""Names of folders that were left out, told in one sentence; ``trace.json`` has them all."""


def render_trace_json(
    result: TraceResult, language: Language, *, vocabulary: str, doorlicht: str
) -> dict[str, Any]:
    """Return the tree that ``trace.json`` holds; texts are in the language."""
    return {
        "schema_version": SCHEMA_VERSION,
        "language": language,
        "doorlicht": {"version": doorlicht, "vocabulary": vocabulary},
        "looked_at": {
            "files": result.files,
            "lines": result.lines,
            "followed": result.followed,
            "other_files": result.others,
            "skipped_folders": list(result.skipped),
        },
        "references": [_reference(one) for one in result.references],
        "models": [_model(one) for one in result.models],
        "flows": [_flow(one) for one in result.flows],
        "blind_spots": [_lost(one, language) for one in result.lost],
    }


def _place(place: CodePlace) -> dict[str, Any]:
    return {"file": place.file, "line": place.line}


def _reference(one: Reference) -> dict[str, Any]:
    return {
        **_place(one.place),
        "identifier": one.identifier,
        "concept": one.concept,
        "kind": one.kind,
        "role": one.role,
    }


def _model(one: RiskModelSeen) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "algorithm": one.algorithm,
        "target": one.target,
        "train": [_place(place) for place in one.train],
        "score": [_place(place) for place in one.score],
        "features": list(one.features),
        "feature_source": one.feature_source,
        "outputs": list(one.outputs),
    }


def _flow(one: Flow) -> dict[str, Any]:
    source = one.source
    return {
        "id": one.id,
        "concept": one.concept,
        "kind": one.kind,
        "source": {
            "system": source.system,
            "dataset": source.dataset,
            "column": source.column,
            **_place(source.place),
            "finding": source.finding or None,
        },
        "hops": [{**_place(hop.place), "what": hop.what, "name": hop.name} for hop in one.hops],
        "feature": one.feature,
        "model": one.model,
        "verdict": one.verdict,
        "visibility": one.visibility,
        "confidence": one.confidence,
    }


def _lost(one: LostPath, language: Language) -> dict[str, Any]:
    return {
        **_place(one.place),
        "construct": one.construct,
        "reason": say_lost(one, language),
        "hidden_flows": one.hidden_flows,
    }


def say_scope(result: TraceResult, language: Language) -> list[str]:
    """Return how much was followed, and what was left out without being read."""
    told = [
        say("trace.screen.followed", language, followed=result.followed,
            rest=result.files - result.followed),
    ]  # fmt: skip
    if result.others:
        told.append(say("trace.screen.others", language, n=result.others))
    if result.skipped:
        names = Counter(posixpath.basename(folder.rstrip("/")) for folder in result.skipped)
        shown = [f"{name} ({n})" for name, n in sorted(names.items())]
        if len(shown) > MAX_NAMES:
            shown = [*shown[:MAX_NAMES], "…"]
        told.append(say("trace.screen.skipped", language, folders=", ".join(shown)))
    return told


def say_lost(one: LostPath, language: Language) -> str:
    """Return why a path was lost, in a language."""
    try:
        return say(f"trace.lost.{one.construct}", language, reason=one.reason)
    except KeyError:
        # A plugin may have a construct of its own.
        return say("trace.lost.other", language, reason=one.construct)


def say_step(what: str, language: Language) -> str:
    """Return what happens at a step; a reader of others may have a word of its own."""
    try:
        return say(f"trace.steps.{what}", language)
    except KeyError:
        return what


REACHING: Final = frozenset({"used", "candidate", "selection-rule", "weights-only"})
"""Verdicts of flows that change who is selected, or can do so."""


def trace_schema() -> dict[str, Any]:
    """Return the published JSON Schema of ``trace.json``."""
    file = resources.files("doorlicht.reports") / "schemas" / "trace-1.schema.json"
    return cast("dict[str, Any]", json.loads(file.read_text("utf-8")))
