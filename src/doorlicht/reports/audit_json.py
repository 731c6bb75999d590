"""``audit.json``: everything that an audit measured, for machines.

Its form is published as ``schemas/audit-1.schema.json``. Within a major version fields are added
and never renamed or removed. Numbers are exact, also of small groups: the file is for those who
measure. What is shown to others hides counts under the small-number limit.
"""

from __future__ import annotations

import json
import math
from importlib import resources
from typing import Any, Final, cast

from doorlicht.language import Language, Text
from doorlicht.records import (
    Audited,
    AuditReport,
    Band,
    Detectable,
    Flip,
    Group,
    Measure,
    ModelUse,
    OriginFeature,
    Outcomes,
)
from doorlicht.reports.audit_words import say_text

SCHEMA_VERSION: Final = "1.0"


def render_audit_json(
    report: AuditReport, language: Language | None, *, doorlicht: str
) -> dict[str, Any]:
    """Return the tree that ``audit.json`` holds; texts are in the language.

    Without a language each text stays a key with what goes into it, so that it can be read in any
    language later: so the register keeps it.
    """
    return {
        "schema_version": SCHEMA_VERSION,
        "language": language,
        "doorlicht": {"version": doorlicht},
        "id": report.id,
        "kind": report.kind,
        "subject": report.subject,
        "settings": dict(report.settings),
        "people": report.people,
        "groups": [_group(one, each) for each in report.audited for one in each.groups],
        "measures": [
            _measure(one, each, report.subject, language)
            for each in report.audited
            for one in each.measures
        ],
        "detectable": [
            _detectable(one, each) for each in report.audited for one in each.detectable
        ],
        "bands": [_band(one, each) for each in report.audited for one in each.bands],
        "model": None if report.model is None else _model(report.model),
        "conclusions": [_said(one, language) for one in report.conclusions],
        "limits": [_said(one, language) for one in report.limits],
        "blind_spots": [
            {
                "asset": spot.asset,
                "code": spot.code,
                "message": _said(spot.message, language),
                "remedy": _said(spot.remedy, language),
            }
            for spot in report.blind_spots
        ],
        "figures": [
            {
                "figure": one.figure,
                "measure": one.measure,
                "printed": one.printed,
                "recomputed": _number(one.recomputed),
                "low": _number(one.low),
                "high": _number(one.high),
                "verdict": one.verdict,
                "meant": one.meant,
                "note": None if one.note is None else _said(one.note, language),
            }
            for one in report.figures
        ],
        "disclosed": [
            {"row": one.row, "column": one.column, "how": one.how} for one in report.disclosed
        ],
        "details": {name: _number(value) for name, value in report.details.items()},
    }


def audit_schema() -> dict[str, Any]:
    """Return the JSON Schema of ``audit.json``."""
    file = resources.files("doorlicht.reports") / "schemas" / "audit-1.schema.json"
    return cast("dict[str, Any]", json.loads(file.read_text("utf-8")))


def _said(text: Text, language: Language | None) -> str | dict[str, Any]:
    if language is not None:
        return say_text(text, language)
    params = {
        name: str(value) if isinstance(value, float) and not math.isfinite(value) else value
        for name, value in text.params.items()
    }
    return {"key": text.key, "params": params}


