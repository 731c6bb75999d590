"""Who may say what of a proposal: four people, each in a capacity of their own.

A proposal becomes a verdict when a first and a second assessor, a lawyer for each question that
the framework gives to one, and the controller have spoken. Nobody speaks twice in different
capacities, and nobody who ran the scan, trace or audit assesses what came out of it. For "lawful"
where people are treated differently a lawyer always speaks. Who departs from the proposal, or from
who spoke before, gives a reason; it stays visible.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from doorlicht.errors import RefusedError
from doorlicht.records import Assessment, Review, ReviewKind
from doorlicht.records.persons import person_key

ORDER: Final[tuple[ReviewKind, ...]] = ("first", "second", "lawyer", "decision")

LAWFUL_CODE: Final = "lawful"
"""The question for a lawyer whether "lawful" holds in a role that treats people differently."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far an assessment has come.

    Attributes
    ----------
    needed
        What has still to be said, in order: ``first``, ``second``, ``lawyer:L1``, ``decision``.
    verdict
        The verdict, once the controller has decided; else nothing.
    is_overruled
        Whether somebody said something else than the rules propose.
    """

    needed: tuple[str, ...]
    verdict: str | None
    is_overruled: bool


def standing(assessment: Assessment, codes: Sequence[str]) -> Standing:
    """Return how far an assessment has come; ``codes`` are the questions for a lawyer."""
    said = assessment.reviews
    kinds = {one.kind for one in said}
    needed = [kind for kind in ("first", "second") if kind not in kinds]
    answered = {one.code for one in said if one.kind == "lawyer"}
    needed += [f"lawyer:{code}" for code in codes if code not in answered]
    decided = [one for one in said if one.kind == "decision"]
    if not decided:
        needed.append("decision")
    return Standing(
        tuple(needed),
        decided[-1].verdict if decided else None,
        any(one.verdict and one.verdict != assessment.verdict for one in said),
    )


def check_review(
    assessment: Assessment,
    review: Review,
    *,
    codes: Sequence[str],
    outcomes: Collection[str],
    ran_by: Collection[str],
) -> None:
    """Refuse what may not be said by this person now.

    Parameters
    ----------
    codes
        The questions that a lawyer has to answer.
    outcomes
        The verdicts that the framework knows.
    ran_by
        Who ran what the evidence comes from.

    Raises
    ------
    RefusedError
        With what stands in the way.
    """
    who = person_key(review.by)
    if not who:
        raise RefusedError("review.nobody")
    if review.verdict not in outcomes:
        raise RefusedError(
            "review.no_such_verdict", verdict=review.verdict[:40], known=", ".join(outcomes)
        )
    if review.kind in ("first", "second") and who in {person_key(one) for one in ran_by}:
        raise RefusedError("review.ran_it", by=review.by)
    for one in assessment.reviews:
        if person_key(one.by) == who and one.kind != review.kind:
            raise RefusedError("review.two_hats", by=review.by, kind=one.kind)
        if one.kind == review.kind and (one.kind != "lawyer" or one.code == review.code):
            raise RefusedError("review.said_already", kind=review.kind)
    now = standing(assessment, codes)
    if review.kind == "lawyer" and review.code not in codes:
        raise RefusedError("review.no_such_question", question=review.code, known=", ".join(codes))
    if review.kind == "second" and "first" in now.needed:
        raise RefusedError("review.too_early", needed="first")
    if review.kind == "decision" and now.needed != ("decision",):
        raise RefusedError("review.too_early", needed=", ".join(now.needed[:-1]))
    if departs(assessment, review) and not review.reason.strip():
        raise RefusedError("review.no_reason", verdict=review.verdict)


def departs(assessment: Assessment, review: Review) -> bool:
    """Whether a review says something else than the proposal or than who spoke before."""
    before = {assessment.verdict, *(one.verdict for one in assessment.reviews)}
    return before != {review.verdict}
