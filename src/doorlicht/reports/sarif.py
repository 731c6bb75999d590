"""A trace for platforms that show warnings in code: SARIF.

Every flow is a result at the line where its model is trained, with its path as a code flow; every
lost path is a note. Files are named from the folder in which the command ran, where they lie below
it, so that a platform finds them in its checkout; the place of that folder is not told.

Source: SARIF 2.1.0 with errata 01 (OASIS, 28 August 2023).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import quote

from doorlicht.language import Language, say
from doorlicht.records import CodePlace, Flow, LostPath, RiskModelSeen, TraceResult, trace_id
from doorlicht.reports.exchange import PRODUCER, say_flow
from doorlicht.reports.trace_json import say_lost, say_step

SCHEMA: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
LEVELS: Final[Mapping[str, str]] = {
    "used": "error", "selection-rule": "error", "candidate": "warning", "weights-only": "warning",
    "not-used": "note", "bias-test-only": "note",
}  # fmt: skip
LOST: Final = "lost-path"
BASE: Final = "SRCROOT"


def _same(path: str) -> str:
    return path


def render_sarif(
    result: TraceResult,
    language: Language,
    *,
    version: str,
    name_of: Callable[[str], str] = _same,
) -> dict[str, Any]:
    """Return the flows and lost paths as SARIF, with texts in the language.

    Parameters
    ----------
    name_of
        Gives the path of a file as a platform knows it, from its path in the trace.
    """
    models = {model.id: model for model in result.models}
    rules = [
        _rule(verdict, level, say(f"trace.verdict.{verdict}", language), language)
        for verdict, level in LEVELS.items()
    ]
    rules.append(_rule(LOST, "note", say("trace.lost_title", language), language))
    order = {rule["id"]: number for number, rule in enumerate(rules)}
    results = [_flow(flow, models, language, name_of) for flow in result.flows]
    alike: Counter[tuple[str, str]] = Counter()
    for one in result.lost:
        kind = (one.place.file, one.construct)
        alike[kind] += 1
        results.append(_lost(one, alike[kind], language, name_of))
    for told in results:
        told["ruleIndex"] = order[told["ruleId"]]
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "doorlicht",
                        "version": version,
                        "informationUri": PRODUCER,
                        "language": language,
                        "rules": rules,
                    }
                },
                "language": language,
                "invocations": [{"executionSuccessful": True}],
                "originalUriBaseIds": {
                    BASE: {"description": {"text": say("trace.sarif_base", language)}}
                },
                "columnKind": "unicodeCodePoints",
                "results": results,
            }
        ],
    }


def _rule(rule: str, level: str, short: str, language: Language) -> dict[str, Any]:
    help_text = say(f"trace.help.{rule}", language)
    return {
        "id": rule,
        "name": "Origin" + "".join(word.capitalize() for word in rule.split("-")),
        "shortDescription": {"text": short},
        "fullDescription": {"text": short},
        "help": {"text": help_text, "markdown": help_text},
        "defaultConfiguration": {"level": level},
        "properties": {"tags": ["privacy", "non-discrimination"]},
    }


def _location(place: CodePlace, name_of: Callable[[str], str], text: str = "") -> dict[str, Any]:
    uri = quote(name_of(place.file).replace("\\", "/"), safe="/", errors="surrogatepass")
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": uri, "uriBaseId": BASE},
            "region": {"startLine": place.line},
        }
    }
    if text:
        location["message"] = {"text": text}
    return location


def _flow(
    flow: Flow,
    models: Mapping[str, RiskModelSeen],
    language: Language,
    name_of: Callable[[str], str],
) -> dict[str, Any]:
    model = models.get(flow.model)
    steps = [
        {"location": _location(hop.place, name_of, f"{hop.name} {say_step(hop.what, language)}")}
        for hop in flow.hops
    ]
    return {
        "ruleId": flow.verdict,
        "level": LEVELS[flow.verdict],
        "message": {"text": say_flow(flow, model, language)},
        "locations": [_location(_end_of(flow, model), name_of)],
        # Made of names, not of lines: it stays the same when a line is added above.
        "partialFingerprints": {"doorlicht/flow/v1": flow.id},
        "rank": round(flow.confidence * 100, 1),
        "codeFlows": [{"threadFlows": [{"locations": steps}]}],
        "properties": {
            "concept": flow.concept,
            "kind": flow.kind,
            "visibility": flow.visibility,
            "finding": flow.source.finding,
        },
    }


def _lost(
    one: LostPath, number: int, language: Language, name_of: Callable[[str], str]
) -> dict[str, Any]:
    mark = trace_id("LP", one.place.file, one.construct, str(number))
    return {
        "ruleId": LOST,
        "level": "note",
        "message": {"text": say_lost(one, language)},
        "locations": [_location(one.place, name_of)],
        "partialFingerprints": {"doorlicht/lost/v1": mark},
    }


def _end_of(flow: Flow, model: RiskModelSeen | None) -> CodePlace:
    if model is not None and model.train:
        return model.train[0]
    return flow.hops[-1].place if flow.hops else flow.source.place
