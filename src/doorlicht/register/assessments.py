"""Assessments in the register: each proposal as it was made, and what people said of it."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from doorlicht.errors import InputError
from doorlicht.records import Assessment, Review
from doorlicht.register.states import subject
from doorlicht.register.tables import assessment_reviews, assessments

if TYPE_CHECKING:
    from doorlicht.register.ledger import Writing


def keep_assessment(writing: Writing, assessment: Assessment) -> None:
    """Keep a proposal; one of the same id (use, edition, period and facts) is there already."""
    content = {
        "framework": assessment.framework, "edition": assessment.edition,
        "digest": assessment.digest, "facts": dict(assessment.facts),
        "verdict": assessment.verdict, "proposal": dict(assessment.proposal),
    }  # fmt: skip
    writing.connection.execute(
        assessments.insert().values(
            id=assessment.id, use_id=assessment.use, since=assessment.since,
            until=assessment.until, by=assessment.by, at=writing.at, **content,
        )
    )  # fmt: skip
    writing.record(
        "assessment.kept", by=assessment.by, changed=[subject("assessment", assessment.id)],
        about=[subject("use", assessment.use)], evidence={"framework": assessment.digest},
        versions={"framework": f"{assessment.framework}@{assessment.edition}"},
    )  # fmt: skip


def read_assessments(
    connection: sa.Connection,
    *,
    ids: Collection[str] | None = None,
    uses: Collection[str] | None = None,
) -> list[Assessment]:
    """Return assessments with their reviews, oldest first."""
    query = sa.select(assessments).order_by(assessments.c.at, assessments.c.id)
    if ids is not None:
        query = query.where(assessments.c.id.in_(list(ids)))
    if uses is not None:
        query = query.where(assessments.c.use_id.in_(list(uses)))
    rows = list(connection.execute(query))
    said: dict[str, list[Review]] = {}
    reviews = sa.select(assessment_reviews).order_by(assessment_reviews.c.id)
    if ids is not None or uses is not None:
        reviews = reviews.where(assessment_reviews.c.assessment_id.in_([row.id for row in rows]))
    for row in connection.execute(reviews):
        said.setdefault(row.assessment_id, []).append(
            Review(row.kind, row.by, row.at, row.verdict, row.reason, row.code)
        )
    return [_assessment(row, tuple(said.get(row.id, ()))) for row in rows]


def read_assessment(connection: sa.Connection, assessment: str) -> Assessment:
    """Return one assessment.

    Raises
    ------
    InputError
        If there is none of this id.
    """
    found = read_assessments(connection, ids=[assessment])
    if not found:
        raise InputError("register.no_such_assessment", id=assessment)
    return found[0]


def keep_review(writing: Writing, assessment: str, review: Review) -> None:
    """Add what a person said of a proposal; nothing is ever taken back, only added to."""
    values = {
        "kind": review.kind, "code": review.code, "verdict": review.verdict,
        "reason": review.reason, "by": review.by,
    }  # fmt: skip
    writing.connection.execute(
        assessment_reviews.insert().values(assessment_id=assessment, at=writing.at, **values)
    )
    writing.record(
        f"assessment.{review.kind}", by=review.by, changed=[subject("assessment", assessment)],
        reason=review.reason,
    )  # fmt: skip


def _assessment(row: sa.Row[Any], reviews: tuple[Review, ...]) -> Assessment:
    return Assessment(
        row.id, row.use_id, row.framework, row.edition, row.digest, row.by, row.at, row.since,
        row.until, row.facts, row.verdict, row.proposal, reviews,
    )  # fmt: skip
