"""Uses, assessments and measures as JSON, for machines and for the inventory."""

from __future__ import annotations

from datetime import date
from typing import Any

from doorlicht.records import Assessment, MeasureTaken, Review, Use


def use_tree(use: Use) -> dict[str, Any]:
    """Return a use as a tree of JSON."""
    return {
        "id": use.id,
        "concept": use.concept,
        "processing": use.processing,
        "processing_id": use.processing_id,
        "observed_role": use.observed_role or None,
        "declared_role": use.declared_role or None,
        "roles_conflict": use.roles_conflict,
        "unit": use.unit or None,
        "purpose": use.purpose or None,
        "since": _day(use.since),
        "until": _day(use.until),
        "evidence": list(use.evidence),
        "status": use.status,
        "into": list(use.into),
    }


def assessment_tree(assessment: Assessment) -> dict[str, Any]:
    """Return an assessment with its reviews as a tree of JSON."""
    return {
        "id": assessment.id,
        "use": assessment.use,
        "framework": assessment.framework,
        "edition": assessment.edition,
        "digest": assessment.digest,
        "by": assessment.by,
        "at": assessment.at.isoformat(),
        "since": _day(assessment.since),
        "until": _day(assessment.until),
        "facts": dict(assessment.facts),
        "proposal": dict(assessment.proposal),
        "reviews": [review_tree(one) for one in assessment.reviews],
    }


def review_tree(review: Review) -> dict[str, Any]:
    """Return what one person said as a tree of JSON."""
    return {
        "kind": review.kind,
        "code": review.code or None,
        "verdict": review.verdict,
        "reason": review.reason or None,
        "by": review.by,
        "at": review.at.isoformat(),
    }


def measure_tree(measure: MeasureTaken) -> dict[str, Any]:
    """Return a measure as a tree of JSON."""
    return {
        "id": measure.id,
        "use": measure.use,
        "assessment": measure.assessment,
        "consequence": measure.consequence,
        "kind": measure.kind,
        "blocked_by_legal_hold": measure.is_held,
        "owner": measure.owner or None,
        "due": _day(measure.due),
        "proof": measure.proof or None,
        "verifier": measure.verifier or None,
        "state": measure.state,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