def _number(value: Any) -> Any:
    """Return a number that JSON can hold: what is endless or no number is nothing."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _group(one: Group, each: Audited) -> dict[str, Any]:
    return {
        "attribute": each.attribute,
        "name": one.name,
        "n": _number(one.n),
        "selected": _number(one.selected),
        "undecided": _number(one.undecided),
        "effective_n": one.effective_n,
        "outcomes": _outcomes(one.outcomes),
        "random_sample": _sample(one.sample),
    }


def _sample(one: Outcomes | None) -> dict[str, float] | None:
    told = _outcomes(one)
    if one is None or told is None:
        return None
    return {
        **told,
        "selected_unknown": one.selected_unknown,
        "unselected_unknown": one.unselected_unknown,
    }


def _outcomes(one: Outcomes | None) -> dict[str, float] | None:
    if one is None:
        return None
    return {
        "selected_positive": one.selected_positive,
        "selected_negative": one.selected_negative,
        "unselected_positive": one.unselected_positive,
        "unselected_negative": one.unselected_negative,
    }


def _measure(
    one: Measure, each: Audited, subject: str, language: Language | None
) -> dict[str, Any]:
    return {
        "id": each.id_of(one, subject),
        "attribute": each.attribute,
        "measure": one.measure,
        "group": one.group,
        "reference": one.reference,
        "value": _number(one.value),
        "low": _number(one.low),
        "high": _number(one.high),
        "level": one.level,
        "method": one.method,
        "note": None if one.note is None else _said(one.note, language),
        "p_value": _number(one.p_value),
        "adjusted_p_value": _number(one.adjusted_p_value),
    }


def _detectable(one: Detectable, each: Audited) -> dict[str, Any]:
    return {
        "attribute": each.attribute,
        "group": one.group,
        "reference": one.reference,
        "ratio_above": _number(one.ratio_above),
        "ratio_below": _number(one.ratio_below),
        "difference": _number(one.difference),
        "level": one.level,
        "power": one.power,
    }


def _band(one: Band, each: Audited) -> dict[str, Any]:
    return {
        "attribute": each.attribute,
        "group": one.group,
        "top": _number(one.top),
        "people": one.people,
        "mean_score": _number(one.mean_score),
        "checked": one.checked,
        "outcome_rate": _number(one.outcome_rate),
        "low": _number(one.low),
        "high": _number(one.high),
        "level": one.level,
    }


def _model(use: ModelUse) -> dict[str, Any]:
    made = use.artefact
    return {
        "name": made.name,
        "format": made.format,
        "kind": made.kind,
        "algorithm": made.algorithm,
        "library": made.library,
        "classes": list(made.classes),
        "target": made.target,
        "score": made.score,
        "link": made.link,
        "threshold": _number(use.threshold),
        "scored": use.scored,
        "scored_by": use.scored_by or None,
        "importance_by": made.importance_by,
        "features": [
            {
                "name": one.name,
                "is_used": one.is_used,
                "importance": _number(one.importance),
                "coefficient": _number(one.coefficient),
                "takes": one.takes,
            }
            for one in made.features
        ],
        "origin": [_origin(one) for one in use.origin],
        "other_terms": _other_terms(use),
        "flips": [_flip(one) for one in use.flips],
        "ablations": [
            {
                "features": list(one.columns),
                "people": one.people,
                "changed_sides": _number(one.changed_sides),
                "same_selected": _number(one.same_selected),
                "auc": _number(one.area),
                "auc_without": _number(one.area_without),
            }
            for one in use.ablations
        ],
        "proxy_power": [
            {
                "group": one.group,
                "people": one.people,
                "auc": _number(one.area),
                "low": _number(one.low),
                "high": _number(one.high),
                "level": one.level,
                "shuffled_auc": _number(one.shuffled_area),
                "p_value": _number(one.p_value),
            }
            for one in use.proxy_power
        ],
        "proxy_features": [
            {
                "name": one.name,
                "cramers_v": _number(one.cramers_v),
                "mutual_information": _number(one.bits),
                "mutual_information_among_alike": _number(one.bits_among_alike),
            }
            for one in use.proxy_features
        ],
        "dangerous": list(made.dangerous),
        "foreign": list(made.foreign),
    }


def _origin(one: OriginFeature) -> dict[str, Any]:
    return {
        "name": one.name,
        "concept": one.concept,
        "kind": one.kind,
        "importance": _number(one.importance),
        "coefficient": _number(one.coefficient),
        "terms": [
            {
                "label": term.label,
                "features": list(term.features),
                "coefficient": _number(term.weight),
                "importance": _number(term.importance),
            }
            for term in one.terms
        ],
    }


def _other_terms(use: ModelUse) -> list[dict[str, Any]]:
    """Return the weights of what is made of columns that are not about origin, put together.

    What a model knows of those columns, value by value, is not told.
    """
    about = {one.name for one in use.origin}
    together: dict[tuple[str, ...], list[float]] = {}
    for term in use.artefact.terms:
        if term.weight is not None and about.isdisjoint(term.features):
            together.setdefault(term.features, []).append(term.weight)
    return [
        {
            "features": list(names),
            "terms": len(found),
            "low": _number(min(found)),
            "high": _number(max(found)),
        }
        for names, found in together.items()
    ]


def _flip(one: Flip) -> dict[str, Any]:
    return {
        "feature": one.feature,
        "to": one.to,
        "people": one.people,
        "to_selected": one.to_selected,
        "to_unselected": one.to_unselected,
        "mean_change": _number(one.mean_change),
        "largest_change": _number(one.largest_change),
        "mean_score": _number(one.mean_score),
    }
