"""Gathers what scans, traces and audits saw, as evidence on uses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any, Final, cast

from doorlicht.records import Evidence
from doorlicht.register import Register
from doorlicht.register.audits import AuditRecord
from doorlicht.register.traces import TraceItem
from doorlicht.vocabulary import Vocabulary

THRESHOLD: Final = 0.5
"""Probability from which on a finding counts, unless somebody confirmed it."""

_DISPARITIES: Final = ("selection_ratio", "selection_difference")
"""Measures of whom a selection picks; errors and scores say other things."""


def gather_evidence(register: Register, vocabulary: Vocabulary) -> list[Evidence]:
    """Return everything in a register that can bear on a use.

    Of traces and audits the last of each set of roots and of each subject counts.
    """
    return [
        *_findings(register),
        *_flows(register),
        *(one for record in last_audits(register) for one in _audit(record, vocabulary)),
    ]


def last_audits(register: Register) -> list[AuditRecord]:
    """Return the last audit of each id."""
    return list({record.audit: record for record in register.audits()}.values())


def who_ran(register: Register) -> dict[str, set[str]]:
    """Return who ran what evidence of each kind comes from; they may not assess it."""
    return {
        "finding": {record.by for record in register.scans()},
        "flow": {record.by for record in register.traces()},
        "audit": {record.by for record in register.audits()},
    }


def _findings(register: Register) -> Iterator[Evidence]:
    units = {source.id: source.unit or "" for source in register.sources()}
    for kept in register.findings(triage={"open", "confirmed"}):
        found = kept.finding
        if found.probability < THRESHOLD and kept.triage != "confirmed":
            continue
        place = found.location
        yield Evidence(
            found.id,
            "finding",
            found.concept,
            "column",
            kept.asset,
            f"{place.source}:{kept.asset}",
            units.get(place.source, ""),
            certainty=found.probability,
            details={"column": place.column, "table": place.table},
        )


def _flows(register: Register) -> Iterator[Evidence]:
    units = {source.id: source.unit or "" for source in register.sources()}
    for record in {one.roots: one for one in register.traces()}.values():
        items = register.trace_items(record.id)
        names = {one.id: _model_name(one.content) for one in items if one.kind == "model"}
        yield from (_flow(one, names, units, record.by) for one in items if one.kind == "flow")


def _model_name(content: Mapping[str, Any]) -> str:
    return str(content["name"] or content["algorithm"])


def _flow(item: TraceItem, names: Mapping[str, str], units: Mapping[str, str], by: str) -> Evidence:
    content = item.content
    source = content["source"]
    model = str(content["model"])
    return Evidence(
        item.id, "flow", str(content["concept"]), str(content["verdict"]),
        names.get(model) or str(source["dataset"]), model or str(source["dataset"]),
        units.get(str(source["system"]), ""), by, float(content["confidence"]),
        {"feature": content["feature"], "finding": source["finding"], "kind": content["kind"]},
    )  # fmt: skip


def _audit(record: AuditRecord, vocabulary: Vocabulary) -> Iterator[Evidence]:
    content = record.content
    details = {
        "disparities": list(disparities(content, vocabulary)),
        "subject": record.subject,
        "level": content["settings"].get("level"),
    }
    model = cast("Mapping[str, Any]", content.get("model") or {})
    features = cast("Sequence[Mapping[str, Any]]", model.get("origin") or ())
    name = stem_of(record.subject)
    for feature in features:
        yield Evidence(
            record.audit, "audit", str(feature["concept"]), "used", name, name, by=record.by,
            details={**details, "feature": feature["name"]},
        )  # fmt: skip
    if not features:
        yield Evidence(
            record.audit, "audit", "", f"audit-{record.kind}", name, name, by=record.by,
            details=details,
        )  # fmt: skip


def disparities(content: Mapping[str, Any], vocabulary: Vocabulary) -> Iterator[dict[str, Any]]:
    """Yield which groups a selection picks more or less, and whether chance alone can do that.

    ``differs`` where the interval leaves out no difference and, where p-values were corrected for
    all that was tried, that stays so; with bounds, where every compatible table differs.
    """
    for one in content["measures"]:
        if one["measure"] not in _DISPARITIES or one["low"] is None:
            continue
        none = 1.0 if one["measure"] == "selection_ratio" else 0.0
        high = float("inf") if one["high"] is None else one["high"]
        adjusted = one["adjusted_p_value"]
        differs = not one["low"] <= none <= high
        if adjusted is not None:
            differs = differs and adjusted <= 1 - one["level"]
        for concept in concepts_of(str(one["attribute"]), vocabulary):
            yield {
                "id": one["id"], "attribute": one["attribute"], "concept": concept,
                "group": one["group"], "reference": one["reference"], "measure": one["measure"],
                "value": one["value"], "low": one["low"], "high": one["high"], "differs": differs,
            }  # fmt: skip


def concepts_of(attribute: str, vocabulary: Vocabulary) -> list[str]:
    """Return the concepts that the name of an attribute says, of each part of an intersection.

    Examples
    --------
    >>> from doorlicht.vocabulary import load_vocabulary
    >>> concepts_of("nationaliteit x sex", load_vocabulary())
    ['nationality']
    """
    found: list[str] = []
    for name in attribute.split(" x "):
        matches = vocabulary.names.read_name(name).matches
        if matches:
            found.append(matches[0].concept)
    return list(dict.fromkeys(found))


def stem_of(path: str) -> str:
    r"""Return the name of a file without its folder and ending, on any system.

    Examples
    --------
    >>> stem_of("/a/b/model_2019.pkl"), stem_of(r"C:\models\x.rds")
    ('model_2019', 'x')
    """
    return PurePosixPath(PureWindowsPath(path).name).stem


def evidence_of(ids: Iterable[str], evidence: Sequence[Evidence], concept: str) -> list[Evidence]:
    """Return what bears on a use: of an audit only what it says of the concept, or of nobody's."""
    wanted = set(ids)
    return [one for one in evidence if one.id in wanted and one.concept in ("", concept)]
