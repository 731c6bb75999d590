"""A model card: what is known of one audited model, for programs that list, link or publish it.

Its form is published as ``schemas/model-card-1.schema.json``. Within a major version fields are
added and never renamed or removed. A card travels: unlike ``audit.json`` it holds no count under
the small-number limit, no rate of so small a group, and no path of this machine.

Source: the parts are those of Mitchell et al. (2019), "Model Cards for Model Reporting", sections
4.1 to 4.9, as far as they can be measured. What a model is meant for, and who answers for it, only
people can say: that stands in the use that the card is linked to.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final, cast

from doorlicht.errors import InputError
from doorlicht.language import Language
from doorlicht.records import (
    Audited,
    AuditReport,
    BlindSpot,
    Flip,
    Group,
    Measure,
    ModelFeature,
    ModelUse,
    Use,
)
from doorlicht.records.flows import trace_id
from doorlicht.reports.audit_words import file_name, say_text
from doorlicht.reports.small_numbers import LIMIT

SCHEMA_VERSION: Final = "1.0"


@dataclass(frozen=True, slots=True)
class _Shown:
    """An attribute with the groups and measures that may be shown, and how many may not."""

    audited: Audited
    small: frozenset[str]

    @classmethod
    def of(cls, audited: Audited) -> _Shown:
        return cls(audited, audited.small_groups(LIMIT))

    @property
    def measures(self) -> tuple[Measure, ...]:
        return self.audited.shown_measures(LIMIT)


def render_model_card(
    report: AuditReport, language: Language, *, doorlicht: str, uses: Sequence[Use] = ()
) -> dict[str, Any]:
    """Return the tree of a model card; texts are in the language.

    Parameters
    ----------
    report
        Of an audit of a model.
    doorlicht
        The version that measured.
    uses
        Those that rest on this audit.

    Raises
    ------
    InputError
        If the audit was of something else.
    """
    use = report.model
    if use is None:
        raise InputError("card.no_model")
    shown = [_Shown.of(each) for each in report.audited]
    prints = {name: report.details.get(f"{name}_sha256") for name in ("model", "data")}
    parts = [str(value) for value in prints.values() if value]
    return {
        "schema_version": SCHEMA_VERSION,
        "language": language,
        "doorlicht": {"version": doorlicht},
        "id": trace_id("MC", report.id, *parts),
        "audit": report.id,
        "uses": [
            {"id": one.id, "concept": one.concept, "processing": one.processing} for one in uses
        ],
        "model": _model(use, prints["model"]),
        "scoring": {
            "by": use.scored_by or None,
            "threshold": _number(use.threshold),
            "scored": use.scored,
        },
        "features": [_feature(one, use) for one in use.artefact.features],
        "origin": _origin(use),
        "data": _data(report, prints["data"]),
        "groups": [_group(one, each) for each in shown for one in each.audited.groups],
        "measures": [
            _measure(one, each.audited, report.subject, language)
            for each in shown
            for one in each.measures
        ],
        "measures_hidden": sum(len(each.audited.measures) - len(each.measures) for each in shown),
        "conclusions": [say_text(one, language) for one in report.conclusions],
        "limits": [say_text(one, language) for one in report.limits],
        "blind_spots": [_blind_spot(one, language) for one in report.blind_spots],
        "settings": {
            "level": report.settings.get("level"),
            "correction": report.settings.get("correction"),
            "reference": report.settings.get("reference"),
            "comparisons": report.details.get("comparisons", 0),
        },
    }


def model_card_schema() -> dict[str, Any]:
    """Return the JSON Schema of a model card."""
    file = resources.files("doorlicht.reports") / "schemas" / "model-card-1.schema.json"
    return cast("dict[str, Any]", json.loads(file.read_text("utf-8")))


def _number(value: Any) -> Any:
    """Return a number that JSON can hold: what is endless or no number is nothing."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _count(people: float) -> float | None:
    """Return a count of people that may be shown; nothing if it is too small."""
    return None if 0 < round(people) < LIMIT else _number(people)


