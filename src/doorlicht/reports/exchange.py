"""A trace in forms that other programs read: SARIF, OpenLineage and GraphML.

Sources: SARIF 2.1.0 (OASIS, 27 March 2020); OpenLineage 2-0-2 (run events with the facet
``columnLineage`` 1-2-0); GraphML (graphdrawing.org).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from doorlicht.language import Language, say
from doorlicht.records import CodePlace, Flow, RiskModelSeen, TraceResult
from doorlicht.reports.trace_json import say_lost

_LEVELS: Final[Mapping[str, str]] = {
    "used": "error", "selection-rule": "error", "candidate": "warning", "weights-only": "warning",
    "not-used": "note", "bias-test-only": "note",
}  # fmt: skip
_PRODUCER: Final = "https://github.com/doorlicht/doorlicht"


def render_sarif(result: TraceResult, language: Language, *, version: str) -> dict[str, Any]:
    """Return the flows and lost paths as SARIF 2.1.0, with the path of each as a code flow."""
    models = {model.id: model for model in result.models}
    rules = [
        {
            "id": verdict,
            "shortDescription": {"text": say(f"trace.verdict.{verdict}", language)},
            "defaultConfiguration": {"level": level},
        }
        for verdict, level in _LEVELS.items()
    ]
    rules.append(
        {
            "id": "lost-path",
            "shortDescription": {"text": say("trace.lost_title", language)},
            "defaultConfiguration": {"level": "note"},
        }
    )
    results = [_sarif_flow(flow, models, language) for flow in result.flows]
    results += [
        {
            "ruleId": "lost-path",
            "level": "note",
            "message": {"text": say_lost(one, language)},
            "locations": [_location(one.place)],
        }
        for one in result.lost
    ]
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "doorlicht", "version": version, "rules": rules}},
                "columnKind": "unicodeCodePoints",
                "results": results,
            }
        ],
    }


def _location(place: CodePlace, text: str = "") -> dict[str, Any]:
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": place.file.replace("\\", "/").replace(" ", "%20")},
            "region": {"startLine": place.line},
        }
    }
    if text:
        location["message"] = {"text": text}
    return location


def _sarif_flow(
    flow: Flow, models: Mapping[str, RiskModelSeen], language: Language
) -> dict[str, Any]:
    model = models.get(flow.model)
    place = _end_of(flow, model)
    return {
        "ruleId": flow.verdict,
        "level": _LEVELS[flow.verdict],
        "message": {"text": say_flow(flow, model, language)},
        "locations": [_location(place)],
        "partialFingerprints": {"doorlicht/flow/v1": flow.id},
        "rank": round(flow.confidence * 100, 1),
        "codeFlows": [
            {
                "threadFlows": [
                    {
                        "locations": [
                            {"location": _location(hop.place, f"{hop.what} {hop.name}".strip())}
                            for hop in flow.hops
                        ]
                    }
                ]
            }
        ],
    }


def _end_of(flow: Flow, model: RiskModelSeen | None) -> CodePlace:
    if model is not None and model.train:
        return model.train[0]
    return flow.hops[-1].place if flow.hops else flow.source.place


def say_flow(flow: Flow, model: RiskModelSeen | None, language: Language) -> str:
    """Return a flow as one sentence."""
    return say(
        f"trace.flow.{flow.verdict}",
        language,
        column=flow.source.column,
        dataset=flow.source.dataset or say("trace.unknown_dataset", language),
        feature=flow.feature,
        model=(model.name or model.algorithm) if model is not None else "",
    )


def render_openlineage(
    result: TraceResult, *, at: datetime, namespace: str
) -> list[dict[str, Any]]:
    """Return one completed run per model: its inputs, and of which columns its features are."""
    events: list[dict[str, Any]] = []
    for model in result.models:
        flows = [flow for flow in result.flows if flow.model == model.id and flow.source.dataset]
        fields: dict[str, Any] = {}
        for flow in flows:
            inputs = fields.setdefault(flow.feature or flow.source.column, {"inputFields": []})
            inputs["inputFields"].append(
                {
                    "namespace": namespace,
                    "name": flow.source.dataset,
                    "field": flow.source.column,
                    "transformations": [
                        {"type": "INDIRECT" if flow.verdict != "used" else "DIRECT",
                         "subtype": flow.verdict, "description": flow.concept, "masking": False}
                    ],
                }
            )  # fmt: skip
        run = f"{namespace}/{model.id}/{at.isoformat()}"
        events.append(
            {
                "eventType": "COMPLETE",
                "eventTime": at.isoformat(),
                "producer": _PRODUCER,
                "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
                "run": {"runId": str(uuid.uuid5(uuid.NAMESPACE_URL, run))},
                "job": {"namespace": namespace, "name": model.name or model.algorithm},
                "inputs": [
                    {"namespace": namespace, "name": name}
                    for name in sorted({flow.source.dataset for flow in flows})
                ],
                "outputs": [
                    {
                        "namespace": namespace,
                        "name": model.id,
                        "facets": {
                            "columnLineage": {
                                "_producer": _PRODUCER,
                                "_schemaURL": "https://openlineage.io/spec/facets/1-2-0/ColumnLineageDatasetFacet.json",
                                "fields": fields,
                            }
                        },
                    }
                ],
            }
        )  # fmt: skip
    return events


def render_graphml(result: TraceResult) -> str:
    """Return the flows as a directed graph: columns, steps, features and models."""
    nodes: dict[str, tuple[str, str]] = {}
    edges: dict[tuple[str, str], str] = {}
    for model in result.models:
        nodes[model.id] = ("model", model.name or model.algorithm)
    for flow in result.flows:
        before = ""
        for hop in flow.hops:
            key = f"{hop.place.file}:{hop.place.line}:{hop.what}:{hop.name}"
            nodes.setdefault(key, (hop.what, f"{hop.name} ({hop.place.file}:{hop.place.line})"))
            if before:
                edges.setdefault((before, key), "")
            before = key
        if before and flow.model in nodes:
            edges[before, flow.model] = flow.verdict
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
        '<key id="kind" for="node" attr.name="kind" attr.type="string"/>',
        '<key id="label" for="node" attr.name="label" attr.type="string"/>',
        '<key id="verdict" for="edge" attr.name="verdict" attr.type="string"/>',
        '<graph edgedefault="directed">',
    ]
    lines += [
        f'<node id={quoteattr(key)}><data key="kind">{escape(kind)}</data>'
        f'<data key="label">{escape(label)}</data></node>'
        for key, (kind, label) in nodes.items()
    ]
    lines += [
        f"<edge source={quoteattr(source)} target={quoteattr(target)}>"
        f'<data key="verdict">{escape(verdict)}</data></edge>'
        for (source, target), verdict in edges.items()
    ]
    return "\n".join([*lines, "</graph>", "</graphml>", ""])
