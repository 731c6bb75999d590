"""``findings.json``: everything that a scan found, for machines.

Its form is published as ``schemas/findings-1.schema.json``. Within a major version fields are
added and never renamed or removed.
"""

from __future__ import annotations

import json
from importlib import resources
from typing import Any, Final, cast

from doorlicht.language import Language
from doorlicht.records import BlindSpot, Signal
from doorlicht.register import KeptFinding
from doorlicht.reports.content import ReportContent
from doorlicht.reports.residual_words import residual_tree

SCHEMA_VERSION: Final = "1.0"


def render_findings_json(content: ReportContent, language: Language) -> dict[str, Any]:
    """Return the tree that ``findings.json`` holds; texts are in the language.

    Findings are ordered by source, asset and column, and hold proxies and improbable ones too:
    whoever reads them sets the threshold.
    """
    scan = content.scan
    ended = scan.ended_at or scan.started_at
    return {
        "schema_version": SCHEMA_VERSION,
        "generated_at": ended.isoformat(),
        "language": language,
        "doorlicht": {
            "version": scan.editions.doorlicht,
            "vocabulary": scan.editions.vocabulary,
            "weights": scan.editions.weights,
        },
        "scan": {
            "id": scan.id,
            "status": scan.status,
            "sample_rows": content.sample_rows,
            "organisation": scan.organisation,
        },
        "looked_at": {
            "assets": content.looked_at.assets,
            "tables": content.looked_at.tables,
            "columns": content.looked_at.columns,
            "rows": content.looked_at.rows,
            "bytes": content.looked_at.bytes,
        },
        "findings": [_finding(one, language) for one in content.findings],
        "blind_spots": [_blind_spot(one, language) for one in content.blind_spots],
        "residual": None if content.residual is None else residual_tree(content.residual),
    }


def _finding(kept: KeptFinding, language: Language) -> dict[str, Any]:
    finding = kept.finding
    return {
        "id": finding.id,
        "source": finding.location.source,
        "asset": finding.location.table,
        "column": finding.location.column,
        "column_index": finding.location.column_index,
        "concept": finding.concept,
        "kind": finding.kind,
        "probability": finding.probability,
        "is_free_text": finding.is_free_text,
        "triage": kept.triage,
        "signals": [_signal(signal, language) for signal in finding.signals],
    }


def _signal(signal: Signal, language: Language) -> dict[str, Any]:
    return {
        "name": signal.name,
        "weight": signal.weight,
        "note": signal.note.in_language(language),
    }


def _blind_spot(spot: BlindSpot, language: Language) -> dict[str, Any]:
    return {
        "source": spot.source,
        "asset": spot.asset,
        "code": spot.code,
        "message": spot.message.in_language(language),
        "remedy": spot.remedy.in_language(language),
    }


def findings_schema() -> dict[str, Any]:
    """Return the published JSON Schema of ``findings.json``."""
    file = resources.files("doorlicht.reports") / "schemas" / "findings-1.schema.json"
    return cast("dict[str, Any]", json.loads(file.read_text("utf-8")))
