"""Audit samples and remarks as trees for JSON: all that is needed to draw and to count again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from doorlicht.records.auditors import AuditSample, Remark

if TYPE_CHECKING:
    from collections.abc import Sequence


class _Counted(Protocol):
    """What was found in a stratum."""

    @property
    def name(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def drawn(self) -> int: ...
    @property
    def right(self) -> int: ...
    @property
    def wrong(self) -> int: ...
    @property
    def unknown(self) -> int: ...
    @property
    def unanswered(self) -> int: ...


class _Result(Protocol):
    """What a sample shows."""

    @property
    def sample(self) -> AuditSample: ...
    @property
    def strata(self) -> Sequence[_Counted]: ...
    @property
    def confidence(self) -> float: ...
    @property
    def at_most(self) -> int: ...
    @property
    def if_right(self) -> int: ...
    @property
    def others(self) -> int: ...
    @property
    def unfinished(self) -> int: ...
    @property
    def corrected(self) -> int: ...
    @property
    def population(self) -> int: ...


def sample_tree(sample: AuditSample) -> dict[str, Any]:
    """Return a sample; the secret of one that was drawn is in it, for it is public then."""
    return {
        "id": sample.id,
        "kind": sample.kind,
        "state": sample.state,
        "plan": dict(sample.plan),
        "by": sample.by,
        "at": sample.at.isoformat(),
        "steps": [
            {"kind": one.kind, "by": one.by, "at": one.at.isoformat(), **one.content}
            for one in sample.events
        ],
    }


def sample_result_tree(made: _Result) -> dict[str, Any]:
    """Return what a sample shows; ``at_most`` counts what nobody judged as wrong."""
    return {
        "sample": made.sample.id,
        "kind": made.sample.kind,
        "population": made.population,
        "confidence": made.confidence,
        "at_most": made.at_most,
        "share": made.at_most / made.population,
        "at_most_if_unjudged_are_right": made.if_right,
        "other_samples": made.others,
        "others_without_result": made.unfinished,
        "corrected_to_right": made.corrected,
        "strata": [
            {
                "name": one.name, "size": one.size, "drawn": one.drawn, "right": one.right,
                "wrong": one.wrong, "unknown": one.unknown, "unanswered": one.unanswered,
            }
            for one in made.strata
        ],
    }  # fmt: skip


def remark_tree(remark: Remark) -> dict[str, Any]:
    """Return a question or finding of an auditor with its steps."""
    return {
        "id": remark.id,
        "kind": remark.kind,
        "about": remark.about,
        "text": remark.text,
        "state": remark.state,
        "by": remark.by,
        "at": remark.at.isoformat(),
        "steps": [
            {"kind": one.kind, "text": one.text, "by": one.by, "at": one.at.isoformat()}
            for one in remark.events
        ],
    }