def _model(use: ModelUse, sha256: Any) -> dict[str, Any]:
    made = use.artefact
    trees = made.trees
    return {
        "name": file_name(made.name),
        "sha256": sha256,
        "format": made.format,
        "kind": made.kind,
        "algorithm": made.algorithm,
        "library": made.library,
        "classes": list(made.classes),
        "target": made.target,
        "score": made.score,
        "link": made.link,
        "are_features_named": made.are_named,
        "importance_by": made.importance_by,
        "trees": None
        if trees is None
        else {"trees": trees.trees, "nodes": trees.nodes, "depth": trees.depth},
        "dangerous": list(made.dangerous),
        "foreign": list(made.foreign),
    }


def _feature(one: ModelFeature, use: ModelUse) -> dict[str, Any]:
    origin = next((each for each in use.origin if each.name == one.name), None)
    told = next((each for each in use.proxy_features if each.name == one.name), None)
    return {
        "name": one.name,
        "role": "none" if origin is None else origin.kind,
        "concept": None if origin is None else origin.concept,
        "is_used": one.is_used,
        "importance": _number(one.importance),
        "coefficient": _number(one.coefficient),
        "takes": one.takes,
        "tells_of_group": None
        if told is None
        else {
            "cramers_v": _number(told.cramers_v),
            "mutual_information": _number(told.bits),
            "mutual_information_among_alike": _number(told.bits_among_alike),
        },
    }


def _origin(use: ModelUse) -> dict[str, Any]:
    return {
        "flips": [_flip(one) for one in use.flips],
        "ablations": [
            {
                "features": list(one.columns),
                "people": _count(one.people),
                "changed_sides": _count(one.changed_sides),
                "auc": _number(one.area),
                "auc_without": _number(one.area_without),
            }
            for one in use.ablations
        ],
        "proxy_power": [
            {
                "group": one.group,
                "auc": _number(one.area),
                "low": _number(one.low),
                "high": _number(one.high),
                "level": one.level,
                "shuffled_auc": _number(one.shuffled_area),
                "p_value": _number(one.p_value),
            }
            for one in use.proxy_power
            if one.people >= LIMIT
        ],
    }


def _flip(one: Flip) -> dict[str, Any]:
    is_few = 0 < one.people < LIMIT
    return {
        "feature": one.feature,
        "to": one.to,
        "people": _count(one.people),
        "to_selected": None if is_few else _count(one.to_selected),
        "to_unselected": None if is_few else _count(one.to_unselected),
        "mean_change": None if is_few else _number(one.mean_change),
    }


def _data(report: AuditReport, sha256: Any) -> dict[str, Any]:
    settings = report.settings
    listed = {
        name: [one for one in str(settings.get(name) or "").split(", ") if one]
        for name in ("groups", "explained_by")
    }
    named = settings.get("data")
    return {
        "name": None if named is None else file_name(str(named)),
        "sha256": sha256,
        "rows": report.people,
        "groups": listed["groups"],
        "explained_by": listed["explained_by"],
        **{name: settings.get(name) for name in ("outcome", "sampled", "weights")},
    }


def _group(one: Group, each: _Shown) -> dict[str, Any]:
    is_small = one.name in each.small
    return {
        "attribute": each.audited.attribute,
        "name": one.name,
        "n": None if is_small else _number(one.n),
        "selected": None if is_small else _number(one.selected),
        "is_hidden": is_small,
    }


def _measure(one: Measure, each: Audited, subject: str, language: Language) -> dict[str, Any]:
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
        "note": None if one.note is None else say_text(one.note, language),
        "adjusted_p_value": _number(one.adjusted_p_value),
    }


def _blind_spot(spot: BlindSpot, language: Language) -> dict[str, Any]:
    return {
        "code": spot.code,
        "message": say_text(spot.message, language),
        "remedy": say_text(spot.remedy, language),
    }
