"""A trace in forms that catalogues and graph tools read: OpenLineage and GraphML.

Sources: OpenLineage 2-0-2 (run events with the facet ``columnLineage`` 1-2-0, whose
transformations have the types ``DIRECT`` and ``INDIRECT``); GraphML (graphdrawing.org).
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from doorlicht.language import Language, say
from doorlicht.records import Flow, Hop, RiskModelSeen, TraceResult
from doorlicht.reports.html import without_control

PRODUCER: Final = "https://example.org/doorlicht"
"""Where the program is published, as in ``publiccode.yml``."""

_SPEC: Final = "https://openlineage.io/spec"
_FEATURES: Final = frozenset({"used", "candidate"})
"""Verdicts of flows whose value goes into a model, or may do so."""

_ROWS: Final = {"selection-rule": "FILTER", "weights-only": "CONDITIONAL"}
"""Verdicts of flows that decide on rows, with the subtype of OpenLineage.

What is left out, and what only measures bias, reaches no model and is no input of it.
"""


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
    """Return one completed run per model: its inputs, and of which columns its features are.

    A model is the output of its run, with the lists that its scores end up in.
    """
    return [_event(model, result.flows, at, namespace) for model in result.models]


def _event(
    model: RiskModelSeen, flows: Sequence[Flow], at: datetime, namespace: str
) -> dict[str, Any]:
    reaching = [
        flow
        for flow in flows
        if flow.model == model.id
        and flow.source.dataset
        and (flow.verdict in _FEATURES or flow.verdict in _ROWS)
    ]
    fields: dict[str, dict[str, Any]] = {}
    whole: list[dict[str, Any]] = []
    for flow in reaching:
        if flow.verdict in _ROWS:
            whole.append(_input(flow, namespace, "INDIRECT", _ROWS[flow.verdict]))
            continue
        is_same = flow.feature.lower() == flow.source.column.lower()
        subtype = "IDENTITY" if is_same else "TRANSFORMATION"
        field = fields.setdefault(flow.feature or flow.source.column, {"inputFields": []})
        field["inputFields"].append(_input(flow, namespace, "DIRECT", subtype))
    lineage: dict[str, Any] = {
        "_producer": PRODUCER,
        "_schemaURL": f"{_SPEC}/facets/1-2-0/ColumnLineageDatasetFacet.json"
        "#/$defs/ColumnLineageDatasetFacet",
        "fields": fields,
    }
    if whole:
        lineage["dataset"] = whole
    outputs: list[dict[str, Any]] = [
        {"namespace": namespace, "name": model.id, "facets": {"columnLineage": lineage}}
    ]
    outputs += [{"namespace": namespace, "name": name} for name in dict.fromkeys(model.outputs)]
    run = f"{namespace}/{model.id}/{at.isoformat()}"
    return {
        "eventType": "COMPLETE",
        "eventTime": at.isoformat(),
        "producer": PRODUCER,
        "schemaURL": f"{_SPEC}/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {"runId": str(uuid.uuid5(uuid.NAMESPACE_URL, run))},
        "job": {"namespace": namespace, "name": f"{model.name or model.algorithm} {model.id}"},
        "inputs": [
            {"namespace": namespace, "name": name}
            for name in sorted({flow.source.dataset for flow in reaching})
        ],
        "outputs": outputs,
    }


def _input(flow: Flow, namespace: str, kind: str, subtype: str) -> dict[str, Any]:
    return {
        "namespace": namespace,
        "name": flow.source.dataset,
        "field": flow.source.column,
        "transformations": [
            {
                "type": kind,
                "subtype": subtype,
                "description": f"{flow.verdict}: {flow.concept}",
                "masking": False,
            }
        ],
    }


_KEYS: Final = (
    ("kind", "node", "string"), ("label", "node", "string"), ("file", "node", "string"),
    ("line", "node", "int"), ("concept", "node", "string"), ("finding", "node", "string"),
    ("file", "edge", "string"), ("line", "edge", "int"), ("what", "edge", "string"),
    ("verdict", "edge", "string"), ("flow", "edge", "string"),
)  # fmt: skip


def render_graphml(result: TraceResult) -> str:
    """Return the flows as a directed graph: columns, steps, features and models.

    An edge has the file and line at which the step happens to which it leads; the last edge of a
    flow has its verdict and id.
    """
    nodes: dict[str, dict[str, str | int]] = {}
    edges: dict[tuple[str, str], dict[str, str | int]] = {}
    for model in result.models:
        nodes[model.id] = {"kind": "model", "label": model.name or model.algorithm}
    for flow in result.flows:
        before = ""
        for hop in flow.hops:
            key = f"{hop.place.file}:{hop.place.line}:{hop.what}:{hop.name}"
            node = nodes.setdefault(key, _node(hop))
            if before:
                edges.setdefault((before, key), _step(hop))
            else:
                node.setdefault("concept", flow.concept)
                if flow.source.finding:
                    node["finding"] = flow.source.finding
            before = key
        if before and flow.model in nodes:
            known = edges.setdefault((before, flow.model), _step(flow.hops[-1]))
            for name, value in (("verdict", flow.verdict), ("flow", flow.id)):
                told = str(known.get(name, ""))
                if value not in told.split():
                    known[name] = f"{told} {value}".strip()
    lines = ['<?xml version="1.0" encoding="UTF-8"?>',
             '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">']  # fmt: skip
    lines += [
        f'<key id="{owner}_{name}" for="{owner}" attr.name="{name}" attr.type="{kind}"/>'
        for name, owner, kind in _KEYS
    ]
    lines.append('<graph id="trace" edgedefault="directed">')
    lines += [
        f"<node id={quoteattr(without_control(key))}>{_data('node', about)}</node>"
        for key, about in nodes.items()
    ]
    lines += [
        f"<edge source={quoteattr(without_control(source))} "
        f"target={quoteattr(without_control(target))}>{_data('edge', about)}</edge>"
        for (source, target), about in edges.items()
    ]
    return "\n".join([*lines, "</graph>", "</graphml>", ""])


def _node(hop: Hop) -> dict[str, str | int]:
    return {"kind": hop.what, "label": hop.name, "file": hop.place.file, "line": hop.place.line}


def _step(hop: Hop) -> dict[str, str | int]:
    return {"file": hop.place.file, "line": hop.place.line, "what": hop.what}


def _data(owner: str, about: dict[str, str | int]) -> str:
    return "".join(
        f'<data key="{owner}_{name}">{escape(without_control(str(value)))}</data>'
        for name, value in about.items()
    )
